"use client";

import { useState } from "react";
import { Card } from "~/components/ui/card";
import { useClock } from "~/components/view/use-view";
import { formatText } from "~/domain/format-value";
import type { Annotation } from "./annotations";
import { ChartCanvas } from "./chart-canvas";
import { ChartMenu } from "./chart-menu";
import type { ChartModel, DrawnSeries, LegendEntry } from "./prepare";
import type { HiddenSeries } from "./use-hidden";

interface ChartProps {
  title: string;
  note?: string | undefined;
  model: ChartModel;
  stale: boolean;
  /** The chart's metric, for exports. */
  metric: string;
  hidden: HiddenSeries;
  annotations?: readonly Annotation[];
  onZoom?: (from: number, to: number) => void;
  onPick?: (at: number) => void;
}

const DAY_SECONDS = 86_400;

/** Draws a model from `prepareChart` with uPlot. */
export function TimeSeriesChart({ title, note, model, stale, metric, hidden, annotations, onZoom, onPick }: ChartProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const clock = useClock();
  const lines = model.kind === "lines" ? model : null;
  const at = hovered === null ? undefined : lines?.times[hovered];
  const long = lines !== null && lines.range.to - lines.range.from > DAY_SECONDS;
  return (
    <Card
      title={title}
      note={note}
      aside={
        <div className="flex items-center gap-2">
          <Legend
            entries={model.legend}
            series={lines?.series ?? []}
            unit={lines?.unit ?? ""}
            index={hovered}
            onToggle={(label) => hidden.toggle(title, label)}
            onSolo={(label) =>
              hidden.solo(
                title,
                label,
                model.legend.map((one) => one.label),
              )
            }
          />
          {lines && <ChartMenu title={title} metric={metric} model={lines} />}
        </div>
      }
    >
      <figure
        aria-label={model.kind === "empty" ? `${title}: ${model.reason}` : model.summary}
        className={`relative ${stale ? "stale" : ""}`}
      >
        {at !== undefined && (
          <p className="numbers pointer-events-none absolute top-0 left-[70px] z-10 rounded-[4px] bg-card/85 px-1 text-[11px] text-muted">
            {clock.show(at * 1000, long ? "moment" : "time")}
          </p>
        )}
        {lines ? (
          <ChartCanvas
            title={title}
            model={lines}
            annotations={annotations ?? []}
            onHover={setHovered}
            onZoom={onZoom}
            onPick={onPick}
          />
        ) : (
          <p role="status" className="flex h-[170px] items-center justify-center text-[12.5px] text-muted">
            {model.kind === "empty" && model.reason}
          </p>
        )}
      </figure>
    </Card>
  );
}

interface LegendProps {
  entries: readonly LegendEntry[];
  series: readonly DrawnSeries[];
  unit: string;
  /** Index under the crosshair; null shows the newest value. */
  index: number | null;
  onToggle: (label: string) => void;
  onSolo: (label: string) => void;
}

/** Names and values. A click hides a series; with Ctrl, ⌘ or Shift it shows that series alone. */
function Legend({ entries, series, unit, index, onToggle, onSolo }: LegendProps) {
  const newest = (label: string) => {
    const raw = series.find((one) => one.label === label)?.raw;
    return raw === undefined ? "–" : formatText(index === null ? raw.findLast((value) => value !== null) : raw[index], unit);
  };
  return (
    <ul className="flex flex-wrap justify-end gap-x-1 text-[12.5px]">
      {entries.map(({ label, color, hidden }) => (
        <li key={label}>
          <button
            type="button"
            aria-pressed={!hidden}
            title={`${label}: press to ${hidden ? "show" : "hide"}, with Ctrl to show alone`}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
              event.preventDefault();
              onSolo(label);
            }}
            onClick={(event) => (event.ctrlKey || event.metaKey || event.shiftKey ? onSolo(label) : onToggle(label))}
            className={`flex min-h-[24px] items-center gap-1.5 rounded-[6px] px-1 hover:bg-hover ${hidden ? "line-through opacity-60" : ""}`}
          >
            <span className="size-2 shrink-0 rounded-[2px]" style={{ background: hidden ? "var(--line)" : `var(${color})` }} />
            <span className="max-w-[14em] truncate text-muted">{label}</span>
            <span className="numbers min-w-[5em] text-right whitespace-nowrap">{newest(label)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
