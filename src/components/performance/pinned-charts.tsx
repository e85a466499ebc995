"use client";

import dynamic from "next/dynamic";
import { usePreferences } from "~/components/view/preferences";
import { useWords } from "~/components/words/words-provider";

/** Who has pinned nothing does not load the charts of Performance. */
const PinnedGrid = dynamic(() => import("./pinned-grid").then((module) => module.PinnedGrid), { ssr: false });

/** The charts that somebody pinned on Performance; nothing without any. */
export function PinnedCharts() {
  const { pinnedCharts } = usePreferences();
  const { performance } = useWords();
  return pinnedCharts.length === 0 ? null : (
    <section aria-label={performance.pinned} className="flex flex-col gap-3">
      <h2 className="text-[16px] font-semibold">{performance.pinned}</h2>
      <PinnedGrid ids={pinnedCharts} />
    </section>
  );
}
