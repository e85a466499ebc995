/** Limits of the container that Hostscope runs in. With a limit, utilization refers to it instead of the machine. */
import { existsSync } from "node:fs";
import type { Reading } from "~/domain/sample";
import type { Roots } from "../roots";
import { keyedValue, parseLimit } from "./cgroup-files";
import { groupName } from "./cgroup-name";
import { cgroupVersion, foldersOf } from "./cgroup-tree";
import { readCpuLimit, readMemoryLimit } from "./cgroups";
import { closeKernelFile, isUnreadable, type KernelFile, readKernelFile, readText, TICKS_PER_SECOND } from "./procfs";

/** The path of a controller in /proc/PID/cgroup; "" for version 2. */
function pathOf(text: string, controller: string): string | null {
  for (const line of text.split("\n")) {
    const [, controllers, ...path] = line.split(":");
    if (controllers?.split(",").includes(controller)) return path.join(":");
  }
  return null;
}

/**
 * Our container's cgroup, as a path below the cgroup mount; null outside a container. If the host's /proc is mounted for us, its
 * pid 1 is not in our container: then we monitor the host.
 */
function ownContainer(roots: Roots, version: 1 | 2): string | null {
  const { proc, sys } = roots;
  const [own, first] = [readText(`${proc}/self/cgroup`), readText(`${proc}/1/cgroup`)];
  if (own === null || first === null) return null;
  const controller = version === 2 ? "" : "memory";
  const [path, firstPath] = [pathOf(own, controller), pathOf(first, controller)];
  if (path === null || firstPath === null || firstPath.startsWith("/..")) return null;
  // In a cgroup namespace our container is the root, and systemd in it makes groups below. The real root has no limits: in version 2
  // not even the file, in version 1 no number in it.
  if (isLimited(roots, version)) return "";
  if (path === "/") return null;
  const name = groupName(own);
  if (name === null || name.endsWith(".service") || name !== groupName(first)) return null;
  // Without a cgroup namespace, only our own group is mounted, and its path does not exist below the mount.
  const mounted = `${sys}/fs/cgroup${version === 2 ? "" : "/memory"}${path}`;
  return existsSync(mounted) ? path : "";
}

/** True when the root of the cgroup mount is a group with limits of its own. */
function isLimited(roots: Roots, version: 1 | 2): boolean {
  const root = foldersOf(roots, version, "");
  if (version === 2) return existsSync(`${root.memory}/memory.max`) || existsSync(`${root.cpu}/cpu.max`);
  return !Number.isNaN(readMemoryLimit(root)) || readCpuLimit(root) > 0;
}

/** Empty where it cannot be read: its numbers are NaN then. */
function bytesOf(file: KernelFile): Buffer {
  try {
    return readKernelFile(file);
  } catch (error) {
    if (isUnreadable(error)) return Buffer.alloc(0);
    throw error;
  }
}

/** Parts of a container's memory in bytes; NaN where its cgroup version does not count one. */
interface OwnMemory {
  used: number;
  cached: number;
  workingSet: number;
  shared: number;
  reclaimableSlab: number;
  unreclaimableSlab: number;
}

/** Lines of memory.stat. Version 1 does not count slab there. */
const MEMORY_LINES = {
  1: { inactiveFile: "total_inactive_file", cached: "total_cache", shared: "total_shmem" },
  2: { inactiveFile: "inactive_file", cached: "file", shared: "shmem" },
} as const;

export interface ContainerLimits {
  memory: { limitBytes: number; readUsedBytes: () => OwnMemory } | null;
  cpu: { limit: number; readSeconds: () => { user: number; system: number } } | null;
  close: () => void;
}

const NO_LIMITS: ContainerLimits = { memory: null, cpu: null, close: () => undefined };

const LOOK_EVERY_MS = 30_000;

/** The limits at a tick's time. A limit can be changed while the container runs, so they are read again each half minute. */
export function openContainerLimits(roots: Roots): (at: number) => ContainerLimits {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let limits: ContainerLimits = NO_LIMITS;
  return (at) => {
    if (Math.abs(at - lookedAt) < LOOK_EVERY_MS) return limits;
    lookedAt = at;
    limits.close();
    limits = readContainerLimits(roots);
    return limits;
  };
}

