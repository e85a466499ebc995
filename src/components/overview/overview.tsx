"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useAlerts } from "~/components/alerts/use-alerts";
import { EventLane } from "~/components/charts/event-lane";
import { TimeSeriesChart } from "~/components/charts/time-series-chart";
import { useEvents } from "~/components/charts/use-events";
import { useHidden } from "~/components/charts/use-hidden";
import { isStale, useFreshness, useLive } from "~/components/live/live-provider";
import type { LiveStore } from "~/components/live/live-store";
import { useSystemColumns } from "~/components/live/system-columns";
import { PinnedCharts } from "~/components/performance/pinned-charts";
import { CardBoundary } from "~/components/ui/card-boundary";
import { Failure } from "~/components/ui/states";
import { useClock, useNetworkRate, useRange } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { describeAbsence } from "~/domain/host";
import { useTRPC } from "~/trpc/browser";
import { ActiveAlertsCard } from "./active-alerts-card";
import { overviewCharts } from "./charts";
import { FailedUnitsCard } from "./failed-units-card";
import { type FilesystemRow, FilesystemsCard } from "./filesystems-card";
import { healthSentence, type Sentence } from "./health-sentence";
import { HostCard } from "./host-card";
import { KpiCard } from "./kpi-card";
import { kpis, type Past } from "./kpis";
import type { OverviewProps } from "./overview-props";
import { TopProcessesCard } from "./top-processes-card";
import { UnusualCard } from "./unusual-card";
import { useFillTimes } from "./use-fill-times";

const HOUR_MS = 3_600_000;
const HOST_EVERY_MS = 30_000;
const HEALTH_EVERY_MS = 10_000;
const YOUNG_MS = 10 * 60_000;

/** The `system` bundle one hour ago, refetched every five minutes. */
function useHourAgo(now: number): Past {
  const trpc = useTRPC();
  const minute = Math.floor(now / 300_000) * 300_000 - HOUR_MS;
  const { data } = useQuery({
    ...trpc.metrics.history.queryOptions({ name: "system", from: minute, to: minute + 60_000, points: 1 }),
    enabled: now > 0,
  });
  return useMemo(() => data?.series ?? [], [data]);
}

export function Overview({ health: first, host, since }: OverviewProps) {
  const { store, state, intervalSeconds } = useLive();
  const stale = isStale(useFreshness());
  const { span, zoom } = useRange();
  const columns = useSystemColumns(span);
  const network = useNetworkRate();
  const hidden = useHidden();
  const format = useFormat();
  const { performance } = useWords();
  const trpc = useTRPC();
  const { data: rules } = useQuery(trpc.alerts.rules.queryOptions());
  const { data: alerts } = useAlerts(24);
  const { data: health = first } = useQuery({ ...trpc.health.get.queryOptions(), refetchInterval: HEALTH_EVERY_MS });
  const { data: machine = host } = useQuery({ ...trpc.host.get.queryOptions(), refetchInterval: HOST_EVERY_MS });
  const past = useHourAgo(state.at ?? 0);
  const now = state.at ?? Date.now();
  const filesystems = filesystemRows(store, useFillTimes(), now);
  const sentence = healthSentence({
    now: host.incident ? now : Date.now(),
    health,
    // An incident file is told as its machine was at its end.
    monitoring: host.incident ? "running" : state.monitoring,
    cpu: store.current("system.cpu.utilization"),
    memory: store.current("system.memory.utilization"),
    swap: store.current("system.paging.utilization"),
    filesystems,
    alerts: alerts?.alerts ?? [],
    rules: rules?.length ?? 0,
  });
  const end = span.moving ? now : span.to;
  const start = end - (span.to - span.from);
  const charts = useMemo(
    () => overviewCharts(columns, { range: { from: start, to: end }, host, hidden, rules: rules ?? [], network }),
    [columns, start, end, host, hidden, rules, network],
  );
  const events = useEvents(span);

  return (
    <div className="flex flex-col gap-4">
      <Headline sentence={sentence} since={since} intervalSeconds={intervalSeconds} />
      <section aria-label="Now" className="grid grid-cols-2 gap-3 min-[800px]:grid-cols-3 min-[1200px]:grid-cols-6">
        {kpis(store, { host, past, rules: rules ?? [], network }).map((kpi) => (
          <KpiCard key={kpi.label} {...kpi} stale={stale} />
        ))}
      </section>
      <ActiveAlertsCard />
      <FailedUnitsCard />
      <UnusualCard />
      {!host.incident && <FirstRun since={since} now={now} />}
      {columns.error && <Failure error={columns.error} />}
      <EventLane events={events} range={{ from: start, to: end }} />
      <section aria-label="Charts" className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2">
        {charts.map(({ title, note, metric, model }) => (
          <CardBoundary key={title} title={title}>
            <TimeSeriesChart
              title={title}
              note={
                columns.stepSeconds > intervalSeconds
                  ? `${note}, ${performance.notes.mean(format.duration(columns.stepSeconds))}`
                  : note
              }
              metric={metric}
              model={model}
              stale={stale && span.moving}
              hidden={hidden}
              annotations={events}
              onZoom={zoom}
            />
          </CardBoundary>
        ))}
      </section>
      <PinnedCharts />
      <section
        aria-label="Space, processes, machine"
        className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2 min-[1300px]:grid-cols-[1fr_1.4fr_1fr]"
      >
        <FilesystemsCard rows={filesystems} silent={silentMounts(machine, now)} />
        <TopProcessesCard rows={state.top.cpu} stale={stale} />
        <HostCard host={machine} now={now} />
      </section>
    </div>
  );
}

