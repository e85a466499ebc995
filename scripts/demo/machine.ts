/**
 * The demo's machine: gives the programs what they want as far as there is enough, and counts what they used. Every total is the sum of its
 * parts by construction. Deterministic.
 */
import type { ProcessRow, ProcessState } from "~/domain/process";
import { CORES, CpuTime } from "./cpu-time";
import { Disks } from "./disks";
import { Memory, type MemoryTick } from "./memory";
import type { Demand, Device, Program } from "./program";

export interface Mount {
  mountpoint: string;
  device: Device;
  /** For everybody; root has a twentieth more. */
  sizeBytes: number;
  usedBytes: number;
}

export interface ProgramUse {
  program: Program;
  demand: Demand;
  /** Hundredths of a second in the interval. */
  ticks: number;
  residentBytes: number;
  swappedBytes: number;
  readBytes: number;
  writtenBytes: number;
  state: ProcessState;
}

export interface Interval {
  /** Of the story; the end of the interval. */
  second: number;
  /** Its length. */
  seconds: number;
  /** The second whose chances hold in it. */
  steady: number;
}

/** An interval of the machine's life. */
export interface MachineTick extends Interval {
  uses: ProgramUse[];
  memory: MemoryTick;
  /** CPUs that the programs wanted, and the share of it that they had. */
  wantedCores: number;
  granted: number;
  softirqCores: number;
  iowaitCores: number;
  /** Share of the CPUs that worked. */
  busy: number;
  /** Processes that wait for a disk. */
  blocked: number;
  forks: number;
  /** Mounts without room for what was to be written. */
  full: string[];
  /** Bytes per second that a program wrote into files that stay, by pid. */
  written: Map<number, number>;
  killed: MemoryTick["killed"];
}

/** A core is never busy to the last hundredth. */
const MOST_BUSY = 0.995;
/** From here on a program stands in the kernel's table as waiting for its disk. */
const WAITS_FROM = 8e6;

export class Machine {
  readonly cpu = new CpuTime();
  readonly disks = new Disks();
  readonly memory = new Memory();
  readonly mounts: Mount[] = [
    { mountpoint: "/", device: "sda", sizeBytes: 58_236_190_720, usedBytes: 23_411_576_832 },
    { mountpoint: "/srv/backup", device: "sdb", sizeBytes: 125_627_301_888, usedBytes: 74_120_597_504 },
  ];

  /** Somebody deletes files. */
  free(mountpoint: string, bytes: number): void {
    for (const mount of this.mounts)
      if (mount.mountpoint === mountpoint) mount.usedBytes -= Math.min(mount.usedBytes, Math.round(bytes));
  }

  step(programs: readonly Program[], interval: Interval): MachineTick {
    const { seconds, steady } = interval;
    const demands = new Map(programs.map((one) => [one, one.wants(steady)]));
    const memory = this.memory.step(
      new Map([...demands].map(([one, { privateBytes }]) => [one, privateBytes])),
      [...demands.values()].reduce((sum, { readBytes }) => sum + readBytes, 0) * seconds,
    );
    const traffic = sumOf(demands, (one) => one.receivedBytes + one.sentBytes);
    const softirqCores = 0.006 + 6e-9 * traffic;
    const wantedCores = sumOf(demands, ({ cores }) => cores);
    const granted = Math.min(1, ((CORES - softirqCores) * MOST_BUSY) / wantedCores);
    const { full, written } = this.fill(demands, seconds);
    const swapBytes = memory.pagesOut * 4096;
    this.disks.step(demands, { steady, seconds, swapBytes });
    // What is left of a hundredth may come due for many at once.
    const most = Math.floor((CORES - softirqCores) * MOST_BUSY * seconds * 100);
    const share = this.cpu.share(demands, { seconds, granted, most });
    const usedCores = (share.user + share.system) / (100 * seconds);
    const iowaitCores = Math.min(this.disks.waiting, Math.max(0, CORES - usedCores - softirqCores) * 0.98);
    this.cpu.count(steady, seconds, { ...share, softirq: softirqCores, iowait: iowaitCores });
    const uses = [...demands].map(([program, demand]) =>
      this.useOf(program, demand, { memory, ticks: share.ticks.get(program) ?? 0, seconds }),
    );
    return {
      ...interval,
      uses: uses.filter(({ program }) => program !== memory.killed?.program),
      memory,
      wantedCores,
      granted,
      softirqCores,
      iowaitCores,
      busy: Math.min(1, (usedCores + softirqCores) / CORES),
      blocked: uses.filter(({ state }) => state === "uninterruptible").length,
      forks: sumOf(demands, ({ forks }) => forks) + 1.4,
      full,
      written,
      killed: memory.killed,
    };
  }

