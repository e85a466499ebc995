"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo } from "react";
import { EventLane } from "~/components/charts/event-lane";
import { TimeSeriesChart } from "~/components/charts/time-series-chart";
import { useEvents } from "~/components/charts/use-events";
import { useHidden } from "~/components/charts/use-hidden";
import { useJudgement } from "~/components/live/judgement-provider";
import { isStale, useFreshness, useLive } from "~/components/live/live-provider";
import type { LiveStore } from "~/components/live/live-store";
import { type SystemColumns, useSystemColumns } from "~/components/live/system-columns";
import { useNewest } from "~/components/live/use-newest";
import { PinnedCharts } from "~/components/performance/pinned-charts";
import { CardBoundary } from "~/components/ui/card-boundary";
import { Failure } from "~/components/ui/states";
import { usePageFacts } from "~/components/view/page-facts";
import { useRangeLabel } from "~/components/view/use-range-label";
import { useClock, useNetworkRate, usePageLink, useRange } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { ListedRule, Severity } from "~/domain/alert";
import { describeAbsence } from "~/domain/host";
import { bySeverity } from "~/domain/judgement";
import type { Span } from "~/domain/typed-range";
import { useTRPC } from "~/trpc/browser";
import { ActiveAlertsCard } from "./active-alerts-card";
import { newestReadings, overviewCharts, seriesOf } from "./charts";
import { FailedUnitsCard } from "./failed-units-card";
import { type FilesystemReading, filesystemRows, freeLabels, readingsAtEnd } from "./filesystems";
import { FilesystemsCard } from "./filesystems-card";
import { findingText, type ListedAlert, type Speech } from "./finding";
import { HostCard } from "./host-card";
import { KpiCard } from "./kpi-card";
import { type Kpi, type KpiKey, kpiOf, kpis, meanOf } from "./kpis";
import type { OverviewProps } from "./overview-props";
import { opOf, pastSentence, type Sentence, sentenceOf } from "./sentence";
import { TopProcessesCard } from "./top-processes-card";
import { UnusualCard } from "./unusual-card";
import { useFillTimes } from "./use-fill-times";
import { useHourAgo, usePastAlerts, usePastPrograms } from "./use-past";

const GRID = "grid grid-cols-1 gap-3 min-[900px]:grid-cols-2 min-[2200px]:grid-cols-3 min-[3000px]:grid-cols-4";
const HOST_EVERY_MS = 30_000;
const YOUNG_MS = 10 * 60_000;
const NO_RULES: readonly ListedRule[] = [];
const NO_ALERTS: readonly ListedAlert[] = [];

/** How the machine is now, or was in the chosen range. */
export function Overview({ host, since }: OverviewProps) {
  const { store, state, intervalSeconds } = useLive();
  const { span } = useRange();
  const columns = useSystemColumns(span);
  const speech = useSpeech();
  const trpc = useTRPC();
  const { data: rules = NO_RULES } = useQuery(trpc.alerts.rules.queryOptions());
  const { data: machine = host } = useQuery({ ...trpc.host.get.queryOptions(), refetchInterval: HOST_EVERY_MS });
  const machineShown = usePageFacts().machine !== null;
  const judgement = useJudgement();
  const pastAlerts = usePastAlerts(span);
  const past = !span.moving;
  const stale = isStale(useFreshness()) && !past;
  const now = state.at ?? store.serverNow();
  const alerts = past ? (pastAlerts ?? NO_ALERTS) : judgement.firing;
  const sentence = past
    ? pastSentence(pastAlerts, { ...usageOver(columns), rules, ...speech })
    : sentenceOf(judgement, { ...usageNow(store), rules, now, ...speech });

  return (
    <div className="flex flex-col gap-4" data-wide>
      <Headline sentence={sentence} since={past ? null : since} intervalSeconds={past ? null : intervalSeconds} />
      <KeyFigures host={host} span={span} columns={columns} rules={rules} alerts={alerts} stale={stale} />
      <ActiveAlertsCard alerts={alerts} rules={rules} past={past} now={now} />
      {!past && <FailedUnitsCard />}
      {!past && <UnusualCard />}
      {!past && !host.incident && !machineShown && <FirstRun since={since} now={now} />}
      {columns.error && <Failure error={columns.error} />}
      <Charts host={host} span={span} columns={columns} rules={rules} stale={stale} />
      <section
        aria-label={speech.words.details}
        className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2 min-[1300px]:grid-cols-[1fr_1.4fr_1fr]"
      >
        <Filesystems span={span} columns={columns} alerts={alerts} silent={past ? [] : silentMounts(machine, now)} />
        <Processes span={span} stale={stale} />
        <HostCard host={machine} now={past ? span.to : now} />
      </section>
    </div>
  );
}

