"use client";

import type { ReactNode } from "react";
// Overview and its charts come in the frame's few files: a page of its own would be two requests more at the first visit.
import "~/components/overview/overview";
import { LiveProvider } from "~/components/live/live-provider";
import type { SnapshotFrame } from "~/components/live/live-store";
import type { FrameFacts } from "~/components/view/frame-facts";
import { ApiProvider } from "~/trpc/browser";
import { Shell } from "./shell";

interface ProvidersProps {
  intervalSeconds: number;
  initial: SnapshotFrame;
  facts: FrameFacts;
  summary: string;
  children: ReactNode;
}

/** Everything that pages stand in. One entry, so that the browser fetches few files. */
export function Providers({ intervalSeconds, initial, facts, summary, children }: ProvidersProps) {
  return (
    <ApiProvider>
      <LiveProvider intervalSeconds={intervalSeconds} initial={initial}>
        <Shell facts={facts} summary={summary}>
          {children}
        </Shell>
      </LiveProvider>
    </ApiProvider>
  );
}
