/** Explains by what can only be seen while it happens: files that grow on a mount, connections, how long groups wait. Pure. */
import { type Cause, type Contributor, percentText, UNKNOWN_CAUSE } from "~/domain/contributor";
import { formatDuration, formatText } from "~/domain/format-value";
import type { GroupPressure, GroupPressureResource } from "~/domain/group-pressure";
import type { SocketUse } from "~/domain/network";
import type { OwnMemory } from "~/domain/own-memory";
import type { Consumer } from "~/domain/process";
import { shownUnitName } from "~/domain/unit-name";
import type { WrittenFile } from "~/domain/written-file";
import { contributorOf, judged, sharesOf } from "./contributor-of";
import { partsOf } from "./contributors";
import { isConnected } from "./measures";

export interface LiveFacts {
  /** What is open for writing on the mount that the metric is of. */
  files?: readonly WrittenFile[];
  /** Bytes per second by which that mount grew while its files were looked at. */
  mountGrowth?: number;
  sockets?: readonly SocketUse[];
  /** Of the containers and units that wait for what the metric is of, the highest first. */
  pressure?: readonly GroupPressure[];
  /** Of the largest processes, where it may be read. By pid. */
  memory?: ReadonlyMap<number, OwnMemory>;
}

/** Files of one contributor that are named. */
const FILES_SHOWN = 2;

/** The newest process of each pid. */
function byPid(consumers: readonly Consumer[]): Map<number, Consumer> {
  const found = new Map<number, Consumer>();
  for (const one of consumers) {
    const known = found.get(one.pid);
    if (!known || known.startedAt < one.startedAt) found.set(one.pid, one);
  }
  return found;
}

const summed = <One>(all: readonly One[], pidOf: (one: One) => number, amount: (one: One) => number) => {
  const sums = new Map<number, number>();
  for (const one of all) sums.set(pidOf(one), (sums.get(pidOf(one)) ?? 0) + amount(one));
  return sums;
};

/** "/var/log/app/debug.log grew 4.1 GiB in 20 min", or what it takes and how fast it grows. */
function fileText({ path, bytes, bytesPerSecond, bornAt }: WrittenFile, { from, to }: { from: number; to: number }): string {
  if (bornAt >= from && to > bornAt)
    return `${path} grew ${formatText(bytes, "By")} in ${formatDuration(Math.max(1, Math.round((to - bornAt) / 1000)))}`;
  return `${path} is ${formatText(bytes, "By")} and growing by ${formatText(bytesPerSecond, "By/s")}`;
}

export interface GrowingMount {
  files: readonly WrittenFile[];
  /** Bytes per second by which the mount grew. */
  growth: number;
  from: number;
  to: number;
}

/** Who lets a mount grow, by the files that grow on it; null when none does. */
export function ofFiles({ files, growth, ...range }: GrowingMount, now: readonly Consumer[]): Cause | null {
  const growing = files.filter(({ bytesPerSecond }) => bytesPerSecond > 0);
  const grows = summed(
    growing,
    ({ pid }) => pid,
    ({ bytesPerSecond }) => bytesPerSecond,
  );
  const newest = byPid(now);
  const of = (one: Consumer) => (newest.get(one.pid) === one ? (grows.get(one.pid) ?? 0) : 0);
  const visible = now.reduce((sum, one) => sum + of(one), 0);
  if (visible <= 0) return null;
  const whole = Math.max(visible, growth);
  const contributors = partsOf(now, of).map((part) => {
    const amounts = { measure: "writes", unit: "By/s", value: part.value, share: part.value / whole, change: null } as const;
    const pids = new Set(part.members.map(({ pid }) => pid));
    const own = growing.filter(({ pid }) => pids.has(pid)).sort((a, b) => b.bytesPerSecond - a.bytesPerSecond);
    return { ...contributorOf(part, amounts), evidence: own.slice(0, FILES_SHOWN).map((file) => fileText(file, range)) };
  });
  return judged(contributors, {
    users: grows.size,
    explained: visible / whole,
    programs: (count) => contributors.slice(0, count),
  });
}

interface Connections {
  contributors: Contributor[];
  /** How many belong to a visible process. */
  visible: number;
}

