"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { useClock } from "~/components/view/use-view";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";

/** The notification channels, a test for each, and the delivery state of the newest messages. */
export function Channels() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { show } = useClock();
  const { data, error, refetch } = useQuery(trpc.alerts.notifications.queryOptions());
  const send = useMutation(
    trpc.alerts.test.mutationOptions({
      onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.notifications.queryKey() }),
    }),
  );
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label="channels" height={160} />;
  return (
    <>
      <Card title="Channels" note="set up under notifications in the configuration">
        {data.channels.length === 0 && (
          <p className="py-2 text-muted">None yet: mail and webhooks are set under Settings. logs/alerts.log has every change.</p>
        )}
        <ul className="flex flex-col gap-2">
          {data.channels.map((channel) => (
            <li key={channel} className="flex flex-wrap items-center gap-3">
              <span className="min-w-[8em]">{channel}</span>
              <Button onClick={() => send.mutate({ channel })} disabled={send.isPending}>
                Send test
              </Button>
              {send.variables?.channel === channel && send.data && (
                <span role="status" className={send.data.ok ? "text-ok" : "text-critical"}>
                  {send.data.ok ? "delivered" : "not delivered"}: {send.data.answer}
                  {send.data.hint !== null && <span className="ml-2 text-muted">{send.data.hint}</span>}
                </span>
              )}
              {send.variables?.channel === channel && send.error && <Failure error={send.error} />}
            </li>
          ))}
        </ul>
      </Card>
      <Card title="Messages" note="newest first">
        {data.notifications.length === 0 && <p className="text-muted">None yet.</p>}
        <ul>
          {data.notifications.map(({ id, channel, createdAt, state, attempts, answer }) => (
            <li key={id} className="flex flex-wrap gap-x-3 border-b border-line py-1.5 text-[13px] last:border-0">
              <time dateTime={createdAt} className="numbers text-muted" suppressHydrationWarning>
                {show(Date.parse(createdAt))}
              </time>
              <span>{channel}</span>
              <span className={state === "failed" ? "text-critical" : state === "waiting" ? "text-warning" : "text-ok"}>
                {state}
                {attempts > 1 ? ` after ${attempts} tries` : ""}
              </span>
              <span className="min-w-0 truncate text-muted">{answer}</span>
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}
