"use client";

import { useState } from "react";
import { Card } from "~/components/ui/card";
import { formatText } from "~/domain/units";
import type { ChartModel, DrawnSeries } from "./prepare";
import { type ChartEvents, useUplot } from "./use-uplot";

type Lines = Extract<ChartModel, { kind: "lines" }>;

interface ChartProps {
  title: string;
  note?: string | undefined;
  model: ChartModel;
  stale: boolean;
  onZoom?: (from: number, to: number) => void;
  onPick?: (at: number) => void;
}

/** Draws a prepared model with uPlot. Every decision about units, gaps and colours was made in prepareChart. */
export function TimeSeriesChart({ title, note, model, stale, onZoom, onPick }: ChartProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const lines = model.kind === "lines" ? model : null;
  const at = hovered === null ? undefined : lines?.times[hovered];
  return (
    <Card
      title={title}
      note={at === undefined ? note : new Date(at * 1000).toLocaleTimeString()}
      aside={lines && <Legend series={lines.series} unit={lines.unit} index={hovered} />}
    >
      <figure aria-label={model.kind === "empty" ? `${title}: ${model.reason}` : model.summary} className={stale ? "stale" : ""}>
        {lines ? (
          <Canvas model={lines} events={{ onHover: setHovered, onZoom, onPick }} />
        ) : (
          <p role="status" className="flex h-[170px] items-center justify-center text-[12.5px] text-muted">
            {model.kind === "empty" && model.reason}
          </p>
        )}
      </figure>
    </Card>
  );
}

function Canvas({ model, events }: { model: Lines; events: ChartEvents }) {
  const container = useUplot(model, events);
  return (
    <div
      ref={container}
      data-points={model.times.length}
      data-seconds={(model.times.at(-1) ?? 0) - (model.times[0] ?? 0)}
      className="h-[170px] w-full overflow-hidden"
    />
  );
}

/** Names and values: of the moment under the crosshair, else of the newest one. */
function Legend({ series, unit, index }: { series: readonly DrawnSeries[]; unit: string; index: number | null }) {
  return (
    <ul className="flex flex-wrap justify-end gap-x-3 text-[12.5px]">
      {series.map(({ label, color, raw }) => (
        <li key={label} className="flex items-center gap-1.5">
          <span className="size-2 rounded-[2px]" style={{ background: `var(${color})` }} />
          <span className="text-muted">{label}</span>
          <span className="numbers min-w-[4.5em] text-right">
            {formatText(index === null ? raw.findLast((value) => value !== null) : raw[index], unit)}
          </span>
        </li>
      ))}
    </ul>
  );
}
