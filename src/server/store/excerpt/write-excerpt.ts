/**
 * Makes a database of an excerpt that another program wrote. Nothing of it is taken as it is: numbers are decoded and encoded again, texts
 * are cleaned as those of the kernel, and only into the tables and columns of this program.
 */
import type Database from "better-sqlite3";
import { printable } from "~/domain/printable";
import { type Series, sortedLabels } from "~/domain/sample";
import type { ProcessBlock } from "../processes/block-types";
import { encodeBlock } from "../processes/process-block";
import { decodeUsageText } from "../processes/process-tally";
import { DAY_MS, UsageTable } from "../processes/process-usage";
import { chunkChecksum, DamagedChunk, type EncodedColumn, encodeChunk, openChunk } from "../series/chunk";
import { SampleLogWriter } from "../series/sample-log";
import { HOUR_MS, ROLLUP_COLUMNS, ROLLUP_TIERS, SERIES_PER_CHUNK, Tiers } from "../series/tiers";
import { checkedBlock, checkedConsumers, ForeignRecordError } from "./check-block";
import {
  type ChunkRecord,
  type Excerpted,
  type ExcerptRecord,
  type ProcessesRecord,
  ROW_TABLES,
  type RollupRecord,
  type RowRecord,
  type SeriesRecord,
  type UsageRecord,
} from "./records";

const NOTHING = Buffer.alloc(0);
/** Records that are written in one transaction. */
const BATCH = 200;
/** An hour in steps of a second. */
const MOST_SLOTS = 3600;

export class ExcerptWriter {
  private readonly tiers: Tiers;
  private readonly log: SampleLogWriter;
  private readonly usage: Record<UsageRecord["span"], UsageTable>;
  private readonly series = new Map<number, Series>();
  /** Chunks of the sample log of the hour that is being read. */
  private logged: { start: number; interval: number; slots: number; columns: Map<number, Float64Array> } | undefined;
  private readonly insertSeries: Database.Statement;
  private readonly insertBlock: Database.Statement;
  private readonly inserts = new Map<string, Database.Statement>();
  private count = 0;

