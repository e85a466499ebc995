"use client";

import Link from "next/link";
import { Card } from "~/components/ui/card";
import { lazyPart } from "~/components/ui/lazy-part";
import { SeverityBadge } from "~/components/ui/severity-badge";
import { usePageFacts } from "~/components/view/page-facts";
import { useMayChange } from "~/components/view/role";
import { usePageLink } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { isAnswerAcknowledged, type ListedRule } from "~/domain/alert";
import { causeText } from "~/domain/contributor";
import { mutingOf } from "~/domain/judgement";
import { findingText, type ListedAlert } from "./finding";
import { opOf } from "./sentence";

/** Most visits see no alert. */
const SilenceButton = lazyPart(() => import("./silence-button").then((module) => module.SilenceButton));

const SHOWN = 4;

interface ActiveAlertsProps {
  /** Worst first. */
  alerts: readonly ListedAlert[];
  rules: readonly Pick<ListedRule, "name" | "op">[];
  /** The alerts of a range that is over. */
  past: boolean;
  now: number;
}

/** What fires, or fired in a range that is over; nothing while there is none. */
export function ActiveAlertsCard({ alerts, rules, past, now }: ActiveAlertsProps) {
  const link = usePageLink();
  const { machine } = usePageFacts();
  const words = useWords().overview;
  if (alerts.length === 0) return null;
  return (
    <Card
      title={past ? words.alerts.titleThen : words.alerts.title}
      {...(machine === null && { href: link("/alerts") })}
      aside={
        machine === null && (
          <Link
            href={link("/alerts")}
            prefetch={false}
            className="inline-block min-h-[24px] text-[12.5px] leading-[24px] underline underline-offset-2"
          >
            {words.alerts.all(alerts.length)}
          </Link>
        )
      }
    >
      <ul className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-baseline gap-x-3 gap-y-2">
        {alerts.slice(0, SHOWN).map((alert) => (
          <AlertLine key={alert.id} alert={alert} op={opOf(alert, rules)} past={past} now={now} />
        ))}
      </ul>
    </Card>
  );
}

/** An alert of another machine is on its own pages. */
function AlertLink({ alert, text }: { alert: ListedAlert; text: string }) {
  const link = usePageLink();
  const { machine } = usePageFacts();
  const look = "inline-block min-h-[24px] leading-[24px] break-words";
  if (machine === null)
    return (
      <Link href={link(`/alerts?alert=${alert.id}`)} prefetch={false} className={`${look} hover:underline`}>
        {text}
      </Link>
    );
  if (machine.url === null) return <span className={look}>{text}</span>;
  return (
    <a href={`${machine.url.replace(/\/+$/, "")}/alerts`} className={`${look} hover:underline`}>
      {text}
    </a>
  );
}

interface AlertLineProps extends Pick<ActiveAlertsProps, "past" | "now"> {
  alert: ListedAlert;
  op: ListedRule["op"];
}

function AlertLine({ alert, op, past, now }: AlertLineProps) {
  const format = useFormat();
  const words = useWords().overview;
  const mayChange = useMayChange();
  const text = findingText(past ? { ...alert, state: "resolved" } : alert, op, { words, format });
  const isKnown = isAnswerAcknowledged(alert, now);
  const notes = [
    isKnown && words.alerts.acknowledged,
    alert.mutedBy && words.alerts[mutingOf(alert.mutedBy)],
    past && alert.state === "resolved" && words.alerts.resolved,
  ].filter((note) => typeof note === "string" && note !== "");
  const cause = causeText(past && alert.firstCause.length > 0 ? { ...alert, cause: alert.firstCause } : alert);
  return (
    <li className="col-span-3 grid grid-cols-subgrid items-baseline">
      <SeverityBadge severity={alert.severity} />
      <p className="flex min-w-0 flex-wrap items-baseline gap-x-3">
        <AlertLink alert={alert} text={text} />
        {notes.length > 0 && <span className="text-[13px] text-muted">{notes.join(", ")}</span>}
        {cause !== null && <span className="min-w-0 text-[13px] break-words text-muted">{words.alerts.cause(cause)}</span>}
      </p>
      <div>{mayChange && !past && !alert.mutedBy && <SilenceButton alert={alert} text={text} />}</div>
    </li>
  );
}
