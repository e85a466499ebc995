"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
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

const ReceiverEditor = dynamic(() => import("./receiver-editor").then(({ ReceiverEditor: loaded }) => loaded), { ssr: false });

type State = Answers["alerts"]["notifications"]["states"][number];

/** The notification channels; `withLog`: and the delivery state of the newest messages. */
export function Channels({ withLog = false }: { withLog?: boolean }) {
  const trpc = useTRPC();
  const { channels: words } = useWords().alerts;
  const mayChange = useMayChange();
  const { data, error, refetch } = useQuery(trpc.alerts.notifications.queryOptions({}));
  const configured = useQuery({ ...trpc.alerts.receivers.queryOptions(), enabled: mayChange });
  const [edited, setEdited] = useState<Receiver | "new" | null>(null);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label={words.name} height={160} />;
  const receivers = configured.data?.receivers ?? [];
  const others = data.states.filter(({ channel }) => !receivers.some(({ name, enabled }) => enabled && name === channel));
  return (
    <>
      <Card
        title={words.title}
        note={words.note}
        aside={configured.data && <Button onClick={() => setEdited("new")}>{words.add}</Button>}
      >
        {configured.error && <Failure error={configured.error} />}
        {receivers.length + others.length === 0 && <p className="py-2 text-muted">{words.none}</p>}
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
            <Channel key={state.channel} name={state.channel} state={state} />
          ))}
        </ul>
      </Card>
      {withLog && <Messages notifications={data.notifications} />}
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
  /** Undefined for a channel that has no form: a program, or one of a plugin. */
  receiver?: Receiver;
  etag?: string | undefined;
  onEdit?: () => void;
}

function Channel({ name, state, receiver, etag, onEdit }: ChannelProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { channels: words } = useWords().alerts;
  const mayChange = useMayChange();
  const change = useMutation(
    trpc.config.set.mutationOptions({ onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.pathKey() }) }),
  );
  const place = receiver && ["notifications", receiver.kind, ...(receiver.index === null ? [] : [receiver.index])];
  const write = (path: (string | number)[], value: boolean | null) =>
    change.mutateAsync({ changes: [{ path, value }], ifMatch: etag });
  const deletion = useDeletion(() => write(place ?? [], null));
  if (deletion.isGone(name)) return null;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line py-2 last:border-0">
      <span className={`min-w-[8em] ${state ? "" : "text-muted line-through"}`}>{name}</span>
      <span className="min-w-0 flex-1">
        <ChannelState state={state} />
      </span>
      {state && mayChange && <ChannelTest channel={name} />}
      {receiver && place && (
        <>
          <Button onClick={onEdit} aria-label={words.changeOf(name)}>
            {words.change}
          </Button>
          <Button
            onClick={() => void write([...place, "enabled"], !receiver.enabled).catch(() => undefined)}
            disabled={change.isPending}
          >
            {receiver.enabled ? words.switchOff : words.switchOn}
          </Button>
          <Button
            aria-label={words.removeOf(name)}
            onClick={() => deletion.remove(name, words.removed(name))}
            disabled={change.isPending}
          >
            {words.remove}
          </Button>
        </>
      )}
      {change.error && <Failure error={change.error} />}
    </li>
  );
}
