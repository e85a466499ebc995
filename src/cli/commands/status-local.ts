/** The same as a server says, read from the kernel here. Apart, so that nobody else loads the collectors. */
import { cpus } from "node:os";
import { deriveFrame } from "~/domain/derive";
import { type ProcessRow, topProcesses } from "~/domain/process";
import { quickHostFacts } from "~/server/collectors/host";
import { COLLECTORS } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";
import { readUsers } from "~/server/collectors/users";
import type { ClientInput } from "../connect";
import { type Status, TOP } from "../status-shape";

/** Two samples a second apart: rates need both. */
export async function localStatus({ environment }: ClientInput): Promise<Status> {
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
    alerts: null,
    users: readUsers().map((user) => ({ ...user, since: new Date(user.since).toISOString() })),
    metrics: frame.series.flatMap(({ metric, labels, unit }, index) => {
      const value = frame.values[index] as number;
      return Number.isNaN(value) ? [] : [{ metric, labels, unit, value }];
    }),
    processes: topProcesses(rows.values(), "cpu", TOP),
  };
}
