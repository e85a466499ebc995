/** Runs all collectors at a tick and builds one Sample. */

import { readdirSync } from "node:fs";
import type { CollectionCost, ScanDetail } from "~/domain/collection-cost";
import type { NotMeasured } from "~/domain/host";
import type { ProcessDelta } from "~/domain/process";
import { type Labels, type Reading, type Sample, type Series, sameLabels, seriesKey, seriesOf } from "~/domain/sample";
import type { Roots } from "../roots";
import { type BudgetState, FULL_DETAIL, nextBudget } from "./budget";
import type { Collector, OpenCollector, Tick } from "./collector";
import { reasonOf } from "./kernel-files";
import type { ProcessSource } from "./process-source";
import { ProcessScanner } from "./processes";
import { closeKernelFiles, isMissing } from "./procfs";
import { ThreadTime } from "./self";
import { SeriesLimit } from "./series-limit";
import { busySecondsOf } from "./unexplained-load";

/** A collector started to fail, fails with another error, or works again (`error` is null). Reported once per change. */
export interface CollectorChange {
  collector: string;
  error: string | null;
}

export interface SamplerResult {
  sample: Sample;
  processes: ProcessDelta;
  changes: CollectorChange[];
  /** What cannot be read, and why; null while that has not changed. */
  absences: readonly NotMeasured[] | null;
  /** Time the collectors took. */
  durationMs: number;
  cost: CollectionCost;
}

/** Puts readings into slots. Keeps the same layout array until a series appears that it does not contain. */
export class Layout {
  /** Of the newest sample. */
  series: readonly Series[] = [];
  /** Keys of the newest sample's series that the layout before did not have. */
  added: readonly string[] = [];
  private order: Series[] = [];
  private slots: number[] = [];

  place(at: number, readings: readonly Reading[]): Sample {
    this.added = [];
    if (!this.matches(readings)) this.arrange(readings);
    const values = new Float64Array(this.series.length).fill(Number.NaN);
    for (let i = 0; i < readings.length; i++) {
      const { value } = readings[i] as Reading;
      // A file that is broken can have a division by zero or a number beyond all numbers in it.
      if (Number.isFinite(value)) values[this.slots[i] as number] = value;
    }
    return { at, series: this.series, values };
  }

  /** The usual case, without building keys: the same series in the same order as last time. */
  private matches(readings: readonly Reading[]): boolean {
    if (readings.length !== this.order.length) return false;
    for (let i = 0; i < readings.length; i++) {
      const reading = readings[i] as Reading;
      const known = this.order[i] as Series;
      if (reading.metric !== known.metric) return false;
      if (reading.labels !== known.labels && !sameLabels(reading.labels ?? {}, known.labels)) return false;
    }
    return true;
  }

  private arrange(readings: readonly Reading[]): void {
    this.order = readings.map(seriesOf);
    const keys = this.order.map(seriesKey);
    let slotOf = new Map(this.series.map((one, slot) => [seriesKey(one), slot]));
    const added = keys.filter((key) => !slotOf.has(key));
    this.added = added;
    if (added.length > 0) {
      const series: Series[] = [];
      slotOf = new Map();
      keys.forEach((key, index) => {
        if (slotOf.has(key)) return;
        slotOf.set(key, series.length);
        series.push(this.order[index] as Series);
      });
      this.series = series;
    }
    this.slots = keys.map((key) => slotOf.get(key) as number);
  }
}

/** A collector that could not be opened is tried again after this long. */
const OPEN_AGAIN_MS = 60_000;

interface OpenedCollector {
  name: string;
  open: OpenCollector;
  /** Null while it cannot be opened. */
  collector: Collector | null;
  error: string | null;
  /** Epoch milliseconds of the last try. */
  triedAt: number;
}

/** Series at once, unless the configuration says otherwise. */
const MOST_SERIES = 10_000;

const DETAIL_VALUE: Record<ScanDetail, number> = { full: 1, reduced: 0.5, sparse: 0 };