function readContainerLimits(roots: Roots): ContainerLimits {
  const version = cgroupVersion(roots);
  const path = version === null ? null : ownContainer(roots, version);
  if (version === null || path === null) return NO_LIMITS;
  const place = foldersOf(roots, version, path);
  const second = version === 2;
  const limitBytes = readMemoryLimit(place);
  const cpuLimit = readCpuLimit(place);
  const lines = MEMORY_LINES[version];
  const usage: KernelFile = { path: `${place.memory}/${second ? "memory.current" : "memory.usage_in_bytes"}` };
  const stat: KernelFile = { path: `${place.memory}/memory.stat` };
  const cpu: KernelFile = { path: second ? `${place.cpu}/cpu.stat` : `${place.cpuacct}/cpuacct.stat` };
  const [user, system, perSecond] = second ? ["user_usec", "system_usec", 1e6] : ["user", "system", TICKS_PER_SECOND];
  return {
    memory: Number.isNaN(limitBytes)
      ? null
      : {
          limitBytes,
          readUsedBytes: () => {
            const used = parseLimit(bytesOf(usage));
            const bytes = bytesOf(stat);
            const lineOf = (word: string) => keyedValue(bytes, word);
            return {
              used,
              cached: lineOf(lines.cached),
              workingSet: Math.max(0, used - lineOf(lines.inactiveFile)),
              shared: lineOf(lines.shared),
              reclaimableSlab: second ? lineOf("slab_reclaimable") : Number.NaN,
              unreclaimableSlab: second ? lineOf("slab_unreclaimable") : Number.NaN,
            };
          },
        },
    cpu: Number.isNaN(cpuLimit)
      ? null
      : {
          limit: cpuLimit,
          readSeconds: () => {
            const seconds = (word: string) => keyedValue(bytesOf(cpu), word) / (perSecond as number);
            return { user: seconds(user as string), system: seconds(system as string) };
          },
        },
    close: () => {
      for (const file of [usage, stat, cpu]) closeKernelFile(file);
    },
  };
}

const LIMITED = new Set([
  "system.memory.limit",
  "system.memory.linux.available",
  "system.memory.usage",
  "system.memory.linux.shared",
  "system.memory.linux.slab.usage",
]);

/** Replaces the machine's memory by the container's: its limit is the total, its working set is what it cannot give back. */
export function withinMemoryLimit(readings: readonly Reading[], { memory }: ContainerLimits): readonly Reading[] {
  const machine = readings.find(({ metric }) => metric === "system.memory.limit")?.value ?? Number.NaN;
  if (!memory || !(memory.limitBytes < machine)) return readings;
  const { used, cached, workingSet, shared, reclaimableSlab, unreclaimableSlab } = memory.readUsedBytes();
  const available = readings.find(({ metric }) => metric === "system.memory.linux.available")?.value ?? Number.POSITIVE_INFINITY;
  const own: Reading[] = [
    { metric: "system.memory.limit", value: memory.limitBytes },
    { metric: "system.memory.linux.available", value: Math.max(0, Math.min(available, memory.limitBytes - workingSet)) },
    { metric: "system.memory.usage", labels: { "system.memory.state": "free" }, value: Math.max(0, memory.limitBytes - used) },
    { metric: "system.memory.usage", labels: { "system.memory.state": "cached" }, value: cached },
    { metric: "system.memory.linux.shared", value: shared },
    {
      metric: "system.memory.linux.slab.usage",
      labels: { "system.memory.linux.slab.state": "reclaimable" },
      value: reclaimableSlab,
    },
    {
      metric: "system.memory.linux.slab.usage",
      labels: { "system.memory.linux.slab.state": "unreclaimable" },
      value: unreclaimableSlab,
    },
  ];
  return [...own.filter(({ value }) => value >= 0), ...readings.filter(({ metric }) => !LIMITED.has(metric))];
}

/** The CPU quota and the time used of it: in a container with a quota, CPU utilization is derived from them. */
export function quotaReadings({ cpu }: ContainerLimits): Reading[] {
  if (!cpu) return [];
  const { user, system } = cpu.readSeconds();
  const readings = [
    { metric: "system.cpu.quota.limit", value: cpu.limit },
    { metric: "system.cpu.quota.time", labels: { "cpu.mode": "user" }, value: user },
    { metric: "system.cpu.quota.time", labels: { "cpu.mode": "system" }, value: system },
  ];
  return readings.filter(({ value }) => value >= 0);
}
