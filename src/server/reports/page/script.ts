/** Script of the HTML report: charts zoom together, tables can be sorted. It loads nothing from outside the file. */
import "./style.css";
import uPlot from "uplot";
import { formatText } from "~/domain/format-value";
import type { PageChart } from "./data";

const HEIGHT = 190;
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

/** Formats ticks like the report's static charts: 24-hour times, or dates when a step is a day or more. */
function clockText(seconds: number, step: number, timeZone: string): string {
  const [day = "", clock = ""] = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: step < 60 ? "medium" : "short",
  })
    .format(seconds * 1000)
    .split(" ");
  return step >= 86_400 ? day : clock;
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
          values: (_plot, splits, _axis, _space, step) => splits.map((time) => clockText(time, step, chart.timeZone)),
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
        draw: [
          (self) => {
            if (chart.threshold === null) return;
            const y = self.valToPos(chart.threshold, "y", true);
            self.ctx.save();
            self.ctx.strokeStyle = color("critical");
            self.ctx.setLineDash([6, 4]);
            self.ctx.beginPath();
            self.ctx.moveTo(self.bbox.left, y);
            self.ctx.lineTo(self.bbox.left + self.bbox.width, y);
            self.ctx.stroke();
            self.ctx.restore();
          },
        ],
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
  addEventListener("beforeprint", redraw);
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
