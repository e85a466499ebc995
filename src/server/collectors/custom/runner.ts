/**
 * Reads each custom metric at its own interval, at most four at a time. A broken one delays no other. Four slow ones delay a
 * fifth until the first of them answers or times out.
 */
import { AppError } from "~/domain/errors";
import { type Labels, PUSH_STALENESS_MS, type Reading, seriesKey } from "~/domain/sample";
import type { CustomReading, CustomSource } from "./custom";

export interface CustomMetric {
  name: string;
  source: CustomSource;
  intervalSeconds: number;
  timeoutSeconds: number;
  unit: string;
  kind: "gauge" | "counter";
  labels: Labels;
}

export interface CustomStatus {
  name: string;
  /** Null while it works. */
  error: string | null;
  /** Epoch milliseconds of the last reading, null before the first. */
  readAt: number | null;
}

/** More series than this are a mistake that would fill the database. */
const MAX_SERIES = 1000;
/** Series that may be pushed in a day: each is kept in the database for as long as its history. */
const MAX_PUSHED = 500;
const DAY_MS = 86_400_000;
/** Series that all sources together may give in a day. */
const MAX_GIVEN = 2000;
/** A reading is used for this many intervals; after that the metric has no value. */
const STALE_INTERVALS = 3;
const AT_ONCE = 4;

interface KeptReading {
  metric: CustomMetric;
  readings: readonly CustomReading[];
  status: CustomStatus;
  running: boolean;
  dueAt: number;
}

const keyOf = ({ metric, labels = {} }: Pick<Reading, "metric" | "labels">) => seriesKey({ metric, labels });

export class CustomRunner {
  private held: KeptReading[] = [];
  private readonly pushed = new Map<string, { reading: Reading; at: number }>();
  /** Every pushed series, with the time that its last reading came. */
  private readonly series = new Map<string, number>();
  private readonly given = new Map<string, number>();
  private running = 0;
  private lastTickAt = Number.NEGATIVE_INFINITY;

  constructor(
    metrics: readonly CustomMetric[],
    private readonly onChange: (status: CustomStatus) => void,
  ) {
    this.setMetrics(metrics);
  }

  /** Replaces the configured metrics. Pushed readings stay. */
  setMetrics(metrics: readonly CustomMetric[]): void {
    this.held = metrics.map((metric) => ({
      metric,
      readings: [],
      status: { name: metric.name, error: null, readAt: null },
      running: false,
      dueAt: 0,
    }));
  }

  statuses(): CustomStatus[] {
    return this.held.map(({ status }) => status);
  }

  /** Starts the reads that are due, without waiting for them. Called at each tick. */
  tick(now: number): void {
    if (now < this.lastTickAt) this.clockWasSetBack(now - this.lastTickAt);
    this.lastTickAt = now;
    for (const held of this.held) {
      if (held.running || now < held.dueAt || this.running >= AT_ONCE) continue;
      held.dueAt = now + held.metric.intervalSeconds * 1000;
      void this.read(held, now);
    }
  }

  /** Reads go on at their intervals, and what was read does not stay current until the clock is there again. */
  private clockWasSetBack(stepMs: number): void {
    for (const held of this.held) {
      held.dueAt += stepMs;
      const { readAt } = held.status;
      if (readAt !== null) held.status = { ...held.status, readAt: readAt + stepMs };
    }
    for (const one of this.pushed.values()) one.at += stepMs;
  }

  /** Stores readings that a client pushed: all, or none with an AppError. `at` is when a reading was taken, `now` when it came. */
  push(taken: readonly { reading: Reading; at: number }[], now: number): void {
    const entries = taken.map((one) => [keyOf(one.reading), one] as const);
    const added = new Set(entries.map(([key]) => key).filter((key) => !this.series.has(key)));
    if (this.series.size + added.size > MAX_PUSHED) {
      for (const [key, last] of this.series) if (now - last > DAY_MS) this.series.delete(key);
    }
    if (added.size > 0 && this.series.size + added.size > MAX_PUSHED) {
      const detail = `At most ${MAX_PUSHED} series can be pushed in a day. A tag whose value keeps changing creates a new series each time.`;
      throw new AppError("too_large", detail, [{ parameter: "metric", detail }]);
    }
    for (const [key, one] of entries) {
      this.series.set(key, now);
      // What a sender has kept and sends late does not replace what is newer.
      if ((this.pushed.get(key)?.at ?? Number.NEGATIVE_INFINITY) <= one.at) this.pushed.set(key, { ...one });
    }
  }

  /** The current readings, for the next sample. */
  readings(now: number): Reading[] {
    const own = this.held.flatMap(({ metric, readings, status }) => {
      const fresh = status.readAt !== null && now - status.readAt <= STALE_INTERVALS * metric.intervalSeconds * 1000;
      if (!fresh) return [];
      return readings.map(({ metric: name, labels, value }) => ({
        metric: name ?? metric.name,
        labels: { ...metric.labels, ...labels },
        value,
      }));
    });
    for (const [key, { at }] of this.pushed) if (now - at > PUSH_STALENESS_MS) this.pushed.delete(key);
    // What is measured here is not replaced by what somebody sends.
    const measured = new Set(own.map(({ metric }) => metric));
    const pushed = Array.from(this.pushed.values(), ({ reading }) => reading).filter(({ metric }) => !measured.has(metric));
    return [...own, ...pushed].slice(0, MAX_SERIES);
  }

  /** Throws when a source gives ever new series: each is kept in the database for as long as its history. */
  private countSeries(metric: CustomMetric, readings: readonly CustomReading[], now: number): void {
    const keys = readings.map(({ metric: name = metric.name, labels }) => keyOf({ metric: name, labels }));
    const added = new Set(keys.filter((key) => !this.given.has(key)));
    if (this.given.size + added.size > MAX_GIVEN) {
      for (const [key, last] of this.given) if (now - last > DAY_MS) this.given.delete(key);
    }
    if (added.size > 0 && this.given.size + added.size > MAX_GIVEN) {
      throw new Error(
        `more than ${MAX_GIVEN} series from all sources in a day: a label whose value keeps changing creates a new series each time`,
      );
    }
    for (const key of keys) this.given.set(key, now);
  }

  private async read(held: KeptReading, now: number): Promise<void> {
    held.running = true;
    this.running++;
    let error: string | null = null;
    try {
      const readings = await held.metric.source(AbortSignal.timeout(held.metric.timeoutSeconds * 1000));
      this.countSeries(held.metric, readings, now);
      held.readings = readings;
    } catch (thrown) {
      held.readings = [];
      error = thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      held.running = false;
      this.running--;
    }
    const changed = error !== held.status.error;
    held.status = { name: held.metric.name, error, readAt: error === null ? now : held.status.readAt };
    if (changed) this.onChange(held.status);
  }
}
