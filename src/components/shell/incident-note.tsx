"use client";

import type { PageFacts } from "~/components/view/page-facts";
import { usePageFacts } from "~/components/view/page-facts";
import { useClock } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";

/** On every page of `hostscope open`: of which machine and stretch it is. */
export function IncidentNote({ from, to, redacted }: NonNullable<PageFacts["incident"]>) {
  const { hostName } = usePageFacts();
  const { show } = useClock();
  const { incident } = useWords().shell;
  return (
    <p
      role="note"
      suppressHydrationWarning
      className="border-b border-line bg-hover px-3 py-1.5 text-center text-[13px] min-[800px]:px-6"
    >
      {incident(hostName, show(Date.parse(from)), show(Date.parse(to)), redacted)}
    </p>
  );
}
