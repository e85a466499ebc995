"use client";

import { type ReactNode, useState } from "react";
import { Card } from "~/components/ui/card";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { Annotation } from "./annotations";
import type { ChartAction } from "./chart-actions";
import { ChartCanvas, type LinePicking } from "./chart-canvas";
import { ChartMenu } from "./chart-menu";
import { Legend } from "./legend";
import type { Newest } from "./newest";
import type { ChartModel } from "./prepare";
import { summaryOf } from "./summary";
import type { HiddenSeries } from "./use-hidden";

interface ChartProps {
  /** What addresses and preferences call the chart; its title when it has no other name. */
  id?: string;
  title: string;
  note?: string | undefined;
  /** Beside the note: what the chart shows. */
  about?: ReactNode;
  model: ChartModel;
  stale: boolean;
  /** The chart's metric, for exports. */
  metric: string;
  hidden: HiddenSeries;
  newest?: Newest | undefined;
  annotations?: readonly Annotation[];
  /** More entries of the chart's menu. */
  actions?: readonly ChartAction[] | undefined;
  onZoom?: (from: number, to: number) => void;
  onPick?: (at: number) => void;
  /** Instead of `onPick`, where each line leads somewhere. */
  lines?: LinePicking;
  /** Where the API has the readings, where that is not the metric's history. */
  path?: string;
}

const NOTHING: readonly Annotation[] = [];

/** Draws a model from `prepareChart` with uPlot. Every such card has the same height. */
export function TimeSeriesChart(props: ChartProps) {
  const { title, id = title, note, about, model, stale, metric, hidden, newest, annotations = NOTHING, actions } = props;
  const { charts } = useWords();
  const format = useFormat();
  const [hovered, setHovered] = useState<number | null>(null);
  const lines = model.kind === "lines" ? model : null;
  const labels = model.legend.map(({ label }) => label);
  return (
    <ChartCard
      title={title}
      note={note}
      about={about}
      menu={<ChartMenu title={title} metric={metric} model={lines} actions={actions} path={props.path} />}
    >
      <Legend
        entries={model.legend}
        series={lines?.series ?? []}
        unit={lines?.unit ?? ""}
        index={hovered}
        newest={newest}
        onToggle={(label) => hidden.toggle(id, label)}
        onSolo={(label) => hidden.solo(id, label, labels)}
      />
      <figure aria-label={summaryOf(model, { charts, format, newest })} className={`relative ${stale ? "stale" : ""}`}>
        {lines ? (
          <ChartCanvas
            model={lines}
            metric={metric}
            annotations={annotations}
            onHover={setHovered}
            onZoom={props.onZoom}
            onPick={props.onPick}
            lines={props.lines}
          />
        ) : (
          <p role="status" className="flex h-[170px] items-center justify-center text-[12.5px] text-muted">
            {model.kind === "empty" && charts.empty[model.reason]}
          </p>
        )}
      </figure>
    </ChartCard>
  );
}

interface ChartCardProps {
  title: string;
  note?: string | undefined;
  about?: ReactNode;
  menu?: ReactNode;
  children: ReactNode;
}

/** A card whose title, note and menu take one line, so that the cards of a row are alike. */
export function ChartCard({ title, note, about, menu, children }: ChartCardProps) {
  return (
    <Card className="h-full !pt-2.5">
      <div className="mb-1 flex h-[28px] items-center gap-2">
        <h2 className="max-w-[70%] shrink-0 truncate text-[14px] font-semibold" title={title}>
          {title}
        </h2>
        {about}
        {note && (
          <span className="min-w-0 truncate text-[12.5px] text-muted" title={note}>
            {note}
          </span>
        )}
        <div className="ml-auto shrink-0">{menu}</div>
      </div>
      {children}
    </Card>
  );
}
