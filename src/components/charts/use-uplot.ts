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

function optionsFor(
  model: Lines,
  width: number,
  latest: RefObject<Lines>,
  onHover: (index: number | null) => void,
): uPlot.Options {
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
      drag: { setScale: false, x: false, y: false },
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
    ],
    // Each stacked series is filled down to the one below it.
    bands: model.stacked
      ? model.series.slice(1).map((series, index) => ({
          series: [index + 2, index + 1] as [number, number],
          fill: translucent(color(series.color), 22),
        }))
      : [],
    hooks: { setCursor: [(chart) => onHover(chart.cursor.idx ?? null)] },
  };
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
  return [model.times, ...model.series.map(({ values }) => values)];
}

/** A canvas that shows the model. The chart is made once for its series, theme and size, and fed with new data after that. */
export function useUplot(model: Lines, onHover: (index: number | null) => void): RefObject<HTMLDivElement | null> {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(model);
  latest.current = model;
  const hover = useRef(onHover);
  hover.current = onHover;
  const { resolvedTheme } = useTheme();
  const layout = `${resolvedTheme} ${model.unit} ${model.stacked} ${model.series.map(({ label }) => label).join()}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the layout stands for all that a new chart is needed for.
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const made = new uPlot(
      optionsFor(latest.current, element.clientWidth, latest, (index) => hover.current(index)),
      dataOf(latest.current),
      element,
    );
    chart.current = made;
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
