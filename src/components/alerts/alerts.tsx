"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLive } from "~/components/live/live-provider";
import { Card } from "~/components/ui/card";
import { Button, Toggle } from "~/components/ui/controls";
import type { AlertRule } from "~/domain/alert";
import { chartUnit, metricDefinition } from "~/domain/metric";
import { formatDuration, formatText } from "~/domain/units";
import { useTRPC } from "~/trpc/client";
import { AlertRow } from "./alert-row";
import { useAlerts } from "./use-alerts";

const TABS = ["Active", "History", "Rules", "Channels"] as const;
type Tab = (typeof TABS)[number];

const HISTORY_HOURS = 24 * 7;

export function Alerts() {
  const [tab, setTab] = useState<Tab>("Active");
  const { data, error } = useAlerts(HISTORY_HOURS);
  const { state } = useLive();
  const now = state.at ?? Date.now();
  const active = (data?.alerts ?? []).filter((alert) => alert.state === "firing");
  const past = (data?.alerts ?? []).filter((alert) => alert.state === "resolved");
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] font-semibold">Alerts</h1>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around the buttons. */}
        <div role="group" aria-label="View" className="flex flex-wrap gap-1">
          {TABS.map((name) => (
            <Toggle key={name} pressed={tab === name} onClick={() => setTab(name)}>
              {name}
              {name === "Active" && active.length > 0 ? ` ${active.length}` : ""}
            </Toggle>
          ))}
        </div>
      </div>
      {error && <p className="text-critical">{error.message}</p>}
      {tab === "Active" && <AlertList alerts={active} now={now} empty="Nothing needs attention." />}
      {tab === "History" && (
        <>
          <Statistics />
          <AlertList alerts={past} now={now} empty="No alert ended in the last seven days." />
        </>
      )}
      {tab === "Rules" && <Rules />}
      {tab === "Channels" && <Channels />}
    </div>
  );
}

function AlertList({ alerts, now, empty }: { alerts: Parameters<typeof AlertRow>[0]["alert"][]; now: number; empty: string }) {
  return (
    <Card>
      {alerts.length === 0 && <p className="py-2 text-muted">{empty}</p>}
      <ul>
        {alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} now={now} />
        ))}
      </ul>
    </Card>
  );
}

function Statistics() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.alerts.statistics.queryOptions({ hours: HISTORY_HOURS }));
  if (!data) return null;
  const seconds = (value: number | null) => (value === null ? "–" : formatDuration(Math.round(value)));
  const facts: [string, string][] = [
    ["in seven days", String(data.total)],
    ["in the seven before", String(data.previousTotal)],
    ["mean time to acknowledge", seconds(data.meanSecondsToAcknowledge)],
    ["mean time to resolve", seconds(data.meanSecondsToResolve)],
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 min-[800px]:grid-cols-4">
      {facts.map(([name, value]) => (
        <Card key={name} className="!p-3.5">
          <dt className="text-[12.5px] text-muted">{name}</dt>
          <dd className="numbers text-[20px] font-semibold">{value}</dd>
        </Card>
      ))}
    </dl>
  );
}

/** "warning 80 %, critical 95 % for 1 min" */
function limits({ metric, thresholds, op, forSeconds, windowSeconds }: AlertRule): string {
  const definition = metricDefinition(metric);
  const unit = definition ? chartUnit(definition) : "1";
  const parts = Object.entries(thresholds).map(([severity, value]) => `${severity} ${op} ${formatText(value, unit)}`);
  const window = windowSeconds > 0 ? `, over ${formatDuration(windowSeconds)}` : "";
  return `${parts.join(", ")}${window}${forSeconds > 0 ? `, for ${formatDuration(forSeconds)}` : ""}`;
}

function Rules() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.alerts.rules.queryOptions());
  return (
    <Card title="Rules" note="in config/config.yaml">
      <ul>
        {(data ?? []).map((rule) => (
          <li key={rule.name} className="border-b border-line py-2.5 last:border-0">
            <div className="flex flex-wrap items-baseline gap-x-3">
              <strong className="font-semibold">{rule.name}</strong>
              <span className="font-mono text-[12.5px] text-muted">{rule.metric}</span>
              <span className="numbers ml-auto text-[12.5px]">{limits(rule)}</span>
            </div>
            <p className="text-[13px] text-muted">
              {rule.description} {rule.remedy}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Channels() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { data } = useQuery(trpc.alerts.notifications.queryOptions());
  const send = useMutation(
    trpc.alerts.test.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.alerts.notifications.queryKey() }),
    }),
  );
  return (
    <>
      <Card title="Channels" note="in config/config.yaml">
        <ul className="flex flex-col gap-2">
          {(data?.channels ?? []).map((channel) => (
            <li key={channel} className="flex flex-wrap items-center gap-3">
              <span className="min-w-[8em]">{channel}</span>
              <Button onClick={() => send.mutate({ channel })} disabled={send.isPending}>
                Send test
              </Button>
              {send.variables?.channel === channel && send.data && (
                <span role="status" className={send.data.ok ? "text-ok" : "text-critical"}>
                  {send.data.ok ? "delivered" : "not delivered"}: {send.data.answer}
                </span>
              )}
            </li>
          ))}
        </ul>
      </Card>
      <Card title="Messages" note="newest first">
        {data?.notifications.length === 0 && <p className="text-muted">None yet.</p>}
        <ul>
          {(data?.notifications ?? []).map(({ id, channel, createdAt, state, attempts, answer }) => (
            <li key={id} className="flex flex-wrap gap-x-3 border-b border-line py-1.5 text-[13px] last:border-0">
              <time dateTime={createdAt} className="numbers text-muted">
                {new Date(createdAt).toLocaleString()}
              </time>
              <span>{channel}</span>
              <span className={state === "failed" ? "text-critical" : state === "waiting" ? "text-warning" : "text-ok"}>
                {state}
                {attempts > 1 ? ` after ${attempts} tries` : ""}
              </span>
              <span className="truncate text-muted">{answer}</span>
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}
