/** The live data of one browser tab: current values, the last hour of the charted series, and how fresh all that is. */
import type { HistorySeries } from "~/domain/history";
import type { TopProcesses } from "~/domain/process";
import { hasLabels, type Labels, seriesKey } from "~/domain/sample";

export interface LiveSeries {
  metric: string;
  labels: Labels;
  unit: string;
}

export type Connection = "connecting" | "live" | "reconnecting";

export interface SnapshotFrame {
  timestamp: number | null;
  series: LiveSeries[];
  values: (number | null)[];
  monitoring: "running" | "stopped";
}

export interface SampleFrame {
  t: number;
  v: Record<string, number | null>;
}

interface HistoryAnswer {
  timestamps: readonly number[];
  series: readonly HistorySeries[];
}

/** Everything a component may draw. A new object at each change; `columns` and `times` are shared and grow. */
export interface LiveState {
  connection: Connection;
  monitoring: "running" | "stopped";
  /** Of the newest tick, epoch milliseconds. */
  at: number | null;
  /** False until the first history has arrived. */
  ready: boolean;
  top: TopProcesses;
  version: number;
}

const KEPT_MS = 3_600_000;

export class LiveStore {
  private state: LiveState = {
    connection: "connecting",
    monitoring: "running",
    at: null,
    ready: false,
    top: { cpu: [], memory: [] },
    version: 0,
  };
  private readonly listeners = new Set<() => void>();
  private series: readonly LiveSeries[] = [];
  private keys: readonly string[] = [];
  private values: (number | null)[] = [];
  /** Ticks, oldest first, epoch milliseconds; every column has one value a tick. */
  times: number[] = [];
  private readonly columns = new Map<string, (number | null)[]>();
  private readonly known = new Map<string, LiveSeries>();

  /** `onGap` is called when ticks are missing between what is here and what arrives: the history has them. */
  constructor(
    private readonly intervalMs: number,
    private readonly onGap: () => void = () => {},
  ) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getState = (): LiveState => this.state;

  setConnection(connection: Connection): void {
    if (connection !== this.state.connection) this.update({ connection });
  }

  setMonitoring(monitoring: "running" | "stopped"): void {
    if (monitoring !== this.state.monitoring) this.update({ monitoring });
  }

  setTop(top: TopProcesses): void {
    this.update({ top });
  }

  /** Replaces the past by what the server has stored, and keeps the live ticks that are newer. */
  loadHistory({ timestamps, series }: HistoryAnswer): void {
    const last = lastWithValue(timestamps, series);
    const until = last < 0 ? Number.NEGATIVE_INFINITY : (timestamps[last] as number);
    const kept = this.times.findIndex((time) => time > until);
    const tail = kept < 0 ? this.times.length : kept;
    const liveTimes = this.times.slice(tail);
    const count = last + 1;
    const past = new Map(series.map((one) => [seriesKey(one), one]));
    for (const one of series) this.known.set(seriesKey(one), one);
    for (const key of new Set([...past.keys(), ...this.columns.keys()])) {
      const stored = past.get(key)?.values.slice(0, count) ?? new Array<null>(count).fill(null);
      const live = this.columns.get(key)?.slice(tail) ?? new Array<null>(liveTimes.length).fill(null);
      this.columns.set(key, [...stored, ...live]);
    }
    this.times = [...timestamps.slice(0, count), ...liveTimes];
    this.update({ ready: true });
  }

  applySnapshot({ timestamp, series, values, monitoring }: SnapshotFrame): void {
    this.series = series;
    this.keys = series.map(seriesKey);
    this.values = [...values];
    for (const [index, one] of series.entries()) this.known.set(this.keys[index] as string, one);
    this.update({ monitoring, connection: "live" });
    if (timestamp !== null) this.append(timestamp);
  }

  applySample({ t, v }: SampleFrame): void {
    for (const index in v) this.values[Number(index)] = v[index] ?? null;
    this.append(t);
  }

  /** The newest value of the series with exactly these labels. */
  current(metric: string, labels: Labels = {}): number | null {
    const index = this.keys.indexOf(seriesKey({ metric, labels }));
    return index < 0 ? null : (this.values[index] ?? null);
  }

  /** Every series of a metric that has these labels among others, with its newest value. */
  all(metric: string, labels: Labels = {}): (LiveSeries & { value: number | null })[] {
    return this.series.flatMap((one, index) =>
      one.metric === metric && hasLabels(one.labels, labels) ? [{ ...one, value: this.values[index] ?? null }] : [],
    );
  }

  /** One value a tick in `times`. */
  column(metric: string, labels: Labels = {}): readonly (number | null)[] {
    return this.columns.get(seriesKey({ metric, labels })) ?? [];
  }

  private append(time: number): void {
    const last = this.times.at(-1);
    if (last !== undefined && time <= last) {
      // The same tick again changes nothing; a clock that was set back starts the time line anew from there.
      if (time === last) {
        this.update({ at: time });
        return;
      }
      const keep = this.times.findIndex((one) => one >= time);
      this.times.length = keep;
      for (const column of this.columns.values()) column.length = keep;
    }
    const gap = last !== undefined && time - last > 2.5 * this.intervalMs;
    for (const [index, key] of this.keys.entries()) {
      let column = this.columns.get(key);
      if (!column) {
        column = new Array<null>(this.times.length).fill(null);
        this.columns.set(key, column);
      }
      column.push(this.values[index] ?? null);
    }
    this.times.push(time);
    for (const column of this.columns.values()) if (column.length < this.times.length) column.push(null);
    this.trim(time - KEPT_MS);
    this.update({ at: time });
    if (gap) this.onGap();
  }

  private trim(before: number): void {
    // In steps, so that most ticks move nothing.
    const old = this.times.findIndex((time) => time >= before);
    if (old < 120) return;
    this.times.splice(0, old);
    for (const column of this.columns.values()) column.splice(0, old);
  }

  private update(change: Partial<LiveState>): void {
    this.state = { ...this.state, ...change, version: this.state.version + 1 };
    for (const listener of this.listeners) listener();
  }
}

/** The history's newest bucket may be empty still: what comes after the last value is left to the live ticks. */
function lastWithValue(timestamps: readonly number[], series: readonly HistorySeries[]): number {
  for (let index = timestamps.length - 1; index >= 0; index--) {
    if (series.some(({ values }) => values[index] !== null)) return index;
  }
  return -1;
}