/** `whole` is how many there are. */
function connectionsOf(sockets: readonly SocketUse[], now: readonly Consumer[], whole: number): Connections {
  const owned = sockets.flatMap(({ pid, ...socket }) => (pid === null ? [] : { ...socket, pid }));
  const [counts, queues] = [
    summed(
      owned,
      ({ pid }) => pid,
      ({ connections }) => connections,
    ),
    summed(
      owned,
      ({ pid }) => pid,
      ({ queuedBytes }) => queuedBytes,
    ),
  ];
  const newest = byPid(now);
  const of = (one: Consumer) => (newest.get(one.pid) === one ? (counts.get(one.pid) ?? 0) : 0);
  const contributors = partsOf(now, of).map((part) => {
    const amounts = {
      measure: "connections",
      unit: "{connection}",
      value: part.value,
      share: part.value / whole,
      change: null,
    } as const;
    const queued = part.members.reduce((sum, { pid }) => sum + (queues.get(pid) ?? 0), 0);
    return { ...contributorOf(part, amounts), evidence: queued > 0 ? [`${formatText(queued, "By")} in its socket queues`] : [] };
  });
  return { contributors, visible: now.reduce((sum, one) => sum + of(one), 0) };
}

const countOf = (sockets: readonly SocketUse[]) => sockets.reduce((sum, { connections }) => sum + connections, 0);
const ownersOf = (sockets: readonly SocketUse[]) => new Set(sockets.flatMap(({ pid }) => pid ?? []));

/** Who has the connections, of as many as the kernel counts. */
export function ofConnections(sockets: readonly SocketUse[], now: readonly Consumer[], counted: number | null): Cause {
  const whole = Math.max(countOf(sockets), counted ?? 0);
  const { contributors, visible } = connectionsOf(sockets, now, whole);
  if (visible === 0) return { ...UNKNOWN_CAUSE, refusal: "unknown: no connection belongs to a visible process" };
  return judged(contributors, {
    users: ownersOf(sockets).size,
    explained: visible / whole,
    programs: (count) => contributors.slice(0, count),
  });
}

/** Linux does not count bytes by process: those with most connections are named, as no more than that. */
export function ofNetwork(sockets: readonly SocketUse[], now: readonly Consumer[]): Cause {
  const connected = sockets.filter((socket) => socket.pid !== null && isConnected(socket));
  const contributors = connectionsOf(connected, now, countOf(connected)).contributors.slice(0, 3);
  return {
    contributors,
    coverage: contributors.length === 0 ? null : sharesOf(contributors),
    refusal: `unknown: Linux does not count network traffic per process${contributors.length === 0 ? "" : "; these have the most connections"}`,
  };
}

const WAITED_FOR: Readonly<Record<GroupPressureResource, string>> = { cpu: "a CPU", memory: "memory", io: "I/O" };

const waitText = ({ resource, waiting }: GroupPressure) =>
  `its tasks waited for ${WAITED_FOR[resource]} ${percentText(waiting)} of the last minute`;

/** Who waits most, by the kernel's account of each container and unit; null when none of those that wait has processes. */
export function ofPressure(pressures: readonly GroupPressure[], now: readonly Consumer[]): Cause | null {
  const waiting = pressures.flatMap((pressure) => {
    const members = now.filter(({ group }) => group === pressure.group);
    return members.length === 0 ? [] : [{ pressure, members }];
  });
  const whole = waiting.reduce((sum, { pressure }) => sum + pressure.waiting, 0);
  if (whole <= 0) return null;
  const contributors = waiting.map(({ pressure, members }) => {
    const { group, waiting: value } = pressure;
    const amounts = { measure: "pressure", unit: "1", value, share: value / whole, change: null } as const;
    const head = members.reduce((most, one) => (one.memoryBytes > most.memoryBytes ? one : most));
    const isUnit = group.endsWith(".service");
    const part = {
      head,
      kind: isUnit ? "unit" : "container",
      name: isUnit ? shownUnitName(group) : group,
      startedBy: null,
    } as const;
    return { ...contributorOf({ ...part, members }, amounts), evidence: [waitText(pressure)] };
  });
  return judged(contributors, { users: waiting.length, explained: 1, programs: (count) => contributors.slice(0, count) });
}

/** Those that use most, with how long the container or unit that they are in waits itself. */
export function withPressure(cause: Cause, pressures: readonly GroupPressure[], now: readonly Consumer[]): Cause {
  const groups = byPid(now);
  const contributors = cause.contributors.map((one) => {
    const group = one.pid === null ? undefined : groups.get(one.pid)?.group;
    const own = pressures.find((pressure) => pressure.group === group);
    return own ? { ...one, evidence: [...one.evidence, waitText(own)] } : one;
  });
  return { ...cause, contributors };
}
