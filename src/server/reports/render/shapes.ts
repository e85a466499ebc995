/** Turns a chart block into SVG paths, for the PDF and for the HTML until its script runs. Pure. */
import type { ChartBlock, Moment, Quantity, SeriesColor } from "~/domain/report";

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Shape {
  kind: "line" | "area" | "band";
  color: SeriesColor;
  path: string;
}

const number = (value: number) => String(Math.round(value * 10) / 10);

/** Bands and areas first, with lines on top of them. */
export function shapesOf(chart: ChartBlock, box: Box): Shape[] {
  const x = (index: number) => box.left + ((index + 0.5) / chart.timestamps.length) * box.width;
  const y = (value: number) => box.top + box.height * (1 - Math.min(1, Math.max(0, value / chart.top)));
  const zero = chart.timestamps.map(() => 0);
  const areas: Shape[] = [];
  const lines: Shape[] = [];
  let floor: number[] = zero;
  for (const { color, values, min, max } of chart.series) {
    const upper = chart.stacked
      ? values.map((value, index) => (value === null ? null : value + (floor[index] as number)))
      : values;
    lines.push({ kind: "line", color, path: linePath(upper, x, y) });
    if (chart.stacked) {
      areas.push({ kind: "area", color, path: areaPath(upper, floor, { x, y }) });
      floor = upper.map((value, index) => value ?? (floor[index] as number));
    } else {
      if (min && max) areas.push({ kind: "band", color, path: areaPath(max, min, { x, y }) });
      if (chart.series.length === 1) areas.push({ kind: "area", color, path: areaPath(values, zero, { x, y }) });
    }
  }
  // Draw the lowest line of a stack last: a line above it that adds nothing would hide it.
  if (chart.stacked) lines.reverse();
  return [...areas, ...lines].filter(({ path }) => path !== "");
}

type Scale = (value: number) => number;

/** Runs of values without a gap, as [first, last] indexes. */
function runs(values: readonly (number | null)[]): [number, number][] {
  const found: [number, number][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const last = found.at(-1);
    if (last?.[1] === index - 1) last[1] = index;
    else found.push([index, index]);
  });
  return found;
}

function linePath(values: readonly (number | null)[], x: Scale, y: Scale): string {
  return runs(values)
    .map(([first, last]) => {
      // Draw a single reading between gaps as a short stroke.
      if (first === last) return `M${number(x(first) - 0.7)} ${number(y(values[first] as number))}h1.4`;
      const points = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      return `M${points.map((index) => `${number(x(index))} ${number(y(values[index] as number))}`).join("L")}`;
    })
    .join("");
}

function areaPath(
  upper: readonly (number | null)[],
  lower: readonly (number | null)[],
  { x, y }: { x: Scale; y: Scale },
): string {
  return runs(upper)
    .filter(([first, last]) => last > first)
    .map(([first, last]) => {
      const points = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      const along = points.map((index) => `${number(x(index))} ${number(y(upper[index] as number))}`);
      const back = points.reverse().map((index) => `${number(x(index))} ${number(y(lower[index] ?? 0))}`);
      return `M${[...along, ...back].join("L")}Z`;
    })
    .join("");
}

export interface AxisTicks {
  values: { y: number; value: Quantity }[];
  times: { x: number; moment: Moment }[];
  threshold: { y: number; value: Quantity } | null;
}

/** Positions of the ticks of both axes and of the threshold. */
export function axisTicksOf(chart: ChartBlock, box: Box): AxisTicks {
  const [first = 0] = chart.timestamps;
  const span = chart.timestamps.length * chart.stepSeconds * 1000;
  const y = (value: Quantity) => box.top + box.height * (1 - (value.value ?? 0) / chart.top);
  return {
    values: chart.valueTicks.map((value) => ({ y: y(value), value })),
    times: chart.timeTicks.map((moment) => ({ x: box.left + ((moment.time - first) / span) * box.width, moment })),
    threshold: chart.threshold && { y: y(chart.threshold), value: chart.threshold },
  };
}
