"use client";

import { type RefObject, useCallback, useEffect, useRef } from "react";
import uPlot from "uplot";
import { PAPER_CHART_PX, usePrinting } from "~/components/view/use-printing";
import { usePaletteName } from "./use-palette";

/**
 * The plot area inside the canvas, in pixels; the overlay is positioned with it. All charts and the lane of events have the same,
 * so that a moment is at one place on all of them. Right of the plot, and in the card's padding, are the values of thresholds.
 */
export const PLOT = { height: 170, left: 66, right: 52, top: 8, bottom: 22 } as const;
export const PLOT_HEIGHT = PLOT.height - PLOT.top - PLOT.bottom;

/** All charts of a page share one crosshair. */
const crosshair = uPlot.sync("hostscope");
export const CROSSHAIR = { key: crosshair.key, setSeries: false };

export function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#888888";
}

export function translucent(value: string, percent: number): string {
  return `color-mix(in srgb, ${value} ${percent}%, transparent)`;
}

/** Where the pointer is, in the window. */
export interface PointerPlace {
  x: number;
  y: number;
}

export interface PlotEvents {
  /** The crosshair's index and its distance from the left; `pointer` is null when it is over another chart. */
  onHover: (index: number | null, left: number, pointer: PointerPlace | null) => void;
  /** A range was selected by dragging, epoch milliseconds. */
  onZoom?: ((from: number, to: number) => void) | undefined;
  /** A point was clicked, epoch milliseconds, with the pointer's place in the window. */
  onPick?: ((at: number, pointer: PointerPlace) => void) | undefined;
  /** Double click: undo the last zoom. */
  onUndo?: (() => void) | undefined;
  /** Whether a zoom can be undone. Only then does a click wait for a second one. */
  isZoomed?: (() => boolean) | undefined;
}

/** Where the nearest reading is further away, there is none under the pointer. */
const NEAR_READING_PX = 40;
/** A shorter drag counts as a click. */
const DRAG_PX = 6;
/** How long a click waits for a second one. A double click undoes a zoom and picks nothing. */
const SECOND_CLICK_MS = 250;

/** Handles uPlot's selection, which ends both drags and clicks; a click has no width. */
function select(chart: uPlot, { onZoom }: PlotEvents, touched = false): void {
  const { left, width } = chart.select;
  // Charts with a shared crosshair share the selection too: only the one with the event handles it.
  const elsewhere = chart.cursor.event === null || chart.cursor.event === undefined;
  if (width < DRAG_PX || (elsewhere && !touched)) return;
  onZoom?.(chart.posToVal(left, "x") * 1000, chart.posToVal(left + width, "x") * 1000);
  chart.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
}

function hooksFor(events: RefObject<PlotEvents>): NonNullable<uPlot.Options["hooks"]> {
  return {
    setCursor: [
      (chart) => {
        const { idx, left = -1, event } = chart.cursor;
        const pointer = event && chart.over.matches(":hover") ? { x: event.clientX, y: event.clientY } : null;
        const at = idx === null || idx === undefined ? undefined : chart.data[0][idx];
        const isNear = left >= 0 && at !== undefined && Math.abs(chart.valToPos(at, "x") - left) <= NEAR_READING_PX;
        events.current.onHover(isNear ? (idx ?? null) : null, left, pointer);
      },
    ],
    setSelect: [(chart) => select(chart, events.current)],
  };
}

export interface Plot {
  /** Without the size. Read anew when the layout or the colours change. */
  options: () => Omit<uPlot.Options, "width" | "height">;
  data: uPlot.AlignedData;
  /** Stands for all that a new chart is needed for. */
  layout: string;
  /** Of the whole chart in pixels, where it is not the usual one. */
  height?: number;
}

export interface DrawnPlot {
  container: RefObject<HTMLDivElement | null>;
  /** Moves the crosshair of all charts to a moment, epoch seconds; null removes it. */
  point: (at: number | null) => void;
}

/** Keeps one uPlot in an element: creates it when the layout or the colours change, and otherwise only sets its data. */
export function usePlot(plot: Plot, events: PlotEvents): DrawnPlot {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(plot);
  latest.current = plot;
  const heard = useRef(events);
  heard.current = events;
  const printing = usePrinting();
  const { height = PLOT.height } = plot;
  const layout = `${printing} ${usePaletteName()} ${height} ${plot.layout}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the layout stands for all that a new chart is needed for.
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const { options, data } = latest.current;
    const { hooks, ...more } = options();
    const size = { width: printing ? PAPER_CHART_PX : element.clientWidth, height };
    const made = new uPlot({ ...more, ...size, hooks: { ...hooks, ...hooksFor(heard) } }, data, element);
    chart.current = made;
    const stopListening = listen(made, heard);
    crosshair.sub(made);
    const observer = new ResizeObserver(() => {
      if (!printing && element.clientWidth > 0 && element.clientWidth !== made.width)
        made.setSize({ width: element.clientWidth, height });
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

  const { data } = plot;
  useEffect(() => {
    chart.current?.setData(data);
  }, [data]);

  const point = useCallback((at: number | null) => {
    const made = chart.current;
    if (made) moveCrosshair(made, at === null ? { left: -10, top: -10 } : { left: made.valToPos(at, "x"), top: 10 });
  }, []);
  return { container, point };
}

/** Moves the crosshair of every chart. uPlot publishes a move when the third argument is true, which its types omit. */
function moveCrosshair(chart: uPlot, to: { left: number; top: number }): void {
  (chart.setCursor as (to: { left: number; top: number }, fire: boolean, publish: boolean) => void)(to, true, true);
}

/** Handles clicks, double clicks and touch drags: uPlot itself handles only the mouse. */
function listen(chart: uPlot, events: RefObject<PlotEvents>): () => void {
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
        const place = { x: event.clientX, y: event.clientY };
        clearTimeout(picking);
        picking = setTimeout(() => events.current.onPick?.(at, place), events.current.isZoomed?.() ? SECOND_CLICK_MS : 0);
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
