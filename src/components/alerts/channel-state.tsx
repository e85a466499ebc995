"use client";

import { useClock } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import type { Answers } from "~/trpc/browser";

/** How a channel does; undefined while it is switched off. */
export function ChannelState({ state }: { state: Answers["alerts"]["notifications"]["states"][number] | undefined }) {
  const { show } = useClock();
  const { channels: words } = useWords().alerts;
  if (!state) return <span className="text-[13px] text-muted">{words.off}</span>;
  if (state.state === "working") return <span className="text-[13px] text-ok">{words.working}</span>;
  if (state.state === "never sent") return <span className="text-[13px] text-warning">{words.neverSent}</span>;
  return (
    <span className="text-[13px] text-critical">{words.failing(show(Date.parse(state.failingSince ?? "")), state.outcome)}</span>
  );
}
