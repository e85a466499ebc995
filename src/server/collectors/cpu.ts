import { existsSync } from "node:fs";
import type { Labels, Reading } from "~/domain/sample";
import type { Roots } from "../roots";
import type { Collector } from "./collector";
import { openContainerLimits, quotaReadings } from "./container-limits";
import { CpuSums } from "./cpu-sums";
import { guarded } from "./kernel-files";
import {
  ByteReader,
  closeKernelFile,
  type KernelFile,
  namesIn,
  readKernelFileOnce,
  readNumber,
  readText,
  TICKS_PER_SECOND,
} from "./procfs";

const MODES = ["user", "nice", "system", "idle", "iowait", "interrupt", "softirq", "steal"] as const;

/** Lines of /proc/stat of which only the first number is used. */
const SINGLE_VALUES = [
  ["intr ", "system.cpu.interrupts"],
  ["ctxt ", "system.cpu.context_switches"],
  ["processes ", "system.process.created"],
  ["procs_running ", "system.process.runnable"],
  ["procs_blocked ", "system.process.blocked"],
] as const;

type CoreLabels = { modes: Labels[]; core: Labels };

const coreLabels = new Map<number, CoreLabels>();

function labelsOf(core: number): CoreLabels {
  let labels = coreLabels.get(core);
  if (!labels) {
    const number = String(core);
    labels = {
      modes: MODES.map((mode) => ({ "cpu.mode": mode, "cpu.logical_number": number })),
      core: { "cpu.logical_number": number },
    };
    coreLabels.set(core, labels);
  }
  return labels;
}

const GUEST_TIME = "system.cpu.guest.time";

/**
 * Parses /proc/stat. user and nice include guest time, which is told once more by itself, summed over the CPUs that are online: it is no
 * part of a sum. Adds these to `cpus`.
 */
export function parseStat(bytes: Buffer, cpus: number[] = []): Reading[] {
  const readings: Reading[] = [];
  const reader = new ByteReader(bytes);
  const ticks = new Array<number>(MODES.length);
  let guestTicks = 0;
  for (; !reader.done; reader.nextLine()) {
    if (reader.startsWith("cpu")) {
      if (reader.startsWith("cpu ")) continue;
      const core = reader.number();
      for (let i = 0; i < MODES.length; i++) ticks[i] = reader.number();
      const guest = reader.number() || 0;
      const guestNice = reader.number() || 0;
      const labels = labelsOf(core).modes;
      // Kernels before 2.6.11 have fewer columns.
      for (let i = 0; i < MODES.length; i++) {
        const value = ticks[i] as number;
        if (value >= 0) readings.push({ metric: "system.cpu.time", labels: labels[i], value: value / TICKS_PER_SECOND });
      }
      guestTicks += guest + guestNice;
      cpus.push(core);
    } else {
      for (const [word, metric] of SINGLE_VALUES) {
        if (!reader.startsWith(word)) continue;
        const value = reader.number();
        if (value >= 0) readings.push({ metric, value });
        break;
      }
    }
  }
  if (cpus.length > 0) {
    readings.push({ metric: "system.cpu.logical.count", value: cpus.length });
    readings.push({ metric: GUEST_TIME, value: guestTicks / TICKS_PER_SECOND });
  }
  return readings;
}

interface Frequency {
  file: KernelFile;
  labels: Labels;
  /** NaN when it cannot be read: a CPU that is offline refuses. */
  kilohertz: number;
  /** Epoch milliseconds. */
  readAt: number;
}

const cpuFolders = (sys: string) => namesIn(`${sys}/devices/system/cpu`).filter((name) => /^cpu\d+$/.test(name));

/** Cores with frequency scaling. */
function findFrequencies(sys: string): Frequency[] {
  return cpuFolders(sys)
    .map((name) => ({
      file: { path: `${sys}/devices/system/cpu/${name}/cpufreq/scaling_cur_freq` },
      labels: labelsOf(Number(name.slice(3))).core,
      kilohertz: Number.NaN,
      readAt: Number.NEGATIVE_INFINITY,
    }))
    .filter(({ file }) => existsSync(file.path));
}

/**
 * Physical cores of the CPUs that are online: those that share no threads. Kernels before 5.5 call that list thread_siblings_list;
 * without either, a core is known by package, cluster and number, as the number repeats from cluster to cluster. Unknown numbers are
 * -1. Null when the kernel does not expose it. In LXC, /proc has the `logical` CPUs of the container and /sys all of the host: then the
 * cores are not ours.
 */
