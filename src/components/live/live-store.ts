/** The live data of one browser tab: current values, the last hour of the charted series, and how fresh they are. */
import type { LiveSeries } from "~/domain/derive";
import type { HistorySeries } from "~/domain/history";
import { hasLabels, type Labels, seriesKey } from "~/domain/sample";
import type { TopProcesses } from "~/domain/top-processes";

export type ConnectionState = "connecting" | "live" | "reconnecting";

export interface SnapshotEvent {
  timestamp: number | null;
  /** The server's clock when it was sent. */
  now?: number;
  /** How often samples are taken now. */
  intervalSeconds?: number;
  series: LiveSeries[];
  values: (number | null)[];
  monitoring: "running" | "stopped";
}

export interface SampleEvent {
  t: number;
  v: Record<string, number | null>;
}

interface HistoryAnswer {
  timestamps: readonly number[];
  series: readonly HistorySeries[];
}

/** Everything a component may draw. A new object at each change; `columns` and `times` are mutated in place. */
export interface LiveState {
  connection: ConnectionState;
  monitoring: "running" | "stopped";
  intervalSeconds: number;
  /** Time of the newest tick shown, epoch milliseconds. */
  at: number | null;
  /** While paused, new data is queued. */
  paused: boolean;
  /** Time of the newest tick received. */
  arrivedAt: number | null;
  /** False until the first history has arrived. */
  ready: boolean;
  top: TopProcesses;
  /** Incremented at each alert event, so that alert lists refetch. */
  alertVersion: number;
  /** Incremented at each change of values, times or columns. */
  version: number;
}

const KEPT_MS = 3_600_000;
/** Ticks queued while paused. Beyond this the two oldest are merged, keeping the newer value of each series. */
const MOST_HELD = 1800;
/** Series that have gone and are still drawn. */
const MOST_GONE = 200;

export class LiveStore {
  private state: LiveState = {
    connection: "connecting",
    monitoring: "running",
    intervalSeconds: 1,
    at: null,
    paused: false,
    arrivedAt: null,
    ready: false,
    top: { cpu: [], memory: [], programs: [] },
    alertVersion: 0,
    version: 0,
  };
  private readonly listeners = new Set<() => void>();
  private series: readonly LiveSeries[] = [];
  private keys: readonly string[] = [];
  private values: (number | null)[] = [];
  /** Time of each tick, oldest first, epoch milliseconds; every column has one value per tick. */
  times: number[] = [];
  private readonly columns = new Map<string, (number | null)[]>();
  private heldSamples: SampleEvent[] = [];
  private heldSnapshot: SnapshotEvent | null = null;
  private heldTop: TopProcesses | null = null;
  private batching = false;
  /** How far the server's clock is ahead of this one. */
  private clockAheadMs = 0;

