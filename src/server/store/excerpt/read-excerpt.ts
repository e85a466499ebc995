/** Copies a stretch of the store, record by record: what answers about it are made of, and nothing else. */
import type Database from "better-sqlite3";
import { type Series, sortedLabels } from "~/domain/sample";
import { openForReading } from "../file/database";
import type { ProcessBlock } from "../processes/block-types";
import { encodeUsageText } from "../processes/process-tally";
import { encodeChunk, openChunk } from "../series/chunk";
import { type Extent, Extents, passesOf } from "../series/chunk-passes";
import { chunksOf, gridOf } from "../series/seal";
import type { SealedSample } from "../series/sealed-hour";
import {
  blockStart,
  type ChunkRow,
  HOUR_MS,
  ROLLUP_COLUMNS,
  ROLLUP_TIERS,
  type RollupTier,
  SERIES_PER_CHUNK,
} from "../series/tiers";
import { StoreReader } from "../store-reader";
import { type Excerpted, type ExcerptRow, ROW_TABLES, type RowTable } from "./records";
import { alertWithoutCommands, blockWithoutCommands } from "./redact-row";

export interface ExcerptRequest {
  kind: "excerpt";
  /** Epoch milliseconds, [from, to). */
  from: number;
  to: number;
  /** Leaves out the command lines of processes. */
  redacted: boolean;
}

/** What led up to the stretch: the first causes in it are compared with this. */
const LEAD_MS = 600_000;
/** Samples read at a time. */
const WINDOW_MS = 200_000;

/** A connection of its own sees the store as it was at the beginning, however long the copy takes. */
export function* readExcerpt(live: StoreReader, request: ExcerptRequest): Generator<Excerpted | undefined> {
  const database = openForReading(live.path);
  try {
    database.exec("BEGIN");
    yield* new Excerpt(database, live, request).records();
  } finally {
    database.close();
  }
}

class Excerpt {
  private readonly reader: StoreReader;
  private readonly names = new Set<number>();
  private readonly containers = new Set<string>();
  /** Where samples and process tables begin. */
  private readonly begin: number;

  constructor(
    private readonly database: Database.Database,
    live: StoreReader,
    private readonly request: ExcerptRequest,
  ) {
    const { intervalMs, definitionOf, ring } = live.parts;
    const unwritten = [...live.archive.unwrittenBlocks()];
    this.reader = new StoreReader(database, { intervalMs, definitionOf, ring, unwritten: () => unwritten });
    this.begin = Math.max(0, request.from - LEAD_MS);
  }

  *records(): Generator<Excerpted | undefined> {
    yield* this.sealedHours();
    yield* this.loggedHours();
    for (const tier of ROLLUP_TIERS) yield* this.rollups(tier);
    yield* this.processes();
    yield* this.usage();
    yield* this.rows();
  }

  private *sealedHours(): Generator<Excerpted | undefined> {
    const { tiers } = this.reader.parts;
    for (let hour = blockStart(this.begin, HOUR_MS); hour < this.request.to; hour += HOUR_MS) {
      for (const group of tiers.groupsOf(hour)) {
        const found = tiers.chunk(group, hour);
        if (!found || found === "damaged") continue;
        const { interval, chunk } = found;
        const columns = Array.from({ length: SERIES_PER_CHUNK }, (_, place) =>
          within(tiers.column(chunk, place), (this.begin - hour) / interval, (this.request.to - hour) / interval),
        );
        if (columns.some((column) => column !== null))
          yield* this.chunk({ start: hour, interval, group, data: encodeChunk(columns, chunk.slots) }, true);
        yield;
      }
    }
    // Rollups answer up to the end of the newest sealed hour. An empty chunk after the stretch says that all of it is sealed.
    const end = blockStart(this.request.to - 1, HOUR_MS) + HOUR_MS;
    if ((tiers.sealedUntil() ?? 0) < end) return;
    const data = encodeChunk(new Array<null>(SERIES_PER_CHUNK).fill(null), 1);
    yield { record: { kind: "chunk", start: end, interval: HOUR_MS, group: 0, sealed: true }, data };
  }

  /** The hours that are still in the sample log, or in memory while the database takes nothing. */
  private *loggedHours(): Generator<Excerpted | undefined> {
    const { log } = this.reader.parts;
    const oldest = Math.min(log.oldest() ?? Number.POSITIVE_INFINITY, this.unwritten()[0]?.at ?? Number.POSITIVE_INFINITY);
    const first = Math.max(this.begin, oldest);
    for (let hour = blockStart(first, HOUR_MS); hour < this.request.to; hour += HOUR_MS) yield* this.loggedHour(hour);
  }

