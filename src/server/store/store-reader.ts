/** Reads the past over one connection: series, the process table, what processes used. */
import type Database from "better-sqlite3";
import { mean } from "simple-statistics";
import type { History } from "~/domain/history";
import type { DefinitionOf } from "~/domain/metric";
import type { Consumer, ProcessLife } from "~/domain/process";
import type { Sample, Series } from "~/domain/sample";
import { runAtOnce } from "../slices";
import { ProcessArchive, type ProcessesAt, type StoredBlock, type TimeSpan } from "./processes/process-archive";
import { type LifeRequest, readLife } from "./processes/process-life";
import { type ActiveRequest, planActive, readActive } from "./series/active";
import { type HistoryPlan, type HistoryRequest, planHistory, readHistory } from "./series/history";
import { type HistoryParts, rawSamples, sealedBounds } from "./series/raw-samples";
import { type Replayed, replay } from "./series/replay";
import type { Ring } from "./series/ring";
import { SampleLogReader } from "./series/sample-log";
import { SeriesIndexReader } from "./series/series-index";
import { HOUR_MS, Tiers } from "./series/tiers";

const DAY_MS = 86_400_000;
/** A mean is that of as many steps. */
const MEAN_POINTS = 60;

export interface ReaderOptions {
  intervalMs: number;
  definitionOf: DefinitionOf;
  /** The newest samples. Empty when the sample log has them all. */
  ring: Ring;
  archive?: ProcessArchive;
  /** Process blocks that are not in the database. */
  unwritten?: () => readonly StoredBlock[];
}

export class StoreReader {
  readonly parts: HistoryParts;
  readonly archive: ProcessArchive;

  constructor(
    private readonly database: Database.Database,
    { intervalMs, definitionOf, ring, archive, unwritten = () => [] }: ReaderOptions,
  ) {
    const series = new SeriesIndexReader(database);
    const log = new SampleLogReader(database, series);
    this.parts = { intervalMs, definitionOf, ring, series, log, tiers: new Tiers(database) };
    this.archive = archive ?? new ProcessArchive(database, unwritten);
  }

  /** The database's file. */
  get path(): string {
    return this.database.name;
  }

  get damagedRows(): number {
    const { log, tiers } = this.parts;
    return log.damaged + tiers.damaged + this.archive.damagedRows;
  }

  /**
   * Time of the oldest stored reading: exact in the sample log, rounded down to the hour in chunks and to the day in minute
   * rollups. Null when nothing is stored.
   */
  since(): number | null {
    const oldest = (sql: string) => this.database.prepare(sql).pluck().get() as number | null;
    const raw = oldest(
      "SELECT min(start) FROM (SELECT min(start) AS start FROM chunks UNION ALL SELECT min(at) FROM sample_log)",
    );
    const minutes = oldest("SELECT min(start) FROM rollups WHERE tier = 60");
    // A minute block starts at midnight UTC, often before the first reading.
    if (minutes === null || (raw !== null && raw - minutes < DAY_MS)) return raw;
    return minutes;
  }

  /**
   * The same for people: within a sealed hour it is when the process table begins, of which each minute has a block. Not for reading: the
   * process table may have begun later than the samples.
   */
  firstReading(): number | null {
    const since = this.since();
    const processes = this.archive.since();
    const isWithin = since !== null && processes !== null && processes > since && processes - since < HOUR_MS;
    return isWithin ? processes : since;
  }

  /** Run it in a transaction. */
  history(request: HistoryRequest): Generator<undefined, History> {
    return readHistory(this.parts, request);
  }

  planHistory(request: HistoryRequest): HistoryPlan {
    return planHistory(this.parts, request);
  }

  /** For what is known to be little. */
  historyAtOnce(request: HistoryRequest, plan?: HistoryPlan): History {
    return this.atOnce(() => readHistory(this.parts, request, plan?.buckets));
  }

  /** The metrics with a value other than zero, sorted. Run it in a transaction. */
  active(request: ActiveRequest): Generator<undefined, string[]> {
    return readActive(this.parts, request);
  }

  planActive(request: ActiveRequest): Pick<HistoryPlan, "ms"> {
    return planActive(this.parts, request);
  }

  activeAtOnce(request: ActiveRequest): string[] {
    return this.atOnce(() => readActive(this.parts, request));
  }

  private atOnce<T>(work: () => Generator<undefined, T>): T {
    if (this.database.inTransaction) return runAtOnce(work());
    this.database.exec("BEGIN");
    try {
      return runAtOnce(work());
    } finally {
      // Unlike COMMIT, it does not fail after a page that SQLite cannot read.
      this.database.exec("ROLLBACK");
    }
  }

  /** The mean of one series over (from, to], as what processes used; null when it has no readings there. At once: for minutes. */
  mean({ metric, labels }: Series, { from, to }: TimeSpan): number | null {
    // A reading is of the time before it.
    const { intervalMs } = this.parts;
    const range = { from: from + intervalMs, to: to + intervalMs };
    const { series } = this.historyAtOnce({ name: metric, labels, ...range, points: MEAN_POINTS, aggregate: "avg" });
    const known = (series[0]?.values ?? []).filter((value) => value !== null);
    return known.length === 0 ? null : mean(known);
  }

  /** Whole samples in [from, to), oldest first. Run it in a transaction. */
  samples({ from, to }: TimeSpan): Generator<Sample> {
    const { parts } = this;
    return rawSamples(parts, parts.series.metrics(), { from, to, ...sealedBounds(parts) });
  }

  /** The history of one metric as the rules see it. */
  replay(metric: string, range: TimeSpan): Replayed {
    return replay(this.parts, metric, range);
  }

  /** The process table at a past moment; null when none is stored. */
  processesSince(): number | null {
    return this.archive.firstTable();
  }

  processesAt(at: number): ProcessesAt | null {
    return this.archive.at(at);
  }

  /** The process table at each step of [from, to) that has one, oldest first; undefined after each slice of work. */
  processTables(range: TimeSpan, stepMs: number): Generator<ProcessesAt | undefined> {
    return this.archive.tables(range, stepMs);
  }

  /** What processes used in (from, to]. */
  consumers(range: TimeSpan): Generator<undefined, Consumer[]> {
    return this.archive.consumers(range);
  }

  /** One process over time; null when nothing of it is stored. */
  processLife(request: LifeRequest): Generator<undefined, ProcessLife | null> {
    return readLife(this.archive, this.parts.intervalMs, request);
  }
}
