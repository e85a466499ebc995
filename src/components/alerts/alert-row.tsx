"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button, TextInput } from "~/components/ui/controls";
import { SeverityBadge } from "~/components/ui/severity-badge";
import type { AlertAnswer } from "~/domain/alert";
import { formatDuration, formatText } from "~/domain/units";
import { useTRPC } from "~/trpc/client";

export type AlertItem = AlertAnswer;

function lasted({ startedAt, resolvedAt }: AlertItem, now: number): string {
  const end = resolvedAt === null ? now : Date.parse(resolvedAt);
  return formatDuration(Math.max(0, Math.round((end - Date.parse(startedAt)) / 1000)));
}

/** What happened, how long, which process did it; and what can be done about the message. */
export function AlertRow({ alert, now }: { alert: AlertItem; now: number }) {
  const firing = alert.state === "firing";
  return (
    <li className="flex flex-col gap-1.5 border-b border-line py-3 last:border-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <SeverityBadge severity={firing ? alert.severity : "resolved"} />
        <strong className="font-semibold">{alert.message}</strong>
        <span className="numbers ml-auto text-[12.5px] text-muted">
          <time dateTime={alert.startedAt} title={alert.startedAt}>
            {new Date(alert.startedAt).toLocaleString()}
          </time>
          , {firing ? "for" : "lasted"} {lasted(alert, now)}
        </span>
      </div>
      <Cause cause={alert.cause} />
      {alert.acknowledgedAt !== null && (
        <p className="text-[12.5px] text-muted">
          acknowledged by {alert.acknowledgedBy}
          {alert.note ? `: ${alert.note}` : ""}
        </p>
      )}
      {firing && <Actions alert={alert} />}
    </li>
  );
}

function Cause({ cause }: { cause: AlertItem["cause"] }) {
  if (cause.length === 0) return null;
  return (
    <p className="text-[13px] text-muted">
      cause:{" "}
      {cause.slice(0, 3).map(({ pid, name, share, user, command }, index) => (
        <span key={pid} title={command}>
          {index > 0 && ", "}
          <span className="font-mono text-text">{name}</span> ({pid}, {user}) {formatText(share, "1")}
        </span>
      ))}
    </p>
  );
}

function Actions({ alert }: { alert: AlertItem }) {
  const [note, setNote] = useState("");
  const trpc = useTRPC();
  const queries = useQueryClient();
  const after = { onSuccess: () => queries.invalidateQueries({ queryKey: trpc.alerts.pathKey() }) };
  const acknowledge = useMutation(trpc.alerts.acknowledge.mutationOptions(after));
  const resolve = useMutation(trpc.alerts.resolve.mutationOptions(after));
  const input = { id: alert.id, ...(note !== "" && { note }) };
  const error = acknowledge.error ?? resolve.error;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <TextInput
        aria-label="Note"
        placeholder="Note"
        value={note}
        onChange={(event) => setNote(event.target.value)}
        className="w-[220px]"
      />
      {alert.acknowledgedAt === null && (
        <Button onClick={() => acknowledge.mutate(input)} disabled={acknowledge.isPending}>
          Acknowledge
        </Button>
      )}
      <Button onClick={() => resolve.mutate(input)} disabled={resolve.isPending}>
        Resolve
      </Button>
      {error && <span className="text-critical">{error.message}</span>}
    </div>
  );
}
