/**
 * Tables of chunks and rollups: an hour of samples a chunk, a day of minutes or 30 days of hours a rollup block. Times are epoch
 * milliseconds.
 */
import type Database from "better-sqlite3";
import { isDamage } from "../file/integrity";
import { chunkChecksum, DamagedChunk, type EncodedColumn, encodeChunk, type OpenedChunk, openChunk } from "./chunk";

export const HOUR_MS = 3_600_000;
export const SERIES_PER_CHUNK = 16;
/** Minimum, mean, maximum, count. */
export const ROLLUP_COLUMNS = 4;

export const ROLLUP_TIERS = [
  { seconds: 60, blockMs: 86_400_000 },
  { seconds: 3600, blockMs: 30 * 86_400_000 },
] as const;
export type RollupTier = (typeof ROLLUP_TIERS)[number];

export function blockStart(at: number, blockMs: number): number {
  return Math.floor(at / blockMs) * blockMs;
}

function slotsOf(tier: RollupTier): number {
  return tier.blockMs / (tier.seconds * 1000);
}

export interface ChunkRow {
  start: number;
  interval: number;
  group: number;
  data: Buffer;
}

export interface RollupRow {
  tier: number;
  start: number;
  group: number;
  data: Buffer;
}

/** Cache size in rows, with their decoded columns: the charts of a page read the same hours and days repeatedly. */
const KEPT = 12;

interface Kept {
  crc: number;
  chunk: OpenedChunk;
}

/** Reads and writes chunks and rollups. Skips and counts damaged rows. Columns are cached: callers must not change them. */
export class Tiers {
  damaged = 0;
  /** Least recently used first. A rewritten row has another checksum. */
  private readonly kept = new Map<string, Kept>();
  private readonly chunkCrc: Database.Statement;
  private readonly rollupCrc: Database.Statement;
  private readonly selectChunk: Database.Statement;
  private readonly insertChunk: Database.Statement;
  private readonly selectRollup: Database.Statement;
  private readonly upsertRollup: Database.Statement;
  private readonly selectGroups: Database.Statement;
  private readonly lastChunk: Database.Statement;
  private readonly firstChunk: Database.Statement;
  private readonly anyRollup: Database.Statement;
  private readonly rollupStarts: Database.Statement;
  private readonly selectFirstRollup: Database.Statement;

  constructor(database: Database.Database) {
    this.selectChunk = database.prepare('SELECT data FROM chunks WHERE "group" = ? AND start = ?').pluck();
    this.chunkCrc = database.prepare('SELECT interval, crc FROM chunks WHERE "group" = ? AND start = ?');
    this.rollupCrc = database.prepare('SELECT crc FROM rollups WHERE tier = ? AND "group" = ? AND start = ?').pluck();
    this.insertChunk = database.prepare(
      'INSERT OR REPLACE INTO chunks (start, interval, "group", data, crc) VALUES (?, ?, ?, ?, ?)',
    );
    this.selectRollup = database.prepare('SELECT data FROM rollups WHERE tier = ? AND "group" = ? AND start = ?').pluck();
    this.upsertRollup = database.prepare(
      'INSERT OR REPLACE INTO rollups (tier, start, "group", data, crc) VALUES (?, ?, ?, ?, ?)',
    );
    this.selectGroups = database.prepare('SELECT "group" FROM chunks WHERE start = ? ORDER BY "group"').pluck();
    this.lastChunk = database.prepare("SELECT max(start) FROM chunks").pluck();
    this.firstChunk = database.prepare("SELECT min(start) FROM chunks").pluck();
    this.anyRollup = database.prepare("SELECT 1 FROM rollups WHERE tier = ? AND start > ? AND start < ? LIMIT 1");
    this.selectFirstRollup = database.prepare('SELECT min(start) FROM rollups WHERE tier = ? AND "group" = ?').pluck();
    this.rollupStarts = database
      .prepare('SELECT start FROM rollups WHERE tier = ? AND "group" = ? AND start >= ? AND start < ?')
      .pluck();
  }

  /** Starts of the blocks of a tier that begin in [from, to) and have one of the series, oldest first. */
  rollupBlocks(tier: number, seriesIds: readonly number[], { from, to }: { from: number; to: number }): number[] {
    const groups = new Set(seriesIds.map((id) => Math.floor(id / SERIES_PER_CHUNK)));
    const starts = new Set([...groups].flatMap((group) => this.rollupStarts.all(tier, group, from, to) as number[]));
    return [...starts].sort((a, b) => a - b);
  }

  /** End of the newest sealed hour; null before the first. */
  sealedUntil(): number | null {
    const start = this.lastChunk.get() as number | null;
    return start === null ? null : start + HOUR_MS;
  }

  /** Start of the oldest hour kept at full resolution; null before the first. */
  rawSince(): number | null {
    return this.firstChunk.get() as number | null;
  }

  /** Start of the oldest block of a tier with a group of series; null when there is none. */
  firstRollup(tier: number, group: number): number | null {
    return this.selectFirstRollup.get(tier, group) as number | null;
  }

  /** Groups with a chunk in the hour. */
  groupsOf(start: number): number[] {
    return this.selectGroups.all(start) as number[];
  }

  /** True when a block of the tier starts within (after, before). */
  hasRollups(tier: number, after: number, before: number): boolean {
    return this.anyRollup.get(tier, after, before) !== undefined;
  }

