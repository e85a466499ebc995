"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { Failure, Skeleton } from "~/components/ui/states";
import { useClock } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";

/** Custom metrics from the configuration and from plugins, with the errors of those that fail. */
export function CustomMetrics() {
  const { custom: words } = useWords().settings;
  const trpc = useTRPC();
  const { show } = useClock();
  const { data, error, refetch } = useQuery({ ...trpc.metrics.custom.queryOptions(), staleTime: 0 });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label={words.loading} height={90} />;
  return (
    <Card title={words.title} note={words.note}>
      {data.length === 0 && <p className="text-muted">{words.none}</p>}
      <ul>
        {data.map((one) => (
          <li key={one.name} className="flex flex-wrap gap-x-3 border-b border-line py-2 last:border-0">
            <span className="font-mono text-[13px] break-all">{one.name}</span>
            <span className={one.error === null ? "text-ok" : "text-critical"}>
              {one.error === null ? words.working : words.failing(one.error)}
            </span>
            <span className="numbers text-[12.5px] text-muted">
              {one.readAt === null ? words.unread : words.read(show(Date.parse(one.readAt)))}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
