"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useRef } from "react";
import { prepareChart } from "~/components/charts/prepare";
import { Sparkline } from "~/components/charts/sparkline";
import { summaryOf } from "~/components/charts/summary";
import { Skeleton } from "~/components/ui/states";
import { useClock } from "~/components/view/use-view";
import type { Words } from "~/components/words/en";
import { useFormat, useWords } from "~/components/words/words-provider";
import { shownName } from "~/domain/process-group";
import { useTRPC } from "~/trpc/browser";
import type { Row } from "./columns";
import { KEPT, ProcessFacts } from "./process-facts";

interface PanelProps {
  pid: number;
  rows: readonly Row[];
  /** Time of the table. */
  at: number;
  onSelect: (pid: number | null) => void;
}

/** Details of one process beside the table. Stays open when the process ends. */
export function ProcessPanel({ pid, rows, at, onSelect }: PanelProps) {
  const { panel } = useWords().processes;
  const { show } = useClock();
  const present = rows.find((row) => row.pid === pid);
  const last = useRef<{ row: Row; at: number } | null>(null);
  const ended = last.current !== null && present?.startedAt !== last.current.row.startedAt;
  if (present && !ended) last.current = { row: present, at };
  const known = last.current;
  return (
    <aside
      aria-label={panel.label(pid)}
      onKeyDown={(event) => event.key === "Escape" && onSelect(null)}
      className="max-h-[calc(100dvh-210px)] w-[380px] shrink-0 overflow-y-auto rounded-[10px] border border-line bg-card p-4 max-[1000px]:fixed max-[1000px]:inset-x-3 max-[1000px]:bottom-[64px] max-[1000px]:z-10 max-[1000px]:max-h-[55dvh] max-[1000px]:w-auto"
    >
      <div className="mb-2 flex items-start gap-2">
        <h2 className="min-w-0 flex-1 text-[15px] font-semibold break-words">
          {known ? shownName(known.row) : panel.label(pid)}
        </h2>
        <button
          type="button"
          aria-label={panel.close}
          onClick={() => onSelect(null)}
          className="flex size-8 items-center justify-center rounded-[10px] border border-line hover:bg-hover"
        >
          <X size={15} aria-hidden="true" />
        </button>
      </div>
      {ended && known && (
        <p role="status" className="mb-2 text-warning">
          {panel.ended(show(known.at, "time"))}
        </p>
      )}
      {!known && <p className="text-muted">{panel.missing(pid)}</p>}
      {known && <Life row={known.row} />}
      {known && <ProcessFacts row={known.row} live={!ended && !known.row.ended} rows={rows} onSelect={onSelect} />}
    </aside>
  );
}

const COLORS = ["--series-blue", "--series-pink", "--series-green", "--series-orange"];

/** CPU, memory and I/O since the process started, as far as they are stored. */
function Life({ row }: { row: Row }) {
  const trpc = useTRPC();
  const {
    processes: { panel },
    charts,
  } = useWords();
  const { show } = useClock();
  const format = useFormat();
  const { data, error } = useQuery({
    ...trpc.processes.life.queryOptions({ pid: row.pid, startedAt: Date.parse(row.startedAt), points: 160 }),
    ...KEPT,
  });
  if (error) return null;
  if (!data) return <Skeleton label={panel.loading} height={110} />;
  const lines = data.series.filter(({ values }) => values.some((value) => value !== null));
  return (
    <div className="mb-3 flex flex-col gap-2">
      {lines.map(({ metric, labels, unit, values }, index) => {
        const name = seriesName(metric, labels, panel.series);
        const shownUnit = unit === "{cpu}" ? "1" : unit;
        const peak = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
        return (
          <figure
            key={name}
            aria-label={summaryOf(modelOf({ name, unit: shownUnit, times: data.timestamps, values }), { charts, format })}
          >
            <figcaption className="flex justify-between gap-3 text-[12.5px] text-muted">
              <span className="truncate" title={name}>
                {name}
              </span>
              <span className="numbers shrink-0">{panel.peak(format.text(peak, shownUnit))}</span>
            </figcaption>
            <Sparkline values={values} color={COLORS[index % COLORS.length] ?? "--series-blue"} />
          </figure>
        );
      })}
      <p className="text-[12.5px] text-muted" suppressHydrationWarning>
        {panel.range(show(Date.parse(data.from)), show(Date.parse(data.to)))}
      </p>
    </div>
  );
}

function seriesName(
  metric: string,
  labels: Readonly<Record<string, string>>,
  names: Words["processes"]["panel"]["series"],
): string {
  if (metric === "process.cpu.utilization") return names.cpu;
  if (metric === "process.memory.usage") return names.memory;
  return labels["disk.io.direction"] === "read" ? names.read : names.write;
}

interface SummaryInput {
  name: string;
  unit: string;
  times: number[];
  values: (number | null)[];
}

function modelOf({ name, unit, times, values }: SummaryInput) {
  return prepareChart({
    title: name,
    unit,
    times,
    series: [{ label: name, color: "--series-blue", values }],
    range: { from: times[0] ?? 0, to: times.at(-1) ?? 1 },
    maxGapMs: Number.POSITIVE_INFINITY,
  });
}
