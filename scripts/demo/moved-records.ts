/** Moves records of a store in time by whole hours, and leaves out what has not happened yet. Pure. */
import {
  type Excerpted,
  type ExcerptRecord,
  type ExcerptRow,
  ROW_TABLES,
  type RollupRecord,
  type RowRecord,
} from "~/server/store/excerpt/records";
import type { ProcessBlock } from "~/server/store/processes/block-types";
import { decodeUsageText, encodeUsageText } from "~/server/store/processes/process-tally";
import { encodeChunk, openChunk } from "~/server/store/series/chunk";
import { blockStart, HOUR_MS, ROLLUP_COLUMNS, ROLLUP_TIERS, SERIES_PER_CHUNK } from "~/server/store/series/tiers";

const COLUMNS = SERIES_PER_CHUNK * ROLLUP_COLUMNS;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|\+00:00)$/;
/** Milliseconds in base 36, then a random part. */
const ID = /^([0-9a-z]{8,9})-([0-9a-f]{8})$/;

interface RollupBlock {
  record: RollupRecord;
  columns: (Float64Array | null)[];
}

export class MovedRecords {
  private readonly hour: number;
  /** Blocks begin at midnight: a day of the story lies in two of them. */
  private readonly rollups = new Map<string, RollupBlock>();

  constructor(private readonly move: { byMs: number; now: number }) {
    this.hour = blockStart(move.now, HOUR_MS);
  }

  *take({ record, data = Buffer.alloc(0) }: Excerpted): Generator<Excerpted> {
    const { byMs, now } = this.move;
    switch (record.kind) {
      case "series":
        yield { record };
        break;
      case "row":
        yield { record: { ...record, row: this.row(record) } };
        break;
      case "rollup":
        this.addRollup(record, data);
        break;
      case "chunk":
        yield* this.chunk({ ...record, start: record.start + byMs }, data);
        break;
      case "usage":
        if (record.span === "hour" && record.start + byMs < this.hour)
          yield { record: { ...record, start: record.start + byMs }, data: this.usage(data) };
        break;
      case "processes":
        if (record.start + byMs <= now)
          yield { record: { ...record, start: record.start + byMs }, data: this.processes(record.start, data) };
    }
  }

  /** What is known when all records were taken. */
  *rest(): Generator<Excerpted> {
    for (const { record, columns } of this.rollups.values()) {
      const slots = columns.find((column) => column !== null)?.length;
      if (slots !== undefined) yield { record, data: encodeChunk(columns, slots) };
    }
  }

  /** The hour that goes on is not sealed. */
  private *chunk(record: Extract<ExcerptRecord, { kind: "chunk" }>, data: Buffer): Generator<Excerpted> {
    const { start, interval } = record;
    if (start > this.hour) return;
    if (start < this.hour) {
      yield { record, data };
      return;
    }
    const chunk = openChunk(data);
    const past = Math.floor((this.move.now - start) / interval) + 1;
    const columns = Array.from({ length: chunk.columns }, (_, index) => {
      const column = chunk.column(index);
      return column && Float64Array.from(column, (value, slot) => (slot < past ? value : Number.NaN));
    });
    yield { record: { ...record, sealed: false }, data: encodeChunk(columns, chunk.slots) };
  }

  private addRollup({ tier, start, group }: RollupRecord, data: Buffer): void {
    const kind = ROLLUP_TIERS.find(({ seconds }) => seconds === tier);
    if (!kind) throw new Error(`the story has means of ${tier} s`);
    const slotMs = tier * 1000;
    const chunk = openChunk(data);
    for (let index = 0; index < chunk.columns; index++) {
      let block: RollupBlock | undefined;
      chunk.column(index)?.forEach((value, slot) => {
        const at = start + this.move.byMs + slot * slotMs;
        if (Number.isNaN(value) || at >= this.hour) return;
        if (!block || at >= block.record.start + kind.blockMs)
          block = this.blockOf({ kind: "rollup", tier, group, start: blockStart(at, kind.blockMs) });
        const column = block.columns[index] ?? new Float64Array(kind.blockMs / slotMs).fill(Number.NaN);
        block.columns[index] = column;
        column[(at - block.record.start) / slotMs] = value;
      });
    }
  }

  private blockOf(record: RollupRecord): RollupBlock {
    const key = `${record.tier} ${record.start} ${record.group}`;
    const known = this.rollups.get(key) ?? { record, columns: new Array<Float64Array | null>(COLUMNS).fill(null) };
    this.rollups.set(key, known);
    return known;
  }

  private processes(start: number, data: Buffer): Buffer {
    const { byMs, now } = this.move;
    const block = JSON.parse(data.toString("utf8")) as ProcessBlock;
    const ticks = block.ticks.filter(({ t }) => start + byMs + t <= now);
    for (const { identities } of ticks) for (const identity of identities) identity[1] += byMs;
    return Buffer.from(JSON.stringify({ ...block, ticks }));
  }

  private usage(data: Buffer): Buffer {
    const consumers = decodeUsageText(data.toString("utf8")) ?? [];
    return Buffer.from(encodeUsageText(consumers.map((one) => ({ ...one, startedAt: one.startedAt + this.move.byMs }))));
  }

  private row({ table, row }: RowRecord): ExcerptRow {
    const types: Readonly<Record<string, string>> = ROW_TABLES[table];
    return Object.fromEntries(
      Object.entries(row).map(([column, value]) => {
        if (typeof value !== "string") return [column, value];
        return [column, types[column] === "json" ? JSON.stringify(this.tree(JSON.parse(value))) : this.text(value)];
      }),
    );
  }

  /** Contributors have the time at which their process began. */
  private tree(value: unknown, key = ""): unknown {
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") return key === "startedAt" ? value + this.move.byMs : value;
    if (Array.isArray(value)) return value.map((one) => this.tree(one));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.tree(inner, name)]));
  }

  private text(text: string): string {
    const { byMs } = this.move;
    if (TIME.test(text)) return new Date(Date.parse(text) + byMs).toISOString().replace("Z", "+00:00");
    const [, time, random] = ID.exec(text) ?? [];
    return time === undefined ? text : `${(Number.parseInt(time, 36) + byMs).toString(36)}-${random}`;
  }
}
