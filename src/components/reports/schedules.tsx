"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { Failure } from "~/components/ui/states";
import { useDeletion } from "~/components/ui/use-deletion";
import { useClock } from "~/components/view/use-view";
import { formatDuration } from "~/domain/format-value";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import type { Schedule } from "./schedule-editor";

const ScheduleEditor = dynamic(() => import("./schedule-editor").then(({ ScheduleEditor: loaded }) => loaded), { ssr: false });

export function Schedules() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { show } = useClock();
  const [edited, setEdited] = useState<Schedule | "new" | null>(null);
  const { data } = useQuery(trpc.reports.schedules.queryOptions());
  const run = useMutation(
    trpc.reports.run.mutationOptions({
      onSuccess: () => readAgain(queries, { queryKey: trpc.reports.list.queryKey() }),
    }),
  );
  const remove = useMutation(
    trpc.reports.removeSchedule.mutationOptions({
      onSuccess: () => readAgain(queries, { queryKey: trpc.reports.schedules.queryKey() }),
    }),
  );
  const deletion = useDeletion((name) => remove.mutateAsync({ name }));
  const shown = (data ?? []).filter(({ name }) => !deletion.isGone(name));
  return (
    <Card
      title="Schedules"
      note="kept in config/config.yaml"
      aside={<Button onClick={() => setEdited("new")}>New schedule</Button>}
    >
      {data && shown.length === 0 && (
        <p className="py-2 text-muted">None. A schedule makes a report every day, week or month, and can mail it.</p>
      )}
      {remove.error && <Failure error={remove.error} />}
      <ul>
        {shown.map((schedule) => {
          const { name, words, cron, timeZone, format, hours, to, folder, next } = schedule;
          return (
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
              <Button aria-label={`Change ${name}`} onClick={() => setEdited(schedule)}>
                Change
              </Button>
              <Button
                aria-label={`Delete ${name}`}
                disabled={remove.isPending}
                onClick={() => deletion.remove(name, `Deleted: ${name}`)}
              >
                Delete
              </Button>
              {run.variables?.name === name && run.error && <p className="w-full text-critical">{run.error.message}</p>}
            </li>
          );
        })}
      </ul>
      {edited !== null && <ScheduleEditor schedule={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </Card>
  );
}
