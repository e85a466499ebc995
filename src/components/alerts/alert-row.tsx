"use client";

import { ChevronDown, ChevronRight } from "lucide-react";
import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { SeverityBadge } from "~/components/ui/severity-badge";
import { useMayChange } from "~/components/view/role";
import { useClock, writeAddress } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { AlertActions } from "./alert-actions";
import type { ListedAlert } from "./alert-item";
import { mutedText } from "./muted-text";

const AlertDetail = dynamic(() => import("./alert-detail").then(({ AlertDetail: loaded }) => loaded), { ssr: false });

/** The columns of the list and of its heads; on a phone the lines of a row. */
export const ALERT_COLUMNS =
  "grid gap-x-3 gap-y-1 grid-cols-[minmax(0,1fr)_auto] min-[800px]:grid-cols-[24px_104px_minmax(0,1fr)_172px_88px]";

function lastedSeconds({ startedAt, resolvedAt }: ListedAlert, now: number): number {
  const end = resolvedAt === null ? now : Date.parse(resolvedAt);
  return Math.max(0, Math.round((end - Date.parse(startedAt)) / 1000));
}

/** One alert with its cause and its actions; expanded, it shows the details. */
export function AlertRow({ alert, now }: { alert: ListedAlert; now: number }) {
  const open = useSearchParams().get("alert") === alert.id;
  const { row: words } = useWords().alerts;
  const format = useFormat();
  const { show } = useClock();
  const mayChange = useMayChange();
  const firing = alert.state === "firing";
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <li className="border-b border-line py-2.5 last:border-0">
      <div className={`${ALERT_COLUMNS} items-baseline`}>
        <button
          type="button"
          aria-expanded={open}
          aria-label={words.details(alert.message)}
          onClick={() => writeAddress({ alert: open ? null : alert.id })}
          className="order-1 flex size-[24px] items-center justify-center self-start justify-self-end rounded-[6px] hover:bg-hover min-[800px]:order-none"
        >
          <Icon size={15} aria-hidden="true" />
        </button>
        <span className="flex flex-wrap gap-x-3 min-[800px]:flex-col">
          <SeverityBadge severity={alert.severity} />
          {!firing && <SeverityBadge severity="resolved" />}
        </span>
        <div className="order-2 col-span-2 min-w-0 min-[800px]:order-none min-[800px]:col-span-1">
          <strong className="font-semibold break-words">{alert.message}</strong>
          {alert.mutedBy && <span className="ml-3 text-[12.5px] text-muted">{mutedText(alert.mutedBy, words)}</span>}
          <Cause alert={alert} />
          <Acknowledged alert={alert} />
        </div>
        <time
          dateTime={alert.startedAt}
          title={alert.startedAt}
          className="numbers order-3 text-[12.5px] text-muted min-[800px]:order-none min-[800px]:text-right"
          suppressHydrationWarning
        >
          {show(Date.parse(alert.startedAt))}
        </time>
        <span className="numbers order-4 text-right text-[12.5px] whitespace-nowrap text-muted min-[800px]:order-none">
          {format.duration(lastedSeconds(alert, now))}
        </span>
      </div>
      <div className="min-[800px]:pl-[36px]">
        {firing && mayChange && <AlertActions alert={alert} />}
        {open && <AlertDetail alert={alert} now={now} />}
      </div>
    </li>
  );
}

function Acknowledged({ alert }: { alert: ListedAlert }) {
  const { row: words } = useWords().alerts;
  const { show } = useClock();
  const { acknowledgedAt, acknowledgedBy, acknowledgedUntil, note } = alert;
  if (acknowledgedAt === null) return null;
  return (
    <p className="text-[12.5px] text-muted">
      {words.acknowledged(acknowledgedBy ?? "", show(Date.parse(acknowledgedAt)))}
      {acknowledgedUntil !== null && ` ${words.acknowledgedUntil(show(Date.parse(acknowledgedUntil)))}`}
      {note ? `: ${note}` : ""}
    </p>
  );
}

function Cause({ alert }: { alert: ListedAlert }) {
  const { row, contributors } = useWords().alerts;
  const format = useFormat();
  const { cause, refusal } = alert;
  if (refusal === null && cause.length === 0) return null;
  return (
    <p className="text-[13px] break-words text-muted">
      {row.cause} {refusal}
      {refusal === null &&
        cause.slice(0, 3).map((one, index) => (
          <span key={`${one.name} ${one.pid}`} title={one.command}>
            {index > 0 && "; "}
            <span className="text-text">{one.name}</span>
            {one.pid !== null && ` (${contributors.pid(one.pid)})`}, {format.text(one.share, "1")}{" "}
            {contributors.measures[one.measure]}
          </span>
        ))}
    </p>
  );
}
