/** CPU time in the kernel's hundredths of a second: what all processes and the kernel use is what the cores count. Pure. */
import { noise } from "./noise";
import type { Program } from "./program";

export const CORES = 4;
export const MODES = ["user", "nice", "system", "idle", "iowait", "interrupt", "softirq", "steal"] as const;
export type Mode = (typeof MODES)[number];

/** Hundredths of a second of each core by mode, since the boot. */
export type CoreTimes = Record<Mode, number>[];

export interface CpuShare {
  /** Hundredths of a second that a program had. */
  ticks: Map<Program, number>;
  user: number;
  system: number;
}

/** Keeps what is less than a hundredth for the next time, so that nothing is lost. */
class Remainders<Key> {
  private readonly rest = new Map<Key, number>();

  whole(key: Key, amount: number, most = Number.POSITIVE_INFINITY): number {
    const sum = amount + (this.rest.get(key) ?? 0);
    const whole = Math.min(most, Math.floor(sum + 1e-9));
    this.rest.set(key, sum - whole);
    return whole;
  }
}

export class CpuTime {
  readonly cores: CoreTimes = Array.from({ length: CORES }, (_, core) => ({
    user: 2_000_000 + 7919 * core,
    nice: 12_000 + core,
    system: 700_000 + 3571 * core,
    idle: 99_000_000 - 11_000 * core,
    iowait: 90_000 + 1009 * core,
    interrupt: 0,
    softirq: 60_000 + 409 * core,
    steal: 0,
  }));
  private readonly ofPrograms = new Remainders<Program>();
  private readonly ofSystem = new Remainders<Program>();
  private readonly ofKernel = new Remainders<Mode>();

  /** Gives each program the part `granted` of the CPU that it wants; together no more than `most` hundredths. */
  share(
    wanted: ReadonlyMap<Program, { cores: number; systemShare: number }>,
    { seconds, granted, most }: { seconds: number; granted: number; most: number },
  ): CpuShare {
    const share: CpuShare = { ticks: new Map(), user: 0, system: 0 };
    let left = most;
    for (const [one, { cores, systemShare }] of [...wanted].sort(([, a], [, b]) => a.cores - b.cores)) {
      const ticks = this.ofPrograms.whole(one, cores * granted * seconds * 100, left);
      left -= ticks;
      const system = Math.min(ticks, this.ofSystem.whole(one, ticks * systemShare));
      share.ticks.set(one, ticks);
      share.system += system;
      share.user += ticks - system;
    }
    return share;
  }

  /** Counts an interval on the cores; what no mode takes is idle. `softirq` and `iowait` are in cores. */
  count(steady: number, seconds: number, used: Pick<CpuShare, "user" | "system"> & { softirq: number; iowait: number }): void {
    const left = this.cores.map(() => seconds * 100);
    const spread = (mode: Mode, ticks: number) => {
      const weights = left.map((free, core) => free * (1 + 0.35 * noise(steady, 30, 200 + core)));
      const all = weights.reduce((sum, weight) => sum + weight, 0);
      let rest = Math.min(
        ticks,
        left.reduce((sum, free) => sum + free, 0),
      );
      const take = (core: number, wanted: number) => {
        const taken = Math.min(wanted, left[core] as number, rest);
        (this.cores[core] as Record<Mode, number>)[mode] += taken;
        left[core] = (left[core] as number) - taken;
        rest -= taken;
      };
      for (const [core, weight] of weights.entries()) take(core, Math.floor((ticks * weight) / Math.max(1, all)));
      for (let core = 0; rest > 0; core = (core + 1) % CORES) take(core, Math.max(1, Math.floor(rest / CORES)));
    };
    spread("softirq", this.ofKernel.whole("softirq", used.softirq * seconds * 100));
    spread("system", used.system);
    spread("user", used.user);
    spread("iowait", this.ofKernel.whole("iowait", used.iowait * seconds * 100));
    for (const [core, free] of left.entries()) (this.cores[core] as Record<Mode, number>).idle += free;
  }
}
