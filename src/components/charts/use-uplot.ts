"use client";

import { useTheme } from "next-themes";
import { type RefObject, useCallback, useEffect, useRef } from "react";
import uPlot from "uplot";
import { PAPER_CHART_PX, usePrinting } from "~/components/view/use-printing";
import { axisLabels } from "~/components/view/zone";
import { type ChartModel, tickLabel } from "./prepare";

type Lines = Extract<ChartModel, { kind: "lines" }>;

/** The plot area inside the canvas, in pixels; the overlay is positioned with it. */
export const PLOT = { height: 170, left: 66, right: 4, top: 8, bottom: 22 } as const;

/** All charts of a page share one crosshair. */
const crosshair = uPlot.sync("hostscope");

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#888888";
}

function translucent(value: string, percent: number): string {
  return `color-mix(in srgb, ${value} ${percent}%, transparent)`;
}

export interface ChartEvents {
  /** The crosshair's index and its distance from the left; `here` when the pointer is over this chart. */
  onHover: (index: number | null, left: number, here: boolean) => void;
  /** A range was selected by dragging, epoch milliseconds. */
  onZoom?: ((from: number, to: number) => void) | undefined;
  /** A point was clicked, epoch milliseconds. */
  onPick?: ((at: number) => void) | undefined;
  /** Double click: undo the last zoom. */
  onUndo?: (() => void) | undefined;
  /** Whether a zoom can be undone. Only then does a click wait for a second one. */
  isZoomed?: (() => boolean) | undefined;
}

/** A shorter drag counts as a click. */
const DRAG_PX = 6;
/** How long a click waits for a second one. A double click undoes a zoom and picks nothing. */
const SECOND_CLICK_MS = 250;

interface ChartSetup {
  width: number;
  latest: RefObject<Lines>;
  events: RefObject<ChartEvents>;
  timeZone: string;
}

/** Half the width of a character on the axis. */
const HALF_LETTER_PX = 3.5;

/** Whether a label centred on its tick fits inside the chart. */
function fits(chart: uPlot, second: number, label: string): boolean {
  const width = chart.bbox.width / uPlot.pxRatio + PLOT.right;
  return chart.valToPos(second, "x") + label.length * HALF_LETTER_PX <= width;
}

/** Drawing order: a stack is drawn from the top down, or a series that adds nothing would hide the line below it. */
function inDrawingOrder({ series, stacked }: Lines): Lines["series"] {
  return stacked ? [...series].reverse() : series;
}

function optionsFor(model: Lines, { width, latest, events, timeZone }: ChartSetup): uPlot.Options {
  const muted = color("--muted");
  const line = color("--line");
  const drawn = inDrawingOrder(model);
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return {
    width,
    height: PLOT.height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
    padding: [PLOT.top, PLOT.right, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: crosshair.key, setSeries: false },
      y: false,
      drag: { setScale: false, x: events.current.onZoom !== undefined, y: false },
      points: { size: 6 },
    },
    scales: {
      x: { time: true, range: () => [latest.current.range.from, latest.current.range.to] },
      y: { range: () => [latest.current.scale.min, latest.current.scale.max] },
    },
    axes: [
      {
        stroke: muted,
        font,
        grid: { show: false },
        ticks: { show: false },
        size: PLOT.bottom,
        gap: 6,
        space: 90,
        values: (chart, splits) =>
          axisLabels(splits, timeZone).map((label, index) => (fits(chart, splits[index] ?? 0, label) ? label : "")),
      },
      {
        stroke: muted,
        font,
        size: PLOT.left,
        gap: 6,
        ticks: { show: false },
        grid: { stroke: line, width: 1 },
        splits: () => latest.current.ticks,
        values: (_chart, ticks) => ticks.map((tick) => tickLabel(tick, latest.current.unit)),
      },
    ],
    series: [
      {},
      ...drawn.map((series, index) => {
        const stroke = color(series.color);
        const fills = !model.stacked || index === drawn.length - 1;
        return {
          label: series.label,
          stroke,
          width: 1.25,
          points: { show: false },
          ...(fills && { fill: translucent(stroke, model.stacked ? 22 : 11) }),
        };
      }),
      ...model.bands.flatMap(() => [
        { width: 0, points: { show: false } },
        { width: 0, points: { show: false } },
      ]),
      ...model.before.map(({ color: name }) => ({ stroke: color(name), width: 1, dash: [3, 4], points: { show: false } })),
    ],
    // Fill each stacked series down to the one below it.
    bands: model.stacked
      ? drawn.slice(0, -1).map((series, index) => ({
          series: [index + 1, index + 2] as [number, number],
          fill: translucent(color(series.color), 22),
        }))
      : model.bands.map(({ color: name }, index) => {
          const low = model.series.length + 1 + 2 * index;
          return { series: [low + 1, low] as [number, number], fill: translucent(color(name), 15) };
        }),
    hooks: {
      setCursor: [
        (chart) => {
          const { idx, left = -1 } = chart.cursor;
          events.current.onHover(left < 0 ? null : (idx ?? null), left, chart.over.matches(":hover"));
        },
      ],
      setSelect: [(chart) => select(chart, events.current)],
    },
  };
}

