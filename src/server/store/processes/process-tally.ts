/** Sums up what processes used, from their changes: an idle process costs nothing. Pure. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type Consumer, isSameProcess, topConsumers } from "~/domain/process";
import type { EncodedValues, NullableNumber, ProcessIdentity } from "./block-types";
import type { ReplayListener } from "./process-block";

const VERSION = 1;
const MAX_INFLATED = 256 * 1024 * 1024;

/**
 * A gap between ticks counts for at most this, or for two intervals where those are longer: the rest is a pause without readings.
 */
const MAX_TICK_SECONDS = 60;

type Key = Pick<Consumer, "pid" | "startedAt" | "firstStartedAt" | "name" | "user" | "command">;

/** A row of several processes has no pid: it is that of a program. */
function isSame(one: Key, other: Key): boolean {
  if (one.pid !== 0) return isSameProcess(one, other);
  return other.pid === 0 && one.name === other.name && one.user === other.user && one.command === other.command;
}

/** What a process is called may change when it execs or retitles itself: the last holds. */
const lastOf = ({
  name,
  command,
  user,
  state,
  group,
  sessionId,
}: Pick<Key, "name" | "user" | "command"> & Pick<Consumer, "state" | "group" | "sessionId">) => ({
  name,
  command,
  user,
  state,
  group,
  sessionId,
});

const bytesOf = (kibibytes: NullableNumber | undefined) => (typeof kibibytes === "number" ? kibibytes * 1024 : null);

/** The start by the clock of the end; that of the beginning is kept. */
function moveStart(consumer: Consumer, startedAt: number): void {
  if (consumer.startedAt === startedAt) return;
  consumer.firstStartedAt ??= consumer.startedAt;
  consumer.startedAt = startedAt;
}

/**
 * Adds up consumers. State and memory are those of the last one added. By pid, as a table of a day has tens of thousands and keys made of
 * texts take longer than all else.
 */
export class Consumers {
  private readonly byPid = new Map<number, Consumer[]>();

  /** The consumer of a process, created on first use. */
  of(seen: Key & Pick<Consumer, "parentPid" | "state" | "group" | "sessionId">): Consumer {
    const known = this.find(seen);
    if (known) return Object.assign(known, lastOf(seen));
    const consumer = {
      ...seen,
      seconds: 0,
      cpuSeconds: 0,
      memoryBytes: 0,
      peakMemoryBytes: 0,
      readBytes: 0,
      writtenBytes: 0,
      shortLived: 0,
      blockedSeconds: 0,
      sharedBytes: null,
      swapBytes: null,
      openFiles: null,
    };
    this.keep(consumer);
    return consumer;
  }

  /** In order of time. Takes the object for its own sum when it is the first of its process. */
  add(more: Consumer): void {
    const sum = this.find(more);
    if (!sum) {
      this.keep(more);
      return;
    }
    Object.assign(sum, lastOf(more));
    moveStart(sum, more.startedAt);
    sum.sharedBytes = more.sharedBytes;
    sum.swapBytes = more.swapBytes;
    sum.openFiles = more.openFiles;
    sum.blockedSeconds += more.blockedSeconds;
    sum.seconds += more.seconds;
    sum.cpuSeconds += more.cpuSeconds;
    sum.memoryBytes = more.memoryBytes;
    sum.peakMemoryBytes = Math.max(sum.peakMemoryBytes, more.peakMemoryBytes);
    sum.readBytes += more.readBytes;
    sum.writtenBytes += more.writtenBytes;
    sum.shortLived += more.shortLived;
    if (more.processes !== undefined) sum.processes = (sum.processes ?? 0) + more.processes;
  }

  all(): Consumer[] {
    return [...this.byPid.values()].flat();
  }

  find(one: Key): Consumer | undefined {
    const same = this.byPid.get(one.pid);
    if (same) for (const other of same) if (isSame(one, other)) return other;
    return undefined;
  }

  private keep(one: Consumer): void {
    const same = this.byPid.get(one.pid);
    if (same) same.push(one);
    else this.byPid.set(one.pid, [one]);
  }
}

/** Listens to a replay. Each tick after `from` counts for the time since the previous tick, or since `from`. */
export class Tally implements ReplayListener {
  private readonly consumers = new Consumers();
  /** Seconds counted so far; `since` has its value at each process's last change. */
  private clock = 0;
  private readonly since = new Map<number, number>();
  private previous: number;
  private movedMs = 0;

  constructor(private readonly from: number) {
    this.previous = from;
  }

  begins(pid: number): void {
    this.since.set(pid, this.clock);
  }

  ends(identity: ProcessIdentity, values: EncodedValues): void {
    const [pid, startedAt, parentPid, name, command, user, group = null, sessionId = null] = identity;
    const seconds = this.clock - (this.since.get(pid) ?? 0);
    this.since.set(pid, this.clock);
    if (seconds <= 0) return;
    const [, state, cpu, memory, , , read, written] = values;
    const first = this.movedMs === 0 ? {} : { firstStartedAt: startedAt - this.movedMs };
    const consumer = this.consumers.of({ pid, startedAt, ...first, parentPid, name, command, user, state, group, sessionId });
    consumer.seconds += seconds;
    consumer.cpuSeconds += ((cpu ?? 0) / 1e4) * seconds;
    consumer.memoryBytes = memory * 1024;
    consumer.peakMemoryBytes = Math.max(consumer.peakMemoryBytes, memory * 1024);
    consumer.readBytes += (read ?? 0) * seconds;
    consumer.writtenBytes += (written ?? 0) * seconds;
    const [shortLived, shared, swapped] = values.slice(13) as NullableNumber[];
    consumer.shortLived += (shortLived ?? 0) * seconds;
    consumer.sharedBytes = bytesOf(shared);
    consumer.swapBytes = bytesOf(swapped);
    consumer.openFiles = values[10] ?? null;
    if (state === "uninterruptible") consumer.blockedSeconds += seconds;
  }

