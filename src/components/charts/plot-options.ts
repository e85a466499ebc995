/** What line charts and heat maps have in common as options of uPlot. */
import uPlot from "uplot";
import { axisLabels, type ClockPlace } from "~/components/view/zone";
import { CROSSHAIR, color, PLOT } from "./use-plot";

/** Half the width of a character on the axis. */
const HALF_LETTER_PX = 3.5;
/** Between ticks: a date with a time is the widest label. */
const TICK_SPACE_PX = 104;
/** A phone has room for few: there a date may come near to the times beside it. */
const [NARROW_PLOT_PX, NARROW_TICK_SPACE_PX] = [320, 70];

export const axisFont = () => `12px ${getComputedStyle(document.body).fontFamily}`;

/** Whether a label centred on its tick fits inside the chart. */
function fits(chart: uPlot, second: number, label: string): boolean {
  const width = chart.bbox.width / uPlot.pxRatio + PLOT.right;
  return chart.valToPos(second, "x") + label.length * HALF_LETTER_PX <= width;
}

interface Frame {
  place: ClockPlace;
  /** Whether a drag selects a range. */
  zooms: boolean;
  range: () => { from: number; to: number };
}

/** The time axis, and all that the vertical one has no part in. */
export function timeFrame({ place, zooms, range }: Frame) {
  return {
    tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), place.timeZone),
    padding: [PLOT.top, PLOT.right, 0, 0] as [number, number, number, number],
    legend: { show: false },
    cursor: { sync: CROSSHAIR, y: false, drag: { setScale: false, x: zooms, y: false }, points: { size: 6 } },
    xScale: { time: true, range: (): [number, number] => [range().from, range().to] },
    xAxis: {
      stroke: color("--muted"),
      font: axisFont(),
      grid: { show: false },
      ticks: { show: false },
      size: PLOT.bottom,
      gap: 6,
      space: (_chart: uPlot, _axis: number, _from: number, _to: number, width: number) =>
        width < NARROW_PLOT_PX ? NARROW_TICK_SPACE_PX : TICK_SPACE_PX,
      values: (chart: uPlot, splits: number[]) =>
        axisLabels(splits, place).map((label, index) => (fits(chart, splits[index] ?? 0, label) ? label : "")),
    },
  };
}