  /** The database is migrated and empty. */
  constructor(private readonly database: Database.Database) {
    this.tiers = new Tiers(database);
    this.log = new SampleLogWriter(database);
    this.usage = {
      hour: new UsageTable(database, "process_usage", HOUR_MS),
      day: new UsageTable(database, "process_usage_days", DAY_MS),
    };
    this.insertSeries = database.prepare("INSERT INTO series (id, metric, labels) VALUES (?, ?, ?)");
    this.insertBlock = database.prepare("INSERT INTO process_blocks (start, data, crc) VALUES (?, ?, ?)");
    for (const [table, columns] of Object.entries(ROW_TABLES)) {
      const names = Object.keys(columns);
      const values = names.map(() => "?").join(", ");
      this.inserts.set(table, database.prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${values})`));
    }
  }

  /** Throws ForeignRecordError. */
  add({ record, data = NOTHING }: Excerpted): void {
    const isOfHour =
      record.kind === "series" || (record.kind === "chunk" && !record.sealed && record.start === this.logged?.start);
    if (!isOfHour) this.writeLogged();
    if (this.count++ % BATCH === 0) this.turnOver();
    try {
      this.addChecked(record, data);
    } catch (error) {
      throw asForeign(error, record.kind);
    }
  }

  private addChecked(record: ExcerptRecord, data: Buffer): void {
    switch (record.kind) {
      case "series":
        this.addSeries(record);
        break;
      case "chunk":
        this.addChunk(record, data);
        break;
      case "rollup":
        this.addRollup(record, data);
        break;
      case "processes":
        this.addProcesses(record, data);
        break;
      case "usage":
        this.addUsage(record, data);
        break;
      case "row":
        this.addRow(record);
    }
  }

  finish(): void {
    this.writeLogged();
    if (this.database.inTransaction) this.database.exec("COMMIT");
  }

  private turnOver(): void {
    if (this.database.inTransaction) this.database.exec("COMMIT");
    this.database.exec("BEGIN");
  }

  private addSeries({ id, metric, labels }: SeriesRecord): void {
    const cleaned = Object.entries(labels).map(([name, value]) => [printable(name), printable(value)] as const);
    const sorted = sortedLabels(Object.fromEntries(cleaned));
    const one = { metric: printable(metric), labels: sorted };
    this.insertSeries.run(id, one.metric, JSON.stringify(sorted));
    this.series.set(id, one);
  }

  private addChunk({ start, interval, group, sealed }: ChunkRecord, data: Buffer): void {
    const { columns, slots } = columnsOf(data, SERIES_PER_CHUNK);
    if (start % HOUR_MS !== 0 || slots * interval !== HOUR_MS || slots > MOST_SLOTS)
      throw new ForeignRecordError("an hour of samples has the wrong length");
    this.refuseNameless(group, columns, 1);
    if (sealed) {
      this.tiers.writeChunk({ start, interval, group, data: encodeChunk(columns, slots) });
      return;
    }
    this.logged ??= { start, interval, slots, columns: new Map() };
    if (this.logged.interval !== interval) throw new ForeignRecordError("an hour has samples at two different intervals");
    for (const [place, column] of columns.entries())
      if (column) this.logged.columns.set(group * SERIES_PER_CHUNK + place, column);
  }

  private addRollup({ tier, start, group }: RollupRecord, data: Buffer): void {
    const known = ROLLUP_TIERS.find(({ seconds }) => seconds === tier);
    const { columns, slots } = columnsOf(data, SERIES_PER_CHUNK * ROLLUP_COLUMNS);
    if (!known || start % known.blockMs !== 0 || slots * tier * 1000 !== known.blockMs)
      throw new ForeignRecordError("a block of minutes or hours is incomplete");
    this.refuseNameless(group, columns, ROLLUP_COLUMNS);
    this.tiers.writeRollup({ tier, start, group, data: encodeChunk(columns, slots) });
  }

  private refuseNameless(group: number, columns: readonly EncodedColumn[], width: number): void {
    const isNamed = (place: number) => this.series.has(group * SERIES_PER_CHUNK + Math.floor(place / width));
    if (columns.some((column, place) => column !== null && !isNamed(place))) throw new ForeignRecordError("a series has no name");
  }

  /** The samples of an hour that was not sealed, one row each. */
  private writeLogged(): void {
    if (!this.logged) return;
    const { start, interval, slots, columns } = this.logged;
    this.logged = undefined;
    if (this.database.inTransaction) this.database.exec("COMMIT");
    const ids = [...columns.keys()].sort((a, b) => a - b);
    const series = ids.map((id) => this.series.get(id) as Series);
    for (let slot = 0; slot < slots; slot++) {
      const values = Float64Array.from(ids, (id) => columns.get(id)?.[slot] as number);
      if (values.every(Number.isNaN)) continue;
      const failed = this.log.append({ at: start + slot * interval, series, values });
      if (failed) throw failed;
    }
    this.count = 0;
  }

  private addProcesses({ start }: ProcessesRecord, data: Buffer): void {
    const block = encodeBlock(cleaned(checkedBlock(JSON.parse(data.toString("utf8")))));
    this.insertBlock.run(start, block, chunkChecksum([start], block));
  }

  private addUsage({ start, span }: UsageRecord, data: Buffer): void {
    const consumers = checkedConsumers(decodeUsageText(data.toString("utf8")));
    const shown = consumers.map((one) => ({
      ...one,
      name: printable(one.name),
      command: printable(one.command),
      user: printable(one.user),
      group: one.group === null ? null : printable(one.group),
    }));
    this.usage[span].write(start, shown);
  }

  private addRow({ table, row }: RowRecord): void {
    const columns = Object.entries(ROW_TABLES[table]);
    if (Object.keys(row).length !== columns.length) throw new ForeignRecordError(`a row of ${table} has unexpected columns`);
    const values = columns.map(([column, type]) => {
      const value = row[column];
      if (value === null && type.endsWith("?")) return null;
      if (typeof value === "number" && type.startsWith("number") && Number.isFinite(value)) return value;
      if (typeof value === "string" && type === "json") return JSON.stringify(cleanedTree(JSON.parse(value)));
      if (typeof value === "string" && type.startsWith("text")) return cleanedText(value);
      throw new ForeignRecordError(`${column} in a row of ${table} has an invalid value`);
    });
    this.inserts.get(table)?.run(...values);
  }
}

/** Whatever a decoder or the database has against a record: it is the record's fault. */
function asForeign(error: unknown, kind: string): unknown {
  if (error instanceof ForeignRecordError) return error;
  const isData =
    error instanceof DamagedChunk ||
    error instanceof SyntaxError ||
    error instanceof TypeError ||
    error instanceof RangeError ||
    /^SQLITE_(CONSTRAINT|MISMATCH|RANGE)/.test((error as { code?: string }).code ?? "");
  return isData ? new ForeignRecordError(`a record of type ${kind} is damaged`) : error;
}

function columnsOf(data: Buffer, most: number): { columns: EncodedColumn[]; slots: number } {
  const chunk = openChunk(data);
  if (chunk.columns > most) throw new ForeignRecordError("a chunk has too many series");
  return { columns: Array.from({ length: chunk.columns }, (_, index) => chunk.column(index)), slots: chunk.slots };
}

/** A note may have lines. */
function cleanedText(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function cleanedTree(value: unknown): unknown {
  if (typeof value === "string") return cleanedText(value);
  if (Array.isArray(value)) return value.map(cleanedTree);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [printable(key), cleanedTree(inner)]));
}

function cleaned(block: ProcessBlock): ProcessBlock {
  const text = (value: string | null | undefined) => (typeof value === "string" ? printable(value) : value);
  const ticks = block.ticks.map((tick) => ({
    ...tick,
    identities: tick.identities.map(
      (identity) => identity.map((one) => text(one as string | null)) as unknown as (typeof tick.identities)[number],
    ),
  }));
  return { ...block, ticks };
}
