import { cpus } from "node:os";
import { deriveFrame } from "~/domain/derive";
import type { Health } from "~/domain/health";
import type { HostFacts } from "~/domain/host";
import { type ProcessRow, topProcesses } from "~/domain/process";
import { hasLabels, type Labels } from "~/domain/sample";
import { formatDuration, formatText } from "~/domain/units";
import { quickHostFacts } from "~/server/collectors/host";
import { COLLECTORS } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";
import { type ClientInput, connect } from "../connect";
import { clientError, columns, plain, printJson } from "../output";

interface StatusInput extends ClientInput {
  flags: ClientInput["flags"] & { local?: boolean };
}

interface Metric {
  metric: string;
  labels: Labels;
  value: number | null;
  unit: string;
}

/** The same shape from a server and from the kernel. */
interface Status {
  timestamp: string | null;
  host: Pick<HostFacts, "name" | "os" | "kernel" | "memoryBytes"> & { cpus: number; bootTime: string };
  health: Health | null;
  monitoring: "running" | "stopped" | null;
  metrics: Metric[];
  processes: Pick<ProcessRow, "pid" | "name" | "command" | "user" | "cpu" | "memoryBytes">[];
}

const TOP = 5;

export async function status(input: StatusInput): Promise<void> {
  const result = input.flags.local ? await localStatus(input) : await serverStatus(input);
  if (input.flags.json) printJson(result);
  else process.stdout.write(`${render(result)}\n`);
}

async function serverStatus(input: ClientInput): Promise<Status> {
  const { url, client } = connect(input);
  try {
    const [health, current, processes, monitoring] = await Promise.all([
      client.health.get.query(),
      client.metrics.current.query(),
      client.processes.list.query({ limit: TOP }),
      client.monitoring.get.query(),
    ]);
    const { timestamp, host, metrics } = current;
    return { timestamp, host, health, monitoring: monitoring.monitoring, metrics, processes: processes.processes };
  } catch (error) {
    throw clientError(error, url);
  }
}

/** Two samples a second apart: rates need both. */
async function localStatus({ environment }: ClientInput): Promise<Status> {
  const roots = { proc: environment.procRoot, sys: environment.sysRoot };
  const facts = quickHostFacts(roots);
  const sampler = new Sampler(roots, COLLECTORS, cpus().length);
  const rows = new Map<number, ProcessRow>();
  const first = sampler.collect(Date.now());
  for (const row of first.processes.changed) rows.set(row.pid, row);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const { sample, processes } = sampler.collect(Date.now());
  for (const pid of processes.exited) rows.delete(pid);
  for (const row of processes.changed) rows.set(row.pid, row);
  sampler.close();
  const frame = deriveFrame(first.sample, sample);
  return {
    timestamp: new Date(sample.at).toISOString(),
    host: { ...facts, cpus: facts.logicalCpus, bootTime: new Date(facts.bootTime).toISOString() },
    health: null,
    monitoring: null,
    metrics: frame.series.flatMap(({ metric, labels, unit }, index) => {
      const value = frame.values[index] as number;
      return Number.isNaN(value) ? [] : [{ metric, labels, unit, value }];
    }),
    processes: topProcesses(rows.values(), "cpu", TOP),
  };
}

function render({ timestamp, host, health, monitoring, metrics, processes }: Status): string {
  const find = (metric: string, labels: Labels = {}) =>
    metrics.find(
      (one) =>
        one.metric === metric && hasLabels(one.labels, labels) && Object.keys(one.labels).length === Object.keys(labels).length,
    );
  const show = (metric: string, labels?: Labels) => {
    const found = find(metric, labels);
    return formatText(found?.value, found?.unit ?? "1");
  };
  const uptime = formatDuration((Date.now() - Date.parse(host.bootTime)) / 1000);
  const lines = [`${plain(host.name)}  ${host.os}, Linux ${host.kernel}, ${host.cpus} CPUs, up ${uptime}`, ""];

  const facts: string[][] = [];
  if (health) {
    const trouble = health.checks.filter((check) => check.status !== "ok");
    facts.push(["Health", trouble.length === 0 ? "ok" : trouble.map(({ name, detail }) => `${name}: ${detail}`).join("; ")]);
  }
  if (monitoring === "stopped") facts.push(["Monitoring", "stopped; `hostscope monitoring start` goes on"]);
  if (timestamp === null) facts.push(["Sample", "none yet"]);
  facts.push(
    [
      "CPU",
      `${show("system.cpu.utilization")} busy, ${show("system.cpu.utilization", { "cpu.mode": "iowait" })} waiting for I/O`,
    ],
    ["Load", ["1m", "5m", "15m"].map((window) => show(`system.cpu.load_average.${window}`)).join("  ")],
    [
      "Memory",
      `${show("system.memory.utilization")}, ${show("system.memory.usage", { "system.memory.state": "used" })} of ${show("system.memory.limit")}`,
    ],
  );
  if (find("system.paging.utilization")) facts.push(["Swap", show("system.paging.utilization")]);
  facts.push(
    [
      "Disk I/O",
      `read ${show("system.disk.io", { "disk.io.direction": "read" })}, write ${show("system.disk.io", { "disk.io.direction": "write" })}`,
    ],
    [
      "Network",
      `in ${show("system.network.io", { "network.io.direction": "receive" })}, out ${show("system.network.io", { "network.io.direction": "transmit" })}`,
    ],
  );
  lines.push(columns(facts), "");

  const filesystems = metrics.filter(({ metric }) => metric === "system.filesystem.utilization");
  if (filesystems.length > 0) {
    const rows = filesystems.map(({ labels, value, unit }) => [
      plain(labels["system.filesystem.mountpoint"] ?? ""),
      formatText(value, unit),
    ]);
    lines.push(columns([["Filesystem", "used"], ...rows], { right: [1] }), "");
  }
  const rows = processes.map(({ pid, user, cpu, memoryBytes, name, command }) => [
    String(pid),
    user,
    formatText(cpu, "1"),
    formatText(memoryBytes, "By"),
    plain(command || `[${name}]`).slice(0, 80),
  ]);
  lines.push(columns([["PID", "user", "CPU", "memory", "command"], ...rows], { right: [0, 2, 3] }));
  return lines.join("\n");
}
