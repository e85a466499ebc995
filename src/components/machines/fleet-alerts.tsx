"use client";

import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { SeverityBadge } from "~/components/ui/severity-badge";
import { Failure, Skeleton } from "~/components/ui/states";
import { useMachineLink } from "~/components/view/machine-link";
import { labelWord } from "~/components/words/label-word";
import { useWords } from "~/components/words/words-provider";
import { seriesName } from "~/domain/series-name";
import type { Answers } from "~/trpc/browser";
import { safeAddress } from "./own-pages";
import { useMachineAlerts } from "./use-machines";

type MachineAlert = Answers["machines"]["alerts"]["alerts"][number];

/** Shown before one asks for all. */
const FIRST = 10;

/** What fires on any machine, the worst first. */
export function FleetAlerts() {
  const { alerts: words } = useWords().machines;
  const { data, error, refetch } = useMachineAlerts();
  const [open, setOpen] = useState(false);
  const alerts = data?.alerts ?? [];
  const shown = open ? alerts : alerts.slice(0, FIRST);
  return (
    <section aria-label={words.title}>
      <Card
        title={words.title}
        {...(alerts.length > 0 && { note: String(alerts.length) })}
        className={error && data ? "stale" : ""}
      >
        {!data && error && <Failure error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton label={words.loading} height={60} />}
        {data && alerts.length === 0 && <p className="text-muted">{words.none}</p>}
        <ul className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1">
          {shown.map((alert) => (
            <AlertLine key={`${alert.machine} ${alert.rule} ${alert.severity} ${JSON.stringify(alert.labels)}`} alert={alert} />
          ))}
        </ul>
        {alerts.length > FIRST && (
          <Button className="mt-2" onClick={() => setOpen(!open)}>
            {open ? words.fewer : words.more(alerts.length - FIRST)}
          </Button>
        )}
      </Card>
    </section>
  );
}

function AlertLine({ alert: { machine, rule, severity, labels, url } }: { alert: MachineAlert }) {
  const { machines, charts } = useWords();
  const link = useMachineLink();
  const own = safeAddress(url);
  const series = seriesName(labels, labelWord(charts.values));
  return (
    <li className="col-span-2 grid grid-cols-subgrid items-baseline">
      <SeverityBadge severity={severity} />
      <p className="flex min-w-0 flex-wrap items-baseline gap-x-3">
        <span className="flex min-w-0 items-center">
          <a
            href={link(machine)}
            className="block min-w-[24px] truncate leading-[24px] font-medium hover:underline"
            title={machine}
          >
            {machine}
          </a>
          {own !== null && (
            <a
              href={own}
              target="_blank"
              rel="noreferrer"
              aria-label={machines.alerts.onMachine(machine)}
              title={machines.alerts.onMachine(machine)}
              className="flex size-6 shrink-0 items-center justify-center rounded-[6px] text-muted hover:bg-hover hover:text-text"
            >
              <ExternalLink size={13} aria-hidden="true" />
            </a>
          )}
        </span>
        <span className="min-w-0 break-words">
          {rule} {series !== "" && <span className="text-muted">{series}</span>}
        </span>
      </p>
    </li>
  );
}
