/** Dictionary of series and layouts: sample rows contain only numbers and the id of their layout. */
import { crc32 } from "node:zlib";
import type Database from "better-sqlite3";
import { type Labels, type Series, seriesKey, sortedLabels } from "~/domain/sample";

/** `crc` covers the series ids. It is part of each sample's checksum, which so detects a changed layout. */
export interface StoredLayout {
  id: number;
  crc: number;
}

export interface StoredSeries {
  id: number;
  series: Series;
}

/** Names and layouts that are kept in memory: those of a machine whose containers come and go would fill it. */
const MOST_NAMES = 20_000;
/** A writer keeps twice as many names as the newest layout has, and at least these. */
const LEAST_NAMES = 2000;
const MOST_LAYOUTS = 100;

/** Cached queries of `ofMetrics`: enough for a page of charts. */
const MOST_FOUND = 100;

/** Assigns ids to series and layouts on first use. Call `forget` when the caller's transaction was rolled back. */
export class SeriesIndexWriter {
  private readonly seriesIds = new Map<string, number>();
  private readonly layoutIds = new Map<readonly Series[], StoredLayout>();
  private mostNames = LEAST_NAMES;
  private readonly findSeries: Database.Statement;
  private readonly insertSeries: Database.Statement;
  private readonly insertLayout: Database.Statement;
  private readonly findLayout: Database.Statement;
  private readonly countSeries: Database.Statement;

  constructor(database: Database.Database) {
    this.findSeries = database.prepare("SELECT id FROM series WHERE metric = ? AND labels = ?").pluck();
    this.insertSeries = database.prepare("INSERT INTO series (metric, labels) VALUES (?, ?)");
    this.insertLayout = database.prepare("INSERT INTO layouts (series) VALUES (?)");
    // A layout that was there before a restart, or a moment ago: not all that ever were.
    this.findLayout = database
      .prepare(`SELECT id FROM (SELECT id, series FROM layouts ORDER BY id DESC LIMIT ${MOST_LAYOUTS}) WHERE series = ?`)
      .pluck();
    this.countSeries = database.prepare("SELECT count(*) FROM series WHERE id IN (SELECT value FROM json_each(?))").pluck();
  }

  /** The id of one series, assigned on first use. */
  idOf(series: Series): number {
    return this.seriesId(series);
  }

  layout(series: readonly Series[]): StoredLayout {
    const known = this.layoutIds.get(series);
    if (known !== undefined) return known;
    const ids = Buffer.from(this.idsOf(series).buffer);
    const id = (this.findLayout.get(ids) as number | undefined) ?? Number(this.insertLayout.run(ids).lastInsertRowid);
    const layout = { id, crc: crc32(ids) };
    // Only the newest is asked for again.
    if (this.layoutIds.size >= MOST_LAYOUTS) this.layoutIds.clear();
    this.layoutIds.set(series, layout);
    return layout;
  }

  /** Names that nothing referred to may have been deleted (names.ts) since they were remembered. */
  private idsOf(series: readonly Series[]): Uint32Array<ArrayBuffer> {
    this.mostNames = Math.max(LEAST_NAMES, 2 * series.length);
    const ids = Uint32Array.from(series, (one) => this.seriesId(one));
    if ((this.countSeries.get(JSON.stringify([...ids])) as number) === new Set(ids).size) return ids;
    this.forget();
    return Uint32Array.from(series, (one) => this.seriesId(one));
  }

  /** After a rollback: ids assigned since may not exist. */
  forget(): void {
    this.seriesIds.clear();
    this.layoutIds.clear();
  }

  private seriesId(series: Series): number {
    const key = seriesKey(series);
    const known = this.seriesIds.get(key);
    if (known !== undefined) return known;
    const labels = JSON.stringify(sortedLabels(series.labels));
    const found = this.findSeries.get(series.metric, labels) as number | undefined;
    const id = found ?? Number(this.insertSeries.run(series.metric, labels).lastInsertRowid);
    if (this.seriesIds.size >= this.mostNames) this.seriesIds.clear();
    this.seriesIds.set(key, id);
    return id;
  }
}

/** Names and layouts by their ids. */
export class SeriesIndexReader {
  private readonly byId = new Map<number, Series>();
  private readonly crcs = new Map<number, number>();
  private readonly getLayout: Database.Statement;
  private readonly getSeries: Database.Statement;
  private readonly findMetrics: Database.Statement;
  private readonly newest: Database.Statement;
  private readonly allMetrics: Database.Statement;
  /** Results of `ofMetrics`, valid until a series is added. */
  private found = new Map<string, readonly StoredSeries[]>();
  private foundUntil = 0;

  constructor(database: Database.Database) {
    this.getLayout = database.prepare("SELECT series FROM layouts WHERE id = ?").pluck();
    this.findMetrics = database.prepare(
      "SELECT id, metric, labels FROM series WHERE metric IN (SELECT value FROM json_each(?)) ORDER BY id",
    );
    this.getSeries = database.prepare("SELECT metric, labels FROM series WHERE id = ?");
    this.allMetrics = database.prepare("SELECT DISTINCT metric FROM series ORDER BY metric").pluck();
    this.newest = database.prepare("SELECT max(id) FROM series").pluck();
  }

  /** Names may have been deleted: what is remembered of them takes memory only. */
  forget(): void {
    this.byId.clear();
    this.crcs.clear();
    this.found = new Map();
  }

  /** Checksum of the series ids; 0 when the layout does not exist. */
  layoutCrc(id: number): number {
    let crc = this.crcs.get(id);
    if (crc === undefined) {
      const blob = this.getLayout.get(id) as Buffer | undefined;
      if (!blob) return 0;
      crc = crc32(blob);
      keepNewest(this.crcs, MOST_NAMES);
      this.crcs.set(id, crc);
    }
    return crc;
  }

  /** Ids in the order of a layout's series. */
  layoutIds(id: number): Uint32Array | undefined {
    const blob = this.getLayout.get(id) as Buffer | undefined;
    return blob && new Uint32Array(blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.length));
  }

  /** Every series of these metrics ever stored. */
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

  /** Every metric that has or had a series. */
  metrics(): string[] {
    return this.allMetrics.all() as string[];
  }

  byNumber(id: number): Series | undefined {
    const known = this.byId.get(id);
    if (known) return known;
    const row = this.getSeries.get(id) as { metric: string; labels: string } | undefined;
    if (!row) return undefined;
    const series = { metric: row.metric, labels: JSON.parse(row.labels) as Labels };
    keepNewest(this.byId, MOST_NAMES);
    this.byId.set(id, series);
    return series;
  }
}

/** Makes room for one more. */
function keepNewest(map: Map<number, unknown>, most: number): void {
  for (const oldest of map.keys()) {
    if (map.size < most) return;
    map.delete(oldest);
  }
}
