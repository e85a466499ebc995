/** The sample log: the last samples unreduced, one row a tick. A `kill -9` loses at most the tick in flight. */
import { crc32 } from "node:zlib";
import type Database from "better-sqlite3";
import type { ProcessDelta } from "~/domain/process";
import type { Sample, Series } from "~/domain/sample";
import { isDamage } from "../file/integrity";
import { type LoggedTick, ProcessLogWriter } from "../processes/process-log";
import { packValues, unpackSome, unpackValues } from "./log-values";
import { SeriesIndexReader, SeriesIndexWriter, type StoredLayout } from "./series-index";
import { blockStart, HOUR_MS } from "./tiers";

function checksum(at: number, layout: StoredLayout, values: Buffer): number {
  const key = Buffer.allocUnsafe(16);
  key.writeDoubleLE(at, 0);
  key.writeUInt32LE(layout.id, 8);
  key.writeUInt32LE(layout.crc, 12);
  return crc32(values, crc32(key));
}

/**
 * Samples queued in memory during a lock or on a full disk: an hour at one second, or of many series as much as the hour of a thousand
 * takes with its processes. Beyond it the oldest are dropped.
 */
const [MAX_QUEUED, MAX_QUEUED_BYTES] = [3600, 64 * 2 ** 20];
/** Samples per transaction, so that catching up does not delay a tick. */
const MAX_BATCH = 200;

interface QueuedSample {
  sample: Sample;
  processes: LoggedTick | undefined;
}

function bytesOf({ sample, processes }: QueuedSample): number {
  return sample.values.byteLength + (processes?.data.length ?? 0);
}

export class SampleLogWriter {
  private readonly queued: QueuedSample[] = [];
  private queuedBytes = 0;
  private readonly series: SeriesIndexWriter;
  private readonly processes: ProcessLogWriter;
  private readonly write: Database.Transaction<(queued: readonly QueuedSample[]) => void>;
  dropped = 0;
  /** False while the disk's free space is below the floor: everything is queued. */
  writable = true;

  constructor(database: Database.Database) {
    this.series = new SeriesIndexWriter(database);
    this.processes = new ProcessLogWriter(database);
    // After the clock was set back, the same seconds come again: the later reading wins.
    const insert = database.prepare('INSERT OR REPLACE INTO sample_log (at, layout, "values", crc) VALUES (?, ?, ?, ?)');
    this.write = database.transaction((queued) => {
      for (const { sample, processes } of queued) {
        const { at, series, values } = sample;
        const layout = this.series.layout(series);
        const bytes = packValues(values);
        insert.run(at, layout.id, bytes, checksum(at, layout, bytes));
        if (processes) this.processes.write(processes);
      }
    });
  }

  get backlog(): number {
    return this.queued.length;
  }

  /** The collectors restarted: the next tick lists every process. */
  restart(): void {
    this.processes.restart();
  }

  /** Queues the sample and writes a batch of the queue, oldest first. Returns the error of the write, or null. */
  append(sample: Sample, processes?: ProcessDelta): unknown {
    const queued = { sample, processes: processes && this.processes.encode(processes) };
    this.queued.push(queued);
    this.queuedBytes += bytesOf(queued);
    while (this.queued.length > MAX_QUEUED || (this.queued.length > 1 && this.queuedBytes > MAX_QUEUED_BYTES)) {
      this.remove(1);
      this.dropped++;
    }
    return this.flush();
  }

  private remove(count: number): void {
    for (const one of this.queued.splice(0, count)) this.queuedBytes -= bytesOf(one);
  }

  /** Writes the whole queue. Returns the error of the write that failed, or null. */
  flushAll(): unknown {
    let error: unknown = null;
    while (error === null && this.queued.length > 0 && this.writable) error = this.flush();
    return error;
  }

  flush(): unknown {
    if (this.queued.length === 0 || !this.writable) return null;
    const batch = this.queued.slice(0, MAX_BATCH);
    try {
      this.write.immediate(batch);
      this.remove(batch.length);
      return null;
    } catch (error) {
      this.series.forget();
      return error;
    }
  }
}

/** How far a read goes on after a page that SQLite cannot read; twice as far each time that this fails as well. */
const PAST_DAMAGE_MS = 1000;

/** The setting that marks an hour whose rows cannot be deleted. */
export function abandonedHour(hour: number): string {
  return `sample_log.abandoned.${hour}`;
}

interface LogRow {
  at: number;
  layout: number;
  values: Buffer;
  crc: number;
}

export interface LoggedSample extends Sample {
  /** Of its series, in their order. */
  ids: Uint32Array;
}

