/** Decides everything about a chart: units, stacking, mirroring, gaps, scale and colours. Pure; drawing is elsewhere. */
import { formatText, formatValue } from "~/domain/units";

export interface ChartSeriesInput {
  label: string;
  /** A custom property of the palette, "--series-blue". */
  color: string;
  /** One value a time stamp; null is "no reading". */
  values: readonly (number | null)[];
  /** Drawn below zero, its own values stay positive in words. */
  mirrored?: boolean;
  /** Extremes within each step, drawn as a band around the line. Not for stacked or mirrored series. */
  min?: readonly (number | null)[] | undefined;
  max?: readonly (number | null)[] | undefined;
}

export interface ChartInput {
  title: string;
  unit: string;
  /** Epoch milliseconds, ascending. */
  times: readonly number[];
  series: readonly ChartSeriesInput[];
  stacked?: boolean;
  /** The visible range, epoch milliseconds. */
  range: { from: number; to: number };
  /** Time stamps further apart than this are a gap. */
  maxGapMs: number;
  /** Upper end of the scale where there is a natural one: 1 for shares, the memory's size. */
  limit?: number;
}

export interface DrawnSeries {
  label: string;
  color: string;
  /** As drawn: stacked on the ones before, or below zero. */
  values: (number | null)[];
  /** As read. */
  raw: (number | null)[];
}

export type ChartModel =
  | { kind: "empty"; reason: string }
  | {
      kind: "lines";
      unit: string;
      /** Seconds, as uPlot counts. */
      times: number[];
      series: DrawnSeries[];
      stacked: boolean;
      /** Lower and upper edge of what a step's readings lay between. */
      bands: { color: string; low: (number | null)[]; high: (number | null)[] }[];
      range: { from: number; to: number };
      scale: { min: number; max: number };
      ticks: number[];
      /** For those who cannot see the chart. */
      summary: string;
    };

/** Puts an empty moment between time stamps that are too far apart, so that a gap is drawn as a gap. */
function withGaps(input: ChartInput): { times: number[]; columns: (number | null)[][] } {
  const first = Math.max(0, firstAtOrAfter(input.times, input.range.from) - 1);
  const times: number[] = [];
  const sources = [...input.series.map(({ values }) => values), ...bandSources(input).flatMap(({ min, max }) => [min, max])];
  const columns: (number | null)[][] = sources.map(() => []);
  let previous: number | undefined;
  for (let index = first; index < input.times.length; index++) {
    const time = input.times[index] as number;
    if (time > input.range.to) break;
    if (previous !== undefined && time - previous > input.maxGapMs) {
      times.push(previous + 1);
      for (const column of columns) column.push(null);
    }
    times.push(time);
    sources.forEach((values, one) => {
      columns[one]?.push(values[index] ?? null);
    });
    previous = time;
  }
  return { times, columns };
}

function bandSources(input: ChartInput) {
  if (input.stacked || input.series.some((one) => one.mirrored)) return [];
  return input.series.flatMap(({ color, min, max }) => (min && max ? [{ color, min, max }] : []));
}

function firstAtOrAfter(times: readonly number[], wanted: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Each series on top of the ones before it; a moment without any reading stays empty. */
function stack(columns: readonly (number | null)[][]): (number | null)[][] {
  const sums = new Array<number>(columns[0]?.length ?? 0).fill(0);
  return columns.map((column) =>
    column.map((value, index) => {
      if (value === null) return null;
      sums[index] = (sums[index] ?? 0) + value;
      return sums[index] ?? null;
    }),
  );
}

const NICE = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The smallest round number that is not below a value: decimal, or powers of two and their halves for bytes. */
export function niceCeiling(value: number, unit: string): number {
  if (value <= 0) return unit === "1" ? 0.01 : 1;
  if (unit.startsWith("By")) {
    const power = 2 ** Math.floor(Math.log2(value));
    return ([1, 1.5, 2].find((candidate) => candidate * power >= value * 0.999999) ?? 2) * power;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return (NICE.find((candidate) => candidate * power >= value * 0.999999) ?? 10) * power;
}

function extremes(columns: readonly (number | null)[][]): { min: number; max: number } {
  let min = 0;
  let max = 0;
  for (const column of columns) {
    for (const value of column) {
      if (value === null) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { min, max };
}

/** The smaller side keeps a quarter of the larger one's height, so that its line and label have room. */
function bothSides(above: number, below: number): { min: number; max: number } {
  return { min: -Math.max(below, above / 4), max: Math.max(above, below / 4) };
}

/** Three or four lines across: zero, the ends, and the middle of what is left. */
function ticksOf({ min, max }: { min: number; max: number }): number[] {
  if (min < 0) return max > 0 ? [min, 0, max] : [min, 0];
  return [0, max / 2, max];
}

function summarise(input: ChartInput, columns: readonly (number | null)[][]): string {
  const parts = input.series.map(({ label }, index) => {
    const values = (columns[index] ?? []).filter((value) => value !== null);
    const last = values.at(-1);
    if (last === undefined) return `${label} has no reading`;
    return `${label} ${formatText(last, input.unit)}, at most ${formatText(Math.max(...values), input.unit)}`;
  });
  return `${input.title}: ${parts.join("; ")}`;
}

export function prepareChart(input: ChartInput): ChartModel {
  const { times, columns: all } = withGaps(input);
  const columns = all.slice(0, input.series.length);
  const edges = all.slice(input.series.length);
  const used = columns.some((column) => column.some((value) => value !== null));
  if (!used) return { kind: "empty", reason: "No readings in this range yet" };
  const drawn = input.stacked
    ? stack(columns)
    : columns.map((column, index) =>
        input.series[index]?.mirrored ? column.map((value) => (value === null ? null : -value)) : column,
      );
  const { min, max } = extremes([...drawn, ...edges]);
  const top = input.limit !== undefined && max > 0.6 * input.limit ? Math.max(input.limit, max) : niceCeiling(max, input.unit);
  const mirrored = input.series.some((one) => one.mirrored);
  const scale = mirrored ? bothSides(top, niceCeiling(-min, input.unit)) : { min: 0, max: top };
  return {
    kind: "lines",
    unit: input.unit,
    times: times.map((time) => time / 1000),
    series: input.series.map(({ label, color }, index) => ({
      label,
      color,
      values: drawn[index] ?? [],
      raw: columns[index] ?? [],
    })),
    stacked: input.stacked ?? false,
    bands: bandSources(input).map(({ color }, index) => ({
      color,
      low: edges[2 * index] ?? [],
      high: edges[2 * index + 1] ?? [],
    })),
    range: { from: input.range.from / 1000, to: input.range.to / 1000 },
    scale,
    ticks: ticksOf(scale),
    summary: summarise(input, columns),
  };
}

/** A tick's label: the value without its sign, since the lower half is a direction and not a debt. */
export function tickLabel(value: number, unit: string): string {
  const { number, unit: suffix } = formatValue(Math.abs(value), unit);
  return suffix ? `${number} ${suffix}` : number;
}

/** An SVG path through values of 0..1 of a box; null breaks the line. */
export function sparklinePath(values: readonly (number | null)[], box: { width: number; height: number; max: number }): string {
  const step = box.width / Math.max(1, values.length - 1);
  let path = "";
  let drawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const x = (index * step).toFixed(1);
    const y = (box.height - (box.max > 0 ? Math.min(1, value / box.max) : 0) * box.height).toFixed(1);
    path += `${drawing ? "L" : "M"}${x} ${y}`;
    drawing = true;
  });
  return path;
}
