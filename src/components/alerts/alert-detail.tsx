"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type ReactNode, useMemo } from "react";
import { alertAnnotations } from "~/components/charts/annotations";
import { Explained } from "~/components/explain/explain-card";
import { useClock, usePageLink } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { SEVERITIES } from "~/domain/alert";
import { useTRPC } from "~/trpc/browser";
import type { ListedAlert } from "./alert-item";
import { Contributors } from "./contributors";
import { MetricChart } from "./metric-chart";
import { TextWithCode } from "./text-with-code";
import { timelineOf } from "./timeline";

const BEFORE_MS = 10 * 60_000;
const AFTER_MS = 5 * 60_000;
/** Around the beginning. */
const EXPLAINED_MS = 5 * 60_000;
const NOTHING: readonly string[] = [];

/** The history of one alert: a chart of the breach, the processes that caused it, the messages sent, and what to do. */
export function AlertDetail({ alert, now }: { alert: ListedAlert; now: number }) {
  const trpc = useTRPC();
  const { detail: words, contributors } = useWords().alerts;
  const started = Date.parse(alert.startedAt);
  const ended = alert.resolvedAt === null ? null : Date.parse(alert.resolvedAt);
  // While the alert is active, the chart's end moves once a minute.
  const to = ended === null ? Math.ceil(now / 60_000) * 60_000 : ended + AFTER_MS;
  const { data: rules } = useQuery(trpc.alerts.rules.queryOptions());
  const rule = rules?.find(({ name }) => name === alert.rule);
  const thresholds = useMemo(
    () =>
      SEVERITIES.flatMap((severity) =>
        rule?.thresholds[severity] === undefined ? [] : [{ severity, value: rule.thresholds[severity] }],
      ),
    [rule],
  );
  const annotations = useMemo(() => alertAnnotations([alert]), [alert]);
  const isExplained = alert.cause.length > 0 || alert.refusal !== null;
  return (
    <div className="mt-3 flex flex-col gap-4">
      <MetricChart
        metric={alert.metric}
        match={alert.labels}
        without={rule?.without ?? NOTHING}
        range={{ from: started - BEFORE_MS, to }}
        thresholds={thresholds}
        annotations={annotations}
      />
      <div className={`grid grid-cols-1 gap-x-8 gap-y-4 ${isExplained ? "min-[1000px]:grid-cols-2" : ""}`}>
        {isExplained && (
          <Part title={contributors.title}>
            <Contributors cause={alert.cause} coverage={alert.coverage} refusal={alert.refusal} />
          </Part>
        )}
        <div className="flex flex-col gap-4">
          <Timeline alert={alert} />
          {rule && (rule.description !== "" || rule.remedy !== "") && (
            <Part title={words.runbook}>
              <p className="text-[13px] text-muted">
                <TextWithCode text={`${rule.description} ${rule.remedy}`} />
              </p>
            </Part>
          )}
          <Links from={started - BEFORE_MS} to={to} at={alert.startedAt} metric={alert.metric} />
        </div>
      </div>
      <Part title={words.changes}>
        <Explained span={{ from: started - Math.max(60_000, EXPLAINED_MS), to: Math.min(to, started + EXPLAINED_MS) }} />
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-[13px] font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Timeline({ alert }: { alert: ListedAlert }) {
  const trpc = useTRPC();
  const { show } = useClock();
  const format = useFormat();
  const { detail: words } = useWords().alerts;
  const { data } = useQuery(trpc.alerts.notifications.queryOptions({ alert: alert.id }));
  const entries = timelineOf(alert, data?.notifications ?? [], { words, format });
  const dayOf = (at: string) => show(Date.parse(at), "day");
  const form = entries.every(({ at }) => dayOf(at) === dayOf(alert.startedAt)) ? "time" : "short";
  return (
    <Part title={words.timeline}>
      <ol className="flex flex-col gap-1 text-[13px]">
        {entries.map(({ at, text }) => (
          <li key={`${at} ${text}`} className="flex gap-3">
            <time dateTime={at} className="numbers shrink-0 text-muted" suppressHydrationWarning>
              {show(Date.parse(at), form)}
            </time>
            <span className="min-w-0 break-words">{text}</span>
          </li>
        ))}
      </ol>
    </Part>
  );
}

function Links({ from, to, at, metric }: { from: number; to: number; at: string; metric: string }) {
  const link = usePageLink();
  const { detail: words } = useWords().alerts;
  const charts = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), at, metric });
  return (
    <p className="flex flex-wrap gap-3 text-[13px]">
      <Link className="underline underline-offset-2" prefetch={false} href={`/performance?${charts}`}>
        {words.viewCharts}
      </Link>
      <Link className="underline underline-offset-2" prefetch={false} href={link("/alerts?tab=Rules")}>
        {words.viewRule}
      </Link>
    </p>
  );
}