/** Which series to read, by their ids; `get` names them where the caller knows them. */
export interface WantedSeries {
  has(id: number): boolean;
  get?(id: number): Series | undefined;
}

export class SampleLogReader {
  private readonly selectOldest: Database.Statement;
  private readonly selectNewest: Database.Statement;
  private readonly select: Database.Statement;
  private readonly selectAbandoned: Database.Statement;
  /** Rows that failed their checksum and pages that SQLite cannot read; they are skipped. */
  damaged = 0;

  constructor(
    database: Database.Database,
    private readonly series = new SeriesIndexReader(database),
  ) {
    this.selectOldest = database.prepare("SELECT min(at) FROM sample_log WHERE at >= ?").pluck();
    this.selectNewest = database.prepare("SELECT max(at) FROM sample_log WHERE at <= ?").pluck();
    this.select = database.prepare('SELECT at, layout, "values", crc FROM sample_log WHERE at >= ? AND at < ? ORDER BY at');
    this.selectAbandoned = database.prepare("SELECT 1 FROM settings WHERE name = ?");
  }

  /** Time of the oldest row, without hours that are abandoned; null when there is none. */
  oldest(): number | null {
    for (let from = 0; ; ) {
      const at = this.selectOldest.get(from) as number | null;
      if (at === null) return null;
      const hour = blockStart(at, HOUR_MS);
      if (!this.selectAbandoned.get(abandonedHour(hour))) return at;
      from = hour + HOUR_MS;
    }
  }

  /** Time of the newest row, up to a moment; null when there is none. */
  newest(until: number = Number.MAX_SAFE_INTEGER): number | null {
    return this.selectNewest.get(until) as number | null;
  }

  /** Samples in [from, to), oldest first; with `wanted`, only those series. */
  *read(from: number, to: number, wanted?: WantedSeries): Generator<LoggedSample> {
    const parts = new LayoutReader(this.series, wanted);
    let pastDamage = PAST_DAMAGE_MS;
    for (let next = Math.max(from, 0); next < to; ) {
      try {
        for (const { at, layout, values: packed, crc } of this.select.iterate(next, to) as IterableIterator<LogRow>) {
          [next, pastDamage] = [at + 1, PAST_DAMAGE_MS];
          const stored = { id: layout, crc: this.series.layoutCrc(layout) };
          const part = checksum(at, stored, packed) === crc ? parts.of(layout) : undefined;
          const values = part && unpackedOf(packed, part);
          if (part && values) yield { at, series: part.series, ids: part.ids, values };
          else this.damaged++;
        }
        return;
      } catch (error) {
        if (!isDamage(error)) throw error;
        this.damaged++;
        next += pastDamage;
        pastDamage *= 2;
      }
    }
  }
}

function unpackedOf(packed: Buffer, { length, places }: LoggedPart): Float64Array | null {
  return places.length === length ? unpackValues(packed, length) : unpackSome(packed, length, places);
}

interface LoggedPart {
  /** How many series the layout has. */
  length: number;
  /** Those that are wanted: their places in the layout, ascending, and who they are. */
  places: Uint32Array;
  ids: Uint32Array;
  series: readonly Series[];
}

/**
 * Names what is wanted of layouts, and nothing else: on a machine whose names come and go each second has a layout of hundreds. Consecutive
 * layouts that have the same series there share one list: callers cache by it.
 */
class LayoutReader {
  private readonly known = new Map<number, LoggedPart | undefined>();
  private last: Pick<LoggedPart, "ids" | "series"> = { ids: new Uint32Array(), series: [] };

  constructor(
    private readonly index: SeriesIndexReader,
    private readonly wanted: WantedSeries | undefined,
  ) {}

  /** Undefined if a name is missing. */
  of(layout: number): LoggedPart | undefined {
    if (!this.known.has(layout)) this.known.set(layout, this.read(layout));
    return this.known.get(layout);
  }

  private read(layout: number): LoggedPart | undefined {
    const { index, wanted } = this;
    const all = index.layoutIds(layout);
    if (!all) return undefined;
    const found: number[] = [];
    all.forEach((id, place) => {
      if (wanted === undefined || wanted.has(id)) found.push(place);
    });
    const places = Uint32Array.from(found);
    const ids = places.length === all.length ? all : Uint32Array.from(places, (place) => all[place] as number);
    if (ids.length !== this.last.ids.length || ids.some((id, place) => id !== this.last.ids[place])) {
      const series = Array.from(ids, (id) => wanted?.get?.(id) ?? index.byNumber(id));
      if (series.some((one) => one === undefined)) return undefined;
      this.last = { ids, series: series as Series[] };
    }
    return { length: all.length, places, ...this.last };
  }
}
