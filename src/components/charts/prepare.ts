/** Prepares a chart's data: units, stacking, mirroring, gaps, scale and colours. Pure; uPlot draws the result. */
import { formatText, formatValue } from "~/domain/format-value";

export interface ChartSeriesInput {
  label: string;
  /** A CSS custom property, "--series-blue". */
  color: string;
  /** One value per time stamp; null is "no reading". */
  values: readonly (number | null)[];
  /** Drawn below zero; texts show the values as positive. */
  mirrored?: boolean;
  /** Minimum and maximum of each step: shown as text, and as a band when the series is neither stacked nor mirrored. */
  min?: readonly (number | null)[] | undefined;
  max?: readonly (number | null)[] | undefined;
  /** The values of the previous period, aligned with `times`. */
  before?: readonly (number | null)[] | undefined;
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
  /** Minimum and maximum of each step, where a step has more than one reading. */
  low?: (number | null)[];
  high?: (number | null)[];
}

export interface LegendEntry {
  label: string;
  color: string;
  hidden: boolean;
}

type Columns = readonly (readonly (number | null)[])[];

export type ChartModel =
  | { kind: "empty"; reason: string; legend: LegendEntry[] }
  | {
      kind: "lines";
      legend: LegendEntry[];
      unit: string;
      /** Epoch seconds, as uPlot expects. */
      times: number[];
      series: DrawnSeries[];
      stacked: boolean;
      /** Minimum and maximum of each step. */
      bands: { color: string; low: (number | null)[]; high: (number | null)[] }[];
      /** The previous period, drawn as thin dashed lines. */
      before: { color: string; values: (number | null)[] }[];
      thresholds: Threshold[];
      range: { from: number; to: number };
      scale: { min: number; max: number };
      ticks: number[];
      /** Text for screen readers. */
      summary: string;
    };

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

