"use client";

import Link from "next/link";
import { useAlerts } from "~/components/alerts/use-alerts";
import { Card } from "~/components/ui/card";
import { SeverityBadge } from "~/components/ui/severity-badge";
import { usePageLink } from "~/components/view/use-view";
import { type AlertAnswer, isAnswerAcknowledged } from "~/domain/alert";
import { causeText } from "~/domain/contributor";

const SHOWN = 4;

/** Alerts that need attention; renders nothing when there are none. */
export function ActiveAlertsCard() {
  const { data } = useAlerts(24);
  const link = usePageLink();
  const active = (data?.alerts ?? []).filter(({ state }) => state === "firing");
  if (active.length === 0) return null;
  return (
    <Card
      title="Active alerts"
      aside={
        <Link href={link("/alerts")} prefetch={false} className="text-[12.5px] underline underline-offset-2">
          All {active.length}
        </Link>
      }
    >
      <ul className="flex flex-col gap-2">
        {active.slice(0, SHOWN).map(({ id, severity, message, cause, refusal, ...alert }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-3">
            <SeverityBadge severity={severity} />
            <Link href={link(`/alerts?alert=${id}`)} prefetch={false} className="hover:underline">
              {message}
            </Link>
            {isAnswerAcknowledged(alert, Date.now()) && <span className="text-[13px] text-muted">acknowledged</span>}
            <CauseWords cause={cause} refusal={refusal} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function CauseWords(alert: Pick<AlertAnswer, "cause" | "refusal">) {
  const text = causeText(alert);
  return text === null ? null : <span className="text-[13px] text-muted">cause: {text}</span>;
}