  /** Files grow on their mounts, as long as there is room. */
  private fill(demands: Map<Program, Demand>, seconds: number): { full: string[]; written: Map<number, number> } {
    const full: string[] = [];
    const written = new Map<number, number>();
    for (const [{ pid }, { fills, writtenBytes }] of demands) {
      const mount = this.mounts.find(({ mountpoint }) => mountpoint === (fills ?? "/"));
      if (!mount) continue;
      // Logs are rotated and tables vacuumed: little of what is written elsewhere stays.
      const wanted = Math.round(writtenBytes * seconds * (fills === null ? 0.004 : 1));
      const bytes = Math.min(wanted, mount.sizeBytes - mount.usedBytes);
      if (bytes < wanted) full.push(mount.mountpoint);
      mount.usedBytes += bytes;
      if (fills !== null) written.set(pid, bytes / seconds);
    }
    return { full, written };
  }

  private useOf(program: Program, demand: Demand, given: { memory: MemoryTick; ticks: number; seconds: number }): ProgramUse {
    const { memory, ticks, seconds } = given;
    const swappedBytes = memory.swappedOf?.program === program ? memory.swappedOf.bytes : 0;
    const own = Math.round(demand.privateBytes / 4096) * 4096;
    const isWaiting = demand.readBytes + demand.writtenBytes > WAITS_FROM;
    const state = program.command === "" ? "idle" : isWaiting ? "uninterruptible" : ticks > 50 * seconds ? "running" : "sleeping";
    return {
      program,
      demand,
      ticks,
      residentBytes: program.command === "" ? 0 : own - swappedBytes + program.sharedBytes,
      swappedBytes,
      readBytes: Math.round(demand.readBytes),
      writtenBytes: Math.round(demand.writtenBytes),
      state,
    };
  }
}

function sumOf(demands: ReadonlyMap<Program, Demand>, of: (demand: Demand) => number): number {
  let sum = 0;
  for (const demand of demands.values()) sum += of(demand);
  return sum;
}

/** The process table's row; `begin` is when the story began, in epoch milliseconds. */
export function rowOf(use: ProgramUse, seconds: number, begin: number): ProcessRow {
  const { program, demand, ticks } = use;
  const isKernel = program.command === "";
  const faults = isKernel ? 0 : Math.round(2 + 90 * demand.cores + 30 * demand.forks);
  return {
    pid: program.pid,
    startedAt: begin + Math.round(program.startedAt * 1000),
    parentPid: program.parentPid,
    name: program.name,
    command: program.command,
    user: program.user,
    state: use.state,
    cpu: ticks / (100 * seconds),
    memoryBytes: use.residentBytes,
    virtualBytes: isKernel ? 0 : Math.ceil((2.1 * (use.residentBytes + use.swappedBytes) + 60 * 2 ** 20) / 2 ** 22) * 2 ** 22,
    threads: program.threads,
    readBytesPerSecond: use.readBytes,
    writeBytesPerSecond: use.writtenBytes,
    minorFaultsPerSecond: faults,
    majorFaultsPerSecond: 0,
    openFiles: program.openFiles + demand.connections,
    voluntarySwitchesPerSecond: Math.round(40 * demand.cores),
    involuntarySwitchesPerSecond: Math.round(6 * demand.cores),
    shortLivedPerSecond: demand.forks > 0 ? Math.round(demand.forks) : null,
    group: program.group,
    sessionId: program.sessionId,
    sharedBytes: program.sharedBytes,
    swapBytes: use.swappedBytes,
  };
}
