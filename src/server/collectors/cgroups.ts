/** Containers and systemd units: CPU, throttling, memory and its limit, I/O, network and tasks of their cgroups. */
import { existsSync } from "node:fs";
import type { Labels, Reading } from "~/domain/sample";
import type { Roots } from "../roots";
import { BlockDevices } from "./block-devices";
import { type BytesMoved, keyedValue, parseBlkio, parseCpuMax, parseIoStat, parseLimit } from "./cgroup-files";
import { TreeKills } from "./cgroup-kills";
import { type ContainerNetwork, containerNetwork, readContainerNetDev } from "./cgroup-network";
import { type CgroupFolders, cgroupVersion, type FoundCgroup, findCgroups, foldersOf } from "./cgroup-tree";
import type { Collector, Tick } from "./collector";
import { closeKernelFile, type KernelFile, readKernelFile } from "./procfs";

/** Groups that are read, containers first. An idle one costs one read a tick. */
const MOST = 400;
const LOOK_EVERY_MS = 10_000;
/** Values that change slowly, or that the kernel has to sum up, are read once per this many ticks. */
const SLOW_EVERY_TICKS = 5;
/** After this many ticks without CPU time a group does no I/O either: the kernel's writeback for it is over by then. */
const RESTING_AFTER_TICKS = 60;
const RESTING_EVERY_TICKS = 10;

const PREFIX = { container: "container", unit: "systemd.service" } as const;
const METRICS = [
  "cpu.time",
  "cpu.throttled.time",
  "cpu.throttled.periods",
  "cpu.limit",
  "memory.usage",
  "memory.working_set",
  "memory.limit",
  "memory.oom_kill.count",
  "disk.io",
  "network.io",
  "network.sharing",
  "task.count",
  "task.limit",
] as const;
/** Built once: strings that are built at each tick have to be compared character by character. */
const namesOf = (prefix: string) => new Map(METRICS.map((name) => [name, `${prefix}.${name}`]));
const NAMES = { container: namesOf(PREFIX.container), unit: namesOf(PREFIX.unit) };

/** Limits rarely change: they are read once per this many ticks. */
const LIMITS_EVERY_TICKS = 30;
/** A file that was never there costs more than one that is: it is looked for once per this many ticks. */
const ABSENT_EVERY_TICKS = 10;

interface CgroupLabels {
  plain: Labels;
  read: Labels;
  write: Labels;
  receive: Labels;
  transmit: Labels;
}

/** A file that exists only while its controller is enabled for the group. */
interface GroupFile extends KernelFile {
  wasRead?: true;
}

/** One cgroup and its last readings. NaN is "no reading" and is not reported. */
interface Watched extends FoundCgroup {
  names: CgroupLabels;
  cpu: GroupFile;
  throttled: GroupFile;
  memory: GroupFile;
  io: GroupFile;
  place: CgroupFolders;
  cpuSeconds: number;
  restTicks: number;
  /** Tick counter. It starts at a different value for each group, so that the slow reads are spread over ticks. */
  turn: number;
  ageTicks: number;
  network: ContainerNetwork | null;
  kills: TreeKills;
  values: Values;
}

interface Values {
  throttledSeconds: number;
  throttledPeriods: number;
  cpuLimit: number;
  memoryBytes: number;
  inactiveBytes: number;
  memoryLimit: number;
  oomKills: number;
  moved: BytesMoved | null;
  traffic: { receive: number; transmit: number } | null;
  sharing: number;
  tasks: number;
  tasksLimit: number;
}

const NOTHING: Values = {
  throttledSeconds: Number.NaN,
  throttledPeriods: Number.NaN,
  cpuLimit: Number.NaN,
  memoryBytes: Number.NaN,
  inactiveBytes: Number.NaN,
  memoryLimit: Number.NaN,
  oomKills: Number.NaN,
  moved: null,
  traffic: null,
  sharing: Number.NaN,
  tasks: Number.NaN,
  tasksLimit: Number.NaN,
};

/** Undefined when the controller is not enabled for this group, when the group is gone, or when it may not be read. */
function readFile<T>(file: KernelFile, parse: (bytes: Buffer) => T): T | undefined {
  try {
    return parse(readKernelFile(file));
  } catch {
    return undefined;
  }
}

/** Like `readFile`, for what is read at each tick. */
function readOften<T>(file: GroupFile, { turn, ageTicks }: Watched, parse: (bytes: Buffer) => T): T | undefined {
  // By turn, as the reads of a resting group.
  if (!file.wasRead && ageTicks > 0 && turn % ABSENT_EVERY_TICKS !== 0) return undefined;
  return readFile(file, (bytes) => {
    file.wasRead = true;
    return parse(bytes);
  });
}