export class Sampler {
  private readonly layout = new Layout();
  private readonly collectors: OpenedCollector[];
  private rootsTriedAt = Number.NEGATIVE_INFINITY;
  private absences = new Map<string, readonly NotMeasured[]>();
  private readonly processes: ProcessSource;
  private readonly errors = new Map<string, string | null>();
  private readonly labels = new Map<string, Labels>();
  private readonly thread = new ThreadTime();
  private threadSeconds: number | null = null;
  private budget: BudgetState = FULL_DETAIL;
  private readonly limit: SeriesLimit;
  private lastStartMs: number | undefined;
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly roots: Roots,
    open: readonly OpenCollector[],
    cores: number,
    openProcesses: (roots: Roots, cores: number) => ProcessSource = (...own) => new ProcessScanner(...own),
    mostSeries = MOST_SERIES,
  ) {
    this.limit = new SeriesLimit(mostSeries);
    this.collectors = open.map((one) => {
      // openCpu opens "cpu".
      const name = one.name.replace(/^open/, "").toLowerCase();
      return { name, open: one, collector: null, error: null, triedAt: Number.NEGATIVE_INFINITY };
    });
    for (const one of this.collectors) this.tryToOpen(one, Number.NEGATIVE_INFINITY);
    this.processes = openProcesses(roots, cores);
  }

  /** `more` are readings from outside the collectors: those of the scheduler and the store. */
  collect(at: number, more: readonly Reading[] = [], isWatched = true): SamplerResult {
    const startMs = performance.now();
    const tick: Tick = { at, elapsedMs: this.lastStartMs === undefined ? undefined : startMs - this.lastStartMs, isWatched };
    this.lastStartMs = startMs;
    const readings: Reading[] = [];
    const changes: CollectorChange[] = [];

    const run = <T>(name: string, collect: () => T): T | undefined => {
      let error: string | null = null;
      let result: T | undefined;
      try {
        result = collect();
      } catch (thrown) {
        error = thrown instanceof Error ? thrown.message : String(thrown);
      }
      if ((this.errors.get(name) ?? null) !== error) changes.push({ collector: name, error });
      this.errors.set(name, error);
      readings.push({
        metric: "hostscope.collector.success",
        labels: this.labelsOf(name),
        value: error === null ? 1 : 0,
      });
      return result;
    };

    let absences: readonly NotMeasured[] | null = this.rootAbsences(at) ? [...this.absences.values()].flat() : null;
    for (const one of this.collectors) {
      if (one.collector === null && Math.abs(at - one.triedAt) >= OPEN_AGAIN_MS) this.tryToOpen(one, at);
      const { collector } = one;
      const got = run(collector?.name ?? one.name, () => {
        if (collector === null) throw new Error(`cannot be opened: ${one.error}`);
        return collector.collect(tick);
      });
      if (got) for (const reading of got) readings.push(reading);
      if (this.absencesChanged(collector)) absences = [...this.absences.values()].flat();
    }
    const scan = run("processes", () => this.processes.scan(tick, busySecondsOf(readings)));
    if (scan) readings.push(...scan.readings);
    const durationMs = performance.now() - startMs;
    // If the clock was set back, the previous sample by timestamp is not the one that was read before this one: no rates.
    const elapsedMs = at <= this.lastAt ? Number.NaN : (tick.elapsedMs ?? Number.NaN);
    this.lastAt = at;
    readings.push({ metric: "hostscope.sample.interval", value: roundTo(elapsedMs / 1000, 1e4) });
    readings.push({ metric: "hostscope.sample.duration", value: roundTo(durationMs / 1000, 1e4) });
    this.keepBudget(tick, durationMs);
    const { detail, share } = this.budget;
    if (!Number.isNaN(share)) readings.push({ metric: "hostscope.collection.share", value: roundTo(share, 1e5) });
    readings.push({ metric: "hostscope.process.detail", value: DETAIL_VALUE[detail] });
    for (const reading of more) readings.push(reading);
    const kept = this.limit.apply(readings, () => this.layout.series, at);
    const sample = this.layout.place(at, kept);
    this.limit.note(this.layout.added, at);
    if (this.absencesChanged(this.limit)) absences = [...this.absences.values()].flat();
    return {
      sample,
      processes: scan?.delta ?? { at, changed: [], exited: [], staleMs: 0 },
      changes,
      absences,
      durationMs,
      cost: { detail, share },
    };
  }

  /**
   * Sets the detail of the next process scan by the CPU time of this thread since the previous tick. If the kernel does not count
   * it, by the time that the collectors took.
   */
  private keepBudget({ elapsedMs }: Tick, durationMs: number): void {
    const now = this.thread.seconds();
    const before = this.threadSeconds;
    this.threadSeconds = now;
    if (elapsedMs === undefined || (now !== null && before === null)) return;
    const cpuSeconds = now !== null && before !== null ? now - before : durationMs / 1000;
    this.budget = nextBudget(this.budget, { cpuSeconds, elapsedSeconds: elapsedMs / 1000 });
    this.processes.detail = this.budget.detail;
  }

  private tryToOpen(one: OpenedCollector, at: number): void {
    one.triedAt = at;
    try {
      one.collector = one.open(this.roots);
      one.error = null;
    } catch (thrown) {
      one.error = reasonOf(thrown);
    }
  }

  /** A whole root that may not be listed is told once, and not for each file below it. */
  private rootAbsences(at: number): boolean {
    if (Math.abs(at - this.rootsTriedAt) < OPEN_AGAIN_MS) return false;
    this.rootsTriedAt = at;
    const refused = [this.roots.proc, this.roots.sys].flatMap((what): NotMeasured[] => {
      try {
        readdirSync(what);
        return [];
      } catch (error) {
        return isMissing(error) ? [] : [{ what, reason: reasonOf(error) }];
      }
    });
    const before = this.absences.get("") ?? [];
    if (before.length === 0 && refused.length === 0) return false;
    this.absences.set("", refused);
    return JSON.stringify(before) !== JSON.stringify(refused);
  }

  private absencesChanged(collector: Pick<Collector, "name" | "absences"> | null): boolean {
    const absences = collector?.absences;
    if (!collector || absences === undefined || this.absences.get(collector.name) === absences) return false;
    const before = this.absences.get(collector.name) ?? [];
    this.absences.set(collector.name, absences);
    return before.length > 0 || absences.length > 0;
  }

  private labelsOf(collector: string): Labels {
    let labels = this.labels.get(collector);
    if (!labels) {
      labels = { "hostscope.collector": collector };
      this.labels.set(collector, labels);
    }
    return labels;
  }

  close(): void {
    this.thread.close();
    this.processes.close();
    closeKernelFiles();
  }
}

function roundTo(value: number, perUnit: number): number {
  return Math.round(value * perUnit) / perUnit;
}
