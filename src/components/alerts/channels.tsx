"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { useDeletion } from "~/components/ui/use-deletion";
import { usePageFacts } from "~/components/view/page-facts";
import { useClock } from "~/components/view/use-view";
import type { Receiver } from "~/domain/receiver";
import { type Answers, useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";

const ReceiverEditor = dynamic(() => import("./receiver-editor").then(({ ReceiverEditor: loaded }) => loaded), { ssr: false });

type Answer = Answers["alerts"]["notifications"];
type State = Answer["states"][number];

const NOT_CONFIGURED = "None yet. Alerts are on this page and in logs/alerts.log; a channel takes them to people.";

/** The notification channels, and the delivery state of the newest messages. */
export function Channels() {
  const trpc = useTRPC();
  const { account } = usePageFacts();
  const isAdmin = account === null || account.role === "admin";
  const { data, error, refetch } = useQuery(trpc.alerts.notifications.queryOptions({}));
  const configured = useQuery({ ...trpc.alerts.receivers.queryOptions(), enabled: isAdmin });
  const [edited, setEdited] = useState<Receiver | "new" | null>(null);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label="channels" height={160} />;
  const receivers = configured.data?.receivers ?? [];
  const others = data.states.filter(({ channel }) => !receivers.some(({ name, enabled }) => enabled && name === channel));
  return (
    <>
      <Card
        title="Channels"
        note="kept in config/config.yaml"
        aside={configured.data && <Button onClick={() => setEdited("new")}>New channel</Button>}
      >
        {configured.error && <Failure error={configured.error} />}
        {receivers.length + others.length === 0 && <p className="py-2 text-muted">{NOT_CONFIGURED}</p>}
        <ul>
          {receivers.map((receiver) => (
            <Channel
              key={`${receiver.kind} ${receiver.index}`}
              name={receiver.name}
              state={receiver.enabled ? data.states.find(({ channel }) => channel === receiver.name) : undefined}
              receiver={receiver}
              etag={configured.data?.etag}
              onEdit={() => setEdited(receiver)}
            />
          ))}
          {others.map((state) => (
            <Channel key={state.channel} name={state.channel} state={state} canTest={isAdmin} />
          ))}
        </ul>
      </Card>
      <Messages notifications={data.notifications} />
      {edited !== null && configured.data && (
        <ReceiverEditor {...configured.data} receiver={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </>
  );
}

interface ChannelProps {
  name: string;
  /** Undefined while it is switched off. */
  state: State | undefined;
  canTest?: boolean;
  /** Undefined for a channel that has no form: a program, or one of a plugin. */
  receiver?: Receiver;
  etag?: string | undefined;
  onEdit?: () => void;
}

function Channel({ name, state, receiver, canTest = receiver !== undefined, etag, onEdit }: ChannelProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const after = { onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.pathKey() }) };
  const send = useMutation(trpc.alerts.test.mutationOptions(after));
  const change = useMutation(trpc.config.set.mutationOptions(after));
  const place = receiver && ["notifications", receiver.kind, ...(receiver.index === null ? [] : [receiver.index])];
  const write = (path: (string | number)[], value: boolean | null) =>
    change.mutateAsync({ changes: [{ path, value }], ifMatch: etag });
  const deletion = useDeletion(() => write(place ?? [], null));
  if (deletion.isGone(name)) return null;
  return (
    <li className="border-b border-line py-2 last:border-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className={`min-w-[8em] ${state ? "" : "text-muted line-through"}`}>{name}</span>
        <ChannelState state={state} />
        <span className="ml-auto flex flex-wrap gap-2">
          {state && canTest && (
            <Button onClick={() => send.mutate({ channel: name })} disabled={send.isPending}>
              {send.isPending ? "Sending" : "Send test"}
            </Button>
          )}
          {receiver && place && (
            <>
              <Button onClick={onEdit} aria-label={`Change ${name}`}>
                Change
              </Button>
              <Button
                onClick={() => void write([...place, "enabled"], !receiver.enabled).catch(() => undefined)}
                disabled={change.isPending}
              >
                {receiver.enabled ? "Switch off" : "Switch on"}
              </Button>
              <Button
                aria-label={`Delete ${name}`}
                onClick={() => deletion.remove(name, `Deleted: ${name}`)}
                disabled={change.isPending}
              >
                Delete
              </Button>
            </>
          )}
        </span>
      </div>
      {send.data && (
        <p role="status" className={`text-[13px] ${send.data.ok ? "text-ok" : "text-critical"}`}>
          {send.data.ok ? "delivered" : "not delivered"}: {send.data.answer}
          {send.data.hint !== null && <span className="ml-2 text-muted">{send.data.hint}</span>}
        </p>
      )}
      {send.error && <Failure error={send.error} />}
      {change.error && <Failure error={change.error} />}
    </li>
  );
}

function ChannelState({ state }: { state: State | undefined }) {
  const { show } = useClock();
  if (!state) return <span className="text-[13px] text-muted">switched off</span>;
  if (state.state === "working") return <span className="text-[13px] text-ok">working</span>;
  if (state.state === "never sent") return <span className="text-[13px] text-warning">nothing sent yet: send a test</span>;
  return (
    <span className="text-[13px] text-critical">
      failing since {show(Date.parse(state.failingSince ?? ""))}
      {state.outcome !== null && `: ${state.outcome}`}
    </span>
  );
}

function Messages({ notifications }: Pick<Answer, "notifications">) {
  const { show } = useClock();
  return (
    <Card title="Messages" note="newest first">
      {notifications.length === 0 && <p className="text-muted">None yet.</p>}
      <ul>
        {notifications.map(({ id, channel, createdAt, state, attempts, answer }) => (
          <li key={id} className="flex flex-wrap gap-x-3 border-b border-line py-1.5 text-[13px] last:border-0">
            <time dateTime={createdAt} className="numbers text-muted" suppressHydrationWarning>
              {show(Date.parse(createdAt))}
            </time>
            <span>{channel}</span>
            <span className={state === "failed" ? "text-critical" : state === "waiting" ? "text-warning" : "text-ok"}>
              {state}
              {attempts > 1 ? ` after ${attempts} tries` : ""}
            </span>
            <span className="min-w-0 truncate text-muted">{answer}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
