"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { alertAnnotations } from "~/components/charts/annotations";
import { Explained } from "~/components/explain/explain-card";
import { useClock, usePageLink } from "~/components/view/use-view";
import { SEVERITIES } from "~/domain/alert";
import { formatText } from "~/domain/format-value";
import { useTRPC } from "~/trpc/browser";
import type { ListedAlert } from "./alert-item";
import { Contributors } from "./contributors";
import { MetricChart } from "./metric-chart";

const BEFORE_MS = 10 * 60_000;
const AFTER_MS = 5 * 60_000;
/** Around the beginning. */
const EXPLAINED_MS = 5 * 60_000;
const NOTHING: readonly string[] = [];

interface Step {
  at: string;
  text: string;
}

/** The history of one alert: a chart of the breach, the processes that caused it, and the notifications sent. */
export function AlertDetail({ alert, now }: { alert: ListedAlert; now: number }) {
  const trpc = useTRPC();
  const link = usePageLink();
  const { show } = useClock();
  const started = Date.parse(alert.startedAt);
  const ended = alert.resolvedAt === null ? null : Date.parse(alert.resolvedAt);
  // While the alert is active, the chart's end moves once a minute.
  const to = ended === null ? Math.ceil(now / 60_000) * 60_000 : ended + AFTER_MS;
  const { data: rules } = useQuery(trpc.alerts.rules.queryOptions());
  const { data: told } = useQuery(trpc.alerts.notifications.queryOptions({ alert: alert.id }));
  const rule = rules?.find(({ name }) => name === alert.rule);
  const thresholds = useMemo(
    () =>
      SEVERITIES.flatMap((severity) =>
        rule?.thresholds[severity] === undefined ? [] : [{ severity, value: rule.thresholds[severity] }],
      ),
    [rule],
  );
  const annotations = useMemo(() => alertAnnotations([alert], null).map(({ href, ...one }) => one), [alert]);
  const steps: Step[] = [
    {
      at: alert.startedAt,
      text: `began at ${formatText(alert.value, alert.unit)}, the limit is ${formatText(alert.threshold, alert.unit)}`,
    },
    ...(alert.acknowledgedAt ? [{ at: alert.acknowledgedAt, text: `acknowledged by ${alert.acknowledgedBy}` }] : []),
    ...(alert.resolvedAt ? [{ at: alert.resolvedAt, text: "ended" }] : []),
    ...(told?.notifications ?? []).map(({ createdAt, channel, state, answer }) => ({
      at: createdAt,
      text: `${channel}: ${state}${answer ? `, ${answer}` : ""}`,
    })),
  ].sort((a, b) => a.at.localeCompare(b.at));
  return (
    <div className="mt-2 grid grid-cols-1 gap-4 min-[1000px]:grid-cols-[1.4fr_1fr]">
      <MetricChart
        metric={alert.metric}
        match={alert.labels}
        without={rule?.without ?? NOTHING}
        range={{ from: started - BEFORE_MS, to }}
        thresholds={thresholds}
        annotations={annotations}
      />
      <div className="flex flex-col gap-3 text-[13px]">
        <ol aria-label="Timeline" className="flex flex-col gap-1">
          {steps.map(({ at, text }) => (
            <li key={`${at} ${text}`} className="flex gap-3">
              <time dateTime={at} className="numbers shrink-0 text-muted" suppressHydrationWarning>
                {show(Date.parse(at), "time")}
              </time>
              <span className="min-w-0 break-words">{text}</span>
            </li>
          ))}
        </ol>
        <Contributors cause={alert.cause} coverage={alert.coverage} refusal={alert.refusal} />
        <Explained span={{ from: started - Math.max(60_000, EXPLAINED_MS), to: Math.min(to, started + EXPLAINED_MS) }} />
        <p className="flex flex-wrap gap-3">
          <Link
            className="underline underline-offset-2"
            prefetch={false}
            href={`/performance?from=${new Date(started - BEFORE_MS).toISOString()}&to=${new Date(to).toISOString()}&at=${alert.startedAt}`}
          >
            All charts of that time
          </Link>
          <Link className="underline underline-offset-2" prefetch={false} href={link("/alerts?tab=Rules")}>
            Its rule
          </Link>
        </p>
        {rule?.remedy && <p className="text-muted">{rule.remedy}</p>}
      </div>
    </div>
  );
}
