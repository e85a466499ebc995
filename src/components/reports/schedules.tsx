"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { Failure } from "~/components/ui/states";
import { useDeletion } from "~/components/ui/use-deletion";
import { useMayChange } from "~/components/view/role";
import { useClock } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import type { Schedule } from "./schedule-editor";
import { scheduleText } from "./schedule-text";

const ScheduleEditor = dynamic(() => import("./schedule-editor").then(({ ScheduleEditor: loaded }) => loaded), { ssr: false });

export function Schedules() {
  const { reports, settings } = useWords();
  const { schedules: words } = reports;
  const format = useFormat();
  const mayChange = useMayChange();
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
      title={words.title}
      note={words.note}
      aside={mayChange && <Button onClick={() => setEdited("new")}>{words.add}</Button>}
    >
      {data && shown.length === 0 && <p className="py-2 text-muted">{words.none}</p>}
      {remove.error && <Failure error={remove.error} />}
      <ul>
        {shown.map((schedule) => {
          const { name, cron, timeZone, hours, to, folder, next } = schedule;
          const when = scheduleText(cron, reports);
          const isDays = hours > 24 && hours % 24 === 0;
          const covered = isDays ? format.count(hours / 24, settings.units.day) : format.count(hours, settings.units.hour);
          return (
            <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-2.5 last:border-0">
              <div className="min-w-[200px] flex-1">
                <p>
                  <strong className="mr-2 font-semibold">{name}</strong>
                  {when ?? <code className="font-mono text-[12px]">{cron}</code>} <span className="text-muted">({timeZone})</span>
                </p>
                <p className="text-[12.5px] text-muted">
                  {words.covers(schedule.format.toUpperCase(), covered)};{" "}
                  {folder ?? (to.length > 0 ? to.join(", ") : words.keptHere)}
                </p>
                <p className="numbers text-[12.5px] text-muted">
                  {words.next(next.map((time) => show(Date.parse(time))).join(" · "))}
                </p>
              </div>
              {mayChange && (
                <>
                  <Button disabled={run.isPending} onClick={() => run.mutate({ name })}>
                    {words.run}
                  </Button>
                  <Button aria-label={words.changeOf(name)} onClick={() => setEdited(schedule)}>
                    {words.change}
                  </Button>
                  <Button
                    aria-label={words.removeOf(name)}
                    disabled={remove.isPending}
                    onClick={() => deletion.remove(name, words.removed(name))}
                  >
                    {words.remove}
                  </Button>
                </>
              )}
              {run.variables?.name === name && run.error && <p className="w-full text-critical">{run.error.message}</p>}
            </li>
          );
        })}
      </ul>
      {edited !== null && <ScheduleEditor schedule={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </Card>
  );
}
