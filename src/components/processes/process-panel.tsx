"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useRef } from "react";
import { prepareChart } from "~/components/charts/prepare";
import { Sparkline } from "~/components/charts/sparkline";
import { Skeleton } from "~/components/ui/states";
import { useClock } from "~/components/view/use-view";
import { shownGroup } from "~/domain/container";
import { formatDuration, formatText } from "~/domain/format-value";
import { useTRPC } from "~/trpc/browser";
import type { Row } from "./columns";

interface PanelProps {
  pid: number;
  rows: readonly Row[];
  /** Time of the table. */
  at: number;
  onSelect: (pid: number | null) => void;
}

/** Details of one process beside the table. Stays open when the process ends. */
export function ProcessPanel({ pid, rows, at, onSelect }: PanelProps) {
  const { show } = useClock();
  const present = rows.find((row) => row.pid === pid);
  const last = useRef<{ row: Row; at: number } | null>(null);
  const ended = last.current !== null && present?.startedAt !== last.current.row.startedAt;
  if (present && !ended) last.current = { row: present, at };
  const known = last.current;
  return (
    <aside
      aria-label={`Process ${pid}`}
      onKeyDown={(event) => event.key === "Escape" && onSelect(null)}
      className="max-h-[calc(100dvh-210px)] w-[380px] shrink-0 overflow-y-auto rounded-[10px] border border-line bg-card p-4 max-[1000px]:fixed max-[1000px]:inset-x-3 max-[1000px]:bottom-[64px] max-[1000px]:z-10 max-[1000px]:max-h-[55dvh] max-[1000px]:w-auto"
    >
      <div className="mb-2 flex items-start gap-2">
        <h2 className="min-w-0 flex-1 text-[15px] font-semibold break-words">{known ? known.row.name : `Process ${pid}`}</h2>
        <button
          type="button"
          aria-label="Close"
          onClick={() => onSelect(null)}
          className="flex size-8 items-center justify-center rounded-[10px] border border-line hover:bg-hover"
        >
          <X size={15} aria-hidden="true" />
        </button>
      </div>
      {ended && known && (
        <p role="status" className="mb-2 text-warning">
          exited {show(known.at, "time")}
        </p>
      )}
      {!known && <p className="text-muted">No process {pid} is in this table.</p>}
      {known && <Life row={known.row} />}
      {known && <Facts row={known.row} live={!ended} rows={rows} onSelect={onSelect} />}
    </aside>
  );
}

const KEPT = { staleTime: 10_000, retry: false, placeholderData: keepPreviousData } as const;

/** CPU, memory and I/O since the process started, as far as they are stored. */
function Life({ row }: { row: Row }) {
  const trpc = useTRPC();
  const { show } = useClock();
  const { data, error } = useQuery({
    ...trpc.processes.life.queryOptions({ pid: row.pid, startedAt: Date.parse(row.startedAt), points: 160 }),
    ...KEPT,
  });
  if (error) return null;
  if (!data) return <Skeleton label="its history" height={110} />;
  const lines = data.series.filter(({ values }) => values.some((value) => value !== null));
  return (
    <div className="mb-3 flex flex-col gap-2">
      {lines.map(({ metric, labels, unit, values }, index) => {
        const name = [metric.replace("process.", "").replace(/\.(utilization|usage)$/, ""), ...Object.values(labels)].join(" ");
        const shownUnit = unit === "{cpu}" ? "1" : unit;
        const { summary } = summaryOf({ name, unit: shownUnit, times: data.timestamps, values });
        return (
          <figure key={`${metric} ${name}`} aria-label={summary}>
            <figcaption className="flex justify-between text-[12.5px] text-muted">
              <span>{name.replaceAll("_", " ")}</span>
              <span className="numbers">
                at most{" "}
                {formatText(
                  values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0),
                  shownUnit,
                )}
              </span>
            </figcaption>
            <Sparkline values={values} color={COLORS[index % COLORS.length] ?? "--series-blue"} />
          </figure>
        );
      })}
      <p className="text-[12.5px] text-muted" suppressHydrationWarning>
        {show(Date.parse(data.from))} to {show(Date.parse(data.to))}
      </p>
    </div>
  );
}

