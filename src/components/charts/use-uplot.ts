"use client";

import { useTheme } from "next-themes";
import { type RefObject, useEffect, useRef } from "react";
import uPlot from "uplot";
import { type ChartModel, tickLabel } from "./prepare";

type Lines = Extract<ChartModel, { kind: "lines" }>;

const HEIGHT = 170;
const AXIS_WIDTH = 66;

/** All charts of a page share one crosshair. */
const crosshair = uPlot.sync("hostscope");

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#888888";
}

function translucent(value: string, percent: number): string {
  return `color-mix(in srgb, ${value} ${percent}%, transparent)`;
}

export interface ChartEvents {
  onHover: (index: number | null) => void;
  /** A stretch was dragged over, epoch milliseconds. */
  onZoom?: ((from: number, to: number) => void) | undefined;
  /** A moment was clicked, epoch milliseconds. */
  onPick?: ((at: number) => void) | undefined;
}

/** Less than this is a click with an unsteady hand. */
const DRAG_PX = 6;

interface ChartSetup {
  width: number;
  latest: RefObject<Lines>;
  events: RefObject<ChartEvents>;
}

function optionsFor(model: Lines, { width, latest, events }: ChartSetup): uPlot.Options {
  const muted = color("--muted");
  const line = color("--line");
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return {
    width,
    height: HEIGHT,
    padding: [8, 4, 0, 0],
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
      { stroke: muted, font, grid: { show: false }, ticks: { show: false }, size: 28, gap: 6, space: 90, values: clockLabels },
      {
        stroke: muted,
        font,
        size: AXIS_WIDTH,
        gap: 6,
        ticks: { show: false },
        grid: { stroke: line, width: 1 },
        splits: () => latest.current.ticks,
        values: (_chart, ticks) => ticks.map((tick) => tickLabel(tick, latest.current.unit)),
      },
    ],
    series: [
      {},
      ...model.series.map((series, index) => {
        const stroke = color(series.color);
        const fills = !model.stacked || index === 0;
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
    ],
    // Each stacked series is filled down to the one below it.
    bands: model.stacked
      ? model.series.slice(1).map((series, index) => ({
          series: [index + 2, index + 1] as [number, number],
          fill: translucent(color(series.color), 22),
        }))
      : model.bands.map(({ color: name }, index) => {
          const low = model.series.length + 1 + 2 * index;
          return { series: [low + 1, low] as [number, number], fill: translucent(color(name), 15) };
        }),
    hooks: {
      setCursor: [(chart) => events.current.onHover(chart.cursor.idx ?? null)],
      setSelect: [(chart) => select(chart, events.current)],
    },
  };
}

/** The end of a drag, or a click: uPlot selects in both cases, a click nothing wide. */
function select(chart: uPlot, { onZoom }: ChartEvents): void {
  const { left, width } = chart.select;
  if (width < DRAG_PX) return;
  onZoom?.(chart.posToVal(left, "x") * 1000, chart.posToVal(left + width, "x") * 1000);
  chart.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
}

/** One row: minutes, or seconds where the labels are closer than a minute. */
function clockLabels(_chart: uPlot, splits: number[]): string[] {
  const close = splits.length > 1 && (splits[1] as number) - (splits[0] as number) < 60;
  const format = new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    ...(close && { second: "2-digit" as const }),
  });
  return splits.map((split) => format.format(split * 1000));
}

function dataOf(model: Lines): uPlot.AlignedData {
  return [model.times, ...model.series.map(({ values }) => values), ...model.bands.flatMap(({ low, high }) => [low, high])];
}

/** A canvas that shows the model. The chart is made once for its series, theme and size, and fed with new data after that. */
export function useUplot(model: Lines, events: ChartEvents): RefObject<HTMLDivElement | null> {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(model);
  latest.current = model;
  const heard = useRef(events);
  heard.current = events;
  const { resolvedTheme } = useTheme();
  const layout = `${resolvedTheme} ${model.unit} ${model.stacked} ${model.series.map(({ label }) => label).join()} ${model.bands.length}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the layout stands for all that a new chart is needed for.
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const made = new uPlot(
      optionsFor(latest.current, { width: element.clientWidth, latest, events: heard }),
      dataOf(latest.current),
      element,
    );
    chart.current = made;
    let pressedAt = 0;
    const onPress = (event: PointerEvent) => {
      pressedAt = event.clientX;
    };
    const onRelease = (event: PointerEvent) => {
      const at = made.posToVal(event.clientX - made.over.getBoundingClientRect().left, "x");
      if (Math.abs(event.clientX - pressedAt) < DRAG_PX) heard.current.onPick?.(at * 1000);
    };
    made.over.addEventListener("pointerdown", onPress);
    made.over.addEventListener("pointerup", onRelease);
    crosshair.sub(made);
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== made.width)
        made.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      crosshair.unsub(made);
      made.destroy();
      chart.current = null;
    };
  }, [layout]);

  useEffect(() => {
    chart.current?.setData(dataOf(model));
  }, [model]);

  return container;
}
