import { causeText } from "~/domain/contributor";
import { formatDuration, formatText } from "~/domain/format-value";
import { type Judgement, judge, mutingOf } from "~/domain/judgement";
import { hasLabels, type Labels } from "~/domain/sample";
import { type ClientInput, connect, serverAddress } from "../connect";
import { CliError, clientError, columns, paint, plain, printJson, table, unreachable } from "../output";
import { type Status, type StatusAlert, TOP } from "../status-shape";

interface StatusInput extends ClientInput {
  flags: ClientInput["flags"] & { local?: boolean; exitCode?: boolean; nagios?: boolean; probe?: boolean };
}

const PROBE_WITHIN_MS = 5000;

export async function status(input: StatusInput): Promise<void> {
  const { local, json, nagios, exitCode } = input.flags;
  if (input.flags.probe) return probe(input);
  let result: Status;
  try {
    result = local ? await (await import("./status-local")).localStatus(input) : await serverStatus(input);
  } catch (error) {
    if (!nagios) throw error;
    process.stdout.write(`HOSTSCOPE UNKNOWN - ${plain(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = NAGIOS.unknown;
    return;
  }
  const judgement = judgementOf(result, Date.now());
  const worst = levelOf(judgement);
  if (nagios) {
    const level = nagiosLevel(result, worst);
    process.stdout.write(`${nagiosLine(result, level)}\n`);
    process.exitCode = NAGIOS[level];
    return;
  }
  if (json) printJson(result);
  else process.stdout.write(`${render(result, judgement)}\n`);
  if (exitCode) process.exitCode = EXIT_CODES[worst];
}

/** Also succeeds where the server wants a login: it has answered. */
async function probe(input: ClientInput): Promise<void> {
  const { url } = serverAddress(input);
  const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(PROBE_WITHIN_MS) }).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  await response.body?.cancel();
  if (response.status >= 500) throw new CliError(3, `Hostscope at ${url} responds with ${response.status}.`);
  process.stdout.write(`Hostscope responds at ${url}\n`);
}

type Worst = "ok" | "warning" | "critical";
type NagiosLevel = Worst | "unknown";

const EXIT_CODES: Readonly<Record<Worst, number>> = { ok: 0, warning: 10, critical: 11 };
/** Exit codes of a Nagios plugin. */
const NAGIOS: Readonly<Record<NagiosLevel, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };

function judgementOf({ alerts, health, monitoring }: Pick<Status, "alerts" | "health" | "monitoring">, now: number) {
  return judge({ alerts: alerts ?? [], health, monitoring, now });
}

/** Exit codes know no information. */
export function levelOf({ severity }: Pick<Judgement<StatusAlert>, "severity">): Worst {
  return severity === "info" ? "ok" : severity;
}

/** Why what the server knows is not how the machine is now. */
function blindness({ monitoring, timestamp }: Pick<Status, "monitoring" | "timestamp">): string | null {
  if (monitoring === "stopped") return "monitoring is stopped; run `hostscope monitoring start` to resume";
  return timestamp === null ? "no sample yet" : null;
}

export function nagiosLevel(measured: Pick<Status, "monitoring" | "timestamp">, worst: Worst): NagiosLevel {
  return blindness(measured) === null ? worst : "unknown";
}

/** `HOSTSCOPE WARNING - disk / is 91% full | cpu=4.2%;;;0;100 ...` */
export function nagiosLine(result: Status, level: NagiosLevel): string {
  const { alerts, health, metrics, host } = result;
  const blind = blindness(result);
  const trouble = [
    ...(blind === null ? [] : [blind]),
    ...(alerts ?? []).filter(({ severity }) => severity !== "info").map(({ message }) => message),
    ...(health?.checks ?? []).filter(({ status: state }) => state !== "ok").map(({ name, detail }) => `${name}: ${detail}`),
  ];
  const percent = (label: string, metric: string) => {
    const value = metrics.find((one) => one.metric === metric && Object.keys(one.labels).length === 0)?.value;
    return value === null || value === undefined ? [] : [`${label}=${(value * 100).toFixed(1)}%;;;0;100`];
  };
  const data = [...percent("cpu", "system.cpu.utilization"), ...percent("memory", "system.memory.utilization")];
  const text = trouble.length > 0 ? trouble.join("; ") : `no active alerts on ${host.name}`;
  const line = `HOSTSCOPE ${level.toUpperCase()} - ${plain(text).replaceAll("|", "/")}`;
  return blind === null ? `${line} | ${data.join(" ")}` : line;
}

async function serverStatus(input: ClientInput): Promise<Status> {
  const { url, client } = connect(input);
  try {
    const [health, current, processes, monitoring, alerts, { users }] = await Promise.all([
      client.health.get.query(),
      client.metrics.current.query(),
      client.processes.list.query({ limit: TOP }),
      client.monitoring.get.query(),
      client.alerts.list.query({ state: "firing" }),
      client.host.get.query(),
    ]);
    const { timestamp, host, metrics } = current;
    return {
      timestamp,
      host,
      health,
      monitoring: monitoring.monitoring,
      alerts: alerts.alerts,
      users,
      metrics,
      processes: processes.processes,
    };
  } catch (error) {
    throw clientError(error, url);
  }
}

function render(
  { timestamp, host, health, monitoring, alerts, users, metrics, processes }: Status,
  { firing, waiting, trouble }: Judgement<StatusAlert>,
): string {
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
  const lines = [
    `${paint("head", plain(host.name))}  ${host.os}, kernel ${host.kernel}, ${host.cpus} ${host.cpus === 1 ? "CPU" : "CPUs"}, up ${uptime}`,
    "",
  ];

  const facts: string[][] = [];
  if (health) {
    const words = trouble.map(({ name, detail }) => `${name}: ${detail}`).join("; ");
    facts.push(["Health", trouble.length === 0 ? paint("ok", "healthy") : paint("warning", words)]);
  }
  if (alerts?.length === 0) facts.push(["Alerts", "no active alerts"]);
  for (const alert of firing) {
    const { severity, message } = alert;
    const text = causeText(alert);
    const by = text === null ? "" : `: ${plain(text)}`;
    const seen = waiting.includes(alert) ? "" : alert.mutedBy ? ` (${mutingOf(alert.mutedBy)})` : " (acknowledged)";
    facts.push(["Alert", `${paint(severity === "info" ? "quiet" : severity, severity)}  ${plain(message)}${by}${seen}`]);
  }
  if (monitoring === "stopped") facts.push(["Monitoring", "stopped; run `hostscope monitoring start` to resume"]);
  if (timestamp === null) facts.push(["Sample", "waiting for the first one"]);
  facts.push(
    ["CPU", `${show("system.cpu.utilization")}, I/O wait ${show("system.cpu.utilization", { "cpu.mode": "iowait" })}`],
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
  const pressure = ["cpu", "memory", "io"].flatMap((what) => {
    const found = find(`system.linux.pressure.${what}.some`);
    return found ? [`${what} ${formatText(found.value, found.unit)}`] : [];
  });
  if (pressure.length > 0) facts.push(["Pressure", pressure.join(", ")]);
  if (users.length > 0) {
    const names = users.map(({ name, terminal, from }) => `${name} on ${terminal}${from ? ` from ${from}` : ""}`);
    facts.push(["Users", plain(names.join(", "))]);
  }
  lines.push(columns(facts), "");

  const filesystems = metrics.filter(({ metric }) => metric === "system.filesystem.utilization");
  if (filesystems.length > 0) {
    const rows = filesystems.map(({ labels, value, unit }) => [
      plain(labels["system.filesystem.mountpoint"] ?? ""),
      formatText(value, unit),
    ]);
    lines.push(table(["FILESYSTEM", "USED"], rows, { right: [1] }), "");
  }
  const rows = processes.map(({ pid, user, cpu, memoryBytes, name, command }) => [
    String(pid),
    user,
    formatText(cpu, "1"),
    formatText(memoryBytes, "By"),
    plain(command || `[${name}]`).slice(0, 80),
  ]);
  lines.push(table(["PID", "USER", "CPU", "MEMORY", "COMMAND"], rows, { right: [0, 2, 3] }));
  return lines.join("\n");
}