  /** `onGap` is called when ticks are missing between the stored and the arriving ones: load the history then. */
  constructor(
    intervalSeconds: number,
    private readonly onGap: () => void = () => {},
  ) {
    this.state = { ...this.state, intervalSeconds };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getState = (): LiveState => this.state;

  /** The server has just said what time it is there. */
  hearClock(serverNow: number, now = Date.now()): void {
    this.clockAheadMs = serverNow - now;
  }

  /**
   * The time by the server's clock: samples, alerts and silences are of that clock. Until the stream has told it, it is at least that of
   * the newest tick.
   */
  serverNow(now = Date.now()): number {
    return Math.max(now + this.clockAheadMs, this.state.arrivedAt ?? 0);
  }

  setConnection(connection: ConnectionState): void {
    if (connection !== this.state.connection) this.update({ connection });
  }

  setInterval(intervalSeconds: number): void {
    if (intervalSeconds !== this.state.intervalSeconds) this.update({ intervalSeconds });
  }

  setMonitoring(monitoring: "running" | "stopped"): void {
    if (monitoring !== this.state.monitoring) this.update({ monitoring });
  }

  setTop(top: TopProcesses): void {
    if (this.state.paused) this.heldTop = top;
    else this.update({ top });
  }

  /** Pausing freezes the values on the page. Resuming applies what was queued, so that there is no gap. */
  setPaused(paused: boolean): void {
    if (paused === this.state.paused) return;
    this.update({ paused });
    if (paused) return;
    const { heldSnapshot, heldSamples, heldTop } = this;
    this.heldSnapshot = null;
    this.heldSamples = [];
    this.heldTop = null;
    if (heldSnapshot) this.show(heldSnapshot);
    for (const sample of heldSamples) this.applySample(sample);
    if (heldTop) this.setTop(heldTop);
  }

  private hold(sample: SampleEvent): void {
    this.heldSamples.push(sample);
    const [first, second] = this.heldSamples;
    if (this.heldSamples.length > MOST_HELD && first && second) {
      this.heldSamples.splice(0, 2, { t: second.t, v: { ...first.v, ...second.v } });
    }
    this.arrived(sample.t);
  }

  /** Records that data arrived without changing what is drawn. */
  private arrived(arrivedAt: number): void {
    this.update({ arrivedAt });
  }

  noteAlert(): void {
    this.update({ alertVersion: this.state.alertVersion + 1 });
  }

  /** Replaces the past with the server's history, keeps newer live ticks, and drops steps without readings: they are gaps. */
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

  /** Loads the snapshot embedded in the page for the first render, before the stream connects. */
  prime(snapshot: SnapshotEvent): void {
    this.take(snapshot);
    this.update({ monitoring: snapshot.monitoring, at: snapshot.timestamp, arrivedAt: snapshot.timestamp });
  }

  /** A pause is of values only: whether samples are taken, and whether they arrive, is told at once. */
  applySnapshot(snapshot: SnapshotEvent): void {
    this.update({ monitoring: snapshot.monitoring, connection: "live" });
    if (!this.state.paused) {
      this.show(snapshot);
      return;
    }
    this.heldSnapshot = snapshot;
    this.heldSamples = [];
    if (snapshot.timestamp !== null) this.arrived(snapshot.timestamp);
  }

  private show(snapshot: SnapshotEvent): void {
    this.take(snapshot);
    if (snapshot.timestamp !== null) this.append(snapshot.timestamp);
  }

  applySample(sample: SampleEvent): void {
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

  /** Every series of a metric whose labels include these, with its newest value. */
  all(metric: string, labels: Labels = {}): (LiveSeries & { value: number | null })[] {
    return this.series.flatMap((one, index) =>
      one.metric === metric && hasLabels(one.labels, labels) ? [{ ...one, value: this.values[index] ?? null }] : [],
    );
  }

  /** One value for each tick in `times`. */
  column(metric: string, labels: Labels = {}): readonly (number | null)[] {
    return this.columns.get(seriesKey({ metric, labels })) ?? [];
  }

  private take({ series, values }: SnapshotEvent): void {
    this.series = series;
    this.keys = series.map(seriesKey);
    this.values = [...values];
    this.forgetGone();
  }

  /** Of the series that have gone, the last ones stay on the charts: on a machine whose containers come and go, all of them fill it. */
  private forgetGone(): void {
    const current = new Set(this.keys);
    const gone = [...this.columns].filter(([key]) => !current.has(key));
    const isEmpty = ([, values]: (typeof gone)[number]) => values.every((value) => value === null);
    const forgotten = gone.filter((one, index) => index < gone.length - MOST_GONE || isEmpty(one));
    for (const [key] of forgotten) this.columns.delete(key);
  }

  private append(time: number): void {
    const last = this.times.at(-1);
    if (last !== undefined && time <= last) {
      // A repeated tick adds nothing. If the clock was set back, drop the ticks from that time on.
      if (time === last) {
        this.update({ at: time, arrivedAt: time, version: this.state.version + 1 });
        return;
      }
      const keep = this.times.findIndex((one) => one >= time);
      this.times.length = keep;
      for (const column of this.columns.values()) column.length = keep;
    }
    const gap = last !== undefined && time - last > 2500 * this.state.intervalSeconds;
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
    // Trim in batches, so that most ticks move nothing.
    const old = this.times.findIndex((time) => time >= before);
    if (old < 120) return;
    this.times.splice(0, old);
    for (const column of this.columns.values()) column.splice(0, old);
    this.forgetGone();
  }

  /** Batches changes: listeners are notified once. */
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
