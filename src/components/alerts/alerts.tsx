"use client";

import "~/components/shell/with-frame";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useLive } from "~/components/live/live-provider";
import { Card } from "~/components/ui/card";
import { Button, Toggle } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { useParameter } from "~/components/view/use-view";
import { useTRPC } from "~/trpc/browser";
import { AlertRow } from "./alert-row";
import { useAlerts } from "./use-alerts";

const Rules = dynamic(() => import("./rules").then(({ Rules: loaded }) => loaded));
const Silences = dynamic(() => import("./silences").then(({ Silences: loaded }) => loaded));
const Channels = dynamic(() => import("./channels").then(({ Channels: loaded }) => loaded));
const Statistics = dynamic(() => import("./statistics").then(({ Statistics: loaded }) => loaded));

const TABS = ["Active", "History", "Rules", "Silences", "Channels"] as const;

const HISTORY_HOURS = 24 * 7;

export function Alerts() {
  const [tab, setTab] = useParameter("tab", "Active");
  const [open] = useParameter("alert", "");
  const { data, error, refetch } = useAlerts(HISTORY_HOURS);
  const all = data?.alerts ?? [];
  const active = all.filter((alert) => alert.state === "firing");
  const past = all.filter((alert) => alert.state === "resolved");
  // A link to an alert that has since resolved opens the History tab.
  const shown = open !== "" && tab === "Active" && past.some(({ id }) => id === open) ? "History" : tab;
  const loading = !data && !error;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] font-semibold">Alerts</h1>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around the buttons. */}
        <div role="group" aria-label="View" className="flex flex-wrap gap-1">
          {TABS.map((name) => (
            <Toggle key={name} pressed={shown === name} onClick={() => setTab(name)}>
              {name}
              {name === "Active" && active.length > 0 ? ` ${active.length}` : ""}
            </Toggle>
          ))}
        </div>
      </div>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {shown !== "Channels" && <FailingChannels onOpen={() => setTab("Channels")} />}
      {loading && (shown === "Active" || shown === "History") && <Skeleton label="alerts" height={160} />}
      {data && shown === "Active" && (
        <AlertList alerts={active} empty="Nothing needs attention. The rules watch on; what they find comes here by itself." />
      )}
      {data && shown === "History" && (
        <>
          <Statistics hours={HISTORY_HOURS} alerts={all} />
          <AlertList alerts={past} empty="No alert ended in the last seven days." />
        </>
      )}
      {shown === "Rules" && <Rules />}
      {shown === "Silences" && <Silences />}
      {shown === "Channels" && <Channels />}
    </div>
  );
}

/** Alerts that reach nobody are worth a line above them. */
function FailingChannels({ onOpen }: { onOpen: () => void }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.alerts.notifications.queryOptions({}));
  const failing = (data?.states ?? []).filter(({ state }) => state === "failing").map(({ channel }) => channel);
  if (failing.length === 0) return null;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-[10px] border border-warning bg-card px-4 py-2.5">
      <p className="min-w-0 flex-1">No message gets through on {failing.join(", ")}.</p>
      <Button onClick={onOpen}>Show channels</Button>
    </div>
  );
}

type Item = Parameters<typeof AlertRow>[0]["alert"];

/** Newest first; alerts of one rule are grouped at its newest one and folded when there are more than three. */
function AlertList({ alerts, empty }: { alerts: readonly Item[]; empty: string }) {
  const { state } = useLive();
  const now = state.at ?? Date.now();
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const groups = Map.groupBy(alerts, ({ rule }) => rule);
  return (
    <Card>
      {alerts.length === 0 && <p className="py-2 text-muted">{empty}</p>}
      <ul>
        {[...groups].flatMap(([rule, members]) => {
          const whole = unfolded.has(rule) || members.length <= 3;
          const shown = whole ? members : members.slice(0, 2);
          return [
            ...shown.map((alert) => <AlertRow key={alert.id} alert={alert} now={now} />),
            ...(whole
              ? []
              : [
                  <li key={`more ${rule}`} className="border-b border-line py-2 last:border-0">
                    <button
                      type="button"
                      className="text-[13px] underline underline-offset-2"
                      onClick={() => setUnfolded(new Set([...unfolded, rule]))}
                    >
                      {members.length - shown.length} more of {rule}
                    </button>
                  </li>,
                ]),
          ];
        })}
      </ul>
    </Card>
  );
}
