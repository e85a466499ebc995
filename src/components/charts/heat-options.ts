/** A heat map as a uPlot: rows with names, the time axis and the zoom of the other charts, and cells instead of lines. */
import uPlot from "uplot";
import type { ClockPlace } from "~/components/view/zone";
import { cellsOf } from "./heat-cells";
import { axisFont, timeFrame } from "./plot-options";
import type { LinesModel } from "./prepare";
import { color, PLOT } from "./use-plot";

/** Of a row's label. */
const LABEL_HEIGHT_PX = 14;
const WIDE_GAP = 1.5;

interface HeatContext {
  place: ClockPlace;
  zooms: boolean;
  latest: () => LinesModel;
  /** The value of a full cell. */
  top: () => number;
}

/** As much of a name as there is room for beside its row. */
const MOST_LETTERS = 9;

export function rowLabel(name: string): string {
  if (name.length <= MOST_LETTERS) return name;
  // Of a host name the domain says least.
  const [first = ""] = name.split(".");
  return first.length <= MOST_LETTERS && /[a-z]/i.test(first) ? first : `${name.slice(0, MOST_LETTERS - 1)}…`;
}

/** The row under a height of the scale, from the top: the first series is on top. */
export function rowAt(value: number, rows: number): number {
  return Math.min(rows - 1, Math.max(0, Math.floor(rows - value)));
}

/** Rows whose labels fit: the first, the last and evenly between. */
export function labelledRows(rows: number, height: number): number[] {
  const most = Math.max(2, Math.floor(height / LABEL_HEIGHT_PX));
  if (rows <= most) return Array.from({ length: rows }, (_, row) => row);
  const every = [2, 4, 8, 16, 32, 64, 128].find((step) => rows / step <= most) ?? rows;
  return Array.from({ length: Math.ceil(rows / every) }, (_, place) => place * every);
}

function drawCells(chart: uPlot, model: LinesModel, top: number): void {
  const { ctx, bbox } = chart;
  const blue = color("--series-blue");
  const rowHeight = bbox.height / model.series.length;
  const gap = rowHeight > 4 * uPlot.pxRatio ? uPlot.pxRatio : 0;
  const left = (index: number) => chart.valToPos(model.times[index] ?? 0, "x", true);
  const usual = (left(1) - left(0)) * WIDE_GAP;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = color("--hover");
  ctx.fillRect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.fillStyle = blue;
  const starts = model.times.map((_time, index) => left(index));
  const columnOf = (index: number) => {
    const start = starts[index] ?? 0;
    const next = starts[index + 1];
    const end = next === undefined ? start + 2 * uPlot.pxRatio : usual > 0 ? Math.min(next, start + usual) : next;
    return { left: Math.round(start), right: Math.max(Math.round(start) + 1, Math.round(end)) };
  };
  model.series.forEach(({ raw }, row) => {
    const y = Math.round(bbox.top + row * rowHeight);
    const bottom = Math.round(bbox.top + (row + 1) * rowHeight - gap);
    for (const cell of cellsOf(raw, columnOf)) {
      ctx.globalAlpha = Math.max(0, Math.min(1, cell.value / top));
      ctx.fillRect(cell.left, y, cell.right - cell.left, Math.max(1, bottom - y));
    }
  });
  ctx.restore();
}

export function heatOptions({ place, zooms, latest, top }: HeatContext): Omit<uPlot.Options, "width" | "height"> {
  const { xScale, xAxis, cursor, ...frame } = timeFrame({ place, zooms, range: () => latest().range });
  const rows = () => latest().series.length;
  return {
    ...frame,
    cursor: { ...cursor, points: { show: false } },
    scales: { x: xScale, y: { range: (): [number, number] => [0, rows()] } },
    axes: [
      xAxis,
      {
        stroke: color("--muted"),
        font: axisFont(),
        size: PLOT.left,
        gap: 6,
        ticks: { show: false },
        grid: { show: false },
        // In the middle of each row.
        splits: (chart) => labelledRows(rows(), chart.bbox.height / uPlot.pxRatio).map((row) => rows() - row - 0.5),
        values: (_chart, splits) => splits.map((split) => rowLabel(latest().series[rowAt(split, rows())]?.label ?? "")),
      },
    ],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: { drawClear: [(chart) => drawCells(chart, latest(), top())] },
  };
}
