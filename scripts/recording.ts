/** Recordings of samples and processes, and days built from one by tiling and seeded variation, the same each time. */
import { readFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { builtInDefinition } from "~/domain/metric";
import { NOT_REPORTED, PROCESS_FIELDS, type ProcessDelta, type ProcessRow } from "~/domain/process";
import type { Sample, Series } from "~/domain/sample";

/** Forty minutes at one second of a machine with two cores that serves pages and runs a database, queues and jobs. */
const RECORDING = "tests/fixtures/recording/forty-minutes.json.br";

/** Half an hour of a similar machine that is mostly idle, without its processes. */
export const INACTIVE = "tests/fixtures/recording/calm.json.br";

export interface Recording {
  /** Epoch milliseconds of each tick. */
  at: number[];
  series: Series[];
  /** One column per series, one value per tick; NaN is "no reading". */
  columns: Float64Array[];
  processes: ProcessDelta[];
}

interface Packed {
  at: number[];
  series: Series[];
  /** Number of decimals, then integers: the first value and the differences. Null is "no reading". */
  columns: { decimals: number; steps: (number | null)[] }[];
  fields: readonly string[];
  processes: { stale: number; exited: number[]; rows: unknown[][] }[];
}

const MAX_DECIMALS = 6;

function packColumn(column: Float64Array): Packed["columns"][number] {
  const fits = (decimals: number) =>
    column.every((value) => Number.isNaN(value) || Math.round(value * 10 ** decimals) / 10 ** decimals === value);
  let decimals = 0;
  while (!fits(decimals)) if (++decimals > MAX_DECIMALS) throw new Error("a value has more decimals than a recording keeps");
  let last = 0;
  const steps = Array.from(column, (value) => {
    if (Number.isNaN(value)) return null;
    const whole = Math.round(value * 10 ** decimals);
    const step = whole - last;
    last = whole;
    return step;
  });
  return { decimals, steps };
}

function unpackColumn({ decimals, steps }: Packed["columns"][number]): Float64Array {
  let last = 0;
  return Float64Array.from(steps, (step) => {
    if (step === null) return Number.NaN;
    last += step;
    return last / 10 ** decimals;
  });
}

function differences(times: readonly number[]): number[] {
  return times.map((time, index) => time - (times[index - 1] ?? 0));
}

export function packRecording({ at, series, columns, processes }: Recording): Buffer {
  const packed: Packed = {
    at: differences(at),
    series,
    columns: columns.map(packColumn),
    fields: PROCESS_FIELDS,
    processes: processes.map(({ staleMs, exited, changed }) => ({
      stale: staleMs,
      exited,
      rows: changed.map((row) => PROCESS_FIELDS.map((field) => row[field] ?? null)),
    })),
  };
  const text = Buffer.from(JSON.stringify(packed));
  const options = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  };
  return brotliCompressSync(text, { params: options });
}

export function readRecording(path = RECORDING): Recording {
  const packed = JSON.parse(brotliDecompressSync(readFileSync(path)).toString("utf8")) as Packed;
  let time = 0;
  const at = packed.at.map((step) => (time += step));
  const rowOf = (values: unknown[]) =>
    ({ ...NOT_REPORTED, ...Object.fromEntries(packed.fields.map((field, index) => [field, values[index]])) }) as ProcessRow;
  return {
    at,
    series: packed.series,
    columns: packed.columns.map(unpackColumn),
    processes: packed.processes.map(({ stale, exited, rows }, tick) => ({
      at: at[tick] ?? 0,
      staleMs: stale,
      exited,
      changed: rows.map(rowOf),
    })),
  };
}

/** A seeded generator of numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface DayOptions {
  seed: number;
  /** Epoch milliseconds of the first tick. */
  start: number;
  seconds: number;
  recording?: Recording;
}

export interface DayTick {
  sample: Sample;
  processes: ProcessDelta;
}

/** Range of the factor by which a tile is busier or calmer than the recording. */
const BUSY = { least: 0.6, most: 1.4 };
/** Series that are not scaled, because their parts add up to a whole second or they are constants. */
const KEPT = /^(system\.cpu\.time|system\.cpu\.logical|system\.memory\.limit|hostscope\.(sample|collector))/;
const PIDS = 4_000_000;
const FIRST_PID = 300;

/** Extends a column without end: counters keep counting, gauges vary around the recording. */
class Source {
  private readonly unit: number;
  private readonly isCounter: boolean;
  private readonly mean: number;
  private rest = 0;
  private value = Number.NaN;

  constructor(
    private readonly series: Series,
    private readonly column: Float64Array,
  ) {
    this.isCounter = builtInDefinition(series.metric)?.kind === "counter";
    const present = column.filter((value) => !Number.isNaN(value));
    this.mean = present.reduce((sum, value) => sum + value, 0) / Math.max(1, present.length);
    // The smallest step of this series: a page, a hundredth of a second, one.
    let unit = 0;
    for (const [index, value] of present.entries()) {
      let [a, b] = [unit, Math.round(Math.abs(value - (present[index - 1] ?? value)) * 1e6)];
      while (b !== 0) [a, b] = [b, a % b];
      unit = a;
    }
    this.unit = unit / 1e6;
  }