function useSpeech(): Speech {
  const { overview: words } = useWords();
  const format = useFormat();
  return useMemo(() => ({ words, format }), [words, format]);
}

function usageNow(store: LiveStore) {
  return { cpu: store.current("system.cpu.utilization"), memory: store.current("system.memory.utilization") };
}

function usageOver({ column }: SystemColumns) {
  return { cpu: meanOf(column("system.cpu.utilization")), memory: meanOf(column("system.memory.utilization")) };
}

interface PartProps {
  host: OverviewProps["host"];
  span: Span;
  columns: SystemColumns;
  rules: readonly ListedRule[];
  /** Worst first. */
  alerts: readonly ListedAlert[];
  stale: boolean;
}

function KeyFigures({ host, span, columns, rules, alerts, stale }: PartProps) {
  const { store, state, intervalSeconds } = useLive();
  const network = useNetworkRate();
  const speech = useSpeech();
  const { show } = useClock();
  const rangeLabel = useRangeLabel();
  const current = (metric: string, labels = {}) => store.current(metric, labels);
  const hourAgo = useHourAgo(state.at ?? 0, current);
  const { kpi: words } = speech.words;
  const live = span.moving ? { current, hourAgo, intervalSeconds } : null;
  const cards = kpis({ host, network, column: columns.column, live, ...speech });
  return (
    <section aria-label={words.section} className="flex flex-col gap-1.5">
      <p className="flex flex-wrap justify-between gap-x-4 text-[12.5px] text-muted" suppressHydrationWarning>
        <span>{span.moving ? words.now : words.averages(show(span.from), show(span.to))}</span>
        {span.moving && <span>{words.trend(rangeLabel)}</span>}
      </p>
      <div className="grid grid-cols-2 gap-3 min-[800px]:grid-cols-3 min-[1200px]:grid-cols-6">
        {cards.map((one: Kpi) => (
          <KpiCard {...one} key={one.key} found={foundOn(one.key, { alerts, rules, past: !span.moving }, speech)} stale={stale} />
        ))}
      </div>
    </section>
  );
}

interface FoundIn extends Pick<PartProps, "alerts" | "rules"> {
  past: boolean;
}

/** The worst alert on what a card shows. */
function foundOn(key: KpiKey, { alerts, rules, past }: FoundIn, speech: Speech): { severity: Severity; text: string } | null {
  const worst = bySeverity(alerts).find((alert) => kpiOf(alert) === key);
  if (!worst) return null;
  const shown = past ? { ...worst, state: "resolved" as const } : worst;
  return { severity: worst.severity, text: findingText(shown, opOf(worst, rules), speech) };
}

function Charts({ host, span, columns, rules, stale }: Omit<PartProps, "alerts">) {
  const { store, state, intervalSeconds } = useLive();
  const { zoom } = useRange();
  const network = useNetworkRate();
  const hidden = useHidden();
  const speech = useSpeech();
  const router = useRouter();
  const link = usePageLink();
  const now = state.at ?? store.serverNow();
  const end = span.moving ? now : span.to;
  const start = end - (span.to - span.from);
  const charts = useMemo(
    () => overviewCharts(columns, { range: { from: start, to: end }, host, hidden, rules, network, ...speech }),
    [columns, start, end, host, hidden, rules, network, speech],
  );
  const isMean = columns.stepSeconds > intervalSeconds;
  const newest = useNewest(span.moving && isMean, (store) => newestReadings(store, { host, rules, network, ...speech }));
  const events = useEvents(span);
  const { chart: words } = speech.words;
  const meanNote = newest ? words.meanAndNow : words.mean;
  return (
    <>
      <EventLane events={events} range={{ from: start, to: end, moving: span.moving }} grid={GRID} />
      <section aria-label={words.section} className={GRID}>
        {charts.map(({ title, note, metric, model }) => (
          <CardBoundary key={title} title={title}>
            <TimeSeriesChart
              title={title}
              note={isMean ? meanNote(note, speech.format.duration(columns.stepSeconds)) : note}
              metric={metric}
              model={model}
              stale={stale}
              hidden={hidden}
              newest={newest && ((label) => newest(seriesOf(title, label)))}
              annotations={events}
              onZoom={zoom}
              onPick={(at) => {
                const moment = new Date(Math.round(at / 1000) * 1000).toISOString();
                router.push(link(`/performance?${new URLSearchParams({ at: moment, metric })}`));
              }}
            />
          </CardBoundary>
        ))}
      </section>
      <PinnedCharts />
    </>
  );
}

