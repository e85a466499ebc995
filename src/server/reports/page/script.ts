/** Script of the HTML report: charts zoom together, tables can be sorted. It loads nothing from outside the file. */
import "./style.css";
import uPlot from "uplot";
import { formatText } from "~/domain/format-value";
import { momentText } from "~/domain/report";
import type { PageChart } from "./data";

const HEIGHT = 190;
/** Right of the plot, for the name of the threshold. */
const LIMIT_WIDTH = 72;
/** Of a chart on paper, in CSS pixels: a little less than A4 and Letter have between their margins. */
const PAPER_WIDTH = 660;
const FILL = { line: 0.11, stacked: 0.22, band: 0.15 };

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function faded(name: string, share: number): string {
  return `color-mix(in srgb, ${color(name)} ${share * 100}%, transparent)`;
}

/** The values to draw. For a stacked chart, running sums from the bottom up. */
function drawnValues({ stacked, series }: PageChart): (number | null)[][] {
  if (!stacked) return series.map(({ values }) => values);
  const floor = (series[0]?.values ?? []).map(() => 0);
  return series.map(({ values }) =>
    values.map((value, index) => {
      if (value === null) return null;
      floor[index] = (floor[index] ?? 0) + value;
      return floor[index] as number;
    }),
  );
}

/** Texts of ticks like those of the static charts: times, with a date at the first one and at each new day. */
function timeTexts(splits: readonly number[], step: number, timeZone: string): string[] {
  const seconds = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", timeStyle: "medium" });
  return splits.map((split, index) => {
    const time = split * 1000;
    if (step < 60) return seconds.format(time);
    const clock = momentText({ time, shown: "clock" }, timeZone);
    if (step >= 86_400 || clock === "00:00") return momentText({ time, shown: "day" }, timeZone);
    return index === 0 ? momentText({ time, shown: "minute" }, timeZone) : clock;
  });
}

interface Drawn {
  plot: uPlot;
  first: number;
  last: number;
}

interface Layers {
  columns: (number | null)[][];
  series: uPlot.Series[];
  bands: uPlot.Band[];
}

/** Lines, fills and min-max bands, in drawing order. */
function layersOf(chart: PageChart): Layers {
  const drawn = drawnValues(chart);
  const bands: uPlot.Band[] = [];
  const series: uPlot.Series[] = [{}];
  const columns: (number | null)[][] = [];
  const lines = chart.series.map((one, index) => ({ one, values: drawn[index] as (number | null)[], isLowest: index === 0 }));
  // Draw the lowest line of a stack last: a line above it that adds nothing would hide it.
  if (chart.stacked) lines.reverse();
  for (const { one, values, isLowest } of lines) {
    columns.push(values);
    const at = columns.length;
    const below = chart.stacked && !isLowest;
    const opacity = chart.stacked ? FILL.stacked : FILL.line;
    const filled = chart.stacked || chart.series.length === 1;
    series.push({
      label: one.name,
      stroke: () => color(one.color),
      width: 1.25,
      points: { show: false },
      ...(filled && !below && { fill: () => faded(one.color, opacity) }),
    });
    if (below) bands.push({ series: [at, at + 1], fill: () => faded(one.color, opacity) });
  }
  for (const one of chart.series) {
    if (!one.min || !one.max) continue;
    const at = columns.length + 1;
    columns.push(one.max, one.min);
    series.push({ width: 0, points: { show: false } }, { width: 0, points: { show: false } });
    bands.push({ series: [at, at + 1], fill: () => faded(one.color, FILL.band) });
  }
  return { columns, series, bands };
}

