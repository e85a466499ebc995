/** Reads the same status from the kernel instead of a server. A module of its own, so that nothing else loads the collectors. */
import { deriveFrame } from "~/domain/derive";
import { type ProcessRow, topProcesses } from "~/domain/process";
import { quickHostFacts } from "~/server/collectors/host";
import { loadPlatform } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";
import { readUsers } from "~/server/collectors/users";
import type { ClientInput } from "../connect";
import { type Status, TOP } from "../status-shape";

/** Takes two samples a second apart, since rates need both; waits for the system's own programs first. */
export async function localStatus({ environment }: ClientInput): Promise<Status> {
  const { roots } = environment;
  const facts = quickHostFacts(roots);
  const platform = await loadPlatform(process.platform);
  const sampler = new Sampler(roots, platform.collectors, facts.logicalCpus, platform.openProcesses);
  const rows = new Map<number, ProcessRow>();
  const collect = () => {
    const { sample, processes } = sampler.collect(Date.now());
    for (const pid of processes.exited) rows.delete(pid);
    for (const row of processes.changed) rows.set(row.pid, row);
    return sample;
  };
  let previous = collect();
  let sample = previous;
  for (let waited = 0; waited <= platform.settleMs; waited += 1000) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    previous = sample;
    sample = collect();
  }
  sampler.close();
  const frame = deriveFrame(previous, sample);
  return {
    timestamp: new Date(sample.at).toISOString(),
    host: { ...facts, cpus: facts.logicalCpus, bootTime: new Date(facts.bootTime).toISOString() },
    health: null,
    monitoring: null,
    alerts: null,
    users: readUsers(roots).map((user) => ({ ...user, since: new Date(user.since).toISOString() })),
    metrics: frame.series.flatMap(({ metric, labels, unit }, index) => {
      const value = frame.values[index] as number;
      return Number.isNaN(value) ? [] : [{ metric, labels, unit, value }];
    }),
    processes: topProcesses(rows.values(), "cpu", TOP),
  };
}
