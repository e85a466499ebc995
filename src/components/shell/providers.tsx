"use client";

import type { ReactNode } from "react";
// Bundle Overview and its charts with the frame: a chunk of their own would cost two more requests on the first visit.
import "~/components/overview/overview";
import type { Found } from "~/components/live/judgement-provider";
import { LiveProvider } from "~/components/live/live-provider";
import type { SnapshotEvent } from "~/components/live/live-store";
import type { PageFacts } from "~/components/view/page-facts";
import { ApiProvider } from "~/trpc/browser";
import { Shell } from "./shell";

interface ProvidersProps {
  intervalSeconds: number;
  initial: SnapshotEvent;
  facts: PageFacts;
  found: Found;
  children: ReactNode;
}

/** All context providers of a page. One entry point, so that the browser loads few files. */
export function Providers({ intervalSeconds, initial, facts, found, children }: ProvidersProps) {
  return (
    <ApiProvider>
      <LiveProvider intervalSeconds={intervalSeconds} initial={initial}>
        <Shell facts={facts} found={found}>
          {children}
        </Shell>
      </LiveProvider>
    </ApiProvider>
  );
}
