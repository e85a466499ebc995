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
import { PLOT, type PointerPlace, usePlot } from "./use-plot";

interface HeatMapProps {
  title: string;
  note: string;
  about?: ReactNode;
  menu?: ReactNode;
  model: ChartModel;
  /** The value of a full cell. */
  top?: number;
  /** Of the chart in pixels. */
  height?: number;
  /** For screen readers, where a sentence for each row would be too many. */
  summary?: string;
  onZoom: (from: number, to: number) => void;
  /** A cell was clicked: its time, epoch milliseconds, and the label of its row. */
  onPick?: ((at: number, label: string) => void) | undefined;
}

/** One row per series and one column per time stamp. */
export function HeatMap(props: HeatMapProps) {
  const { title, note, about, menu, model, top = 1, height = PLOT.height, onZoom, onPick } = props;
  const { charts } = useWords();
  const format = useFormat();
  const { summary = summaryOf(model, { charts, format }) } = props;
  return (
    <ChartCard title={title} note={note} about={about} menu={menu}>
      <Scale unit={model.kind === "lines" ? model.unit : "1"} top={top} />
      <figure aria-label={summary}>
        {model.kind === "lines" ? (
          <HeatCanvas model={model} top={top} height={height} onZoom={onZoom} onPick={onPick} />
        ) : (
          <p role="status" className="flex h-[170px] items-center justify-center text-[12.5px] text-muted">
            {charts.empty[model.reason]}
          </p>
        )}
      </figure>
    </ChartCard>
  );
}

function Scale({ unit, top }: { unit: string; top: number }) {
  const format = useFormat();
  return (
    <p className="numbers flex h-[24px] items-center gap-1.5 text-[12.5px] text-muted" aria-hidden="true">
      {format.text(0, unit)}
      <span className="h-2 w-16 rounded-[2px] bg-linear-to-r/srgb from-hover to-series-blue" />
      {format.text(top, unit)}
    </p>
  );
}

interface Under {
  index: number;
  left: number;
  pointer: PointerPlace;
}

interface CanvasProps extends Pick<HeatMapProps, "onZoom" | "onPick"> {
  model: LinesModel;
  top: number;
  height: number;
}

function HeatCanvas({ model, top, height, onZoom, onPick }: CanvasProps) {
  const clock = useClock();
  const [under, setUnder] = useState<Under | null>(null);
  const latest = useRef({ model, top });
  latest.current = { model, top };
  const plotHeight = height - PLOT.top - PLOT.bottom;
  const data = useMemo((): [number[], null[]] => [model.times, model.times.map(() => null)], [model]);
  const rowUnder = (pointer: PointerPlace) => {
    const above = container.current?.getBoundingClientRect().top ?? 0;
    const rows = model.series.length;
    return model.series[rowAt((1 - (pointer.y - above - PLOT.top) / plotHeight) * rows, rows)];
  };
  const { container } = usePlot(
    {
      options: () =>
        heatOptions({ place: clock, zooms: true, latest: () => latest.current.model, top: () => latest.current.top }),
      data,
      layout: `${clock.timeZone} ${clock.language} ${model.series.length}`,
      height,
    },
    {
      onHover: (index, left, pointer) => setUnder(index === null || !pointer ? null : { index, left, pointer }),
      onZoom,
      onPick:
        onPick &&
        ((at, pointer) => {
          const row = rowUnder(pointer);
          if (row) onPick(at, row.label);
        }),
      onUndo: undoZoom,
      isZoomed: () => zoomDepth() > 0,
    },
  );
  const row = under && rowUnder(under.pointer);
  return (
    <div className="relative">
      <div ref={container} data-testid="heat-map" className="w-full overflow-hidden" style={{ height }} />
      {under && row && <CellTooltip label={row.label} value={row.raw[under.index]} unit={model.unit} pointer={under.pointer} />}
      {under && <CrosshairTime at={model.times[under.index] ?? 0} left={under.left} model={model} top={PLOT.top + plotHeight} />}
    </div>
  );
}

interface CellProps {
  label: string;
  value: number | null | undefined;
  unit: string;
  pointer: PointerPlace;
}

/** Names the row under the pointer. */
function CellTooltip({ label, value, unit, pointer }: CellProps) {
  const format = useFormat();
  return (
    <TooltipBox pointer={pointer}>
      <span className="text-muted">{label}</span> <span className="numbers">{format.text(value, unit)}</span>
    </TooltipBox>
  );
}
