"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { useDeletion } from "~/components/ui/use-deletion";
import { useMayChange } from "~/components/view/role";
import { useWords } from "~/components/words/words-provider";
import type { Receiver } from "~/domain/receiver";
import { type Answers, useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { ChannelState } from "./channel-state";
import { ChannelTest } from "./channel-test";
import { Messages } from "./messages";
import { pathOf, receiverIn } from "./receiver-form";

const ReceiverEditor = dynamic(() => import("./receiver-editor").then(({ ReceiverEditor: loaded }) => loaded), { ssr: false });

type State = Answers["alerts"]["notifications"]["states"][number];

/** The notification channels; `withLog`: and the delivery state of the newest messages. */
export function Channels({ withLog = false }: { withLog?: boolean }) {
  const trpc = useTRPC();
  const { channels: words } = useWords().alerts;
  const mayChange = useMayChange();
  const { data, error, refetch } = useQuery(trpc.alerts.notifications.queryOptions({}));
  const configured = useQuery({ ...trpc.alerts.receivers.queryOptions(), enabled: mayChange });
  // The list may be read again while the form is open: its changes are for the place in the list that it was opened from.
  const [edited, setEdited] = useState<{ receiver: Receiver; etag: string } | "new" | null>(null);
  const removal = useRemoval();
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label={words.name} height={160} />;
  const receivers = (configured.data?.receivers ?? []).filter((receiver) => !removal.isGone(receiver));
  const others = data.states.filter(
    ({ channel }) => !configured.data?.receivers.some(({ name, enabled }) => enabled && name === channel),
  );
  return (
    <>
      <Card
        title={words.title}
        note={words.note}
        aside={configured.data && <Button onClick={() => setEdited("new")}>{words.add}</Button>}
      >
        {configured.error && <Failure error={configured.error} />}
        {removal.error && <Failure error={removal.error} />}
        {receivers.length + others.length === 0 && <p className="py-2 text-muted">{words.none}</p>}
        <ul>
          {configured.data &&
            receivers.map((receiver) => (
              <Channel
                key={keyOf(receiver)}
                name={receiver.name}
                state={receiver.enabled ? data.states.find(({ channel }) => channel === receiver.name) : undefined}
                receiver={receiver}
                etag={configured.data.etag}
                onEdit={() => setEdited({ receiver, etag: configured.data.etag })}
                onRemove={() => removal.remove(receiver, configured.data)}
              />
            ))}
          {others.map((state) => (
            <Channel key={state.channel} name={state.channel} state={state} />
          ))}
        </ul>
      </Card>
      {withLog && <Messages notifications={data.notifications} />}
      {edited !== null && configured.data && (
        <ReceiverEditor
          {...configured.data}
          {...(edited === "new" ? { receiver: null } : edited)}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

const keyOf = ({ kind, name }: Receiver) => `${kind} ${name}`;

interface Listed {
  receivers: readonly Receiver[];
  etag: string;
}

/**
 * Deletes receivers, each after the time for undoing it: one after the other, because each deletion moves those behind it. The server
 * refuses one whose list has changed in another way.
 */
function useRemoval() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { channels: words } = useWords().alerts;
  const change = useMutation(
    trpc.config.set.mutationOptions({ onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.pathKey() }) }),
  );
  const asked = useRef(new Map<string, { receiver: Receiver; listed: Listed; removedBefore: number }>());
  const removed = useRef<Receiver[]>([]);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  const run = async (key: string) => {
    const one = asked.current.get(key);
    if (!one) return;
    const now = await queries.fetchQuery(trpc.alerts.receivers.queryOptions());
    const between = { before: one.listed.receivers, after: now.receivers, removed: removed.current.slice(one.removedBefore) };
    const found = receiverIn(one.receiver, between);
    const ifMatch = found ? now.etag : one.listed.etag;
    await change.mutateAsync({ changes: [{ path: pathOf(found ?? one.receiver), value: null }], ifMatch });
    removed.current.push(found ?? one.receiver);
  };
  const deletion = useDeletion((key) => {
    last.current = last.current.catch(() => undefined).then(() => run(key));
    return last.current;
  });
  return {
    error: change.error,
    isGone: (receiver: Receiver) => deletion.isGone(keyOf(receiver)),
    remove(receiver: Receiver, listed: Listed) {
      asked.current.set(keyOf(receiver), { receiver, listed, removedBefore: removed.current.length });
      deletion.remove(keyOf(receiver), words.removed(receiver.name));
    },
  };
}

interface ChannelProps {
  name: string;
  /** Undefined while it is switched off. */
  state: State | undefined;
  /** Undefined for a channel that has no form: a program, or one of a plugin. */
  receiver?: Receiver;
  etag?: string | undefined;
  onEdit?: () => void;
  onRemove?: () => void;
}

function Channel({ name, state, receiver, etag, onEdit, onRemove }: ChannelProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { channels: words } = useWords().alerts;
  const mayChange = useMayChange();
  const change = useMutation(
    trpc.config.set.mutationOptions({ onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.pathKey() }) }),
  );
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line py-2 last:border-0">
      <span className={`min-w-[8em] ${state ? "" : "text-muted line-through"}`}>{name}</span>
      <span className="min-w-0 flex-1">
        <ChannelState state={state} />
      </span>
      {state && mayChange && <ChannelTest channel={name} />}
      {receiver && (
        <>
          <Button onClick={onEdit} aria-label={words.changeOf(name)}>
            {words.change}
          </Button>
          <Button
            onClick={() =>
              change.mutate({
                changes: [{ path: [...pathOf(receiver), "enabled"], value: !receiver.enabled }],
                ifMatch: etag,
              })
            }
            disabled={change.isPending}
          >
            {receiver.enabled ? words.switchOff : words.switchOn}
          </Button>
          <Button aria-label={words.removeOf(name)} onClick={onRemove} disabled={change.isPending}>
            {words.remove}
          </Button>
        </>
      )}
      {change.error && <Failure error={change.error} />}
    </li>
  );
}
