/** The dictionary of series and layouts: sample blobs hold numbers only and name their layout by id. */
import { crc32 } from "node:zlib";
import type Database from "better-sqlite3";
import { type Labels, type Series, seriesKey } from "~/domain/sample";

function sortedLabels(labels: Labels): string {
  return JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** `crc` is over the ids of its series: what names a layout vouches for what is in it. */
export interface StoredLayout {
  id: number;
  crc: number;
}

export interface StoredSeries {
  id: number;
  series: Series;
}

/** Sets of metrics whose series are remembered: those of a page's charts. */
const MOST_FOUND = 100;

/** Gives ids to series and layouts as they first appear. Inside a caller's transaction: what is rolled back is forgotten too. */
export class SeriesWriter {
  private readonly seriesIds = new Map<string, number>();
  private readonly layoutIds = new Map<readonly Series[], StoredLayout>();
  private readonly findSeries: Database.Statement;
  private readonly insertSeries: Database.Statement;
  private readonly insertLayout: Database.Statement;
  private readonly findLayout: Database.Statement;

  constructor(database: Database.Database) {
    this.findSeries = database.prepare("SELECT id FROM series WHERE metric = ? AND labels = ?").pluck();
    this.insertSeries = database.prepare("INSERT INTO series (metric, labels) VALUES (?, ?)");
    this.insertLayout = database.prepare("INSERT INTO layouts (series) VALUES (?)");
    this.findLayout = database.prepare("SELECT id FROM layouts WHERE series = ?").pluck();
  }

  /** The id of one series, given out on first use. */
  idOf(series: Series): number {
    return this.seriesId(series);
  }

  layout(series: readonly Series[]): StoredLayout {
    const known = this.layoutIds.get(series);
    if (known !== undefined) return known;
    const ids = Buffer.from(Uint32Array.from(series, (one) => this.seriesId(one)).buffer);
    const id = (this.findLayout.get(ids) as number | undefined) ?? Number(this.insertLayout.run(ids).lastInsertRowid);
    const layout = { id, crc: crc32(ids) };
    this.layoutIds.set(series, layout);
    return layout;
  }

  /** After a rollback: the ids given out since may not exist. */
  forget(): void {
    this.seriesIds.clear();
    this.layoutIds.clear();
  }

  private seriesId(series: Series): number {
    const key = seriesKey(series);
    const known = this.seriesIds.get(key);
    if (known !== undefined) return known;
    const labels = sortedLabels(series.labels);
    const found = this.findSeries.get(series.metric, labels) as number | undefined;
    const id = found ?? Number(this.insertSeries.run(series.metric, labels).lastInsertRowid);
    this.seriesIds.set(key, id);
    return id;
  }
}

/** Layouts by id; the same array object for the same layout, so that plans made for it can be kept. */
export class SeriesReader {
  private readonly layouts = new Map<number, readonly Series[]>();
  private readonly byId = new Map<number, Series>();
  private readonly crcs = new Map<number, number>();
  private readonly getLayout: Database.Statement;
  private readonly getSeries: Database.Statement;
  private readonly findMetrics: Database.Statement;
  private readonly newest: Database.Statement;
  /** What was found, until there is a series more. */
  private found = new Map<string, readonly StoredSeries[]>();
  private foundUntil = 0;

  constructor(database: Database.Database) {
    this.getLayout = database.prepare("SELECT series FROM layouts WHERE id = ?").pluck();
    this.findMetrics = database.prepare(
      "SELECT id, metric, labels FROM series WHERE metric IN (SELECT value FROM json_each(?)) ORDER BY id",
    );
    this.getSeries = database.prepare("SELECT metric, labels FROM series WHERE id = ?");
    this.newest = database.prepare("SELECT max(id) FROM series").pluck();
  }

  layout(id: number): readonly Series[] | undefined {
    const known = this.layouts.get(id);
    if (known) return known;
    const ids = this.layoutIds(id);
    if (!ids) return undefined;
    const series = Array.from(ids, (one) => this.byNumber(one));
    if (series.some((one) => one === undefined)) return undefined;
    this.layouts.set(id, series as Series[]);
    return series as Series[];
  }

  /** Over the ids of its series; 0 when there is no such layout. */
  layoutCrc(id: number): number {
    let crc = this.crcs.get(id);
    if (crc === undefined) {
      const blob = this.getLayout.get(id) as Buffer | undefined;
      if (!blob) return 0;
      crc = crc32(blob);
      this.crcs.set(id, crc);
    }
    return crc;
  }

  /** Ids in the order of a layout's series. */
  layoutIds(id: number): Uint32Array | undefined {
    const blob = this.getLayout.get(id) as Buffer | undefined;
    return blob && new Uint32Array(blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.length));
  }

  /** Every series ever seen of these metrics. */
  ofMetrics(metrics: readonly string[]): readonly StoredSeries[] {
    const newest = (this.newest.get() as number | null) ?? 0;
    if (newest !== this.foundUntil || this.found.size >= MOST_FOUND) this.found = new Map();
    this.foundUntil = newest;
    const wanted = JSON.stringify(metrics);
    const known = this.found.get(wanted);
    if (known) return known;
    const rows = this.findMetrics.all(wanted) as { id: number; metric: string; labels: string }[];
    const found = rows.map(({ id, metric, labels }) => ({ id, series: { metric, labels: JSON.parse(labels) as Labels } }));
    this.found.set(wanted, found);
    return found;
  }

  byNumber(id: number): Series | undefined {
    const known = this.byId.get(id);
    if (known) return known;
    const row = this.getSeries.get(id) as { metric: string; labels: string } | undefined;
    if (!row) return undefined;
    const series = { metric: row.metric, labels: JSON.parse(row.labels) as Labels };
    this.byId.set(id, series);
    return series;
  }
}
