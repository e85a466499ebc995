"use client";

import { lazyPart } from "~/components/ui/lazy-part";
import { usePreferences } from "~/components/view/preferences";

/** Who has pinned nothing does not load the charts of Performance. */
const PinnedGrid = lazyPart(() => import("./pinned-grid").then((module) => module.PinnedGrid));

/** The charts that somebody pinned on Performance; nothing without any. */
export function PinnedCharts() {
  const { pinnedCharts } = usePreferences();
  return pinnedCharts.length === 0 ? null : <PinnedGrid ids={pinnedCharts} />;
}
