/** One process over time: from the ticks for a short range, from the sums of hours or days for a long one. */
import { type Consumer, isSameProcess, type ProcessLife, type ProcessRow } from "~/domain/process";
import { type Buckets, bucketsFor } from "~/domain/time-range";
import { SeriesBuckets } from "../series/reduce";
import { HOUR_MS } from "../series/tiers";
import type { ProcessArchive } from "./process-archive";
import { BlockReplay } from "./process-block";
import { DAY_MS, type UsageTable } from "./process-usage";

export interface LifeRequest {
  pid: number;
  /** Epoch milliseconds; undefined for the last process with that pid. */
  startedAt: number | undefined;
  from: number | undefined;
  to: number | undefined;
  points: number;
  now: number;
}

/** Longer ranges use the hourly sums: reading them tick by tick takes a second. */
const EXACT_MS = 6 * HOUR_MS;
/** Longer ranges use the daily sums, but for the first day of the process: who lived for less may not have a row of its own there. */
const HOURLY_MS = 14 * DAY_MS;
/** How far back to look for the last process with a pid when no start is given. */
const LOOK_BACK_MS = 7 * DAY_MS;

const SERIES = {
  cpu: { metric: "process.cpu.utilization", labels: {}, unit: "{cpu}" },
  memory: { metric: "process.memory.usage", labels: {}, unit: "By" },
  read: { metric: "process.disk.io", labels: { "disk.io.direction": "read" }, unit: "By/s" },
  written: { metric: "process.disk.io", labels: { "disk.io.direction": "write" }, unit: "By/s" },
};

type Who = Pick<ProcessRow, "pid" | "startedAt" | "parentPid" | "name" | "command" | "user">;

function whoOf({ pid, startedAt, parentPid, name, command, user }: Who): Who {
  return { pid, startedAt, parentPid, name, command, user };
}

class LifePoints {
  readonly cpu: SeriesBuckets;
  readonly memory: SeriesBuckets;
  readonly read: SeriesBuckets;
  readonly written: SeriesBuckets;

  constructor(private readonly buckets: Buckets) {
    this.cpu = new SeriesBuckets(SERIES.cpu, buckets);
    this.memory = new SeriesBuckets(SERIES.memory, buckets);
    this.read = new SeriesBuckets(SERIES.read, buckets);
    this.written = new SeriesBuckets(SERIES.written, buckets);
  }

  add(at: number, row: ProcessRow): void {
    const bucket = Math.floor((at - this.buckets.start) / this.buckets.stepMs);
    if (bucket < 0 || bucket >= this.buckets.count) return;
    this.cpu.add(bucket, row.cpu ?? Number.NaN);
    this.memory.add(bucket, row.memoryBytes);
    this.read.add(bucket, row.readBytesPerSecond ?? Number.NaN);
    this.written.add(bucket, row.writeBytesPerSecond ?? Number.NaN);
  }

  addSum(start: number, { seconds, cpuSeconds, memoryBytes, peakMemoryBytes, readBytes, writtenBytes }: Consumer): void {
    const bucket = Math.floor((start - this.buckets.start) / this.buckets.stepMs);
    if (bucket < 0 || bucket >= this.buckets.count || seconds <= 0) return;
    const even = (mean: number) => ({ min: mean, mean, max: mean, count: seconds });
    this.cpu.addRollup(bucket, even(cpuSeconds / seconds));
    this.memory.addRollup(bucket, { min: memoryBytes, mean: memoryBytes, max: peakMemoryBytes, count: seconds });
    this.read.addRollup(bucket, even(readBytes / seconds));
    this.written.addRollup(bucket, even(writtenBytes / seconds));
  }

  all() {
    return [this.cpu, this.memory, this.read, this.written].map((points) => points.toSeries("avg"));
  }
}

/** The last process with that pid. */
function* lastOf(history: ProcessArchive, { pid, now }: Pick<LifeRequest, "pid" | "now">): Generator<undefined, Who | null> {
  const current = history.at(now)?.rows.find((row) => row.pid === pid);
  if (current) return whoOf(current);
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const recent = (yield* history.consumers({ from: hour, to: now })).findLast((one) => one.pid === pid);
  if (recent) return whoOf(recent);
  for (const start of history.usage.hours.within(now - LOOK_BACK_MS, hour).reverse()) {
    const found = history.usage.hours.read(start)?.findLast((one) => one.pid === pid);
    yield;
    if (found) return whoOf(found);
  }
  return null;
}

