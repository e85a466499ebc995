/** One process over time: from the ticks for a short range, from the hourly sums for a long one. */
import { setImmediate } from "node:timers/promises";
import type { Consumer, ProcessLife, ProcessRow } from "~/domain/process";
import { type Buckets, bucketsFor } from "~/domain/time-range";
import { runInSlices } from "../../slices";
import { SeriesBuckets } from "../series/reduce";
import { HOUR_MS } from "../series/tiers";
import { BlockReplay } from "./process-block";
import type { ProcessHistory } from "./process-history";

export interface LifeRequest {
  pid: number;
  /** Epoch milliseconds; undefined for the last process with that pid. */
  startedAt: number | undefined;
  from: number | undefined;
  to: number | undefined;
  points: number;
  now: number;
  /** Ends the reading: nobody waits for it any more. */
  signal: AbortSignal | undefined;
}

/** Longer ranges use the hourly sums: reading them tick by tick takes a second. */
const EXACT_MS = 6 * HOUR_MS;
/** Blocks between two yields to the event loop. */
const BLOCKS_A_SLICE = 8;
/** The kernel's boot time shifts slightly with the clock, and every process's start time with it. */
const SAME_START_MS = 2000;
/** How far back to look for the last process with a pid when no start is given. */
const LOOK_BACK_MS = 7 * 24 * HOUR_MS;

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

  addHour(hour: number, { seconds, cpuSeconds, memoryBytes, peakMemoryBytes, readBytes, writtenBytes }: Consumer): void {
    const bucket = Math.floor((hour - this.buckets.start) / this.buckets.stepMs);
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
async function lastOf(
  history: ProcessHistory,
  { pid, now, signal }: Pick<LifeRequest, "pid" | "now" | "signal">,
): Promise<Who | null> {
  const current = history.at(now)?.rows.find((row) => row.pid === pid);
  if (current) return whoOf(current);
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const recent = (await runInSlices(history.consumers({ from: hour, to: now }), signal)).findLast((one) => one.pid === pid);
  if (recent) return whoOf(recent);
  for (const start of history.usage.hours(now - LOOK_BACK_MS, hour - HOUR_MS).reverse()) {
    const found = history.usage.read(start)?.findLast((one) => one.pid === pid);
    if (found) return whoOf(found);
  }
  return null;
}

export async function readLife(history: ProcessHistory, intervalMs: number, request: LifeRequest): Promise<ProcessLife | null> {
  const { pid, points, now, signal } = request;
  const to = history.within({ from: 0, to: request.to ?? now }).to;
  let who: Who | null = null;
  let { startedAt } = request;
  if (startedAt === undefined) {
    who = await lastOf(history, { pid, now: to, signal });
    if (!who) return null;
    startedAt = who.startedAt;
  }
  const born = startedAt;
  const isMeant = (one: Who) => one.pid === pid && Math.abs(one.startedAt - born) <= SAME_START_MS;
  const kept = history.since() ?? now;
  const from = Math.max(request.from ?? 0, Math.min(born, to - intervalMs), Math.min(kept, to - intervalMs));
  const byHours = to - from > EXACT_MS;
  const stepMs = byHours ? HOUR_MS : intervalMs;
  const buckets = bucketsFor({ from, to }, { points, intervalMs: stepMs });
  const life = new LifePoints(buckets);

  const pause = async () => {
    await setImmediate();
    signal?.throwIfAborted();
  };
  const addTicks = async (begin: number, end: number) => {
    const replay = new BlockReplay();
    let blocks = 0;
    for (const { start, block } of history.blocks(begin, end)) {
      replay.eachTick(start, block, end, (at) => {
        const row = at >= begin ? replay.row(pid) : null;
        if (!row || !isMeant(row)) return;
        who = whoOf(row);
        life.add(at, row);
      });
      if (++blocks % BLOCKS_A_SLICE === 0) await pause();
    }
  };
  if (byHours) {
    for (let hour = Math.floor(from / HOUR_MS) * HOUR_MS; hour < to; hour += HOUR_MS) {
      const stored = history.usage.read(hour);
      const found = stored?.find(isMeant);
      if (found) {
        who = whoOf(found);
        life.addHour(hour, found);
      }
      if (!stored) await addTicks(Math.max(hour, from), Math.min(hour + HOUR_MS, to));
      await pause();
    }
  } else await addTicks(from, to);
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
