"use client";

import { type ReactNode, useMemo, useRef, useState } from "react";
import { useClock, zoomDepth } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { CrosshairTime, undoZoom } from "./chart-canvas";
import { heatOptions, rowAt } from "./heat-options";
import type { ChartModel, LinesModel } from "./prepare";
import { summaryOf } from "./summary";
import { ChartCard } from "./time-series-chart";
import { TooltipBox } from "./tooltip";
import { PLOT, PLOT_HEIGHT, usePlot } from "./use-plot";

interface HeatMapProps {
  title: string;
  note: string;
  about?: ReactNode;
  menu?: ReactNode;
  model: ChartModel;
  onZoom: (from: number, to: number) => void;
  onPick?: ((at: number) => void) | undefined;
}

/** One row per series and one column per time stamp, for machines with many cores. The scale ends at 1. */
export function HeatMap({ title, note, about, menu, model, onZoom, onPick }: HeatMapProps) {
  const { charts } = useWords();
  const format = useFormat();
  return (
    <ChartCard title={title} note={note} about={about} menu={menu}>
      <Scale />
      <figure aria-label={summaryOf(model, { charts, format })}>
        {model.kind === "lines" ? (
          <HeatCanvas model={model} onZoom={onZoom} onPick={onPick} />
        ) : (
          <p role="status" className="flex h-[170px] items-center justify-center text-[12.5px] text-muted">
            {charts.empty[model.reason]}
          </p>
        )}
      </figure>
    </ChartCard>
  );
}

function Scale() {
  const format = useFormat();
  return (
    <p className="numbers flex h-[24px] items-center gap-1.5 text-[12.5px] text-muted" aria-hidden="true">
      {format.text(0, "1")}
      <span className="h-2 w-16 rounded-[2px] bg-linear-to-r from-hover to-series-blue" />
      {format.text(1, "1")}
    </p>
  );
}

interface Under {
  index: number;
  left: number;
  pointer: { x: number; y: number };
}

function HeatCanvas({ model, onZoom, onPick }: Pick<HeatMapProps, "onZoom" | "onPick"> & { model: LinesModel }) {
  const clock = useClock();
  const [under, setUnder] = useState<Under | null>(null);
  const latest = useRef(model);
  latest.current = model;
  const data = useMemo((): [number[], null[]] => [model.times, model.times.map(() => null)], [model]);
  const { container } = usePlot(
    {
      options: () => heatOptions({ place: clock, zooms: true, latest: () => latest.current }),
      data,
      layout: `${clock.timeZone} ${clock.language} ${model.series.length}`,
    },
    {
      onHover: (index, left, pointer) => setUnder(index === null || !pointer ? null : { index, left, pointer }),
      onZoom,
      onPick,
      onUndo: undoZoom,
      isZoomed: () => zoomDepth() > 0,
    },
  );
  return (
    <div className="relative">
      <div ref={container} data-testid="heat-map" className="h-[170px] w-full overflow-hidden" />
      {under && <CellTooltip model={model} under={under} top={container.current?.getBoundingClientRect().top ?? 0} />}
      {under && <CrosshairTime at={model.times[under.index] ?? 0} left={under.left} model={model} />}
    </div>
  );
}

/** Names the core under the pointer. */
function CellTooltip({ model, under, top }: { model: LinesModel; under: Under; top: number }) {
  const format = useFormat();
  const rows = model.series.length;
  const height = 1 - (under.pointer.y - top - PLOT.top) / PLOT_HEIGHT;
  const one = model.series[rowAt(height * rows, rows)];
  if (!one) return null;
  return (
    <TooltipBox pointer={under.pointer}>
      <span className="text-muted">{one.label}</span>{" "}
      <span className="numbers">{format.text(one.raw[under.index], model.unit)}</span>
    </TooltipBox>
  );
}