  /** Null when there is none. */
  chunk(group: number, start: number): { interval: number; chunk: OpenedChunk } | "damaged" | null {
    try {
      const head = this.chunkCrc.get(group, start) as { interval: number; crc: number } | undefined;
      if (!head) return null;
      const read = () => this.selectChunk.get(group, start) as Buffer | undefined;
      return { interval: head.interval, chunk: this.opened([start, head.interval, group], head.crc, read) };
    } catch (error) {
      this.countDamage(error);
      return "damaged";
    }
  }

  rollup(tier: number, group: number, start: number): OpenedChunk | null {
    try {
      const crc = this.rollupCrc.get(tier, group, start) as number | undefined;
      if (crc === undefined) return null;
      return this.opened([tier, start, group], crc, () => this.selectRollup.get(tier, group, start) as Buffer | undefined);
    } catch (error) {
      this.countDamage(error);
      return null;
    }
  }

  /** A column of a chunk; null when it is damaged or missing. */
  column(chunk: OpenedChunk, index: number): EncodedColumn {
    try {
      return chunk.column(index);
    } catch (error) {
      this.countDamage(error);
      return null;
    }
  }

  /** Of a row, or of a page that SQLite cannot read. Throws any other error. */
  private countDamage(error: unknown): void {
    if (!(error instanceof DamagedChunk) && !isDamage(error)) throw error;
    this.damaged++;
  }

  writeChunk({ start, interval, group, data }: ChunkRow): void {
    this.insertChunk.run(start, interval, group, data, chunkChecksum([start, interval, group], data));
  }

  writeRollup({ tier, start, group, data }: RollupRow): void {
    this.upsertRollup.run(tier, start, group, data, chunkChecksum([tier, start, group], data));
  }

  /** Whether a series of the group has a reading in a whole hour. */
  hasHour(group: number, hour: number): boolean {
    const [, tier] = ROLLUP_TIERS;
    const start = blockStart(hour, tier.blockMs);
    const stored = this.rollup(tier.seconds, group, start);
    if (!stored) return false;
    const counts = Array.from({ length: SERIES_PER_CHUNK }, (_, place) => this.column(stored, place * ROLLUP_COLUMNS + 3));
    return counts.some((column) => Number(column?.[(hour - start) / HOUR_MS]) > 0);
  }

  /**
   * The stored rollup block with the slots from `first` on replaced, or with `added` joined by the readings of `statistics`, which is keyed by
   * place within the group.
   */
  mergedRollup(
    tier: RollupTier,
    group: number,
    change: { start: number; first: number; statistics: ReadonlyMap<number, readonly Float64Array[]>; added?: boolean },
  ): Buffer {
    const { start, first, statistics, added = false } = change;
    const slots = slotsOf(tier);
    const stored = this.rollup(tier.seconds, group, start);
    const columns: EncodedColumn[] = Array.from({ length: SERIES_PER_CHUNK * ROLLUP_COLUMNS }, (_, index) =>
      stored ? this.column(stored, index) : null,
    );
    for (const [place, found] of statistics) {
      const known = columns.slice(place * ROLLUP_COLUMNS, (place + 1) * ROLLUP_COLUMNS);
      const parts = added ? joined(known, found, first) : found;
      parts.forEach((part, index) => {
        const at = place * ROLLUP_COLUMNS + index;
        const before = columns[at];
        const column = this.scratchOf(at, slots);
        if (before) column.set(before);
        else column.fill(Number.NaN);
        column.set(part, first);
        columns[at] = column;
      });
    }
    return encodeChunk(columns, slots);
  }

  /** Columns that are encoded at once: an hour with thousands of groups would allocate gigabytes. */
  private readonly scratch = new Map<string, Float64Array>();

  private scratchOf(index: number, slots: number): Float64Array {
    const name = `${slots} ${index}`;
    const column = this.scratch.get(name) ?? new Float64Array(slots);
    this.scratch.set(name, column);
    return column;
  }

  private opened(key: readonly number[], crc: number, read: () => Buffer | undefined): OpenedChunk {
    const name = key.join(" ");
    const known = this.kept.get(name);
    this.kept.delete(name);
    const chunk = known?.crc === crc ? known.chunk : open(read() ?? Buffer.alloc(0), crc, key);
    this.kept.set(name, { crc, chunk });
    for (const [oldest] of this.kept) {
      if (this.kept.size <= KEPT) break;
      this.kept.delete(oldest);
    }
    return chunk;
  }
}

/** Statistics of the readings of both, slot by slot. */
function joined(known: readonly EncodedColumn[], found: readonly Float64Array[], first: number): readonly Float64Array[] {
  const parts = found.map((part) => part.slice());
  const [min, mean, max, count] = parts as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let slot = 0; slot < count.length; slot++) {
    const before = known.map((column) => column?.[first + slot] ?? Number.NaN) as [number, number, number, number];
    const [own, theirs] = [count[slot] as number, before[3]];
    if (!(theirs > 0)) continue;
    if (own > 0) {
      min[slot] = Math.min(min[slot] as number, before[0]);
      mean[slot] = ((mean[slot] as number) * own + before[1] * theirs) / (own + theirs);
      max[slot] = Math.max(max[slot] as number, before[2]);
      count[slot] = own + theirs;
    } else {
      for (const [index, part] of parts.entries()) part[slot] = before[index] as number;
    }
  }
  return parts;
}

function open(data: Buffer, crc: number, key: readonly number[]): OpenedChunk {
  if (chunkChecksum(key, data) !== crc) throw new DamagedChunk("its checksum is wrong");
  return openChunk(data);
}
