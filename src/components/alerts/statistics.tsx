"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { RankedBars, StatusStrip } from "~/components/ui/ranked";
import { useClock } from "~/components/view/use-view";
import { rank, type Severity } from "~/domain/alert";
import { formatDuration } from "~/domain/format-value";
import { useTRPC } from "~/trpc/browser";
import type { ListedAlert } from "./alert-item";

const SLOTS = 56;

/** The worst severity in each time slot, oldest first. */
function slotsOf(alerts: readonly ListedAlert[], hours: number, now: number) {
  const from = now - hours * 3_600_000;
  const width = (hours * 3_600_000) / SLOTS;
  return Array.from({ length: SLOTS }, (_, index) => {
    const [start, end] = [from + index * width, from + (index + 1) * width];
    const within = alerts.filter(
      ({ startedAt, resolvedAt }) => Date.parse(startedAt) < end && (resolvedAt === null ? now : Date.parse(resolvedAt)) >= start,
    );
    const worst = within.reduce<Severity | null>((most, { severity }) => (rank(severity) > rank(most) ? severity : most), null);
    return { start, worst, count: within.length };
  });
}

export function Statistics({ hours, alerts }: { hours: number; alerts: readonly ListedAlert[] }) {
  const trpc = useTRPC();
  const { show } = useClock();
  const { data } = useQuery(trpc.alerts.statistics.queryOptions({ hours }));
  if (!data) return null;
  const seconds = (value: number | null) => (value === null ? "–" : formatDuration(Math.round(value)));
  const difference = data.total - data.previousTotal;
  const facts: [string, string][] = [
    ["in seven days", String(data.total)],
    ["against the seven before", difference === 0 ? "the same" : `${difference > 0 ? "+" : "−"}${Math.abs(difference)}`],
    ["mean time to acknowledge", seconds(data.meanSecondsToAcknowledge)],
    ["mean time to resolve", seconds(data.meanSecondsToResolve)],
  ];
  const rules = Object.entries(data.byRule)
    .map(([name, value]) => ({ name, value }))
    .sort((a, b) => b.value - a.value);
  return (
    <>
      <dl className="grid grid-cols-2 gap-3 min-[800px]:grid-cols-4">
        {facts.map(([name, value]) => (
          <Card key={name} className="!p-3.5">
            <dt className="text-[12.5px] text-muted">{name}</dt>
            <dd className="numbers text-[20px] font-semibold">{value}</dd>
          </Card>
        ))}
      </dl>
      {data.total > 0 && (
        <div className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2">
          <Card title="Seven days" note="three hours each">
            <StatusStrip
              slots={slotsOf(alerts, hours, Date.parse(data.to)).map(({ start, worst, count }) => ({
                key: String(start),
                status: worst ?? "ok",
                text: `${show(start)}: ${count === 0 ? "nothing" : `${count} ${worst}`}`,
              }))}
            />
          </Card>
          <Card title="By rule">
            <RankedBars rows={rules.slice(0, 8)} />
          </Card>
        </div>
      )}
    </>
  );
}