  startsMoved(at: number, movedMs: number): void {
    if (at <= this.from) return;
    this.movedMs += movedMs;
    for (const one of this.consumers.all()) moveStart(one, one.startedAt + movedMs);
  }

  tick(at: number, everyMs: number): void {
    if (at <= this.previous) return;
    this.clock += Math.min((at - this.previous) / 1000, Math.max(MAX_TICK_SECONDS, (2 * everyMs) / 1000));
    this.previous = at;
  }

  all(): Consumer[] {
    return this.consumers.all();
  }
}

/** Of a day, as many processes are kept by each order as nobody looks at more of. */
const KEPT_BY_EACH = 250;
/** Programs of which the others of a day are told. */
const MOST_PROGRAMS = 250;
/** Who ran for half of the day's first or last hour may go on in the next day: its sum is needed as it is. */
const LIVES_ON_SECONDS = 1800;
const OTHERS = "(other programs)";

/**
 * A day in some hundred rows, however many processes there were: those that used most, and those that were there at its `edges` (its
 * first and last hour). The others are added up by program, in rows without a pid.
 */
export function foldDay(consumers: readonly Consumer[], edges: readonly Consumer[]): Consumer[] {
  const all = new Consumers();
  for (const one of consumers) all.add(one);
  const kept = new Set(edges.filter(({ seconds }) => seconds >= LIVES_ON_SECONDS).map((one) => all.find(one)));
  for (const sort of ["cpu", "memory", "io"] as const) {
    for (const one of topConsumers(consumers, sort, KEPT_BY_EACH)) kept.add(one);
  }
  const programs = new Consumers();
  for (const one of consumers) if (!kept.has(one)) programs.add(asProgram(one));
  const [shown, others] = [new Consumers(), topConsumers(programs.all(), "cpu", Number.POSITIVE_INFINITY)];
  for (const [index, one] of others.entries()) {
    shown.add(index < MOST_PROGRAMS ? one : { ...one, name: OTHERS, user: "", command: "", parentPid: 0 });
  }
  return [...consumers.filter((one) => kept.has(one)), ...shown.all()];
}

/** Services, which are children of pid 1, are told apart by their command line: they may have been restarted often. */
function asProgram({ firstStartedAt: _first, ...one }: Consumer): Consumer {
  const isService = one.parentPid === 1;
  const command = isService ? one.command : "";
  const without = { sessionId: null, sharedBytes: null, swapBytes: null, openFiles: null, memoryBytes: 0 };
  return { ...one, ...without, pid: 0, startedAt: 0, parentPid: isService ? 1 : 0, command, processes: one.processes ?? 1 };
}

type Packed = (string | number | null)[];

function packed(consumer: Consumer): Packed {
  const { pid, startedAt, parentPid, name, command, user, state } = consumer;
  const { seconds, cpuSeconds, memoryBytes, peakMemoryBytes, readBytes, writtenBytes, shortLived } = consumer;
  const rounded = [Math.round(seconds * 1e3) / 1e3, Math.round(cpuSeconds * 1e4) / 1e4];
  const whole = [memoryBytes, peakMemoryBytes, readBytes, writtenBytes, shortLived].map(Math.round);
  const { processes = 0, group, sessionId, sharedBytes, swapBytes, openFiles, firstStartedAt } = consumer;
  const blocked = Math.round(consumer.blockedSeconds * 1e3) / 1e3;
  const last = [processes, group, sessionId, blocked, sharedBytes, swapBytes, openFiles];
  if (firstStartedAt !== undefined) last.push(firstStartedAt);
  return [pid, startedAt, parentPid, name, command, user, state, ...rounded, ...whole, ...last];
}

export function encodeUsageText(consumers: readonly Consumer[]): string {
  return JSON.stringify({ v: VERSION, rows: consumers.map(packed) });
}

export function encodeUsage(consumers: readonly Consumer[]): Buffer {
  return deflateRawSync(encodeUsageText(consumers));
}

/** Null when the text is not usage of this version. */
export function decodeUsageText(text: string): Consumer[] | null {
  const { v, rows } = JSON.parse(text) as { v: number; rows: Packed[] };
  return v === VERSION ? rows.map(unpacked) : null;
}

/** Null when the bytes are not usage of this version. */
export function decodeUsage(data: Buffer): Consumer[] | null {
  try {
    return decodeUsageText(inflateRawSync(data, { maxOutputLength: MAX_INFLATED }).toString("utf8"));
  } catch {
    return null;
  }
}

/** Input must come from `packed`; the row's checksum guarantees it. */
function unpacked(row: Packed): Consumer {
  const consumer = {
    pid: row[0],
    startedAt: row[1],
    parentPid: row[2],
    name: row[3],
    command: row[4],
    user: row[5],
    state: row[6],
    seconds: row[7],
    cpuSeconds: row[8],
    memoryBytes: row[9],
    peakMemoryBytes: row[10],
    readBytes: row[11],
    writtenBytes: row[12],
    shortLived: row[13] ?? 0,
    group: row[15] ?? null,
    sessionId: row[16] ?? null,
    blockedSeconds: row[17] ?? 0,
    sharedBytes: row[18] ?? null,
    swapBytes: row[19] ?? null,
    openFiles: row[20] ?? null,
  } as Consumer;
  // 0 is one process by itself.
  if (row[14]) consumer.processes = row[14] as number;
  if (typeof row[21] === "number") consumer.firstStartedAt = row[21];
  return consumer;
}
