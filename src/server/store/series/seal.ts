/** Seals an hour of the sample log into chunks and rollups, in slices that fit between ticks. */
import type Database from "better-sqlite3";
import type { DefinitionOf } from "~/domain/metric";
import { quantized } from "~/domain/quantized";
import type { Buckets } from "~/domain/time-range";
import { isDamage } from "../file/integrity";
import { encodeChunk } from "./chunk";
import { type ChunkPass, type Extent, Extents, passesOf } from "./chunk-passes";
import { Downsampler, type SeriesBuckets } from "./reduce";
import { abandonedHour, type SampleLogReader } from "./sample-log";
import { SealedHour, type SealedSample } from "./sealed-hour";
import { type SeriesIndexReader, SeriesIndexWriter } from "./series-index";
import { blockStart, type ChunkRow, HOUR_MS, ROLLUP_TIERS, type RollupRow, SERIES_PER_CHUNK, type Tiers } from "./tiers";

/** Time for samples of the hour that a lock delays. */
const GRACE_MS = 120_000;
/** How much of the previous hour is read too, at least: the first rates need the sample before. */
const LEAST_OVERLAP_MS = 120_000;
/** An hour ends once an hour: no need to check at each tick. */
const LOOK_EVERY_MS = 10_000;
/** Read at a time, at most. Each second of a machine may have a layout of its own, whose names are looked up. */
const [WINDOW_MS, MOST_LAYOUTS] = [200_000, 4];
/** Names looked up at a time: each may be a query. */
const NAMES_A_SLICE = 100;

interface Sealed {
  /** What the log had of the hour when it was read; null when it cannot be counted. */
  seen: LogState | null;
  chunks: ChunkRow[];
  rollups: RollupRow[];
}

/** Changes with every row that arrives, and with every one that is written anew. */
interface LogState {
  rows: number;
  crcs: number;
}

export interface SealerParts {
  intervalMs: number;
  database: Database.Database;
  log: SampleLogReader;
  series: SeriesIndexReader;
  tiers: Tiers;
  definitionOf: DefinitionOf;
}

export class Sealer {
  private readonly ids: SeriesIndexWriter;
  /** False when rows have arrived since the hour was read: nothing is written then. */
  private readonly commit: Database.Transaction<(hour: number, sealed: Sealed) => boolean>;
  private readonly selectState: Database.Statement;
  private readonly clearLog: Database.Statement;
  private readonly abandon: Database.Statement;
  private work: Generator<undefined, Sealed> | undefined;
  private hour = 0;
  private ready: Sealed | undefined;
  private lookAt = 0;
  private readonly overlapMs: number;

  constructor(private readonly parts: SealerParts) {
    const { database, tiers, intervalMs } = parts;
    this.overlapMs = Math.min(HOUR_MS, Math.max(LEAST_OVERLAP_MS, 2 * intervalMs));
    this.ids = new SeriesIndexWriter(database);
    this.clearLog = database.prepare("DELETE FROM sample_log WHERE at >= ? AND at < ?");
    this.abandon = database.prepare("INSERT OR REPLACE INTO settings (name, value, changed_at) VALUES (?, '', ?)");
    this.selectState = database.prepare('SELECT count(*) AS "rows", total(crc) AS crcs FROM sample_log WHERE at >= ? AND at < ?');
    this.commit = database.transaction((hour, sealed) => {
      const { rows, crcs } = this.stateOf(hour);
      if (rows !== sealed.seen?.rows || crcs !== sealed.seen?.crcs) return false;
      for (const chunk of sealed.chunks) tiers.writeChunk(chunk);
      for (const rollup of sealed.rollups) tiers.writeRollup(rollup);
      this.clearLog.run(hour, hour + HOUR_MS);
      return true;
    });
  }

  /** Names may have been deleted since they were remembered: an hour that is under way begins anew. */
  forgetNames(): void {
    this.ids.forget();
    this.work = undefined;
    this.ready = undefined;
  }

  private stateOf(hour: number): LogState {
    return this.selectState.get(hour, hour + HOUR_MS) as LogState;
  }

