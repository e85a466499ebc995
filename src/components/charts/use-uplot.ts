"use client";

import { useMemo, useRef } from "react";
import type uPlot from "uplot";
import type { ClockPlace } from "~/components/view/zone";
import { axisFont, timeFrame } from "./plot-options";
import type { LinesModel } from "./prepare";
import { tickLabel } from "./scale";
import { color, type DrawnPlot, PLOT, type PlotEvents, translucent, usePlot } from "./use-plot";

/** Drawing order: a stack is drawn from the top down, or a series that adds nothing would hide the line below it. */
function inDrawingOrder({ series, stacked }: LinesModel): LinesModel["series"] {
  if (!stacked) return series;
  return [...series.filter(({ apart }) => !apart).reverse(), ...series.filter(({ apart }) => apart)];
}

function seriesOptions(model: LinesModel): uPlot.Series[] {
  const drawn = inDrawingOrder(model);
  const lowest = drawn.findLastIndex(({ apart }) => !apart);
  return [
    {},
    ...drawn.map(({ label, color: name, fills, dashed }, index) => {
      const stroke = color(name);
      return {
        label,
        stroke,
        width: 1.25,
        points: { show: false },
        ...(dashed && { dash: [7, 4] }),
        ...(fills && (!model.stacked || index === lowest) && { fill: translucent(stroke, model.stacked ? 22 : 11) }),
      };
    }),
    // The peaks of a band have a line of their own: that of one second is seen at 24 hours.
    ...model.bands.flatMap(({ color: name }) => [
      { width: 0, points: { show: false } },
      { width: 0.75, stroke: translucent(color(name), 55), points: { show: false } },
    ]),
    ...model.before.map(({ color: name }) => ({ stroke: color(name), width: 1, dash: [3, 4], points: { show: false } })),
  ];
}

function bandOptions(model: LinesModel): uPlot.Band[] {
  if (model.stacked) {
    // Fill each stacked series down to the one below it.
    const stack = inDrawingOrder(model).filter(({ apart }) => !apart);
    return stack.slice(0, -1).map((series, index) => ({
      series: [index + 1, index + 2] as [number, number],
      fill: translucent(color(series.color), 22),
    }));
  }
  return model.bands.map(({ color: name }, index) => {
    const low = model.series.length + 1 + 2 * index;
    return { series: [low + 1, low] as [number, number], fill: translucent(color(name), 30) };
  });
}

function dataOf(model: LinesModel): uPlot.AlignedData {
  return [
    model.times,
    ...inDrawingOrder(model).map(({ values }) => values),
    ...model.bands.flatMap(({ low, high }) => [low, high]),
    ...model.before.map(({ values }) => values),
  ];
}

/** Shows the lines of a model on a canvas. */
export function useUplot(model: LinesModel, events: PlotEvents, place: ClockPlace): DrawnPlot {
  const latest = useRef(model);
  latest.current = model;
  const options = () => {
    const { xScale, xAxis, ...frame } = timeFrame({
      place,
      zooms: events.onZoom !== undefined,
      range: () => latest.current.range,
    });
    return {
      ...frame,
      scales: { x: xScale, y: { range: (): [number, number] => [latest.current.scale.min, latest.current.scale.max] } },
      axes: [
        xAxis,
        {
          stroke: color("--muted"),
          font: axisFont(),
          size: PLOT.left,
          gap: 6,
          ticks: { show: false },
          grid: { stroke: color("--line"), width: 1 },
          splits: () => latest.current.scale.ticks,
          values: (_chart: uPlot, ticks: number[]) =>
            ticks.map((tick) =>
              tickLabel(tick, latest.current.unit, { mirrored: latest.current.mirrored, language: place.language }),
            ),
        },
      ],
      series: seriesOptions(model),
      bands: bandOptions(model),
    };
  };
  const names = model.series.map((one) => `${one.label} ${one.color} ${one.apart} ${one.dashed}`).join();
  const layout = [
    place.timeZone,
    place.language,
    model.unit,
    model.stacked,
    model.mirrored,
    names,
    model.bands.length,
    model.before.length,
  ].join(" ");
  const data = useMemo(() => dataOf(model), [model]);
  return usePlot({ options, data, layout }, events);
}
