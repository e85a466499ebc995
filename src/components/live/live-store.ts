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
  /** Of the newest tick that is shown, epoch milliseconds. */
  at: number | null;
  /** Paused: what arrives waits. */
  paused: boolean;
  /** Of the newest tick that has arrived. */
  arrivedAt: number | null;
  /** False until the first history has arrived. */
  ready: boolean;
  top: TopProcesses;
  /** Counts what the stream told of alerts: whoever shows them asks again. */
  alertVersion: number;
  /** Counts the changes of values, times and columns. */
  version: number;
}

const KEPT_MS = 3_600_000;
/** Ticks that wait while paused; of older ones only the values that have not changed since are kept. */
const MOST_HELD = 1800;

export class LiveStore {
  private state: LiveState = {
    connection: "connecting",
    monitoring: "running",
    at: null,
    paused: false,
    arrivedAt: null,
    ready: false,
    top: { cpu: [], memory: [] },
    alertVersion: 0,
    version: 0,
  };
  private readonly listeners = new Set<() => void>();
  private series: readonly LiveSeries[] = [];
  private keys: readonly string[] = [];
  private values: (number | null)[] = [];
  /** Ticks, oldest first, epoch milliseconds; every column has one value a tick. */
  times: number[] = [];
  private readonly columns = new Map<string, (number | null)[]>();
  private heldSamples: SampleFrame[] = [];
  private heldSnapshot: SnapshotFrame | null = null;
  private heldTop: TopProcesses | null = null;
  private batching = false;

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
    if (this.state.paused) this.heldTop = top;
    else this.update({ top });
  }

  /** While paused everything on the page stands still; what arrives is shown on resuming, without a gap. */
  setPaused(paused: boolean): void {
    if (paused === this.state.paused) return;
    this.update({ paused });
    if (paused) return;
    const { heldSnapshot, heldSamples, heldTop } = this;
    this.heldSnapshot = null;
    this.heldSamples = [];
    this.heldTop = null;
    if (heldSnapshot) this.applySnapshot(heldSnapshot);
    for (const sample of heldSamples) this.applySample(sample);
    if (heldTop) this.setTop(heldTop);
  }

  private hold(sample: SampleFrame): void {
    this.heldSamples.push(sample);
    const [first, second] = this.heldSamples;
    if (this.heldSamples.length > MOST_HELD && first && second) {
      this.heldSamples.splice(0, 2, { t: second.t, v: { ...first.v, ...second.v } });
    }
    this.arrived(sample.t);
  }

  /** Says that something came without a new picture. */
  private arrived(arrivedAt: number): void {
    this.update({ arrivedAt });
  }

  noteAlert(): void {
    this.update({ alertVersion: this.state.alertVersion + 1 });
  }

  /** Replaces the past by what the server has stored, and keeps the live ticks that are newer. Steps without any reading are left out: a gap is the absence of ticks. */
  loadHistory({ timestamps, series }: HistoryAnswer): void {
    const read = timestamps.flatMap((_time, index) =>
      series.some(({ values }) => (values[index] ?? null) !== null) ? [index] : [],
    );
    const until = timestamps[read.at(-1) ?? -1] ?? Number.NEGATIVE_INFINITY;
    const newer = this.times.findIndex((time) => time > until);
    const tail = newer < 0 ? this.times.length : newer;
    const liveTimes = this.times.slice(tail);
    const past = new Map(series.map((one) => [seriesKey(one), one.values]));
    for (const key of new Set([...past.keys(), ...this.columns.keys()])) {
      const values = past.get(key);
      const live = this.columns.get(key)?.slice(tail) ?? new Array<null>(liveTimes.length).fill(null);
      this.columns.set(key, [...read.map((index) => values?.[index] ?? null), ...live]);
    }
    this.times = [...read.map((index) => timestamps[index] as number), ...liveTimes];
    this.update({ ready: true, version: this.state.version + 1 });
  }

  /** What the server put into the page, for the first picture: the stream has not said anything yet. */
  prime(snapshot: SnapshotFrame): void {
    this.take(snapshot);
    this.update({ monitoring: snapshot.monitoring, at: snapshot.timestamp, arrivedAt: snapshot.timestamp });
  }

  applySnapshot(snapshot: SnapshotFrame): void {
    if (this.state.paused) {
      this.heldSnapshot = snapshot;
      this.heldSamples = [];
      this.setConnection("live");
      if (snapshot.timestamp !== null) this.arrived(snapshot.timestamp);
      return;
    }
    this.take(snapshot);
    this.update({ monitoring: snapshot.monitoring, connection: "live" });
    if (snapshot.timestamp !== null) this.append(snapshot.timestamp);
  }

  applySample(sample: SampleFrame): void {
    if (this.state.paused) {
      this.hold(sample);
      return;
    }
    const { t, v } = sample;
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

  private take({ series, values }: SnapshotFrame): void {
    this.series = series;
    this.keys = series.map(seriesKey);
    this.values = [...values];
  }

  private append(time: number): void {
    const last = this.times.at(-1);
    if (last !== undefined && time <= last) {
      // The same tick again changes nothing; a clock that was set back starts the time line anew from there.
      if (time === last) {
        this.update({ at: time, arrivedAt: time, version: this.state.version + 1 });
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
    this.update({ at: time, arrivedAt: time, version: this.state.version + 1 });
    if (gap) this.onGap();
  }

  private trim(before: number): void {
    // In steps, so that most ticks move nothing.
    const old = this.times.findIndex((time) => time >= before);
    if (old < 120) return;
    this.times.splice(0, old);
    for (const column of this.columns.values()) column.splice(0, old);
  }

  /** Listeners hear once of all that `changes` does. */
  together(changes: () => void): void {
    this.batching = true;
    const before = this.state;
    try {
      changes();
    } finally {
      this.batching = false;
      if (this.state !== before) this.notify();
    }
  }

  private update(change: Partial<LiveState>): void {
    this.state = { ...this.state, ...change };
    if (!this.batching) this.notify();
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
