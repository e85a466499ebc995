"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo, useState } from "react";
import { Contributors } from "~/components/alerts/contributors";
import { Card } from "~/components/ui/card";
import { Button, Toggle } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { useClock, usePageLink } from "~/components/view/use-view";
import { formatText } from "~/domain/format-value";
import type { ProcessSort } from "~/domain/process";
import { useTRPC } from "~/trpc/browser";
import { changesBetween, type MomentRow } from "./changes";

const SORTS: readonly { key: ProcessSort; label: string }[] = [
  { key: "cpu", label: "CPU" },
  { key: "memory", label: "Memory" },
  { key: "io", label: "I/O" },
];
const SHOWN = 12;
const BEFORE_MS = 5 * 60_000;
const AROUND_MS = 60_000;
const MOST_MARKS = 5;

/** The processes of one past second as a table or a tree, their recent changes, and the causes of the metric. */
export function MomentCard({ at, metric, onClose }: { at: number; metric: string; onClose: () => void }) {
  const [sort, setSort] = useState<ProcessSort>("cpu");
  const [tree, setTree] = useState(false);
  const { show } = useClock();
  const link = usePageLink();
  const trpc = useTRPC();
  const shared = { placeholderData: keepPreviousData, retry: false } as const;
  const now = useQuery({ ...trpc.processes.list.queryOptions({ at, sort, tree, limit: 500 }), ...shared });
  const before = useQuery({ ...trpc.processes.list.queryOptions({ at: at - BEFORE_MS, sort, limit: 10_000 }), ...shared });
  const around = useQuery({ ...trpc.marks.list.queryOptions({ from: at - AROUND_MS, to: at + AROUND_MS }), ...shared });
  const rows = useMemo(
    () => changesBetween(now.data?.processes ?? [], before.data?.processes ?? null).slice(0, SHOWN),
    [now.data, before.data],
  );
  return (
    <Card
      title={`Processes at ${show(at)}`}
      note={now.data ? `${now.data.total} in all` : undefined}
      className="sticky bottom-[64px] z-10 max-h-[52dvh] overflow-y-auto min-[800px]:bottom-2"
      aside={
        <div className="flex flex-wrap gap-1">
          {SORTS.map(({ key, label }) => (
            <Toggle key={key} pressed={sort === key} onClick={() => setSort(key)}>
              {label}
            </Toggle>
          ))}
          <Toggle pressed={tree} onClick={() => setTree(!tree)}>
            Tree
          </Toggle>
          <Link
            href={link(`/processes?at=${encodeURIComponent(new Date(at).toISOString())}`)}
            prefetch={false}
            className="flex min-h-[36px] items-center rounded-[10px] border border-line px-3 text-[13px] hover:bg-hover"
          >
            Whole table
          </Link>
          <Button onClick={onClose}>Close</Button>
        </div>
      }
    >
      <Why metric={metric} at={at} />
      {around.data && around.data.marks.length > 0 && (
        <ul aria-label="What happened around then" className="mb-2">
          {around.data.marks.slice(0, MOST_MARKS).map(({ id, timestamp, text }) => (
            <li key={id}>
              <span className="numbers text-muted">{show(Date.parse(timestamp))}</span> {text}
            </li>
          ))}
        </ul>
      )}
      {now.error && <Failure error={now.error} />}
      {!now.data && !now.error && <Skeleton label="processes" height={SHOWN * 29} />}
      <ul>
        {(now.error ? [] : rows).map((row) => (
          <ProcessLine key={`${row.pid} ${row.startedAt}`} row={row} tree={tree} known={before.data !== undefined} />
        ))}
      </ul>
    </Card>
  );
}

function ProcessLine({ row, tree, known }: { row: MomentRow; tree: boolean; known: boolean }) {
  const io =
    row.readBytesPerSecond === null && row.writeBytesPerSecond === null
      ? "–"
      : formatText((row.readBytesPerSecond ?? 0) + (row.writeBytesPerSecond ?? 0), "By/s");
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_64px_96px] gap-3 border-b border-line py-1 last:border-0 min-[700px]:grid-cols-[minmax(0,1fr)_64px_72px_150px_88px_96px]">
      <span
        className="truncate font-mono text-[13px]"
        title={row.command}
        style={tree ? { paddingLeft: Math.min(row.depth ?? 0, 8) * 14 } : undefined}
      >
        {row.command || `[${row.name}]`}
      </span>
      <span className="numbers text-right font-mono text-[13px]">{row.pid}</span>
      <span className="numbers text-right">{formatText(row.cpu, "1")}</span>
      <span className="numbers hidden text-right text-[12.5px] text-muted min-[700px]:block">{known ? row.change : ""}</span>
      <span className="numbers hidden text-right min-[700px]:block">{formatText(row.memoryBytes, "By")}</span>
      <span className="numbers hidden text-right min-[700px]:block">{io}</span>
    </li>
  );
}

/** The processes that explain the metric of the clicked chart. */
function Why({ metric, at }: { metric: string; at: number }) {
  const trpc = useTRPC();
  const { data } = useQuery({
    ...trpc.alerts.cause.queryOptions({ metric, at }),
    retry: false,
    placeholderData: keepPreviousData,
  });
  if (!data || (data.cause.length === 0 && data.refusal === null)) return null;
  return (
    <div className="mb-2" data-testid="why">
      <strong className="font-semibold">Why?</strong> <span className="text-muted">{metric}</span>
      <Contributors cause={data.cause.slice(0, 3)} coverage={data.coverage} refusal={data.refusal} />
    </div>
  );
}