/** Handles uPlot's selection, which ends both drags and clicks; a click has no width. */
function select(chart: uPlot, { onZoom }: ChartEvents, touched = false): void {
  const { left, width } = chart.select;
  // Charts with a shared crosshair share the selection too: only the one with the event handles it.
  const elsewhere = chart.cursor.event === null || chart.cursor.event === undefined;
  if (width < DRAG_PX || (elsewhere && !touched)) return;
  onZoom?.(chart.posToVal(left, "x") * 1000, chart.posToVal(left + width, "x") * 1000);
  chart.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
}

function dataOf(model: Lines): uPlot.AlignedData {
  return [
    model.times,
    ...inDrawingOrder(model).map(({ values }) => values),
    ...model.bands.flatMap(({ low, high }) => [low, high]),
    ...model.before.map(({ values }) => values),
  ];
}

export interface DrawnChart {
  container: RefObject<HTMLDivElement | null>;
  /** Moves the crosshair of all charts to an index of this one; null removes it. */
  point: (index: number | null) => void;
}

/** Shows the model on a canvas. Creates a chart when the series, unit, theme or zone change, and otherwise only sets its data. */
export function useUplot(model: Lines, events: ChartEvents, timeZone: string): DrawnChart {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(model);
  latest.current = model;
  const heard = useRef(events);
  heard.current = events;
  const { resolvedTheme } = useTheme();
  const printing = usePrinting();
  const names = model.series.map(({ label }) => label).join();
  const layout = `${printing} ${resolvedTheme} ${timeZone} ${model.unit} ${model.stacked} ${names} ${model.bands.length} ${model.before.length}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the layout stands for all that a new chart is needed for.
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const made = new uPlot(
      optionsFor(latest.current, { width: printing ? PAPER_CHART_PX : element.clientWidth, latest, events: heard, timeZone }),
      dataOf(latest.current),
      element,
    );
    chart.current = made;
    const stopListening = listen(made, heard);
    crosshair.sub(made);
    const observer = new ResizeObserver(() => {
      if (!printing && element.clientWidth > 0 && element.clientWidth !== made.width)
        made.setSize({ width: element.clientWidth, height: PLOT.height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      stopListening();
      crosshair.unsub(made);
      made.destroy();
      chart.current = null;
    };
  }, [layout]);

  useEffect(() => {
    chart.current?.setData(dataOf(model));
  }, [model]);

  const point = useCallback((index: number | null) => {
    const made = chart.current;
    if (!made) return;
    const at = index === null ? undefined : latest.current.times[index];
    moveCrosshair(made, at === undefined ? { left: -10, top: -10 } : { left: made.valToPos(at, "x"), top: 10 });
  }, []);
  return { container, point };
}

/** Moves the crosshair of every chart. uPlot publishes a move when the third argument is true, which its types omit. */
function moveCrosshair(chart: uPlot, to: { left: number; top: number }): void {
  (chart.setCursor as (to: { left: number; top: number }, fire: boolean, publish: boolean) => void)(to, true, true);
}

/** Handles clicks, double clicks and touch drags: uPlot itself handles only the mouse. */
function listen(chart: uPlot, events: RefObject<ChartEvents>): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const { over } = chart;
  const leftOf = ({ clientX }: PointerEvent) => clientX - over.getBoundingClientRect().left;
  let pressedAt: number | null = null;
  let picking: ReturnType<typeof setTimeout> | undefined;
  over.style.touchAction = "pan-y";
  over.addEventListener(
    "pointerdown",
    (event) => {
      pressedAt = leftOf(event);
      if (event.pointerType === "touch") over.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  over.addEventListener(
    "pointermove",
    (event) => {
      if (pressedAt === null || event.pointerType !== "touch" || !events.current.onZoom) return;
      const left = Math.min(pressedAt, leftOf(event));
      chart.setSelect({ left, width: Math.abs(leftOf(event) - pressedAt), top: 0, height: over.clientHeight }, false);
    },
    { signal },
  );
  over.addEventListener(
    "pointerup",
    (event) => {
      const from = pressedAt;
      pressedAt = null;
      if (from === null) return;
      const left = leftOf(event);
      if (Math.abs(left - from) < DRAG_PX) {
        const at = chart.posToVal(left, "x") * 1000;
        clearTimeout(picking);
        picking = setTimeout(() => events.current.onPick?.(at), events.current.isZoomed?.() ? SECOND_CLICK_MS : 0);
      } else if (event.pointerType === "touch") select(chart, events.current, true);
    },
    { signal },
  );
  over.addEventListener("pointercancel", () => (pressedAt = null), { signal });
  over.addEventListener(
    "dblclick",
    () => {
      clearTimeout(picking);
      events.current.onUndo?.();
    },
    { signal },
  );
  return () => {
    clearTimeout(picking);
    controller.abort();
  };
}
