"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { StatusStrip } from "~/components/ui/status-strip";
import { useClock } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import type { ListedAlert } from "./alert-item";
import { measuredMoments, type Slot, statusSlots } from "./status-slots";

/** A metric that is there whenever Hostscope runs. */
const ALWAYS = "system.memory.utilization";
const POINTS = 1008;
const MOST_RULES = 8;
/** A bar of full width: a count of one is not much, whatever the others have. */
const FULL_BAR = 10;

export function Statistics({ hours, alerts }: { hours: number; alerts: readonly ListedAlert[] }) {
  const trpc = useTRPC();
  const format = useFormat();
  const { statistics: words } = useWords().alerts;
  const { data } = useQuery(trpc.alerts.statistics.queryOptions({ hours }));
  if (!data) return null;
  const seconds = (value: number | null) => (value === null ? "–" : format.duration(Math.round(value)));
  const difference = data.total - data.previousTotal;
  const facts: [string, string][] = [
    [words.total, format.count(data.total, words.alerts)],
    [words.difference, difference === 0 ? words.same : `${difference > 0 ? "+" : "−"}${Math.abs(difference)}`],
    [words.toAcknowledge, seconds(data.meanSecondsToAcknowledge)],
    [words.toResolve, seconds(data.meanSecondsToResolve)],
  ];
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
      <div className={`grid grid-cols-1 gap-3 ${data.total > 0 ? "min-[900px]:grid-cols-2" : ""}`}>
        <WeekStrip alerts={alerts} hours={hours} to={Date.parse(data.to)} />
        {data.total > 0 && <RuleBars counts={data.byRule} />}
      </div>
    </>
  );
}

function WeekStrip({ alerts, hours, to }: { alerts: readonly ListedAlert[]; hours: number; to: number }) {
  const trpc = useTRPC();
  const format = useFormat();
  const { show } = useClock();
  const { alerts: words, ui } = useWords();
  const { statistics } = words;
  const { data } = useQuery(trpc.metrics.history.queryOptions({ name: ALWAYS, hours, points: POINTS }));
  const measured = data ? measuredMoments(data.timestamps, data.series[0]?.values ?? []) : [];
  const textOf = ({ start, status, count }: Slot) => {
    const said =
      status === "unknown"
        ? statistics.notMeasured
        : status === "ok"
          ? statistics.nothing
          : `${format.count(count, statistics.alerts)}, ${ui.severity[status]}`;
    return `${show(start)}: ${said}`;
  };
  const covered = data && statistics.measured(format.duration(measured.length * data.stepSeconds));
  return (
    <Card title={statistics.strip} note={[statistics.stripNote, covered].filter(Boolean).join(", ")}>
      <StatusStrip
        slots={statusSlots(alerts, measured, { hours, now: to }).map((slot) => ({
          key: String(slot.start),
          status: slot.status,
          text: textOf(slot),
        }))}
        calm={statistics.nothing}
      />
    </Card>
  );
}

/** All bars have one scale. */
function RuleBars({ counts }: { counts: Readonly<Record<string, number>> }) {
  const { statistics: words } = useWords().alerts;
  const rules = Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_RULES);
  const most = Math.max(FULL_BAR, ...rules.map(([, count]) => count));
  return (
    <Card title={words.byRule}>
      <ul className="grid grid-cols-[minmax(0,auto)_minmax(80px,1fr)_auto] items-center gap-x-3 gap-y-1.5 text-[13px]">
        {rules.map(([name, count]) => (
          <li key={name} className="contents">
            <span className="truncate" title={name}>
              {name}
            </span>
            <span aria-hidden="true" className="h-2.5 rounded-[3px] bg-hover">
              <span className="block h-full rounded-[3px] bg-series-blue" style={{ width: `${(100 * count) / most}%` }} />
            </span>
            <span className="numbers text-right">{count}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
