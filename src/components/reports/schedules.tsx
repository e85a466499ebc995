"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { useClock } from "~/components/view/use-view";
import { formatDuration } from "~/domain/format-value";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";

export function Schedules() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { show } = useClock();
  const { data } = useQuery(trpc.reports.schedules.queryOptions());
  const run = useMutation(
    trpc.reports.run.mutationOptions({
      onSuccess: () => readAgain(queries, { queryKey: trpc.reports.list.queryKey() }),
    }),
  );
  return (
    <Card title="Schedules" note="reports.schedules in config/config.yaml">
      {data?.length === 0 && (
        <p className="py-2 text-muted">
          None. A schedule makes a report by the calendar and mails it or puts it into a folder; the example configuration shows
          one.
        </p>
      )}
      <ul>
        {(data ?? []).map(({ name, words, cron, timeZone, format, hours, to, folder, next }) => (
          <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-2.5 last:border-0">
            <div className="min-w-[200px] flex-1">
              <p>
                <strong className="mr-2 font-semibold">{name}</strong>
                {words}, <span className="text-muted">{timeZone}</span>
                {words !== cron && <code className="ml-2 font-mono text-[12px] text-muted">{cron}</code>}
              </p>
              <p className="text-[12.5px] text-muted">
                {format.toUpperCase()} of {formatDuration(hours * 3600)},{" "}
                {folder ?? (to.length > 0 ? to.join(", ") : "kept here")}
              </p>
              <p className="numbers text-[12.5px] text-muted">next: {next.map((time) => show(Date.parse(time))).join(" · ")}</p>
            </div>
            <Button disabled={run.isPending} onClick={() => run.mutate({ name })}>
              Run now
            </Button>
            {run.variables?.name === name && run.error && <p className="w-full text-critical">{run.error.message}</p>}
          </li>
        ))}
      </ul>
    </Card>
  );
}
