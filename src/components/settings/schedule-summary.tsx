"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { Failure, Skeleton } from "~/components/ui/states";
import { useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import { SummaryLink } from "./summary-link";

/** The scheduled reports; the Reports page changes them. */
export function ScheduleSummary() {
  const { settings: words } = useWords();
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.reports.schedules.queryOptions());
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label={words.loading} height={80} />;
  return (
    <Card>
      <p className="break-words">{data.length === 0 ? words.schedules.none : data.map(({ name }) => name).join(", ")}</p>
      <p className="mt-2">
        <SummaryLink to="/reports">{words.schedules.open}</SummaryLink>
      </p>
    </Card>
  );
}