/** A dashed line, named right of the plot. */
function drawLimit({ ctx, bbox, valToPos }: uPlot, threshold: PageChart["threshold"]): void {
  if (!threshold) return;
  const y = valToPos(threshold.value, "y", true);
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.strokeStyle = color("critical");
  ctx.fillStyle = color("critical");
  ctx.setLineDash([6, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(right, y);
  ctx.stroke();
  ctx.font = `${11 * uPlot.pxRatio}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillText(threshold.label, right + 6 * uPlot.pxRatio, y);
  ctx.restore();
}

function draw(figure: HTMLElement, chart: PageChart, zoom: (from: number, to: number) => void): Drawn | null {
  const times = chart.timestamps.map((time) => time / 1000);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const place = figure.querySelector("div");
  if (!place || times.length < 2) return null;
  const { columns, series, bands } = layersOf(chart);
  const stroke = () => color("muted");
  const grid = { stroke: () => color("line"), width: 1 };
  const readouts = [...figure.querySelectorAll<HTMLElement>(".key span")];
  const show = (index: number | null | undefined) => {
    chart.series.forEach(({ values }, place) => {
      const readout = readouts[place];
      if (!readout) return;
      readout.textContent = typeof index === "number" ? formatText(values[index] ?? null, chart.unit) : "";
    });
  };
  place.replaceChildren();
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      padding: [8, chart.threshold ? LIMIT_WIDTH : 8, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), chart.timeZone),
      scales: { x: { min: first, max: last }, y: { range: [0, chart.top] } },
      series,
      bands,
      axes: [
        {
          stroke,
          grid: { show: false },
          ticks: { show: false },
          size: 26,
          space: 80,
          values: (_plot, splits, _axis, _space, step) => timeTexts(splits, step, chart.timeZone),
        },
        {
          stroke,
          grid,
          ticks: { show: false },
          size: 72,
          splits: () => chart.valueTicks,
          values: (_plot, splits) => splits.map((value) => formatText(value, chart.unit)),
        },
      ],
      cursor: { sync: { key: "report" }, drag: { x: true, y: false, setScale: false }, points: { size: 5 } },
      hooks: {
        setCursor: [(self) => show(self.cursor.idx)],
        setSelect: [
          (self) => {
            if (self.select.width < 4) return;
            zoom(self.posToVal(self.select.left, "x"), self.posToVal(self.select.left + self.select.width, "x"));
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        draw: [(self) => drawLimit(self, chart.threshold)],
      },
    },
    [times, ...columns] as uPlot.AlignedData,
    place,
  );
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
  return { plot, first, last };
}

function drawCharts(): void {
  const source = document.getElementById("charts")?.textContent ?? "[]";
  const charts = JSON.parse(source) as PageChart[];
  const drawn: { one: Drawn; reset: HTMLButtonElement; figure: HTMLElement }[] = [];
  const zoom = (from: number, to: number, whole = false) => {
    for (const { one, reset, figure } of drawn) {
      one.plot.setScale("x", whole ? { min: one.first, max: one.last } : { min: from, max: to });
      reset.hidden = whole;
      figure.dataset.seconds = String(Math.round(whole ? one.last - one.first : to - from));
    }
  };
  document.querySelectorAll<HTMLElement>("figure[data-chart]").forEach((figure) => {
    const chart = charts[Number(figure.dataset.chart)];
    const one = chart && draw(figure, chart, zoom);
    if (!one) return;
    const reset = document.createElement("button");
    reset.type = "button";
    reset.className = "reset";
    reset.textContent = "Whole period";
    reset.hidden = true;
    reset.addEventListener("click", () => zoom(one.first, one.last, true));
    figure.append(reset);
    figure.dataset.seconds = String(Math.round(one.last - one.first));
    one.plot.over.addEventListener("dblclick", () => zoom(one.first, one.last, true));
    drawn.push({ one, reset, figure });
  });
  const redraw = () => {
    for (const { one } of drawn) one.plot.redraw();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  // A page is laid out for paper only after this event: charts have to be drawn for it before.
  addEventListener("beforeprint", () => {
    document.documentElement.classList.add("paper");
    for (const { one } of drawn) one.plot.setSize({ width: PAPER_WIDTH, height: HEIGHT });
    redraw();
  });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("paper");
    for (const { one, figure } of drawn)
      one.plot.setSize({ width: figure.querySelector("div")?.clientWidth ?? 0, height: HEIGHT });
    redraw();
  });
}

function keyOf(row: HTMLTableRowElement, column: number): string | number {
  const cell = row.cells[column];
  const value = cell?.dataset.value;
  if (value === undefined) return cell?.textContent ?? "";
  return value === "" ? Number.NEGATIVE_INFINITY : Number(value);
}

function sortTables(): void {
  document.querySelectorAll("table").forEach((table) => {
    const heads = [...table.querySelectorAll("th")];
    heads.forEach((head, column) => {
      head.querySelector("button")?.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        if (!body) return;
        const compare = (a: HTMLTableRowElement, b: HTMLTableRowElement) => {
          const [x, y] = [keyOf(a, column), keyOf(b, column)];
          return typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
        };
        const sorted = [...body.rows].sort((a, b) => (down ? compare(b, a) : compare(a, b)));
        body.append(...sorted);
      });
    });
  });
}

drawCharts();
sortTables();
