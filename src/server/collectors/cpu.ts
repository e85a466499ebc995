import type { Labels, Reading } from "~/domain/sample";
import type { Collector, Roots } from "./collector";
import { quotaReadings, readContainerLimits } from "./container-limits";
import { ByteReader, type KernelFile, namesIn, readKernelFile, readNumber, TICKS_PER_SECOND } from "./procfs";

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

/** Parses /proc/stat. user and nice include guest time, which is told once more by itself: it is no part of a sum. */
export function parseStat(bytes: Buffer): Reading[] {
  const readings: Reading[] = [];
  const reader = new ByteReader(bytes);
  const ticks = new Array<number>(MODES.length);
  let cores = 0;
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
      cores++;
    } else {
      for (const [word, metric] of SINGLE_VALUES) {
        if (!reader.startsWith(word)) continue;
        const value = reader.number();
        if (value >= 0) readings.push({ metric, value });
        break;
      }
    }
  }
  if (cores > 0) {
    readings.push({ metric: "system.cpu.logical.count", value: cores });
    readings.push({ metric: "system.cpu.guest.time", value: guestTicks / TICKS_PER_SECOND });
  }
  return readings;
}

/** Cores with frequency scaling. Looked up once: hotplug does not add policy directories to running cores. */
function findFrequencies(sys: string): { path: string; labels: Labels }[] {
  return namesIn(`${sys}/devices/system/cpu`)
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => ({
      path: `${sys}/devices/system/cpu/${name}/cpufreq/scaling_cur_freq`,
      labels: labelsOf(Number(name.slice(3))).core,
    }))
    .filter(({ path }) => readNumber(path) !== null);
}

/** Physical cores from the topology: distinct (package, core) pairs. Null when the kernel does not expose it. */
export function countPhysicalCores(sys: string): number | null {
  const cores = new Set<string>();
  for (const name of namesIn(`${sys}/devices/system/cpu`)) {
    if (!/^cpu\d+$/.test(name)) continue;
    const topology = `${sys}/devices/system/cpu/${name}/topology`;
    const core = readNumber(`${topology}/core_id`);
    if (core !== null) cores.add(`${readNumber(`${topology}/physical_package_id`)}:${core}`);
  }
  return cores.size > 0 ? cores.size : null;
}

export function openCpu(roots: Roots): Collector {
  const stat: KernelFile = { path: `${roots.proc}/stat`, whole: true };
  const frequencies = findFrequencies(roots.sys);
  const physical = countPhysicalCores(roots.sys);
  const limits = readContainerLimits(roots);
  return {
    name: "cpu",
    collect: () => {
      const readings = parseStat(readKernelFile(stat));
      if (physical !== null) readings.push({ metric: "system.cpu.physical.count", value: physical });
      readings.push(...quotaReadings(limits));
      for (const { path, labels } of frequencies) {
        const kilohertz = readNumber(path);
        if (kilohertz !== null) readings.push({ metric: "system.cpu.frequency", labels, value: kilohertz * 1000 });
      }
      return readings;
    },
  };
}
