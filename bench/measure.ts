/** The cost of a process tree: CPU time, memory, forks. Read from the kernel's accounting, from outside. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

interface ProcessTimes {
  parent: number;
  /** Clock ticks of the process and of the children it has waited for. */
  ticks: number;
}

const TICKS_PER_SECOND = 100;

function readProcesses(): Map<number, ProcessTimes> {
  const processes = new Map<number, ProcessTimes>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number);
      processes.set(Number(name), {
        parent: Number(fields[1]),
        ticks: (user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0),
      });
    } catch {
      // The process ended after it was listed.
    }
  }
  return processes;
}

function treeOf(root: number, processes: Map<number, ProcessTimes>): number[] {
  const pids = [root];
  for (const pid of pids) for (const [child, { parent }] of processes) if (parent === pid) pids.push(child);
  return pids.filter((pid) => processes.has(pid));
}

function residentMegabytes(pids: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of pids) {
    try {
      kilobytes += Number(/^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"))?.[1] ?? 0);
    } catch {
      // The process ended after it was listed.
    }
  }
  return kilobytes / 1024;
}

export interface Cost {
  /** Percent of one core. */
  cpuPercent: number;
  residentMegabytes: number;
}

/** Measures several trees over the same seconds. Children that ended count through their parents. */
export async function measureTrees(roots: Readonly<Record<string, number>>, seconds: number): Promise<Record<string, Cost>> {
  const before = readProcesses();
  const started = performance.now();
  await sleep(seconds * 1000);
  const after = readProcesses();
  const elapsed = (performance.now() - started) / 1000;
  return Object.fromEntries(
    Object.entries(roots).map(([name, root]) => {
      const pids = treeOf(root, after);
      let ticks = 0;
      for (const pid of pids) ticks += (after.get(pid)?.ticks ?? 0) - (before.get(pid)?.ticks ?? 0);
      // Once a child has ended, its parent's count includes what the child used before the window: subtract that.
      for (const pid of treeOf(root, before)) if (!after.has(pid)) ticks -= before.get(pid)?.ticks ?? 0;
      return [name, { cpuPercent: (100 * ticks) / TICKS_PER_SECOND / elapsed, residentMegabytes: residentMegabytes(pids) }];
    }),
  );
}