interface FilesystemsProps extends Pick<PartProps, "span" | "columns" | "alerts"> {
  silent: readonly string[];
}

function Filesystems({ span, columns, alerts, silent }: FilesystemsProps) {
  const { store, state } = useLive();
  const fullAt = useFillTimes();
  const now = state.at ?? store.serverNow();
  const rows = span.moving
    ? filesystemRows(readingsNow(store), { alerts, fullAt, now })
    : filesystemRows(readingsAtEnd(columns.series), { alerts, fullAt: new Map(), now });
  return <FilesystemsCard rows={rows} silent={silent} />;
}

function readingsNow(store: LiveStore): FilesystemReading[] {
  return store.all("system.filesystem.utilization").map(({ labels, value }) => ({
    labels,
    utilization: value,
    freeBytes: store.current("system.filesystem.usage", freeLabels(labels)),
  }));
}

function Processes({ span, stale }: Pick<PartProps, "span" | "stale">) {
  const { state } = useLive();
  const then = usePastPrograms(span);
  if (span.moving) return <TopProcessesCard programs={state.top.programs} stale={stale} at={null} />;
  return <TopProcessesCard programs={then} stale={false} at={new Date(span.to).toISOString()} />;
}

/** What does not answer is told with its age: only mounts do. */
function silentMounts({ notMeasured }: OverviewProps["host"], now: number): string[] {
  return notMeasured.flatMap(({ since, ...one }) =>
    since === undefined ? [] : [describeAbsence({ ...one, since: Date.parse(since) }, now)],
  );
}

const MARK = { ok: "text-ok", info: "text-info", warning: "text-warning", critical: "text-critical" } as const;

interface HeadlineProps {
  sentence: Sentence;
  since: string | null;
  /** Null in a range that is over. */
  intervalSeconds: number | null;
}

function Headline({ sentence: { severity, text, detail }, since, intervalSeconds }: HeadlineProps) {
  const { show } = useClock();
  const {
    overview: { sentence: words },
    shell: { pages },
  } = useWords();
  return (
    <div>
      <h1 className="text-[20px] font-semibold">{pages["/"]}</h1>
      <h2 className="mt-1 text-[17px] leading-snug font-semibold break-words">
        {severity !== "ok" && <span className={`mr-2 ${MARK[severity]}`}>{words.prefix[severity]}</span>}
        {text}
      </h2>
      <p className="mt-0.5 text-muted">
        {detail}
        {intervalSeconds !== null && (
          <>
            {" "}
            {words.sampling(intervalSeconds)}.
            {since && (
              <>
                {" "}
                {words.since}{" "}
                <time dateTime={since} suppressHydrationWarning>
                  {show(Date.parse(since))}
                </time>
                .
              </>
            )}
          </>
        )}
      </p>
    </div>
  );
}

/** Explains the empty cards and charts of a new installation. */
function FirstRun({ since, now }: { since: string | null; now: number }) {
  const { start } = useWords().overview;
  const format = useFormat();
  const age = since === null ? 0 : now - Date.parse(since);
  if (age > YOUNG_MS) return null;
  return (
    <p className="rounded-[10px] border border-line bg-card px-4 py-3 text-muted" suppressHydrationWarning>
      {start(format.duration(Math.max(60, Math.floor(age / 60_000) * 60)))}
    </p>
  );
}