  /**
   * Does one slice of work; false when there is nothing to do. Throws SQLite's error; the next call retries. In a damaged file it goes on with
   * the next hour.
   */
  step(now: number): boolean {
    if (this.ready) {
      const isWritten = this.write(this.hour, this.ready);
      this.ready = undefined;
      // Samples that waited for a lock or for room have come meanwhile: read them as well.
      if (!isWritten) this.work = this.prepare(this.hour);
      return true;
    }
    if (!this.work) {
      if (now < this.lookAt && now > this.lookAt - 2 * LOOK_EVERY_MS) return false;
      this.lookAt = now + LOOK_EVERY_MS;
      const oldest = this.parts.log.oldest();
      if (oldest === null) return false;
      this.hour = blockStart(oldest, HOUR_MS);
      if (now < this.hour + HOUR_MS + GRACE_MS) return false;
      this.work = this.prepare(this.hour);
      this.lookAt = 0;
    }
    try {
      const { done, value } = this.work.next();
      if (done) {
        this.ready = value;
        this.work = undefined;
      }
    } catch (error) {
      // Start the hour over: nothing has been written.
      this.work = undefined;
      this.ids.forget();
      throw error;
    }
    return true;
  }

  private write(hour: number, sealed: Sealed): boolean {
    try {
      return this.commit.immediate(hour, sealed);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.ready = undefined;
      this.salvage(hour, sealed);
      throw error;
    }
  }

  /** In a damaged file, where a transaction fails as a whole, writes each part by itself. */
  private salvage(hour: number, { chunks, rollups }: Sealed): void {
    const { tiers } = this.parts;
    const writes = [
      ...chunks.map((chunk) => () => tiers.writeChunk(chunk)),
      ...rollups.map((rollup) => () => tiers.writeRollup(rollup)),
    ];
    const lost = writes.filter((write) => unlessDamaged(write) === null);
    // Rows that stay would be sealed again and again, and no later hour.
    if (lost.length > 0 || unlessDamaged(() => this.clearLog.run(hour, hour + HOUR_MS)) === null)
      this.abandon.run(abandonedHour(hour), new Date(hour).toISOString());
  }

  /**
   * Two kinds of passes, so that of the readings only some columns are in memory: one over the hour for its statistics, which also finds out
   * where each series occurs, then one over a part of it for each few chunks.
   */
  private *prepare(hour: number): Generator<undefined, Sealed> {
    const seen = unlessDamaged(() => this.stateOf(hour));
    const minutes: Buckets = { start: hour, stepMs: 60_000, count: 60 };
    const reducer = new Downsampler(minutes, () => true, this.parts.definitionOf);
    const before = yield* this.sealedBefore(hour);
    const offsets: number[] = [];
    const extents = new Extents();
    for (const samples of this.samplesOf({ from: hour - this.overlapMs, to: hour + HOUR_MS }, before)) {
      for (const sample of samples) {
        reducer.add(sample);
        if (sample.at < hour) continue;
        offsets.push(sample.at - hour);
        // To derive from a new layout takes longest.
        if (extents.add(sample.at, sample.ids)) yield;
      }
      yield;
    }
    const chunks: ChunkRow[] = [];
    const added = yield* this.isOnlyRolled(hour, extents.byGroup.keys());
    const interval = gridOf(offsets);
    // A chunk of a few minutes would look like the hour at full resolution.
    for (const pass of added ? [] : passesOf(extents.byGroup, interval))
      chunks.push(...(yield* chunksOf({ hour, interval, pass }, this.samplesOf(pass, before, pass.groups))));
    return { seen, chunks, rollups: yield* this.rollupsOf(hour, [...reducer.points.values()], added) };
  }

  /** Whether its samples have reached their age, and the clock was set back into it. */
  private *isOnlyRolled(hour: number, groups: Iterable<number>): Generator<undefined, boolean> {
    const { tiers } = this.parts;
    if (hour >= (tiers.sealedUntil() ?? 0) || tiers.groupsOf(hour).length > 0) return false;
    for (const group of groups) {
      if (tiers.hasHour(group, hour)) return true;
      yield;
    }
    return false;
  }

  private *rollupsOf(hour: number, reduced: readonly SeriesBuckets[], added: boolean): Generator<undefined, RollupRow[]> {
    const groups = new Map<number, [place: number, points: SeriesBuckets][]>();
    for (const [index, points] of reduced.entries()) {
      const id = this.ids.idOf(points.series);
      const group = groups.get(Math.floor(id / SERIES_PER_CHUNK)) ?? [];
      group.push([id % SERIES_PER_CHUNK, points]);
      groups.set(Math.floor(id / SERIES_PER_CHUNK), group);
      if (index % NAMES_A_SLICE === 0) yield;
    }
    const rollups: RollupRow[] = [];
    for (const [group, members] of groups) {
      for (const tier of ROLLUP_TIERS) {
        const start = blockStart(hour, tier.blockMs);
        const first = (hour - start) / (tier.seconds * 1000);
        const statisticsOf = (points: SeriesBuckets) =>
          tier.seconds * 1000 === HOUR_MS ? points.toTotals() : points.toStatistics();
        const statistics = new Map(members.map(([place, points]) => [place, statisticsOf(points).map(quantized)]));
        const data = this.parts.tiers.mergedRollup(tier, group, { start, first, statistics, added });
        rollups.push({ tier: tier.seconds, start, group, data });
        yield;
      }
    }
    return rollups;
  }