  private *loggedHour(hour: number): Generator<Excerpted | undefined> {
    const offsets: number[] = [];
    const extents = new Extents();
    const whole = { from: Math.max(hour, this.begin), to: Math.min(hour + HOUR_MS, this.request.to) };
    for (const samples of this.loggedSamples(whole)) {
      for (const { at, ids } of samples) {
        offsets.push(at - hour);
        extents.add(at, ids);
      }
      yield;
    }
    const interval = gridOf(offsets);
    for (const pass of passesOf(extents.byGroup, interval)) {
      const chunks = yield* chunksOf({ hour, interval, pass }, this.loggedSamples(pass, pass.groups));
      for (const chunk of chunks) yield* this.chunk(chunk, false);
    }
  }

  private *loggedSamples(stretch: Extent, groups?: ReadonlySet<number>): Generator<SealedSample[]> {
    const wanted = groups && { has: (id: number) => groups.has(Math.floor(id / SERIES_PER_CHUNK)) };
    for (let { from } = stretch; from < stretch.to; from += WINDOW_MS) {
      const to = Math.min(from + WINDOW_MS, stretch.to);
      const waiting = this.unwritten().filter(({ at }) => at >= from && at < to);
      yield [...this.reader.parts.log.read(from, to, wanted), ...waiting];
    }
  }

  private waiting: SealedSample[] | undefined;

  /** Samples that the database does not have, with the ids that their series have or would get. */
  private unwritten(): SealedSample[] {
    this.waiting ??= this.numbered();
    return this.waiting;
  }

  private numbered(): SealedSample[] {
    const { log, tiers, ring } = this.reader.parts;
    const newest = log.newest(ring.newest?.at) ?? tiers.sealedUntil() ?? 0;
    const samples = [...ring.read(Math.max(newest + 1, this.begin), this.request.to)];
    if (samples.length === 0) return [];
    const find = this.database.prepare("SELECT id FROM series WHERE metric = ? AND labels = ?").pluck();
    let next = ((this.database.prepare("SELECT max(id) FROM series").pluck().get() as number | null) ?? 0) + 1;
    const known = new Map<string, number>();
    const idOf = ({ metric, labels }: Series) => {
      const text = JSON.stringify(sortedLabels(labels));
      const key = `${metric} ${text}`;
      const id = known.get(key) ?? (find.get(metric, text) as number | undefined) ?? next++;
      if (!known.has(key)) this.unstored.set(id, { metric, labels });
      known.set(key, id);
      return id;
    };
    return samples.map((sample) => ({ ...sample, ids: Uint32Array.from(sample.series, idOf) }));
  }

  private readonly unstored = new Map<number, Series>();

  /** A chunk and the names in it that were not told before. */
  private *chunk({ start, interval, group, data }: ChunkRow, sealed: boolean): Generator<Excerpted> {
    const { column } = openChunk(data);
    for (let place = 0; place < SERIES_PER_CHUNK; place++) if (column(place)) yield* this.named(group * SERIES_PER_CHUNK + place);
    yield { record: { kind: "chunk", start, interval, group, sealed }, data };
  }

  private *named(id: number): Generator<Excerpted> {
    if (this.names.has(id)) return;
    const series = this.reader.parts.series.byNumber(id) ?? this.unstored.get(id);
    if (!series) return;
    this.names.add(id);
    const container = series.labels["container.id"];
    if (container !== undefined) this.containers.add(container);
    yield { record: { kind: "series", id, metric: series.metric, labels: series.labels as Record<string, string> } };
  }

  private *rollups({ seconds, blockMs }: RollupTier): Generator<Excerpted | undefined> {
    const { tiers } = this.reader.parts;
    const slotMs = seconds * 1000;
    const inBlock = this.database.prepare('SELECT "group" FROM rollups WHERE tier = ? AND start = ? ORDER BY "group"').pluck();
    for (let start = blockStart(this.begin, blockMs); start < this.request.to; start += blockMs) {
      for (const group of inBlock.all(seconds, start) as number[]) {
        yield;
        const chunk = tiers.rollup(seconds, group, start);
        if (!chunk) continue;
        const columns = Array.from({ length: SERIES_PER_CHUNK * ROLLUP_COLUMNS }, (_, index) =>
          within(tiers.column(chunk, index), Math.floor((this.begin - start) / slotMs), (this.request.to - start) / slotMs),
        );
        if (columns.every((column) => column === null)) continue;
        for (let place = 0; place < SERIES_PER_CHUNK; place++)
          if (columns[place * ROLLUP_COLUMNS]) yield* this.named(group * SERIES_PER_CHUNK + place);
        yield { record: { kind: "rollup", tier: seconds, start, group }, data: encodeChunk(columns, chunk.slots) };
      }
    }
  }

