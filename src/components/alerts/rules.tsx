"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { useDeletion } from "~/components/ui/use-deletion";
import type { ListedRule } from "~/domain/alert";
import { formatDuration, formatText } from "~/domain/format-value";
import { builtInDefinition, chartUnitOf } from "~/domain/metric";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";

const RuleEditor = dynamic(() => import("./rule-editor").then(({ RuleEditor: loaded }) => loaded), { ssr: false });

/** "warning above 80 %, critical above 95 %, over 5 min, for 1 min" */
function limits({ metric, thresholds, op, forSeconds, windowSeconds, forecastSeconds, unusual }: ListedRule): string {
  if (unusual) return `warning when unusual for this hour, over ${formatDuration(windowSeconds)}`;
  const unit = chartUnitOf(metric, builtInDefinition);
  const parts = Object.entries(thresholds).map(([severity, value]) => `${severity} ${op} ${formatText(value, unit)}`);
  const window = windowSeconds > 0 ? `, over ${formatDuration(windowSeconds)}` : "";
  const ahead = forecastSeconds === null ? "" : `, within ${formatDuration(forecastSeconds)}`;
  return `${parts.join(", ")}${ahead}${window}${forSeconds > 0 ? `, for ${formatDuration(forSeconds)}` : ""}`;
}

const SOURCE = { shipped: "shipped", adjusted: "shipped, with other numbers", own: "of your own" } as const;

export function Rules() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [edited, setEdited] = useState<ListedRule | "new" | null>(null);
  const { data, error, refetch } = useQuery(trpc.alerts.rules.queryOptions());
  const after = { onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.rules.queryKey() }) };
  const remove = useMutation(trpc.alerts.deleteRule.mutationOptions(after));
  const enable = useMutation(trpc.alerts.enableRule.mutationOptions(after));
  const deletion = useDeletion((name) => remove.mutateAsync({ name }));
  const failed = remove.error ?? enable.error;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label="rules" height={420} />;
  return (
    <Card
      title="Rules"
      note="they stand in config/config.yaml"
      aside={<Button onClick={() => setEdited("new")}>New rule</Button>}
    >
      {failed && <Failure error={failed} />}
      <ul>
        {data
          .filter(({ name, source }) => source !== "own" || !deletion.isGone(name))
          .map((rule) => (
            <li key={rule.name} className="border-b border-line py-2.5 last:border-0">
              <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
                <strong className={`font-semibold ${rule.enabled ? "" : "text-muted line-through"}`}>{rule.name}</strong>
                <span className="font-mono text-[12.5px] text-muted">{rule.metric}</span>
                <span className="text-[12.5px] text-muted">{rule.enabled ? SOURCE[rule.source] : "switched off"}</span>
                <span className="numbers ml-auto text-[12.5px]">{limits(rule)}</span>
              </div>
              <div className="flex flex-wrap items-center gap-2">
                <p className="min-w-[240px] flex-1 text-[13px] text-muted">
                  {rule.description} {rule.remedy}
                </p>
                <Button onClick={() => setEdited(rule)}>Change</Button>
                {rule.source === "shipped" || !rule.enabled ? (
                  <Button onClick={() => enable.mutate({ name: rule.name, enabled: !rule.enabled })}>
                    {rule.enabled ? "Switch off" : "Switch on"}
                  </Button>
                ) : (
                  <Button
                    onClick={() =>
                      deletion.remove(rule.name, `${rule.source === "own" ? "Deleted" : "As shipped"}: ${rule.name}`)
                    }
                  >
                    {rule.source === "own" ? "Delete" : "As shipped"}
                  </Button>
                )}
              </div>
            </li>
          ))}
      </ul>
      {edited !== null && <RuleEditor rule={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </Card>
  );
}