function readOnce(path: string, parse: (bytes: Buffer) => number): number {
  const file: KernelFile = { path };
  const value = readFile(file, parse) ?? Number.NaN;
  closeKernelFile(file);
  return value;
}

/**
 * The name of the file of a group's bytes. On version 1 the plain one leaves out the groups below it, and old kernels have no other. The
 * root tells: a controller may be enabled for the group later.
 */
function ioFileOf(roots: Roots, version: 1 | 2): string {
  if (version === 2) return "io.stat";
  const recursive = "blkio.throttle.io_service_bytes_recursive";
  return existsSync(`${foldersOf(roots, 1, "").io}/${recursive}`) ? recursive : "blkio.throttle.io_service_bytes";
}

function watch(found: FoundCgroup, place: CgroupFolders, { turn, ioFile }: { turn: number; ioFile: string }): Watched {
  const { labels } = found;
  const directed = (key: string, value: string) => ({ ...labels, [key]: value });
  const second = place.version === 2;
  return {
    ...found,
    place,
    names: {
      plain: labels,
      read: directed("disk.io.direction", "read"),
      write: directed("disk.io.direction", "write"),
      receive: directed("network.io.direction", "receive"),
      transmit: directed("network.io.direction", "transmit"),
    },
    cpu: { path: second ? `${place.cpu}/cpu.stat` : `${place.cpuacct}/cpuacct.usage` },
    throttled: { path: `${place.cpu}/cpu.stat` },
    memory: { path: second ? `${place.memory}/memory.current` : `${place.memory}/memory.usage_in_bytes` },
    io: { path: `${place.io}/${ioFile}` },
    cpuSeconds: Number.NaN,
    restTicks: 0,
    turn,
    ageTicks: 0,
    network: null,
    kills: new TreeKills(),
    values: { ...NOTHING },
  };
}

/** CPU time of all tasks in the group. It also shows whether the group is idle. */
function readCpu(one: Watched): void {
  const { values, place } = one;
  const before = one.cpuSeconds;
  one.cpuSeconds = Number.NaN;
  readOften(one.cpu, one, (bytes) => {
    if (place.version === 1) {
      one.cpuSeconds = parseLimit(bytes) / 1e9;
      return;
    }
    one.cpuSeconds = keyedValue(bytes, "usage_usec") / 1e6;
    // These lines exist only while the cpu controller is enabled for the group.
    values.throttledSeconds = keyedValue(bytes, "throttled_usec") / 1e6;
    values.throttledPeriods = keyedValue(bytes, "nr_throttled");
  });
  // Version 1 has a separate file for throttling. Without a quota it contains only zeros.
  if (place.version === 1 && !Number.isNaN(values.cpuLimit)) {
    readOften(one.throttled, one, (bytes) => {
      values.throttledSeconds = keyedValue(bytes, "throttled_time") / 1e9;
      values.throttledPeriods = keyedValue(bytes, "nr_throttled");
    });
  }
  one.restTicks = one.cpuSeconds === before ? one.restTicks + 1 : 0;
}

function readSlow({ place, kills, values }: Watched): void {
  const { version, memory, pids } = place;
  if (version === 2) {
    values.inactiveBytes = readOnce(`${memory}/memory.stat`, (bytes) => keyedValue(bytes, "inactive_file"));
    values.oomKills = readOnce(`${memory}/memory.events`, (bytes) => keyedValue(bytes, "oom_kill"));
  } else {
    values.inactiveBytes = readOnce(`${memory}/memory.stat`, (bytes) => keyedValue(bytes, "total_inactive_file"));
    const killsIn = (group: string) => readOnce(`${group}/memory.oom_control`, (bytes) => keyedValue(bytes, "oom_kill"));
    values.oomKills = kills.count(memory, killsIn);
  }
  values.tasks = readOnce(`${pids}/pids.current`, parseLimit);
}

/** The CPUs that a group may use, NaN without a quota. */
export function readCpuLimit({ version, cpu }: CgroupFolders): number {
  if (version === 2) return readOnce(`${cpu}/cpu.max`, parseCpuMax);
  // A quota of -1 means no quota.
  return readOnce(`${cpu}/cpu.cfs_quota_us`, parseLimit) / readOnce(`${cpu}/cpu.cfs_period_us`, parseLimit);
}

/** Bytes that a group may use, NaN without a limit. */
export function readMemoryLimit({ version, memory }: CgroupFolders): number {
  return readOnce(`${memory}/${version === 2 ? "memory.max" : "memory.limit_in_bytes"}`, parseLimit);
}

