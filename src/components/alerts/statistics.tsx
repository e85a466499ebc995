"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { StatusStrip } from "~/components/ui/status-strip";
import { useClock } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import type { ListedAlert } from "./alert-item";
import { ruleTitle } from "./rule-title";
import { changeText, daysWithin, measuredMoments, type Slot, statusSlots } from "./status-slots";

/** A metric that is there whenever Hostscope runs. */
const ALWAYS = "system.memory.utilization";
const POINTS = 1008;
const MOST_RULES = 12;
/** In the order of the legend. */
const STATUSES = ["ok", "info", "warning", "critical", "unknown"] as const;

export function Statistics({ hours, alerts }: { hours: number; alerts: readonly ListedAlert[] }) {
  const trpc = useTRPC();
  const format = useFormat();
  const { statistics: words } = useWords().alerts;
  const { data } = useQuery(trpc.alerts.statistics.queryOptions({ hours }));
  if (!data) return null;
  const seconds = (value: number | null) => (value === null ? "–" : format.duration(Math.round(value)));
  const facts: [string, string][] = [
    [words.total, format.count(data.total, words.alerts)],
    [words.difference, changeText(data.total, data.previousTotal, words)],
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
      <WeekStrip alerts={alerts} hours={hours} to={Date.parse(data.to)} />
      {data.total > 0 && <ByRule counts={data.byRule} />}
    </>
  );
}

function WeekStrip({ alerts, hours, to }: { alerts: readonly ListedAlert[]; hours: number; to: number }) {
  const trpc = useTRPC();
  const format = useFormat();
  const { show, timeZone } = useClock();
  const { alerts: words, ui } = useWords();
  const { statistics } = words;
  const { data } = useQuery(trpc.metrics.history.queryOptions({ name: ALWAYS, hours, points: POINTS }));
  const { data: host } = useQuery(trpc.host.get.queryOptions());
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
  const slots = statusSlots(alerts, measured, { hours, now: to });
  const names = { ...ui.severity, ok: statistics.nothing, unknown: statistics.notMeasured };
  const since = Date.parse(host?.historySince ?? "");
  const begins = since > to - hours * 3_600_000 && statistics.since(show(since));
  return (
    <Card title={statistics.strip} note={[statistics.stripNote, begins].filter(Boolean).join(", ")}>
      <StatusStrip
        slots={slots.map((slot) => ({ key: String(slot.start), status: slot.status, text: textOf(slot) }))}
        ticks={daysWithin({ hours, to, timeZone }).map(({ at, place }) => ({ place, text: show(at, "day") }))}
        legend={STATUSES.filter((one) => slots.some(({ status }) => status === one)).map((status) => [status, names[status]])}
        calm={statistics.nothing}
      />
    </Card>
  );
}

function ByRule({ counts }: { counts: Readonly<Record<string, number>> }) {
  const { statistics: words, ruleTitles } = useWords().alerts;
  const rules = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return (
    <Card title={words.byRule} note={rules.length > MOST_RULES ? words.most(MOST_RULES) : undefined}>
      <ul className="grid grid-cols-1 gap-x-8 text-[13px] min-[640px]:grid-cols-2 min-[1000px]:grid-cols-3">
        {rules.slice(0, MOST_RULES).map(([name, count]) => (
          <li key={name} className="flex items-baseline gap-3 border-b border-line py-1.5">
            <span className="min-w-0 flex-1 break-words">{ruleTitle(ruleTitles, name)}</span>
            <span className="numbers">{count}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
