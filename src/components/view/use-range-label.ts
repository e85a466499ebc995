"use client";

import { useWords } from "~/components/words/words-provider";
import { PRESETS } from "./range";
import { useClock, useRange } from "./use-view";

const DAY_MS = 86_400_000;

/** What people call the page's range: "Last hour", "yesterday 14:00 to 15:00", two moments. */
export function useRangeLabel(): string {
  const { range } = useRange();
  const { show } = useClock();
  const { presets } = useWords().shell.range;
  if (range.kind === "absolute") {
    return `${show(range.from)} – ${show(range.to, range.to - range.from < DAY_MS ? "time" : "moment")}`;
  }
  const preset = PRESETS.find((text) => text === range.text);
  return preset === undefined ? range.text : presets[preset];
}
