/** Prepares a chart's data: stacking, mirroring, gaps, scale and colours. Pure; uPlot draws the result. Texts come later: they depend on the language. */
import { mirroredScale, type Scale, scaleOf } from "./scale";

type Column = readonly (number | null)[];

export interface ChartSeriesInput {
  label: string;
  /** A CSS custom property, "--series-blue". */
  color: string;
  /** One value per time stamp; null is "no reading". */
  values: Column;
  /** Drawn below zero; texts show the values as positive. */
  mirrored?: boolean;
  /** In a stacked chart: a line of its own, as it is no part of the whole. */
  apart?: boolean;
  /** Where another line has its colour. */
  dashed?: boolean;
  /** Minimum and maximum of each step: shown as text, and as a band when the series is neither stacked nor mirrored. */
  min?: Column | undefined;
  max?: Column | undefined;
  /** The values of the previous period, aligned with `times`. */
  before?: Column | undefined;
}

export interface Threshold {
  severity: "info" | "warning" | "critical";
  value: number;
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
  /** Upper end of the scale where there is a natural one: 1 for ratios, the memory size. */
  limit?: number;
  /** Labels that the legend names and the chart does not draw. */
  hidden?: ReadonlySet<string>;
  thresholds?: readonly Threshold[];
}

export interface DrawnSeries {
  label: string;
  color: string;
  /** As drawn: stacked on the series before, or below zero. */
  values: (number | null)[];
  /** The original readings. */
  raw: (number | null)[];
  apart: boolean;
  /** Whether the area below the line is filled: in a stack, and where no other line is. Fills that overlap would mix their colours. */
  fills: boolean;
  dashed?: true;
  /** Minimum and maximum of each step, where a step has more than one reading. */
  low?: (number | null)[];
  high?: (number | null)[];
  /** The original readings of the previous period. */
  earlier?: (number | null)[];
}

export interface LegendEntry {
  label: string;
  color: string;
  dashed?: true;
  hidden: boolean;
  /** Where the series is drawn in a mirrored chart; null in others. */
  half: "upper" | "lower" | null;
  /** The largest value in the range, of a hidden series too. */
  peak: number;
}

export type EmptyReason = "hidden" | "noReadings";

export type ChartModel =
  | { kind: "empty"; title: string; reason: EmptyReason; legend: LegendEntry[] }
  | {
      kind: "lines";
      title: string;
      legend: LegendEntry[];
      unit: string;
      /** Epoch seconds, as uPlot expects. */
      times: number[];
      series: DrawnSeries[];
      stacked: boolean;
      mirrored: boolean;
      /** Minimum and maximum of each step. */
      bands: { color: string; low: (number | null)[]; high: (number | null)[] }[];
      /** The previous period, drawn as thin dashed lines. */
      before: { color: string; values: (number | null)[] }[];
      thresholds: Threshold[];
      range: { from: number; to: number };
      scale: Scale;
    };

export type LinesModel = Extract<ChartModel, { kind: "lines" }>;

type Columns = readonly Column[];