function readLimits({ place, values }: Watched): void {
  values.cpuLimit = readCpuLimit(place);
  values.memoryLimit = readMemoryLimit(place);
  values.tasksLimit = readOnce(`${place.pids}/pids.max`, parseLimit);
}

function readGroup(one: Watched, isStacked: (device: string) => boolean): void {
  const { turn } = one;
  const first = one.ageTicks === 0;
  if (first || turn % LIMITS_EVERY_TICKS === 0) readLimits(one);
  readCpu(one);
  const resting = one.restTicks >= RESTING_AFTER_TICKS;
  if (resting && turn % RESTING_EVERY_TICKS !== 0) return;
  const { values, place } = one;
  values.memoryBytes = readOften(one.memory, one, parseLimit) ?? Number.NaN;
  const parseIo = place.version === 2 ? parseIoStat : parseBlkio;
  values.moved = readOften(one.io, one, (bytes) => parseIo(bytes, isStacked)) ?? null;
  values.traffic = one.network && readContainerNetDev(one.network.file);
  if (first || resting || turn % SLOW_EVERY_TICKS === 0) readSlow(one);
}

function readingsOf({ kind, names, cpuSeconds, values }: Watched): Reading[] {
  const metrics = NAMES[kind];
  const readings: Reading[] = [];
  const add = (name: (typeof METRICS)[number], value: number, labels = names.plain) => {
    if (value >= 0) readings.push({ metric: metrics.get(name) as string, labels, value });
  };
  add("cpu.time", cpuSeconds);
  add("cpu.throttled.time", values.throttledSeconds);
  add("cpu.throttled.periods", values.throttledPeriods);
  add("cpu.limit", values.cpuLimit);
  add("memory.usage", values.memoryBytes);
  add("memory.working_set", Math.max(0, values.memoryBytes - values.inactiveBytes));
  add("memory.limit", values.memoryLimit);
  add("memory.oom_kill.count", values.oomKills);
  if (values.moved) {
    add("disk.io", values.moved.read, names.read);
    add("disk.io", values.moved.written, names.write);
  }
  if (values.traffic) {
    add("network.io", values.traffic.receive, names.receive);
    add("network.io", values.traffic.transmit, names.transmit);
  }
  add("network.sharing", values.sharing);
  add("task.count", values.tasks);
  add("task.limit", values.tasksLimit);
  return readings;
}

function close(one: Watched): void {
  for (const file of [one.cpu, one.throttled, one.memory, one.io, one.network?.file]) if (file) closeKernelFile(file);
}

/** Containers of a pod have one network: each of them shows its traffic, and how many do. */
function countSharing(watched: readonly Watched[]): void {
  const counts = new Map<string, number>();
  for (const { network } of watched) if (network) counts.set(network.namespace, (counts.get(network.namespace) ?? 0) + 1);
  for (const { network, values } of watched) {
    const count = network ? (counts.get(network.namespace) ?? 0) : 0;
    values.sharing = count > 1 ? count : Number.NaN;
  }
}

export function openCgroups(roots: Roots): Collector {
  let version = cgroupVersion(roots);
  const devices = new BlockDevices(roots.sys);
  let watched = new Map<string, Watched>();
  let counts: Reading[] = [];
  let lookedAt = Number.NEGATIVE_INFINITY;

  const look = (version: 1 | 2) => {
    const all = findCgroups(roots, version);
    const before = watched;
    watched = new Map();
    const ioFile = ioFileOf(roots, version);
    for (const found of all.slice(0, MOST)) {
      const one = before.get(found.path) ?? watch(found, foldersOf(roots, version, found.path), { turn: watched.size, ioFile });
      before.delete(found.path);
      watched.set(found.path, one);
      if (one.kind === "container") one.network = containerNetwork(roots, one.place.memory, one.network);
    }
    countSharing([...watched.values()]);
    for (const gone of before.values()) close(gone);
    const countOf = (kind: FoundCgroup["kind"]) => all.filter((one) => one.kind === kind).length;
    counts = (["container", "unit"] as const)
      .map((kind) => ({ metric: `${PREFIX[kind]}.count`, value: countOf(kind) }))
      .filter(({ value }) => value > 0);
  };

  return {
    name: "cgroups",
    collect: ({ at }: Tick) => {
      if (Math.abs(at - lookedAt) >= LOOK_EVERY_MS) {
        lookedAt = at;
        version = cgroupVersion(roots);
        if (version !== null) look(version);
      }
      if (version === null) return [];
      const readings = [...counts];
      for (const one of watched.values()) {
        readGroup(one, (device) => devices.isStackedNumber(device, at));
        one.turn++;
        one.ageTicks++;
        for (const reading of readingsOf(one)) readings.push(reading);
      }
      return readings;
    },
  };
}