const COLORS = ["--series-blue", "--series-pink", "--series-green", "--series-orange"];

function summaryOf({ name, unit, times, values }: { name: string; unit: string; times: number[]; values: (number | null)[] }) {
  const model = prepareChart({
    title: name,
    unit,
    times,
    series: [{ label: name, color: "--series-blue", values }],
    range: { from: times[0] ?? 0, to: times.at(-1) ?? 1 },
    maxGapMs: Number.POSITIVE_INFINITY,
  });
  return { summary: model.kind === "lines" ? model.summary : `${name}: ${model.reason}` };
}

interface FactsProps {
  row: Row;
  live: boolean;
  rows: readonly Row[];
  onSelect: (pid: number) => void;
}

function Facts({ row, live, rows, onSelect }: FactsProps) {
  const trpc = useTRPC();
  const { show } = useClock();
  const { data: more } = useQuery({
    ...trpc.processes.get.queryOptions({ pid: row.pid, startedAt: Date.parse(row.startedAt) }),
    ...KEPT,
    enabled: live,
  });
  const children = rows.filter(({ parentPid }) => parentPid === row.pid);
  const why = more?.unread ?? {};
  const orReason = (field: keyof typeof why, text: string | null) => text ?? why[field] ?? "–";
  const parents = more?.parents ?? rows.filter(({ pid }) => pid === row.parentPid);
  const facts: [string, string][] = [
    ["pid", String(row.pid)],
    ["user", row.user],
    ["state", row.state],
    ["CPU", formatText(row.cpu, "1")],
    ["memory", formatText(row.memoryBytes, "By")],
    ["its share of memory", more ? orReason("pssBytes", more.pssBytes === null ? null : formatText(more.pssBytes, "By")) : "…"],
    ["virtual", formatText(row.virtualBytes, "By")],
    ["reads", row.readBytesPerSecond === null ? "no permission" : formatText(row.readBytesPerSecond, "By/s")],
    ["writes", row.writeBytesPerSecond === null ? "no permission" : formatText(row.writeBytesPerSecond, "By/s")],
    ["threads", String(row.threads)],
    ["open files", more ? orReason("openFiles", more.openFiles === null ? null : String(more.openFiles)) : "…"],
    ["CPU time", more ? formatDuration(more.cpuSeconds) : "…"],
    ["started", show(Date.parse(row.startedAt))],
    ["unit", shownGroup(row)],
    ["program", more ? orReason("executable", more.executable) : "…"],
    ["folder", more ? orReason("workingDirectory", more.workingDirectory) : "…"],
  ];
  return (
    <>
      <p className="mb-2 font-mono text-[12.5px] break-all">{row.command || `[${row.name}]`}</p>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-[13px]">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="numbers break-all" suppressHydrationWarning>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <Relatives title="Parents" all={parents} onSelect={onSelect} />
      <Relatives title="Children" all={children} onSelect={onSelect} />
    </>
  );
}

const MOST = 12;

function Relatives({
  title,
  all,
  onSelect,
}: {
  title: string;
  all: readonly { pid: number; name: string }[];
  onSelect: (pid: number) => void;
}) {
  if (all.length === 0) return null;
  return (
    <div className="mt-3">
      <h3 className="text-[12.5px] text-muted">{title}</h3>
      <ul className="flex flex-wrap gap-1">
        {all.slice(0, MOST).map(({ pid, name }) => (
          <li key={pid}>
            <button
              type="button"
              onClick={() => onSelect(pid)}
              className="min-h-[26px] rounded-[8px] border border-line px-2 font-mono text-[12.5px] hover:bg-hover"
            >
              {name} {pid}
            </button>
          </li>
        ))}
        {all.length > MOST && <li className="px-1 text-muted">and {all.length - MOST} more</li>}
      </ul>
    </div>
  );
}
