"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect, useMemo, useRef, useState } from "react";
import { Contributors } from "~/components/alerts/contributors";
import { eventText } from "~/components/charts/event-text";
import { MarkForm } from "~/components/charts/mark-form";
import { Card } from "~/components/ui/card";
import { Button, Toggle } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { usePageFacts } from "~/components/view/page-facts";
import { useMayChange } from "~/components/view/role";
import { useClock, usePageLink } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { ProcessSort } from "~/domain/process";
import { useTRPC } from "~/trpc/browser";
import { changesBetween } from "./changes";
import { MomentTable } from "./moment-table";

const SORTS: readonly ProcessSort[] = ["cpu", "memory", "io"];
const SHOWN = 12;
const BEFORE_MS = 5 * 60_000;
const AROUND_MS = 60_000;
const MOST_MARKS = 5;

interface MomentProps {
  at: number;
  /** Whose contributors are told, and what people call it. */
  metric: string;
  title: string;
  onClose: () => void;
}

/** The processes of one past second as a table or a tree, their recent changes, and who contributes most to the metric. */
export function MomentCard({ at, metric, title, onClose }: MomentProps) {
  const [sort, setSort] = useState<ProcessSort>("cpu");
  const [tree, setTree] = useState(false);
  const { show } = useClock();
  const format = useFormat();
  const { moment } = useWords().performance;
  const link = usePageLink();
  const { machine } = usePageFacts();
  const trpc = useTRPC();
  const place = useRef<HTMLDivElement>(null);
  const mayMark = useMayChange();
  const shared = { placeholderData: keepPreviousData, retry: false } as const;
  const now = useQuery({ ...trpc.processes.list.queryOptions({ at, sort, tree, limit: 500, present: true }), ...shared });
  const before = useQuery({ ...trpc.processes.list.queryOptions({ at: at - BEFORE_MS, sort, limit: 10_000 }), ...shared });
  const rows = useMemo(
    () => changesBetween(now.data?.processes ?? [], before.data?.processes ?? null, { moment, format }).slice(0, SHOWN),
    [now.data, before.data, moment, format],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: each moment is brought into view once.
  useEffect(() => {
    place.current?.scrollIntoView({ block: "nearest" });
  }, [at, metric]);
  return (
    <div ref={place} className="scroll-my-[76px]" data-testid="moment">
      <Card
        title={moment.title(show(at))}
        note={machine === null && now.data ? format.count(now.data.total, moment.processes) : undefined}
        aside={
          <div className="flex flex-wrap gap-1">
            {SORTS.map((key) => (
              <Toggle key={key} pressed={sort === key} onClick={() => setSort(key)}>
                {moment.sorts[key]}
              </Toggle>
            ))}
            {machine === null && (
              <>
                <Toggle pressed={tree} onClick={() => setTree(!tree)}>
                  {moment.tree}
                </Toggle>
                <Link
                  href={link(`/processes?at=${encodeURIComponent(new Date(at).toISOString())}`)}
                  prefetch={false}
                  className="flex min-h-[36px] items-center rounded-[10px] border border-line px-3 text-[13px] hover:bg-hover"
                >
                  {moment.all}
                </Link>
              </>
            )}
            <Button onClick={onClose}>{moment.close}</Button>
          </div>
        }
      >
        <Why metric={metric} title={title} at={at} />
        <MarksAround at={at} />
        {now.error && <Failure error={now.error} />}
        {!now.data && !now.error && <Skeleton label={moment.table} height={SHOWN * 29} />}
        {now.data && !now.error && (
          <MomentTable rows={rows} tree={tree} known={before.data !== undefined} hasPids={machine === null} />
        )}
        {mayMark && (
          <div className="mt-3 max-w-[520px]">
            <MarkForm at={at} />
          </div>
        )}
      </Card>
    </div>
  );
}

function MarksAround({ at }: { at: number }) {
  const trpc = useTRPC();
  const { show } = useClock();
  const { charts, performance } = useWords();
  const { data } = useQuery({
    ...trpc.marks.list.queryOptions({ from: at - AROUND_MS, to: at + AROUND_MS }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!data || data.marks.length === 0) return null;
  return (
    <ul aria-label={performance.moment.around} className="mb-2 text-[13px]">
      {data.marks.slice(0, MOST_MARKS).map((mark) => (
        <li key={mark.id}>
          <span className="numbers text-muted">{show(Date.parse(mark.timestamp), "time")}</span> {eventText(mark, charts)}
        </li>
      ))}
    </ul>
  );
}

/** The processes that explain the metric of the clicked chart. */
function Why({ metric, title, at }: Pick<MomentProps, "metric" | "title" | "at">) {
  const trpc = useTRPC();
  const { moment } = useWords().performance;
  const { data } = useQuery({
    ...trpc.alerts.cause.queryOptions({ metric, at }),
    retry: false,
    placeholderData: keepPreviousData,
  });
  if (!data || (data.cause.length === 0 && data.refusal === null)) return null;
  return (
    <section className="mb-2" data-testid="why">
      <h3 className="text-[13px] font-semibold">{moment.contributors(title)}</h3>
      <Contributors cause={data.cause.slice(0, 3)} coverage={data.coverage} refusal={data.refusal} />
    </section>
  );
}