/** Adds each series to the ones before it; a null stays null. */
function stack(columns: Columns): (number | null)[][] {
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

/** Rounds up to a round number: decimal, or 1 or 1.5 times a power of two for bytes. */
export function niceCeiling(value: number, unit: string): number {
  if (value <= 0) return unit === "1" ? 0.01 : 1;
  if (unit.startsWith("By")) {
    const power = 2 ** Math.floor(Math.log2(value));
    return ([1, 1.5, 2].find((candidate) => candidate * power >= value * 0.999999) ?? 2) * power;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return (NICE.find((candidate) => candidate * power >= value * 0.999999) ?? 10) * power;
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

/** Gives the smaller side at least a quarter of the larger one's height, so that its line and label have room. */
function bothSides(above: number, below: number): { min: number; max: number } {
  return { min: -Math.max(below, above / 4), max: Math.max(above, below / 4) };
}

/** Two or three grid lines: zero and the ends, or zero, the middle and the top. */
function ticksOf({ min, max }: { min: number; max: number }): number[] {
  if (min < 0) return max > 0 ? [min, 0, max] : [min, 0];
  return [0, max / 2, max];
}

function summarise({ title, unit }: ChartInput, series: readonly ChartSeriesInput[], columns: Columns): string {
  const parts = series.map(({ label }, index) => {
    const values = (columns[index] ?? []).filter((value) => value !== null);
    const last = values.at(-1);
    if (last === undefined) return `${label} has no reading`;
    return `${label} ${formatText(last, unit)}, at most ${formatText(
      values.reduce((a, b) => Math.max(a, b)),
      unit,
    )}`;
  });
  return `${title}: ${parts.join("; ")}`;
}

/** Thresholds up to twice the largest value; a higher one would flatten the curve. */
function nearThresholds(thresholds: readonly Threshold[], max: number): Threshold[] {
  return thresholds.filter(({ value }) => value > 0 && value <= Math.max(2 * max, 0));
}

export function prepareChart(input: ChartInput): ChartModel {
  const legend = input.series.map(({ label, color }) => ({ label, color, hidden: input.hidden?.has(label) ?? false }));
  const series = input.series.filter(({ label }) => !input.hidden?.has(label));
  const banded = series.flatMap((one, index) => (one.min && one.max ? [{ index, min: one.min, max: one.max }] : []));
  const compared = series.flatMap(({ before, color, mirrored }) => (before ? [{ before, color, mirrored }] : []));
  const { times, columns: all } = withGaps(input, [
    ...series.map(({ values }) => values),
    ...banded.flatMap(({ min, max }) => [min, max]),
    ...compared.map(({ before }) => before),
  ]);
  const columns = all.slice(0, series.length);
  const edges = all.slice(series.length, series.length + 2 * banded.length);
  const past = all.slice(series.length + 2 * banded.length);
  if (!columns.some((column) => column.some((value) => value !== null))) {
    const reason = series.length === 0 && legend.length > 0 ? "Every series is hidden" : "No readings in this range yet";
    return { kind: "empty", reason, legend };
  }
  const flipped = (column: (number | null)[], mirrored: boolean | undefined) =>
    mirrored ? column.map((value) => (value === null ? null : -value)) : column;
  const drawn = input.stacked ? stack(columns) : columns.map((column, index) => flipped(column, series[index]?.mirrored));
  // For a stacked chart only the total is compared: parts of two stacks cannot be told apart.
  const whole = stack(past).at(-1);
  const before = input.stacked
    ? whole
      ? [{ color: "--muted", values: whole }]
      : []
    : past.map((column, index) => ({
        color: compared[index]?.color ?? "--muted",
        values: flipped(column, compared[index]?.mirrored),
      }));
  const mirrored = series.some((one) => one.mirrored);
  const bands =
    input.stacked || mirrored
      ? []
      : banded.map(({ index }, place) => ({
          color: series[index]?.color ?? "--muted",
          low: edges[2 * place] ?? [],
          high: edges[2 * place + 1] ?? [],
        }));
  const { min, max } = extremes([
    ...drawn,
    ...bands.flatMap(({ low, high }) => [low, high]),
    ...before.map(({ values }) => values),
  ]);
  const thresholds = nearThresholds(input.thresholds ?? [], max);
  const highest = Math.max(max, ...thresholds.map(({ value }) => value));
  const top =
    input.limit !== undefined && highest > 0.6 * input.limit ? Math.max(input.limit, max) : niceCeiling(highest, input.unit);
  const scale = mirrored ? bothSides(top, niceCeiling(-min, input.unit)) : { min: 0, max: top };
  const extremesOf = new Map(banded.map(({ index }, place) => [index, place]));
  return {
    kind: "lines",
    legend,
    unit: input.unit,
    times: times.map((time) => time / 1000),
    series: series.map(({ label, color }, index) => {
      const place = extremesOf.get(index);
      return {
        label,
        color,
        values: drawn[index] ?? [],
        raw: columns[index] ?? [],
        ...(place !== undefined && { low: edges[2 * place] ?? [], high: edges[2 * place + 1] ?? [] }),
      };
    }),
    stacked: input.stacked ?? false,
    bands,
    before,
    thresholds,
    range: { from: input.range.from / 1000, to: input.range.to / 1000 },
    scale,
    ticks: ticksOf(scale),
    summary: summarise(input, series, columns),
  };
}

/** Resamples an earlier period at `times`; a value further off than half a step is "no reading". */
export function shiftedColumn(
  times: readonly number[],
  earlier: { times: readonly number[]; values: readonly (number | null)[] },
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

/** All values at one index, largest first, formatted for the tooltip and for screen readers. */
export function readingsAt(model: Extract<ChartModel, { kind: "lines" }>, index: number) {
  return model.series
    .map(({ label, color, raw, low, high }) => ({
      label,
      color,
      value: raw[index] ?? null,
      low: low?.[index] ?? null,
      high: high?.[index] ?? null,
    }))
    .sort((a, b) => (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY));
}

/** A tick's label, without its sign: the lower half shows the opposite direction, not a negative value. */
export function tickLabel(value: number, unit: string): string {
  const { number, unit: suffix } = formatValue(Math.abs(value), unit);
  return suffix ? `${number} ${suffix}` : number;
}

/** An SVG path for values from 0 to `max`, scaled to the box; null breaks the line. */
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
