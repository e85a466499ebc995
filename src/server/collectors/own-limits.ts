/** What a container allows to Hostscope in it: there the limit, and not the machine, is the whole. */
import { existsSync } from "node:fs";
import type { Reading } from "~/domain/sample";
import { keyedValue, parseLimit } from "./cgroup-files";
import { groupName } from "./cgroup-name";
import { cgroupVersion, placeOf } from "./cgroup-tree";
import { readCpuLimit, readMemoryLimit } from "./cgroups";
import type { Roots } from "./collector";
import { isMissing, type KeptFile, readKept, readText, TICKS_PER_SECOND } from "./procfs";

/** The path of a controller in /proc/PID/cgroup; "" for version 2. */
function pathOf(text: string, controller: string): string | null {
  for (const line of text.split("\n")) {
    const [, controllers, ...path] = line.split(":");
    if (controllers?.split(",").includes(controller)) return path.join(":");
  }
  return null;
}

/**
 * The folder of the container that we are in, as a path below the mount of the control groups; null outside of any. With the
 * host's /proc mounted for us its first process is not in our container: then the host is what is asked for.
 */
function ownContainer({ proc, sys }: Roots, version: 1 | 2): string | null {
  const [own, first] = [readText(`${proc}/self/cgroup`), readText(`${proc}/1/cgroup`)];
  if (own === null || first === null) return null;
  const controller = version === 2 ? "" : "memory";
  const [path, firstPath] = [pathOf(own, controller), pathOf(first, controller)];
  if (path === null || firstPath === null) return null;
  if (path === "/") {
    // A namespace of its own shows our group as the root; the true root of version 2 has no limit to set.
    return firstPath === "/" && (version === 1 || existsSync(`${sys}/fs/cgroup/memory.max`)) ? "" : null;
  }
  const name = groupName(own);
  if (name === null || name.endsWith(".service") || name !== groupName(first)) return null;
  // Without a namespace only our own group is mounted, and its path does not exist in there.
  const mounted = `${sys}/fs/cgroup${version === 2 ? "" : "/memory"}${path}`;
  return existsSync(mounted) ? path : "";
}

function readNumberOf(file: KeptFile, parse: (bytes: Buffer) => number): number {
  try {
    return parse(readKept(file));
  } catch (error) {
    if (isMissing(error)) return Number.NaN;
    throw error;
  }
}

export interface OwnLimits {
  memory: { limitBytes: number; readUsedBytes: () => { used: number; cached: number; workingSet: number } } | null;
  cpu: { limit: number; readSeconds: () => { user: number; system: number } } | null;
}

/** Read once at the start: a limit that is changed later holds from the next start on. */
export function readOwnLimits(roots: Roots): OwnLimits {
  const version = cgroupVersion(roots);
  const path = version === null ? null : ownContainer(roots, version);
  if (version === null || path === null) return { memory: null, cpu: null };
  const place = placeOf(roots, version, path);
  const second = version === 2;
  const limitBytes = readMemoryLimit(place);
  const cpuLimit = readCpuLimit(place);
  const usage: KeptFile = { path: `${place.memory}/${second ? "memory.current" : "memory.usage_in_bytes"}` };
  const stat: KeptFile = { path: `${place.memory}/memory.stat` };
  const [inactive, file] = second ? ["inactive_file", "file"] : ["total_inactive_file", "total_cache"];
  const cpu: KeptFile = { path: second ? `${place.cpu}/cpu.stat` : `${place.cpuacct}/cpuacct.stat` };
  const [user, system, perSecond] = second ? ["user_usec", "system_usec", 1e6] : ["user", "system", TICKS_PER_SECOND];
  return {
    memory: Number.isNaN(limitBytes)
      ? null
      : {
          limitBytes,
          readUsedBytes: () => {
            const used = readNumberOf(usage, parseLimit);
            const workingSet = Math.max(0, used - readNumberOf(stat, (bytes) => keyedValue(bytes, inactive as string)));
            return { used, workingSet, cached: readNumberOf(stat, (bytes) => keyedValue(bytes, file as string)) };
          },
        },
    cpu: Number.isNaN(cpuLimit)
      ? null
      : {
          limit: cpuLimit,
          readSeconds: () => {
            const seconds = (word: string) => readNumberOf(cpu, (bytes) => keyedValue(bytes, word)) / (perSecond as number);
            return { user: seconds(user as string), system: seconds(system as string) };
          },
        },
  };
}

const LIMITED = new Set(["system.memory.limit", "system.memory.linux.available", "system.memory.usage"]);

/** The machine's memory as a container may use it: its limit is the whole, what it cannot give back is used. */
export function withinMemoryLimit(readings: readonly Reading[], { memory }: OwnLimits): readonly Reading[] {
  const machine = readings.find(({ metric }) => metric === "system.memory.limit")?.value ?? Number.NaN;
  if (!memory || !(memory.limitBytes < machine)) return readings;
  const { used, cached, workingSet } = memory.readUsedBytes();
  const available = readings.find(({ metric }) => metric === "system.memory.linux.available")?.value ?? Number.POSITIVE_INFINITY;
  const own: Reading[] = [
    { metric: "system.memory.limit", value: memory.limitBytes },
    { metric: "system.memory.linux.available", value: Math.max(0, Math.min(available, memory.limitBytes - workingSet)) },
    { metric: "system.memory.usage", labels: { "system.memory.state": "free" }, value: Math.max(0, memory.limitBytes - used) },
    { metric: "system.memory.usage", labels: { "system.memory.state": "cached" }, value: cached },
  ];
  return [...own.filter(({ value }) => value >= 0), ...readings.filter(({ metric }) => !LIMITED.has(metric))];
}

/** What the share of the CPU is measured against in a container with a quota. */
export function quotaReadings({ cpu }: OwnLimits): Reading[] {
  if (!cpu) return [];
  const { user, system } = cpu.readSeconds();
  const readings = [
    { metric: "system.cpu.quota.limit", value: cpu.limit },
    { metric: "system.cpu.quota.time", labels: { "cpu.mode": "user" }, value: user },
    { metric: "system.cpu.quota.time", labels: { "cpu.mode": "system" }, value: system },
  ];
  return readings.filter(({ value }) => value >= 0);
}