  /** The day's next value, from this tick of the recording; `factor` is how busy the tile is. */
  next(tick: number, factor: number): number {
    const recorded = this.column[tick] as number;
    if (Number.isNaN(recorded)) return Number.NaN;
    const scale = KEPT.test(this.series.metric) ? 1 : factor;
    if (!this.isCounter) {
      if (this.unit === 0 || scale === 1) return recorded;
      const units = Math.round(((recorded - this.mean) * (scale - 1)) / this.unit);
      return rounded(Math.max(0, recorded + units * this.unit));
    }
    if (Number.isNaN(this.value)) {
      this.value = recorded;
      return recorded;
    }
    const before = this.column[tick === 0 ? tick : tick - 1] as number;
    const step = Number.isNaN(before) ? 0 : Math.max(0, recorded - before) * scale + this.rest;
    const whole = this.unit === 0 ? 0 : Math.floor(step / this.unit + 1e-9) * this.unit;
    this.rest = step - whole;
    this.value = rounded(this.value + whole);
    return this.value;
  }
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** Processes of a tile: those older than the recording stay the same, the others are new in each tile. */
class People {
  private readonly table = new Map<number, ProcessRow>();
  private shown = new Map<number, ProcessRow>();
  private readonly lasting = new Set<number>();

  constructor(private readonly recording: Recording) {
    const begin = (recording.at[0] ?? 0) - 1000;
    for (const { changed } of recording.processes)
      for (const row of changed) if (row.startedAt <= begin) this.lasting.add(row.pid);
  }

  /** The process table at a tick of the recording. */
  private tableAt(tick: number): Map<number, ProcessRow> {
    this.table.clear();
    for (const { changed, exited } of this.recording.processes.slice(0, tick + 1)) {
      for (const pid of exited) this.table.delete(pid);
      for (const row of changed) this.table.set(row.pid, row);
    }
    return this.table;
  }

  /** The change at a tick. With `whole` it is a whole table: processes that were in the last one and are missing have ended. */
  change(
    tick: number,
    tile: { number: number; startedAt: (row: ProcessRow) => number; at: number; whole: boolean },
  ): ProcessDelta {
    const recorded = this.recording.processes[tick];
    const rows = tile.whole ? [...this.tableAt(tick).values()] : (recorded?.changed ?? []);
    const changed = rows.map((row) => this.renamed(row, tile));
    const gone = tile.whole
      ? [...this.shown.keys()].filter((pid) => !changed.some((row) => row.pid === pid))
      : (recorded?.exited ?? []).map((pid) => this.pidOf(pid, tile.number));
    for (const pid of gone) this.shown.delete(pid);
    for (const row of changed) this.shown.set(row.pid, row);
    return { at: tile.at, staleMs: recorded?.staleMs ?? 0, changed, exited: gone };
  }

  private pidOf(pid: number, tile: number): number {
    return this.lasting.has(pid) ? pid : FIRST_PID + ((pid + tile * 4099) % PIDS);
  }

  private renamed(
    row: ProcessRow,
    { number, startedAt }: { number: number; startedAt: (row: ProcessRow) => number },
  ): ProcessRow {
    return { ...row, pid: this.pidOf(row.pid, number), parentPid: this.pidOf(row.parentPid, number), startedAt: startedAt(row) };
  }
}

/** Generates a day, or any length, at one second. Each tile starts elsewhere in the recording and is busier or calmer. */
export function* recordedDay({ seed, start, seconds, recording = readRecording() }: DayOptions): Generator<DayTick> {
  const random = seeded(seed);
  const sources = recording.series.map((series, index) => new Source(series, recording.columns[index] as Float64Array));
  const people = new People(recording);
  const ticks = recording.at.length;
  const began = recording.at[0] ?? 0;
  let tile = { number: 0, offset: 0, factor: 1, from: 0 };
  for (let second = 0; second < seconds; second++) {
    if (second > 0 && second - tile.from >= ticks) {
      const factor = BUSY.least + (BUSY.most - BUSY.least) * random();
      tile = { number: tile.number + 1, offset: Math.floor(random() * ticks), factor, from: second };
    }
    const tick = (tile.offset + second - tile.from) % ticks;
    const at = start + second * 1000;
    // Use a whole table where the recording wraps around within a tile.
    const whole = second === tile.from || tick === 0;
    const tickStart = at - ((recording.at[tick] ?? 0) - began);
    const startedAt = (row: ProcessRow) =>
      row.startedAt < began - 1000 ? row.startedAt - began + start : row.startedAt - began + tickStart;
    yield {
      sample: { at, series: recording.series, values: Float64Array.from(sources, (source) => source.next(tick, tile.factor)) },
      processes: people.change(tick, { number: tile.number, startedAt, at, whole }),
    };
  }
}
