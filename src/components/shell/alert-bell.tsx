"use client";

import { Bell } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { useAlerts } from "~/components/alerts/use-alerts";
import { useJudgement } from "~/components/live/judgement-provider";
import { showToast } from "~/components/ui/toasts";
import { usePageLink } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { worstOf } from "~/domain/judgement";

const HOURS = 24;

/** Number of alerts that nobody takes care of; announces each new one once as text. */
export function AlertBell() {
  const link = usePageLink();
  const { data } = useAlerts(HOURS);
  const { waiting } = useJudgement();
  const { shell, ui } = useWords();
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!data) return;
    const firing = data.alerts.filter(({ state }) => state === "firing");
    const before = known.current;
    known.current = new Set([...(before ?? []), ...firing.map(({ id }) => id)]);
    if (!before) return;
    for (const { id, message, severity } of firing) {
      if (!before.has(id)) showToast(shell.bell.fired(ui.severity[severity], message));
    }
  }, [data, shell, ui]);
  const text = waiting.length === 0 ? shell.bell.none : shell.bell.some(waiting.length);
  const critical = worstOf(waiting.map(({ severity }) => severity)) === "critical";
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
