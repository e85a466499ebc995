"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ChevronDown, ChevronRight } from "lucide-react";
import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { Button, TextInput } from "~/components/ui/controls";
import { Popover } from "~/components/ui/popover";
import { runWithUndo } from "~/components/ui/run-with-undo";
import { SeverityBadge } from "~/components/ui/severity-badge";
import { Failure } from "~/components/ui/states";
import { showToast } from "~/components/ui/toasts";
import { useClock, writeAddress } from "~/components/view/use-view";
import { isAnswerAcknowledged } from "~/domain/alert";
import { shareText, whoText } from "~/domain/contributor";
import { formatDuration } from "~/domain/format-value";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import type { ListedAlert } from "./alert-item";

import { type SilenceChoice, silenceChoices } from "./silence-choices";

const AlertDetail = dynamic(() => import("./alert-detail").then(({ AlertDetail: loaded }) => loaded), { ssr: false });

function lasted({ startedAt, resolvedAt }: ListedAlert, now: number): string {
  const end = resolvedAt === null ? now : Date.parse(resolvedAt);
  return formatDuration(Math.max(0, Math.round((end - Date.parse(startedAt)) / 1000)));
}

/** One alert with its cause and its actions; expanded, it shows the details. */
export function AlertRow({ alert, now }: { alert: ListedAlert; now: number }) {
  const open = useSearchParams().get("alert") === alert.id;
  const { show } = useClock();
  const firing = alert.state === "firing";
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <li className="flex flex-col gap-1.5 border-b border-line py-3 last:border-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`Details of ${alert.message}`}
          onClick={() => writeAddress({ alert: open ? null : alert.id })}
          className="flex size-[24px] items-center justify-center self-center rounded-[6px] hover:bg-hover"
        >
          <Icon size={15} aria-hidden="true" />
        </button>
        <SeverityBadge severity={firing ? alert.severity : "resolved"} />
        <strong className="min-w-0 font-semibold break-words">{alert.message}</strong>
        {alert.mutedBy && <span className="text-[12.5px] text-muted">nobody is told: {alert.mutedBy}</span>}
        <span className="numbers ml-auto text-[12.5px] text-muted">
          <time dateTime={alert.startedAt} title={alert.startedAt} suppressHydrationWarning>
            {show(Date.parse(alert.startedAt))}
          </time>
          , {firing ? "for" : "lasted"} {lasted(alert, now)}
        </span>
      </div>
      <Cause alert={alert} />
      {alert.acknowledgedAt !== null && (
        <p className="text-[12.5px] text-muted">
          acknowledged by {alert.acknowledgedBy}
          {alert.acknowledgedUntil !== null && ` until ${show(Date.parse(alert.acknowledgedUntil))}`}
          {alert.note ? `: ${alert.note}` : ""}
        </p>
      )}
      {firing && <Actions alert={alert} />}
      {open && <AlertDetail alert={alert} now={now} />}
    </li>
  );
}

function Cause({ alert }: { alert: ListedAlert }) {
  const { cause, refusal } = alert;
  if (refusal === null && cause.length === 0) return null;
  return (
    <p className="text-[13px] text-muted">
      cause: {refusal}
      {refusal === null &&
        cause.slice(0, 3).map((one, index) => (
          <span key={`${one.name} ${one.pid}`} title={one.command}>
            {index > 0 && "; "}
            <span className="text-text">{one.name}</span>
            {whoText(one).slice(one.name.length)}, {shareText(one)}
          </span>
        ))}
    </p>
  );
}

function Actions({ alert }: { alert: ListedAlert }) {
  const [note, setNote] = useState("");
  const [coming, setComing] = useState<string | null>(null);
  const trpc = useTRPC();
  const queries = useQueryClient();
  const after = {
    onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.pathKey() }),
    onSettled: () => setComing(null),
  };
  const acknowledge = useMutation(trpc.alerts.acknowledge.mutationOptions(after));
  const resolve = useMutation(trpc.alerts.resolve.mutationOptions(after));
  const input = { id: alert.id, ...(note !== "" && { note }) };
  const error = acknowledge.error ?? resolve.error;
  const begin = (word: string, run: () => void) => {
    setComing(word);
    runWithUndo(`${word}: ${alert.message}`, run, () => setComing(null));
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <TextInput
        aria-label="Note"
        placeholder="Note"
        value={note}
        onChange={(event) => setNote(event.target.value)}
        className="w-[220px]"
      />
      {!isAnswerAcknowledged(alert, Date.now()) && (
        <Button onClick={() => begin("Acknowledged", () => acknowledge.mutate(input))} disabled={coming !== null}>
          Acknowledge
        </Button>
      )}
      <Button onClick={() => begin("Resolved", () => resolve.mutate(input))} disabled={coming !== null}>
        Resolve
      </Button>
      {!alert.mutedBy && <SilenceMenu alert={alert} note={note} />}
      {error && <Failure error={error} />}
    </div>
  );
}

/** Silences this alert, and no other of its rule. */
function SilenceMenu({ alert, note }: { alert: ListedAlert; note: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { timeZone, show } = useClock();
  const add = useMutation(
    trpc.alerts.addSilence.mutationOptions({
      onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.pathKey() }),
    }),
  );
  const silence = ({ until }: SilenceChoice) => {
    const asked = { rule: alert.rule, match: alert.labels, note, until: new Date(until).toISOString() };
    add.mutate(asked, { onSuccess: () => showToast(`Nobody is told of it until ${show(until)}`) });
  };
  return (
    <>
      <Popover label={`Silence: ${alert.message}`} button="Silence" align="left">
        {(close) => (
          <ul className="flex w-[180px] flex-col">
            {silenceChoices(Date.now(), timeZone).map((choice) => (
              <li key={choice.text}>
                <button
                  type="button"
                  className="min-h-9 w-full rounded-[8px] px-2 text-left text-[13px] hover:bg-hover"
                  onClick={() => {
                    silence(choice);
                    close();
                  }}
                >
                  {choice.text}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Popover>
      {add.error && <Failure error={add.error} />}
    </>
  );
}
