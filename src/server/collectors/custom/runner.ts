/**
 * Reads each custom metric at its own interval, at most four at a time. A broken one delays no other. Four slow ones delay a
 * fifth until the first of them answers or times out.
 */
import { type Labels, PUSH_STALENESS_MS, type Reading } from "~/domain/sample";
import { CustomError, type CustomReading, type CustomSource } from "./custom";

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
const MAX_SERIES = 200;
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

export class CustomRunner {
  private held: KeptReading[] = [];
  private readonly pushed = new Map<string, { reading: Reading; at: number }>();
  private running = 0;

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
    for (const held of this.held) {
      if (held.running || now < held.dueAt || this.running >= AT_ONCE) continue;
      held.dueAt = now + held.metric.intervalSeconds * 1000;
      void this.read(held, now);
    }
  }

  /** Stores a reading that a client pushed. */
  push(reading: Reading, at: number): void {
    const key = `${reading.metric} ${JSON.stringify(reading.labels ?? {})}`;
    if (!this.pushed.has(key) && this.pushed.size >= MAX_SERIES) throw new CustomError(`more than ${MAX_SERIES} pushed series`);
    this.pushed.set(key, { reading, at });
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
    return [...own, ...Array.from(this.pushed.values(), ({ reading }) => reading)].slice(0, MAX_SERIES);
  }

  private async read(held: KeptReading, now: number): Promise<void> {
    held.running = true;
    this.running++;
    let error: string | null = null;
    try {
      held.readings = await held.metric.source(AbortSignal.timeout(held.metric.timeoutSeconds * 1000));
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
