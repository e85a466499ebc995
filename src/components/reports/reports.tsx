"use client";

import "~/components/shell/with-frame";
import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { Failure, Skeleton } from "~/components/ui/states";
import { useMayChange } from "~/components/view/role";
import { useWords } from "~/components/words/words-provider";
import type { ReportDelivery, StoredReport } from "~/domain/stored-report";
import { useTRPC } from "~/trpc/browser";
import { ReportBuilder } from "./report-builder";
import { ReportRow } from "./report-row";
import { Schedules } from "./schedules";

const WHILE_MAKING_MS = 1000;
const AT_REST_MS = 30_000;

/** Being made, or being delivered for the first time. */
function isUnderWay({
  state,
  delivery,
}: Pick<StoredReport, "state"> & { delivery: Pick<ReportDelivery, "state" | "attempts"> | null }): boolean {
  return state === "waiting" || (delivery?.state === "waiting" && delivery.attempts === 0);
}

export function Reports() {
  const { reports: words } = useWords();
  const mayChange = useMayChange();
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery({
    ...trpc.reports.list.queryOptions({ limit: 200 }),
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? WHILE_MAKING_MS : AT_REST_MS),
  });
  return (
    <div className="flex flex-col gap-3">
      <h1 className="text-[20px] font-semibold">{words.title}</h1>
      <ReportBuilder />
      <Card title={words.saved} note={words.savedNote}>
        {error && <Failure error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton label={words.loading} height={120} />}
        {data?.length === 0 && (
          <p className="py-2 text-muted">
            {words.none} {mayChange && words.noneAdvice}
          </p>
        )}
        <ul>
          {(data ?? []).map((report) => (
            <ReportRow key={report.id} report={report} />
          ))}
        </ul>
      </Card>
      <Schedules />
    </div>
  );
}
