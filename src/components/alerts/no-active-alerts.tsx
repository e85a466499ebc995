"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { useMayChange } from "~/components/view/role";
import { useClock, writeAddress } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import type { ListedAlert } from "./alert-item";
import { ChannelState } from "./channel-state";
import { ChannelTest } from "./channel-test";

const MOST_CHANNELS = 3;

/** What is worth a look while nothing fires: the rules, what was last, and whether somebody would be told. */
export function NoActiveAlerts({ last }: { last: ListedAlert | undefined }) {
  const trpc = useTRPC();
  const { empty: words } = useWords().alerts;
  const format = useFormat();
  const { show } = useClock();
  const { data: rules } = useQuery(trpc.alerts.rules.queryOptions());
  const watching = rules?.filter(({ enabled }) => enabled).length;
  const open = (tab: string) => () => writeAddress({ tab });
  return (
    <Card>
      <p className="flex items-center gap-2 text-[15px] font-semibold">
        <CircleCheck size={17} className="text-ok" aria-hidden="true" />
        {words.title}
      </p>
      <ul className="mt-3">
        <Line action={<Button onClick={open("Rules")}>{words.viewRules}</Button>}>
          {watching === undefined ? "–" : format.count(watching, words.rules)}
        </Line>
        <Line action={<Button onClick={open("History")}>{words.viewHistory}</Button>}>
          {last === undefined ? (
            words.noneResolved
          ) : (
            <>
              {words.lastResolved}{" "}
              <span className="numbers" suppressHydrationWarning>
                {show(Date.parse(last.resolvedAt ?? last.startedAt))}
              </span>
              : {last.message}
            </>
          )}
        </Line>
        <NotificationLines onOpen={open("Channels")} />
      </ul>
    </Card>
  );
}

function Line({ action, children }: { action: ReactNode; children: ReactNode }) {
  return (
    <li className="flex min-h-[52px] flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-2">
      <span className="min-w-0 flex-1 break-words">{children}</span>
      {action}
    </li>
  );
}

function NotificationLines({ onOpen }: { onOpen: () => void }) {
  const trpc = useTRPC();
  const { empty: words } = useWords().alerts;
  const mayChange = useMayChange();
  const { data } = useQuery(trpc.alerts.notifications.queryOptions({}));
  const states = data?.states ?? [];
  if (data && states.length === 0)
    return (
      <Line action={<Button onClick={onOpen}>{mayChange ? words.addChannel : words.viewChannels}</Button>}>
        {words.noChannel}
      </Line>
    );
  return (
    <>
      {states.slice(0, MOST_CHANNELS).map((state) => (
        <Line
          key={state.channel}
          action={mayChange ? <ChannelTest channel={state.channel} /> : <Button onClick={onOpen}>{words.viewChannels}</Button>}
        >
          {words.notifications}: {state.channel}, <ChannelState state={state} />
        </Line>
      ))}
    </>
  );
}
