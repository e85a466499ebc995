/** The sample log: the last samples unreduced, one row a tick. A `kill -9` loses at most the tick in flight. */
import { crc32 } from "node:zlib";
import type Database from "better-sqlite3";
import type { ProcessDelta } from "~/domain/process";
import type { Sample, Series } from "~/domain/sample";
import { type LoggedTick, ProcessLogWriter } from "../processes/process-log";
import { type LayoutPart, LayoutParts, type PlacesOf } from "./layout-parts";
import { packValues, unpackSome, unpackValues } from "./log-values";
import { SeriesIndexReader, SeriesIndexWriter, type StoredLayout } from "./series-index";

function checksum(at: number, layout: StoredLayout, values: Buffer): number {
  const key = Buffer.allocUnsafe(16);
  key.writeDoubleLE(at, 0);
  key.writeUInt32LE(layout.id, 8);
  key.writeUInt32LE(layout.crc, 12);
  return crc32(values, crc32(key));
}

/** Samples queued in memory during a lock or on a full disk: an hour at one second. Beyond it the oldest are dropped. */
const MAX_QUEUED = 3600;
/** Samples per transaction, so that catching up does not delay a tick. */
const MAX_BATCH = 200;

interface QueuedSample {
  sample: Sample;
  processes: LoggedTick | undefined;
}

export class SampleLogWriter {
  private readonly queued: QueuedSample[] = [];
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
    this.queued.push({ sample, processes: processes && this.processes.encode(processes) });
    if (this.queued.length > MAX_QUEUED) {
      this.queued.shift();
      this.dropped++;
    }
    return this.flush();
  }

  flush(): unknown {
    if (this.queued.length === 0 || !this.writable) return null;
    const batch = this.queued.slice(0, MAX_BATCH);
    try {
      this.write.immediate(batch);
      this.queued.splice(0, batch.length);
      return null;
    } catch (error) {
      this.series.forget();
      return error;
    }
  }
}

export interface LoggedSample extends Sample {
  layout: number;
}

export class SampleLogReader {
  private readonly selectOldest: Database.Statement;
  private readonly selectNewest: Database.Statement;
  private readonly select: Database.Statement;
  /** Rows that failed their checksum; they are skipped. */
  damaged = 0;

  constructor(
    database: Database.Database,
    private readonly series = new SeriesIndexReader(database),
  ) {
    this.selectOldest = database.prepare("SELECT min(at) FROM sample_log").pluck();
    this.selectNewest = database.prepare("SELECT max(at) FROM sample_log").pluck();
    this.select = database.prepare('SELECT at, layout, "values", crc FROM sample_log WHERE at >= ? AND at < ? ORDER BY at');
  }

  /** Time of the oldest row; null when there is none. */
  oldest(): number | null {
    return this.selectOldest.get() as number | null;
  }

  /** Time of the newest row; null when there is none. */
  newest(): number | null {
    return this.selectNewest.get() as number | null;
  }

  /** Samples in [from, to), oldest first; with `places`, only those series of each layout. */
  *read(from: number, to: number, places?: PlacesOf): Generator<LoggedSample> {
    const rows = this.select.iterate(from, to) as IterableIterator<{ at: number; layout: number; values: Buffer; crc: number }>;
    const parts = places && new LayoutParts(places);
    for (const { at, layout, values, crc } of rows) {
      const stored = { id: layout, crc: this.series.layoutCrc(layout) };
      const whole = checksum(at, stored, values) === crc ? this.series.layout(layout) : undefined;
      const sample = whole && (parts ? partOf(values, whole, parts.of(whole, layout)) : wholeOf(values, whole));
      if (sample) yield { at, layout, ...sample };
      else this.damaged++;
    }
  }
}

function partOf(
  packed: Buffer,
  whole: readonly Series[],
  { series, places }: LayoutPart,
): Pick<Sample, "series" | "values"> | null {
  const values = unpackSome(packed, whole.length, places);
  return values && { series, values };
}

function wholeOf(packed: Buffer, series: readonly Series[]): Pick<Sample, "series" | "values"> | null {
  const values = unpackValues(packed, series.length);
  return values && { series, values };
}
