/** What a control group and the machine really used, by the kernel's own counters. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const V1 = "/sys/fs/cgroup/cpuacct";
const isV1 = existsSync(`${V1}/cgroup.procs`);
const TICKS_PER_SECOND = 100;

/** `name` may have folders, such as `docker/ID`. */
export class Group implements AsyncDisposable {
  private readonly folders: string[];

  constructor(readonly name: string) {
    this.folders = isV1 ? [`${V1}/${name}`, `/sys/fs/cgroup/memory/${name}`] : [`/sys/fs/cgroup/${name}`];
    for (const folder of this.folders) mkdirSync(folder, { recursive: true });
  }

  /** Shell words that move the shell into the group. */
  get join(): string {
    return this.folders.map((folder) => `echo $$ > ${folder}/cgroup.procs`).join("; ");
  }

  pids(): number[] {
    // It may have been disposed of before.
    if (!existsSync(this.folders[0] ?? "")) return [];
    return readFileSync(`${this.folders[0]}/cgroup.procs`, "latin1").split("\n").filter(Boolean).map(Number);
  }

  cpuSeconds(): number {
    const folder = this.folders[0];
    if (isV1) return Number(readFileSync(`${folder}/cpuacct.usage`, "latin1")) / 1e9;
    return Number(/^usage_usec (\d+)/m.exec(readFileSync(`${folder}/cpu.stat`, "latin1"))?.[1]) / 1e6;
  }

  memoryBytes(): number {
    const stat = readFileSync(`${this.folders.at(-1)}/memory.stat`, "latin1");
    return Number(/^(?:total_rss|anon) (\d+)/m.exec(stat)?.[1] ?? Number.NaN);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let round = 0; round < 200 && this.pids().length > 0; round++) {
      for (const pid of this.pids()) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // It has just ended.
        }
      }
      await wait(50);
    }
    for (const folder of this.folders) await removed(folder);
  }
}

/** The kernel releases a group a moment after its last process has ended. */
async function removed(folder: string): Promise<void> {
  for (let round = 0; round < 40; round++) {
    try {
      rmdirSync(folder);
      return;
    } catch {
      await wait(50);
    }
  }
}

/** Seconds in which the machine's cores were busy since boot. */
export function busySeconds(): number {
  const [, user, nice, system, , , irq, softirq, steal] = (/^cpu .*$/m.exec(readFileSync("/proc/stat", "latin1"))?.[0] ?? "")
    .split(/\s+/)
    .map(Number);
  return [user, nice, system, irq, softirq, steal].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) / TICKS_PER_SECOND;
}

export function usedMemory(): number {
  const text = readFileSync("/proc/meminfo", "latin1");
  const of = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]);
  return of("MemTotal") - of("MemAvailable");
}

/** Bytes written by a process, and by those of its children that it has waited for. */
export function writtenBytes(pid: number): number {
  const own = (one: number) => {
    try {
      return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${one}/io`, "latin1"))?.[1] ?? 0);
    } catch {
      return 0;
    }
  };
  return own(pid) + childrenOf(pid).reduce((sum, child) => sum + own(child), 0);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "latin1").split(" ").filter(Boolean).map(Number),
  );
}

/** Bytes written to all disks that are nobody's part. */
export function diskBytesWritten(): number {
  return readFileSync("/proc/diskstats", "latin1")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, , name]) => name !== undefined && existsSync(`/sys/block/${name}`) && statSync(`/sys/block/${name}`).isDirectory(),
    )
    .filter(([, , name]) => !/^(?:loop|ram|zram|dm-)/.test(name ?? ""))
    .reduce((sum, fields) => sum + 512 * Number(fields[9]), 0);
}