/** Null when nothing of the process is stored. Yields after each slice of work. */
export function* readLife(
  history: ProcessArchive,
  intervalMs: number,
  request: LifeRequest,
): Generator<undefined, ProcessLife | null> {
  const { pid, points, now } = request;
  const to = history.within({ from: 0, to: request.to ?? now }).to;
  let who: Who | null = null;
  let { startedAt } = request;
  if (startedAt === undefined) {
    who = yield* lastOf(history, { pid, now: to });
    if (!who) return null;
    startedAt = who.startedAt;
  }
  // Read from the end to the beginning: before the clock was set, its start was told otherwise.
  let born = startedAt;
  const isMeant = (one: Pick<Consumer, "pid" | "startedAt" | "firstStartedAt">) => isSameProcess(one, { pid, startedAt: born });
  const kept = history.since() ?? now;
  const from = Math.max(request.from ?? 0, Math.min(born, to - intervalMs), Math.min(kept, to - intervalMs));
  const length = to - from;
  const stepMs = length > HOURLY_MS ? DAY_MS : length > EXACT_MS ? HOUR_MS : intervalMs;
  const buckets = bucketsFor({ from, to }, { points, intervalMs: stepMs });
  const life = new LifePoints(buckets);

  const addTicks = function* (begin: number, end: number): Generator<undefined> {
    const replay = new BlockReplay();
    const seen: { at: number; row: ProcessRow; movedMs: number }[] = [];
    let movedBefore = 0;
    for (const { start, block } of history.blocks(begin, end)) {
      replay.eachTick(start, block, end, (at) => {
        if (at < begin) movedBefore = replay.movedMs;
        const row = at >= begin ? replay.row(pid) : null;
        if (row) seen.push({ at, row, movedMs: replay.movedMs });
      });
      yield;
    }
    const last = born;
    for (const { at, row, movedMs } of seen.reverse()) {
      if (!isSameProcess({ pid, startedAt: row.startedAt + replay.movedMs - movedMs }, { pid, startedAt: last })) continue;
      who ??= whoOf(row);
      // As it was told at the end of what is read next.
      born = row.startedAt - (movedMs - movedBefore);
      life.add(at, row);
    }
  };
  const addStored = (table: UsageTable, start: number): boolean => {
    const stored = table.read(start);
    const found = stored?.find(isMeant);
    if (found) {
      who ??= whoOf(found);
      born = found.firstStartedAt ?? found.startedAt;
      life.addSum(start, found);
    }
    return stored !== null;
  };
  const addHours = function* (begin: number, end: number): Generator<undefined> {
    for (let hour = (Math.ceil(end / HOUR_MS) - 1) * HOUR_MS; hour > begin - HOUR_MS; hour -= HOUR_MS) {
      if (!addStored(history.usage.hours, hour)) yield* addTicks(Math.max(hour, begin), Math.min(hour + HOUR_MS, end));
      yield;
    }
  };
  if (stepMs === DAY_MS) {
    for (let day = (Math.ceil(to / DAY_MS) - 1) * DAY_MS; day > from - DAY_MS; day -= DAY_MS) {
      const isFirst = day <= born;
      if (isFirst || !addStored(history.usage.days, day)) yield* addHours(Math.max(day, from), Math.min(day + DAY_MS, to));
      yield;
    }
  } else if (stepMs === HOUR_MS) yield* addHours(from, to);
  else yield* addTicks(from, to);
  const series = life.all();
  if (!who || series.every(({ values }) => values.every((value) => value === null))) return null;
  return {
    ...(who as Who),
    from: buckets.start,
    to,
    stepSeconds: buckets.stepMs / 1000,
    resolutionSeconds: stepMs / 1000,
    timestamps: Array.from({ length: buckets.count }, (_, index) => buckets.start + index * buckets.stepMs),
    series,
  };
}
