/** Turns a history into a chart block: fewer points, a scale with round ticks, times in the report's time zone. Pure. */
import type { HistorySeries } from "~/domain/history";
import { type ChartBlock, limit, type Moment, quantity, type ReportSeries, type SeriesColor, safeName } from "~/domain/report";
import { zoneOffset } from "~/domain/wall-clock";
import type { ReportInputs } from "./inputs";
import { highest, present, thinned } from "./statistics";

const MOST_POINTS = 360;
const PALETTE: readonly SeriesColor[] = ["blue", "orange", "green", "pink", "gold", "sky"];
/** One line per color: more could not be told apart. */
const MOST_SERIES = PALETTE.length;
const MOST_TIME_TICKS = 7;
/** A series that never reaches this part of the scale cannot be seen: neither drawn nor named, unless all are like that. */
const LEAST_VISIBLE = 0.01;
/** A threshold further above the data than this would press it to the floor. */
const MOST_ROOM = 2.5;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 20_160, 43_200, 86_400, 259_200].map(
  (minutes) => minutes * MINUTE,
);

export interface ChartRequest {
  title: string;
  unit: string;
  series: { name: string; color?: SeriesColor; series: HistorySeries }[];
  stacked?: boolean;
  /** Top of the scale, for values with a natural maximum. */
  limit?: number;
  threshold?: number | null;
}

export function chart(inputs: Pick<ReportInputs, "current" | "timeZone">, request: ChartRequest): ChartBlock | null {
  const drawn = visible(request).slice(0, MOST_SERIES);
  const [first] = drawn;
  const history = first && inputs.current[first.series.metric];
  if (!history) return null;
  const factor = Math.ceil(history.timestamps.length / MOST_POINTS);
  const timestamps = history.timestamps.filter((_time, index) => index % factor === 0);
  const stacked = request.stacked === true;
  const series = drawn.map(({ name, color, series: one }, index): ReportSeries => {
    const { values, min, max } = thinned(one, factor);
    const shown = { name: safeName(name), color: color ?? (PALETTE[index] as SeriesColor), values };
    // Min-max bands of stacked areas would overlap.
    return stacked || !min || !max ? shown : { ...shown, min, max };
  });
  const stepSeconds = history.stepSeconds * factor;
  const end = (timestamps.at(-1) ?? 0) + stepSeconds * 1000;
  const scale = valueScale(reachOf(request, peakOf(series, stacked)), request.unit);
  return {
    kind: "chart",
    title: request.title,
    unit: request.unit,
    stacked,
    timestamps,
    stepSeconds,
    series,
    top: scale.top,
    valueTicks: scale.ticks.map((value) => quantity(value, request.unit)),
    timeTicks: timeTicks(timestamps[0] ?? 0, end, inputs.timeZone),
    threshold:
      typeof request.threshold === "number" && request.threshold <= scale.top ? limit(request.threshold, request.unit) : null,
  };
}

/** The series with readings that one can see in the chart. */
function visible({ series, limit: top, stacked }: ChartRequest): ChartRequest["series"] {
  const peaks = series.map(({ series: { values, max } }) => highest((stacked ? null : max) ?? values));
  const scale = top ?? Math.max(...peaks, 0);
  const seen = series.filter((_one, index) => (peaks[index] as number) >= LEAST_VISIBLE * scale && (peaks[index] as number) > 0);
  if (seen.length > 0) return seen;
  return series.filter(({ series: { values } }) => present(values).length > 0).slice(0, 1);
}

/** The value at the top: that of the data, or a threshold that is not far above it. */
function reachOf({ limit: top, threshold }: ChartRequest, peak: number): number {
  if (top !== undefined) return top;
  return typeof threshold === "number" && threshold <= MOST_ROOM * peak ? Math.max(peak, threshold) : peak;
}

function peakOf(series: readonly ReportSeries[], stacked: boolean): number {
  if (!stacked) return Math.max(0, ...series.map(({ values, max }) => highest(max ?? values)));
  const sums = (series[0]?.values ?? []).map((_value, index) =>
    series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  );
  return Math.max(0, highest(sums));
}

/** Round ticks from 0 up to the peak: powers of two for bytes, decimal steps for the rest. */
export function valueScale(peak: number, unit: string): { top: number; ticks: number[] } {
  if (!(peak > 0)) return { top: 1, ticks: [0, 1] };
  const rough = peak / 4;
  const base = unit.startsWith("By") ? 1024 ** Math.max(0, Math.floor(Math.log(rough) / Math.log(1024))) : 1;
  const power = base * 10 ** Math.floor(Math.log10(rough / base));
  const bytes = unit.startsWith("By") && rough / base >= 1;
  const steps = bytes
    ? [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].map((step) => step * base)
    : [1, 2, 2.5, 5, 10].map((step) => step * power);
  const step = steps.find((one) => one * 4 >= peak * 0.9999) ?? (steps.at(-1) as number);
  const count = Math.ceil((peak * 0.9999) / step);
  return { top: step * count, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) };
}

/** Ticks at round local times of the zone, even when its clocks change within the range; the first one and each new day have a date. */
export function timeTicks(from: number, to: number, timeZone: string): Moment[] {
  const step = TIME_STEPS.find((one) => (to - from) / one <= MOST_TIME_TICKS) ?? (to - from) / MOST_TIME_TICKS;
  const offset = zoneOffset(from, timeZone);
  const ticks: Moment[] = [];
  for (let local = Math.ceil((from + offset) / step) * step; ticks.length <= MOST_TIME_TICKS + 1; local += step) {
    const time = local - zoneOffset(local - offset, timeZone);
    if (time >= to) break;
    if (time >= from)
      ticks.push({ time, shown: step >= DAY || local % DAY === 0 ? "day" : ticks.length === 0 ? "minute" : "clock" });
  }
  return ticks;
}
