"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { Failure, Skeleton } from "~/components/ui/states";
import { useClock } from "~/components/view/use-view";
import { useTRPC } from "~/trpc/browser";

/** Custom metrics from the configuration and from plugins, with the errors of those that fail. */
export function CustomMetrics() {
  const trpc = useTRPC();
  const { show } = useClock();
  const { data, error, refetch } = useQuery({ ...trpc.metrics.custom.queryOptions(), staleTime: 0 });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label="custom metrics" height={160} />;
  return (
    <Card title="Custom metrics" note="under custom_metrics in the configuration, and from plugins/">
      {data.length === 0 && (
        <p className="text-muted">
          None yet. A program, a web address, a file or a function of a plugin can be one; the example configuration shows each.
        </p>
      )}
      <ul>
        {data.map((one) => (
          <li key={one.name} className="flex flex-wrap gap-x-3 border-b border-line py-2 last:border-0">
            <span className="font-mono text-[13px]">{one.name}</span>
            <span className={one.error === null ? "text-ok" : "text-critical"}>
              {one.error === null ? "works" : `error: ${one.error}`}
            </span>
            <span className="numbers ml-auto text-[12.5px] text-muted">
              {one.readAt === null ? "not read yet" : `read ${show(Date.parse(one.readAt))}`}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
