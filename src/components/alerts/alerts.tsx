"use client";

import "~/components/shell/with-frame";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Card } from "~/components/ui/card";
import { Button, Toggle } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { useParameter, writeAddress } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { ALERT_ID, rank } from "~/domain/alert";
import { useTRPC } from "~/trpc/browser";
import type { ListedAlert } from "./alert-item";
import { AlertList } from "./alert-list";
import { NoActiveAlerts } from "./no-active-alerts";
import { chosenTab, FIRST_TAB, shownTab, TABS } from "./shown-tab";
import { useAlerts } from "./use-alerts";

const Rules = dynamic(() => import("./rules").then(({ Rules: loaded }) => loaded));
const Silences = dynamic(() => import("./silences").then(({ Silences: loaded }) => loaded));
const Channels = dynamic(() => import("./channels").then(({ Channels: loaded }) => loaded));
const Statistics = dynamic(() => import("./statistics").then(({ Statistics: loaded }) => loaded));

const HISTORY_HOURS = 24 * 7;

const worstFirst = (a: ListedAlert, b: ListedAlert) =>
  rank(b.severity) - rank(a.severity) || b.startedAt.localeCompare(a.startedAt);

const lastEndFirst = (a: ListedAlert, b: ListedAlert) => (b.resolvedAt ?? "").localeCompare(a.resolvedAt ?? "");

export function Alerts() {
  const [tab] = useParameter("tab", FIRST_TAB);
  const [open] = useParameter("alert", "");
  const [wasActive, setWasActive] = useState("");
  const { alerts: words } = useWords();
  const { data, error, refetch } = useAlerts(HISTORY_HOURS);
  const all = data?.alerts ?? [];
  const active = all.filter((alert) => alert.state === "firing").sort(worstFirst);
  const past = all.filter((alert) => alert.state === "resolved").sort(lastEndFirst);
  if (open !== wasActive && active.some(({ id }) => id === open)) setWasActive(open);
  const shown = shownTab(tab, { past: past.map(({ id }) => id), open, wasActive });
  const choose = (name: string) => writeAddress(chosenTab(name));
  const loading = !data && !error;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] font-semibold">{words.title}</h1>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around the buttons. */}
        <div role="group" aria-label={words.view} className="flex flex-wrap gap-1">
          {TABS.map((name) => (
            <Toggle key={name} pressed={shown === name} onClick={() => choose(name)}>
              {words.tabs[name]}
              {name === "Active" && active.length > 0 ? ` ${active.length}` : ""}
            </Toggle>
          ))}
        </div>
      </div>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {shown !== "Channels" && <FailingChannels onOpen={() => choose("Channels")} />}
      {data && ALERT_ID.test(open) && !all.some(({ id }) => id === open) && <LinkedAlert id={open} />}
      {loading && (shown === "Active" || shown === "History") && <Skeleton label={words.list.name} height={220} />}
      {data && shown === "Active" && active.length > 0 && <AlertList alerts={active} />}
      {data && shown === "Active" && active.length === 0 && (
        <>
          <NoActiveAlerts last={past[0]} />
          <Statistics hours={HISTORY_HOURS} alerts={all} />
        </>
      )}
      {data && shown === "History" && (
        <>
          <Statistics hours={HISTORY_HOURS} alerts={all} />
          {past.length === 0 ? (
            <Card>
              <p className="py-2 text-muted">{words.list.noResolved}</p>
            </Card>
          ) : (
            <AlertList alerts={past} />
          )}
        </>
      )}
      {shown === "Rules" && <Rules />}
      {shown === "Silences" && <Silences />}
      {shown === "Channels" && <Channels withLog />}
    </div>
  );
}

/** The alert of a link that is not among those of the last days. */
function LinkedAlert({ id }: { id: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.alerts.get.queryOptions({ id }));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return data ? <AlertList alerts={[data]} /> : null;
}

/** Alerts that reach nobody are worth a line above them. */
function FailingChannels({ onOpen }: { onOpen: () => void }) {
  const trpc = useTRPC();
  const { alerts: words } = useWords();
  const { data } = useQuery(trpc.alerts.notifications.queryOptions({}));
  const failing = (data?.states ?? []).filter(({ state }) => state === "failing").map(({ channel }) => channel);
  if (failing.length === 0) return null;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-[10px] border border-warning bg-card px-4 py-2.5">
      <span className="min-w-0 break-words">{words.failingChannel(failing.join(", "))}</span>
      <Button className="ml-auto" onClick={onOpen}>
        {words.showChannels}
      </Button>
    </div>
  );
}