  private *processes(): Generator<Excerpted | undefined> {
    const { archive } = this.reader;
    const { to, redacted } = this.request;
    for (const { start, block } of archive.blocks(this.begin, to)) {
      const ticks = block.ticks.filter(({ t }) => start + t <= to);
      for (const tick of ticks) for (const identity of tick.identities) this.noteContainer(identity[6] ?? null);
      const cut: ProcessBlock = { ...block, ticks };
      yield { record: { kind: "processes", start }, data: jsonOf(redacted ? blockWithoutCommands(cut) : cut) };
      yield;
    }
    // A block without ticks says that the table went on: a gap at the end is not taken for the end of what is kept.
    const goesOn: ProcessBlock = { v: 4, chain: "end", n: 0, ticks: [] };
    if (archive.within({ from: to - 1, to: to + 1 }).to > to)
      yield { record: { kind: "processes", start: to + 1 }, data: jsonOf(goesOn) };
  }

  private noteContainer(group: string | null): void {
    const id = group === null ? undefined : /\b([0-9a-f]{12})$/.exec(group)?.[1];
    if (id !== undefined) this.containers.add(id);
  }

  private *usage(): Generator<Excerpted | undefined> {
    const { hours, days } = this.reader.archive.usage;
    for (const [span, table] of [
      ["hour", hours],
      ["day", days],
    ] as const) {
      for (const start of table.within(this.begin, this.request.to)) {
        const consumers = table.read(start);
        if (!consumers) continue;
        const shown = this.request.redacted ? consumers.map((one) => ({ ...one, command: one.name })) : consumers;
        yield { record: { kind: "usage", start, span }, data: Buffer.from(encodeUsageText(shown)) };
        yield;
      }
    }
  }

  private *rows(): Generator<Excerpted | undefined> {
    const [begin, end] = [this.begin, this.request.to].map(stored);
    const alerts = this.select(
      "alerts",
      "timestamp < ? AND (timestamp >= ? OR resolved = 0 OR resolved_at >= ?) ORDER BY timestamp",
      [end, begin, begin],
    );
    for (const row of alerts) {
      yield;
      const { id } = row;
      yield rowOf("alerts", this.request.redacted ? alertWithoutCommands(row) : row);
      const told = this.select("notifications", "instr(message, ?) > 0", [`"id":"${String(id)}"`]);
      for (const message of told) {
        if (this.messages.has(String(message.id))) continue;
        this.messages.add(String(message.id));
        yield rowOf("notifications", { ...message, message: toldOf(String(message.message)) });
      }
    }
    yield;
    for (const row of this.select("marks", "timestamp >= ? AND timestamp < ?", [begin, end])) yield rowOf("marks", row);
    for (const id of this.containers) for (const row of this.select("containers", "id = ?", [id])) yield rowOf("containers", row);
  }

  private readonly messages = new Set<string>();

  private select(table: RowTable, where: string, values: readonly unknown[]): ExcerptRow[] {
    const columns = Object.keys(ROW_TABLES[table]).join(", ");
    return this.database.prepare(`SELECT ${columns} FROM ${table} WHERE ${where}`).all(...values) as ExcerptRow[];
  }
}

const rowOf = (table: RowTable, row: ExcerptRow): Excerpted => ({ record: { kind: "row", table, row } });
const jsonOf = (value: unknown) => Buffer.from(JSON.stringify(value));
/** As Prisma stores times: they sort as text. */
const stored = (at: number | undefined) => new Date(at ?? 0).toISOString().replace("Z", "+00:00");

/** Of a message only whom it told of is kept: it has links that are good for more, and command lines. */
function toldOf(message: string): string {
  return JSON.stringify(Array.from(message.matchAll(/"id":"([a-z0-9]+-[a-f0-9]{8})"/g), ([, id]) => ({ id })));
}

/** The column with nothing outside of [first, end); null when nothing is left. */
function within(column: Float64Array | null, first: number, end: number): Float64Array | null {
  if (!column) return null;
  const [from, to] = [Math.max(0, Math.ceil(first)), Math.min(column.length, Math.ceil(end))];
  if (to <= from) return null;
  const kept = new Float64Array(column.length).fill(Number.NaN);
  kept.set(column.subarray(from, to), from);
  return kept.some((value) => !Number.isNaN(value)) ? kept : null;
}
