"use client";

import { useMemo } from "react";
import { useEvents } from "~/components/charts/use-events";
import { useHidden } from "~/components/charts/use-hidden";
import { useRange } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { FamilyChart } from "./family-chart";
import { GRID } from "./section";
import { useChartActions } from "./use-chart-actions";
import { useCatalogue } from "./use-families";

const NONE: readonly string[] = [];

/** The charts of these ids, those that this machine has. */
export function PinnedGrid({ ids }: { ids: readonly string[] }) {
  const { performance } = useWords();
  const { span, zoom } = useRange();
  const annotations = useEvents(span);
  const { all } = useCatalogue();
  const hidden = useHidden();
  const actionsOf = useChartActions();
  const pinned = useMemo(() => ids.flatMap((id) => all?.find((family) => family.id === id) ?? []), [ids, all]);
  return (
    <section aria-label={performance.pinned} className="flex flex-col gap-3">
      <h2 className="text-[16px] font-semibold">{performance.pinned}</h2>
      <div className={GRID}>
        {pinned.map((family) => (
          <FamilyChart
            key={family.id}
            family={family}
            span={span}
            compare={false}
            hidden={hidden}
            annotations={annotations}
            actions={actionsOf(family, NONE)}
            onZoom={zoom}
          />
        ))}
      </div>
    </section>
  );
}