/** Inserts a null between time stamps that are further apart than `maxGapMs`, so that the gap is drawn. */
function withGaps(input: ChartInput, sources: Columns): { times: number[]; columns: (number | null)[][] } {
  const first = Math.max(0, firstAtOrAfter(input.times, input.range.from) - 1);
  const times: number[] = [];
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

/** Adds each series to the ones before it, but for those apart; a null stays null. */
function stack(columns: Columns, isApart: (index: number) => boolean): (number | null)[][] {
  const sums = new Array<number>(columns[0]?.length ?? 0).fill(0);
  return columns.map((column, place) => {
    if (isApart(place)) return [...column];
    return column.map((value, index) => {
      if (value === null) return null;
      sums[index] = (sums[index] ?? 0) + value;
      return sums[index] ?? null;
    });
  });
}

function extremes(columns: Columns): { min: number; max: number } {
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

/** All of them where the scale ends at a limit; else those up to twice the largest value, as a higher one would flatten the curve. */
function shownThresholds({ thresholds = [], limit }: ChartInput, max: number): Threshold[] {
  return thresholds.filter(({ value }) => value > 0 && value <= Math.max(2 * max, limit ?? 0));
}

const flipped = (column: (number | null)[], mirrored: boolean | undefined) =>
  mirrored ? column.map((value) => (value === null ? null : -value)) : column;

/** The columns of the series that are drawn, cut to the range. */
function columnsOf(input: ChartInput, series: readonly ChartSeriesInput[]) {
  const banded = series.flatMap((one, index) => (one.min && one.max ? [{ index, min: one.min, max: one.max }] : []));
  const compared = series.flatMap(({ before }, index) => (before ? [{ index, before }] : []));
  const { times, columns } = withGaps(input, [
    ...series.map(({ values }) => values),
    ...banded.flatMap(({ min, max }) => [min, max]),
    ...compared.map(({ before }) => before),
  ]);
  const edges = columns.slice(series.length, series.length + 2 * banded.length);
  const past = columns.slice(series.length + 2 * banded.length);
  return {
    times,
    values: columns.slice(0, series.length),
    edges: new Map(banded.map(({ index }, place) => [index, { low: edges[2 * place] ?? [], high: edges[2 * place + 1] ?? [] }])),
    earlier: new Map(compared.map(({ index }, place) => [index, past[place] ?? []])),
  };
}

type Parts = ReturnType<typeof columnsOf>;

/** For a stacked chart only the total is compared: parts of two stacks cannot be told apart. */
function beforeOf(series: readonly ChartSeriesInput[], { earlier }: Parts, stacked: boolean) {
  if (!stacked) {
    return [...earlier].map(([index, column]) => {
      const { color = "--muted", mirrored } = series[index] ?? {};
      return { color, values: flipped(column, mirrored) };
    });
  }
  const parts = [...earlier].flatMap(([index, column]) => (series[index]?.apart ? [] : [column]));
  const whole = stack(parts, () => false).at(-1);
  return whole ? [{ color: "--muted", values: whole }] : [];
}

/** None for stacks, whose parts have their extremes at different times, and for mirrors, which the peaks of a second would flatten. */
function bandsOf(series: readonly ChartSeriesInput[], { edges }: Parts) {
  return [...edges].map(([index, { low, high }]) => ({ color: series[index]?.color ?? "--muted", low, high }));
}

function peakOf(values: Column, { times, range }: ChartInput): number {
  const until = firstAtOrAfter(times, range.to + 1);
  return extremes([values.slice(firstAtOrAfter(times, range.from), until)]).max;
}

/** Whether no other series is drawn on the same side of zero. */
function isAlone(series: readonly ChartSeriesInput[], index: number): boolean {
  const below = (one: ChartSeriesInput | undefined) => one?.mirrored ?? false;
  return series.every((other, place) => place === index || below(other) !== below(series[index]));
}

export function prepareChart(input: ChartInput): ChartModel {
  const mirrored = input.series.some((one) => one.mirrored);
  const legend = input.series.map((one) => ({
    label: one.label,
    color: one.color,
    ...(one.dashed && { dashed: true as const }),
    hidden: input.hidden?.has(one.label) ?? false,
    half: mirrored ? (one.mirrored ? ("lower" as const) : ("upper" as const)) : null,
    peak: peakOf(one.values, input),
  }));
  const series = input.series.filter(({ label }) => !input.hidden?.has(label));
  const stacked = input.stacked ?? false;
  const parts = columnsOf(input, series);
  const { times, values, edges, earlier } = parts;
  if (!values.some((column) => column.some((value) => value !== null)))
    return {
      kind: "empty",
      title: input.title,
      reason: series.length === 0 && legend.length > 0 ? "hidden" : "noReadings",
      legend,
    };
  const drawn = stacked
    ? stack(values, (index) => series[index]?.apart ?? false)
    : values.map((column, index) => flipped(column, series[index]?.mirrored));
  const before = beforeOf(series, parts, stacked);
  const bands = stacked || mirrored ? [] : bandsOf(series, parts);
  const { min, max } = extremes([...drawn, ...bands.flatMap(({ low, high }) => [low, high]), ...before.map((one) => one.values)]);
  const thresholds = shownThresholds(input, max);
  const highest = Math.max(max, ...thresholds.map(({ value }) => value));
  return {
    kind: "lines",
    title: input.title,
    legend,
    unit: input.unit,
    times: times.map((time) => time / 1000),
    series: series.map(({ label, color, apart = false, dashed }, index) => {
      const past = earlier.get(index);
      return {
        label,
        color,
        apart,
        fills: !apart && (stacked || isAlone(series, index)),
        ...(dashed && { dashed: true as const }),
        values: drawn[index] ?? [],
        raw: values[index] ?? [],
        ...edges.get(index),
        ...(past && { earlier: past }),
      };
    }),
    stacked,
    mirrored,
    bands,
    before,
    thresholds,
    range: { from: input.range.from / 1000, to: input.range.to / 1000 },
    scale: mirrored
      ? mirroredScale(Math.max(highest, -min), input.unit)
      : scaleOf({ min, max: highest }, input.unit, input.limit),
  };
}

/** Resamples an earlier period at `times`; a value further off than half a step is "no reading". */
export function shiftedColumn(
  times: readonly number[],
  earlier: { times: readonly number[]; values: Column },
  by: { ms: number; stepMs: number },
): (number | null)[] {
  return times.map((time) => {
    const wanted = time - by.ms;
    const after = firstAtOrAfter(earlier.times, wanted);
    const distance = (index: number) => Math.abs((earlier.times[index] ?? Number.POSITIVE_INFINITY) - wanted);
    const nearest = distance(after) <= distance(after - 1) ? after : after - 1;
    return distance(nearest) <= by.stepMs / 2 ? (earlier.values[nearest] ?? null) : null;
  });
}

/** All values at one index, largest first, for the tooltip and for screen readers. */
export function readingsAt(model: LinesModel, index: number) {
  return model.series
    .map(({ label, color, dashed, raw, low, high, earlier }) => ({
      label,
      color,
      ...(dashed && { dashed }),
      value: raw[index] ?? null,
      low: low?.[index] ?? null,
      high: high?.[index] ?? null,
      earlier: earlier?.[index] ?? null,
    }))
    .sort((a, b) => (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY));
}

/** An SVG path for values from 0 to `max`, scaled to the box; null breaks the line. */
export function sparklinePath(values: Column, box: { width: number; height: number; max: number }): string {
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
