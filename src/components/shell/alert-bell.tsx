"use client";

import { Bell } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { useAlerts } from "~/components/alerts/use-alerts";
import { showToast } from "~/components/ui/toasts";
import { usePageLink } from "~/components/view/use-view";
import { isAnswerAcknowledged } from "~/domain/alert";

const HOURS = 24;

/** Firing alerts that nobody has acknowledged. */
export function useUnacknowledgedAlerts() {
  const { data } = useAlerts(HOURS);
  return (data?.alerts ?? []).filter((alert) => alert.state === "firing" && !isAnswerAcknowledged(alert, Date.now()));
}

/** Number of alerts that need attention; announces each new one once as text. */
export function AlertBell() {
  const link = usePageLink();
  const { data } = useAlerts(HOURS);
  const waiting = useUnacknowledgedAlerts();
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!data) return;
    const firing = data.alerts.filter(({ state }) => state === "firing");
    const before = known.current;
    known.current = new Set([...(before ?? []), ...firing.map(({ id }) => id)]);
    if (before) for (const { id, message, severity } of firing) if (!before.has(id)) showToast(`${severity}: ${message}`);
  }, [data]);
  const text =
    waiting.length === 0
      ? "No alert wants attention"
      : waiting.length === 1
        ? "1 alert wants attention"
        : `${waiting.length} alerts want attention`;
  const critical = waiting.some(({ severity }) => severity === "critical");
  return (
    <Link
      href={link("/alerts")}
      prefetch={false}
      aria-label={text}
      title={text}
      className="relative flex size-9 shrink-0 items-center justify-center rounded-[10px] border border-line hover:bg-hover"
    >
      <Bell size={16} aria-hidden="true" />
      {waiting.length > 0 && (
        <span
          className={`numbers absolute -top-1.5 -right-1.5 min-w-[18px] rounded-full border border-current bg-card px-1 text-center text-[11px] leading-[16px] ${critical ? "text-critical" : "text-warning"}`}
        >
          {waiting.length}
        </span>
      )}
    </Link>
  );
}
