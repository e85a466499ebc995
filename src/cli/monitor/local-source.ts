/** Reads this machine's kernel without a server: no history, no lock, no alerts. */
import { deriveFrame } from "~/domain/derive";
import { type ProcessRow, topProcesses } from "~/domain/process";
import type { Sample } from "~/domain/sample";
import { quickHostFacts } from "~/server/collectors/host";
import { loadPlatform } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";
import { startTickTimer, type TickTimer } from "~/server/worker/schedule";
import type { Source } from "./source";

interface LocalOptions {
  roots: { proc: string; sys: string };
  intervalMs: number;
}

export function localSource({ roots, intervalMs }: LocalOptions): Source {
  const rows = new Map<number, ProcessRow>();
  let sampler: Sampler | undefined;
  let previous: Sample | undefined;
  let schedule: TickTimer | undefined;

  function collect(from: Sampler, at: number) {
    const { sample, processes } = from.collect(at);
    for (const pid of processes.exited) rows.delete(pid);
    for (const row of processes.changed) rows.set(row.pid, row);
    const frame = deriveFrame(previous, sample);
    previous = sample;
    return frame;
  }

  return {
    name: "this machine",
    async open(emit) {
      const { name, os, kernel, logicalCpus, memoryBytes, bootTime } = quickHostFacts(roots);
      emit({ type: "host", host: { name, os, kernel, cpus: logicalCpus, memoryBytes, bootTime } });
      const platform = await loadPlatform(process.platform);
      const opened = new Sampler(roots, platform.collectors, logicalCpus, platform.openProcesses);
      sampler = opened;
      collect(opened, Date.now());
      // The first tick has no rates yet; a second one 300 ms later provides them.
      await new Promise((resolve) => setTimeout(resolve, 300));
      emit({ type: "sample", tick: collect(opened, Date.now()) });
      schedule = startTickTimer(intervalMs, ({ at }) => emit({ type: "sample", tick: collect(opened, at) }));
    },
    async processes({ sort, limit }) {
      if (limit === null || sort === "pid" || sort === "name") return [...rows.values()];
      return topProcesses(rows.values(), sort, limit);
    },
    close() {
      schedule?.stop();
      sampler?.close();
    },
  };
}