export function readTopology(sys: string, logical: number): { physical: number | null; isOfHost: boolean } {
  const cores = new Set<string>();
  let online = 0;
  for (const name of cpuFolders(sys)) {
    const topology = `${sys}/devices/system/cpu/${name}/topology`;
    const threads = readText(`${topology}/core_cpus_list`) || readText(`${topology}/thread_siblings_list`);
    const part = (file: string) => readNumber(`${topology}/${file}`) ?? -1;
    if (!threads && part("core_id") < 0) continue;
    cores.add(threads || ["physical_package_id", "cluster_id", "core_id"].map(part).join(":"));
    online++;
  }
  const isOfHost = online > logical;
  return { physical: cores.size === 0 || isOfHost ? null : cores.size, isOfHost };
}

/** CPUs are taken offline and brought back: what is known of them is looked at again this often, and when their number changes. */
const LOOK_EVERY_MS = 60_000;

/**
 * Time for the frequencies of a tick. Some kernels and drivers wait for up to 20 ms to measure one (prometheus/node_exporter#1086): then the
 * other CPUs have their turn at the next ticks.
 */
const FREQUENCIES_MS = 5;
/** A frequency that was not read at this tick is told for this long. */
const KEPT_MS = 30_000;

class Topology {
  private lookedAt = Number.NEGATIVE_INFINITY;
  private logical = Number.NaN;
  private physical: number | null = null;
  private frequencies: Frequency[] = [];
  /** Index of the frequency that is read next. */
  private turn = 0;

  /** `clock` is monotonic, in milliseconds. */
  constructor(
    private readonly sys: string,
    private readonly clock: () => number,
  ) {}

  read(logical: number, at: number): Reading[] {
    if (!Object.is(logical, this.logical) || Math.abs(at - this.lookedAt) >= LOOK_EVERY_MS) this.look(logical, at);
    const readings: Reading[] = [];
    if (this.physical !== null) readings.push({ metric: "system.cpu.physical.count", value: this.physical });
    this.readFrequencies(at);
    for (const { labels, kilohertz, readAt } of this.frequencies) {
      const isNew = Math.abs(at - readAt) < KEPT_MS;
      // One that waits for its turn keeps its series, without a value.
      if (!isNew || kilohertz > 0)
        readings.push({ metric: "system.cpu.frequency", labels, value: isNew ? kilohertz * 1000 : Number.NaN });
    }
    return readings;
  }

  private readFrequencies(at: number): void {
    const until = this.clock() + FREQUENCIES_MS;
    for (let read = 0; read < this.frequencies.length; read++) {
      this.turn %= this.frequencies.length;
      const one = this.frequencies[this.turn++] as Frequency;
      one.kilohertz = numberIn(one.file);
      one.readAt = at;
      if (this.clock() >= until) break;
    }
  }

  private look(logical: number, at: number): void {
    this.lookedAt = at;
    this.logical = logical;
    const { physical, isOfHost } = readTopology(this.sys, logical);
    this.physical = physical;
    for (const { file } of this.frequencies) closeKernelFile(file);
    const known = new Map(this.frequencies.map((one) => [one.file.path, one]));
    this.frequencies = isOfHost ? [] : findFrequencies(this.sys).map((one) => known.get(one.file.path) ?? one);
  }
}

function numberIn(file: KernelFile): number {
  try {
    return new ByteReader(readKernelFileOnce(file)).number();
  } catch {
    return Number.NaN;
  }
}

export function openCpu(roots: Roots, clock = () => performance.now()): Collector {
  const topology = new Topology(roots.sys, clock);
  const limits = openContainerLimits(roots);
  const guests = new CpuSums();
  const parse = (bytes: Buffer, at: number) => {
    const cpus: number[] = [];
    const told = parseStat(bytes, cpus);
    const readings = told.filter(({ metric }) => metric !== GUEST_TIME);
    const sums = told.filter(({ metric }) => metric === GUEST_TIME);
    readings.push(...guests.next(cpus.join(), sums));
    const logical = readings.find(({ metric }) => metric === "system.cpu.logical.count")?.value ?? Number.NaN;
    readings.push(...topology.read(logical, at), ...quotaReadings(limits(at)));
    return readings;
  };
  return guarded("cpu", [{ file: { path: `${roots.proc}/stat`, whole: true }, parse, usual: true }]);
}