  /**
   * What is sealed already: the end of the hour before, and of the hour itself what it had when it was sealed, if the clock was set back or
   * rows came late.
   */
  private *sealedBefore(hour: number): Generator<undefined, SealedHour[]> {
    return [yield* SealedHour.open(this.parts, hour - HOUR_MS, hour - this.overlapMs), yield* SealedHour.open(this.parts, hour)];
  }

  /**
   * The samples of a stretch in time order, some minutes at a time: no statement stays open in between. A logged one replaces a sealed one of
   * the same time. With `groups`, only the series of these.
   */
  private *samplesOf(stretch: Extent, sealed: readonly SealedHour[], groups?: ReadonlySet<number>): Generator<SealedSample[]> {
    const { log } = this.parts;
    const wanted = groups && { has: (id: number) => groups.has(Math.floor(id / SERIES_PER_CHUNK)) };
    for (let { from } = stretch, to = from; from < stretch.to; from = to) {
      to = Math.min(from + WINDOW_MS, stretch.to);
      const found = new Map<number, SealedSample>();
      let [layouts, ids]: [number, Uint32Array?] = [0];
      for (const sample of log.read(from, to, wanted)) {
        if (sample.ids !== ids && ++layouts > MOST_LAYOUTS) {
          to = sample.at;
          break;
        }
        ids = sample.ids;
        found.set(sample.at, sample);
      }
      for (const hour of sealed) for (const one of hour.samples(from, to, groups)) if (!found.has(one.at)) found.set(one.at, one);
      yield [...found.values()].sort((a, b) => a.at - b.at);
    }
  }
}

/** Null when SQLite cannot read a page that it needs. */
function unlessDamaged<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return null;
  }
}

export interface ChunkPlan {
  hour: number;
  /** Milliseconds between slots. */
  interval: number;
  pass: ChunkPass;
}

/** The chunks of the groups of a pass. */
export function* chunksOf(
  { hour, interval, pass: { from, to, groups } }: ChunkPlan,
  windows: Iterable<readonly SealedSample[]>,
): Generator<undefined, ChunkRow[]> {
  const first = Math.floor((from - hour) / interval);
  const slots = Math.ceil((to - hour) / interval) - first;
  const columns = new Map<number, Float64Array>();
  for (const samples of windows) {
    for (const { at, ids, values } of samples) place({ columns, groups, slots }, (at - hour) / interval - first, ids, values);
    yield;
  }
  const whole = Array.from({ length: SERIES_PER_CHUNK }, () => new Float64Array(HOUR_MS / interval));
  const chunks: ChunkRow[] = [];
  for (const group of groups) {
    const members = whole.map((column, place) => {
      const own = columns.get(group * SERIES_PER_CHUNK + place);
      if (!own) return null;
      column.fill(Number.NaN).set(own, first);
      return column;
    });
    chunks.push({ start: hour, interval, group, data: encodeChunk(members, HOUR_MS / interval) });
    yield;
  }
  return chunks;
}

function place(
  { columns, groups, slots }: { columns: Map<number, Float64Array>; groups: ReadonlySet<number>; slots: number },
  slot: number,
  ids: Uint32Array,
  values: Float64Array,
): void {
  ids.forEach((id, position) => {
    if (!groups.has(Math.floor(id / SERIES_PER_CHUNK))) return;
    let column = columns.get(id);
    if (!column) {
      column = new Float64Array(slots).fill(Number.NaN);
      columns.set(id, column);
    }
    column[slot] = values[position] as number;
  });
}

/** The widest grid in milliseconds that contains all offsets. If the interval changed within the hour, the grid fits both. */
export function gridOf(offsets: readonly number[]): number {
  let grid = HOUR_MS;
  for (const offset of offsets) {
    let [a, b] = [grid, offset];
    while (b !== 0) [a, b] = [b, a % b];
    grid = a;
  }
  return grid;
}
