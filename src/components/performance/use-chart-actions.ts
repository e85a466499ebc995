"use client";

import { useCallback } from "react";
import type { ChartAction } from "~/components/charts/chart-actions";
import { changePreferences, usePreferences } from "~/components/view/preferences";
import { useWords } from "~/components/words/words-provider";
import type { Family } from "./families";
import { orderAfterMove } from "./own-order";

/** Pins a chart to Overview, and moves it among the charts that are shown of its section. */
export function useChartActions(): (family: Family, shown: readonly string[]) => ChartAction[] {
  const { pinnedCharts, chartOrder } = usePreferences();
  const { actions } = useWords().performance;
  return useCallback(
    ({ id }, shown) => {
      const isPinned = pinnedCharts.includes(id);
      const place = shown.indexOf(id);
      const move = (by: -1 | 1) => changePreferences({ chartOrder: orderAfterMove({ id, by }, shown, chartOrder) });
      return [
        {
          text: isPinned ? actions.unpin : actions.pin,
          run: () =>
            changePreferences({ pinnedCharts: isPinned ? pinnedCharts.filter((one) => one !== id) : [...pinnedCharts, id] }),
        },
        ...(place > 0 ? [{ text: actions.earlier, run: () => move(-1) }] : []),
        ...(place >= 0 && place < shown.length - 1 ? [{ text: actions.later, run: () => move(1) }] : []),
      ];
    },
    [pinnedCharts, chartOrder, actions],
  );
}
