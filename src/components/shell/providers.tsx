"use client";

import type { ReactNode } from "react";
// Overview and its charts come in the frame's few files: a page of its own would be two requests more at the first visit.
import "~/components/overview/overview";
import { LiveProvider } from "~/components/live/live-provider";
import type { SnapshotFrame } from "~/components/live/live-store";
import { Failure } from "~/components/ui/states";
import type { FrameFacts } from "~/components/view/frame-facts";
import { ApiProvider } from "~/trpc/client";
import { Shell } from "./shell";

interface ProvidersProps {
  intervalSeconds: number;
  initial: SnapshotFrame;
  facts: FrameFacts;
  summary: string;
  children: ReactNode;
}

/** A page that breaks stays in its frame. `digest` is under which the server's log has it. */
export function PageFailure({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Failure error={{ message: "This page could not be drawn.", data: { requestId: error.digest ?? null } }} retry={reset} />
  );
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