/** What does not answer is told with its age: only mounts do. */
function silentMounts({ notMeasured }: OverviewProps["host"], now: number): string[] {
  return notMeasured.flatMap(({ since, ...one }) =>
    since === undefined ? [] : [describeAbsence({ ...one, since: Date.parse(since) }, now)],
  );
}

const MARK = { ok: "text-ok", info: "text-info", warning: "text-warning", critical: "text-critical" } as const;
const WORD = { ok: "", info: "Note:", warning: "Warning:", critical: "Critical:" } as const;

function Headline({ sentence, since, intervalSeconds }: { sentence: Sentence; since: string | null; intervalSeconds: number }) {
  const { show } = useClock();
  return (
    <div>
      <h1 className="text-[20px] leading-snug font-semibold">
        {sentence.severity !== "ok" && <span className={`mr-2 ${MARK[sentence.severity]}`}>{WORD[sentence.severity]}</span>}
        {sentence.text}
      </h1>
      <p className="mt-0.5 text-muted">
        {sentence.detail} A sample each {intervalSeconds === 1 ? "second" : `${intervalSeconds} s`}
        {since && (
          <>
            , since{" "}
            <time dateTime={since} suppressHydrationWarning>
              {show(Date.parse(since))}
            </time>
          </>
        )}
        .
      </p>
    </div>
  );
}

/** Explains the empty cards and charts of a new installation. */
function FirstRun({ since, now }: { since: string | null; now: number }) {
  const age = since === null ? 0 : now - Date.parse(since);
  if (age > YOUNG_MS) return null;
  return (
    <p className="rounded-[10px] border border-line bg-card px-4 py-3 text-muted" suppressHydrationWarning>
      This is the beginning: Hostscope has watched this machine for{" "}
      {age < 60_000 ? "less than a minute" : `${Math.round(age / 60_000)} min`}. The charts fill from the right, the change
      against an hour ago comes in an hour. Rules are switched on; under Settings you tell it where to send alerts.
    </p>
  );
}

function filesystemRows(store: LiveStore, fullAt: ReadonlyMap<string, number>, now: number): FilesystemRow[] {
  return store
    .all("system.filesystem.utilization")
    .map(({ labels, value }) => {
      const mountpoint = labels["system.filesystem.mountpoint"] ?? "";
      const full = fullAt.get(mountpoint);
      return {
        mountpoint,
        utilization: value,
        freeBytes: store.current("system.filesystem.usage", { ...labels, "system.filesystem.state": "free" }),
        readOnly: labels["system.filesystem.mode"] === "ro",
        fullInSeconds: full === undefined ? null : Math.max(0, full - now) / 1000,
      };
    })
    .sort((a, b) => (b.utilization ?? 0) - (a.utilization ?? 0));
}
