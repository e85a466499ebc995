/** Places thresholds: a dashed line across the plot, and its label at the right margin, none over another. Pure. */
import type { Format } from "~/components/words/words-provider";
import type { Threshold } from "./prepare";

const LABEL_HEIGHT = 14;

export interface PlacedLimit extends Threshold {
  /** Of the line and of the label's top, pixels from the top of the plot. */
  line: number;
  label: number;
}

/** Digits that somebody sets are few; a value that was computed, such as a share of the memory in bytes, has more. */
const MOST_LETTERS = 10;

export function limitText(value: number, unit: string, format: Pick<Format, "limit" | "text">): string {
  const text = format.limit(value, unit);
  return text.length <= MOST_LETTERS ? text : format.text(value, unit);
}

/** From top to bottom. A label that another one keeps from its line moves as little as it can, within the plot. */
export function placeLimits(
  thresholds: readonly Threshold[],
  { min, max }: { min: number; max: number },
  height: number,
): PlacedLimit[] {
  const placed = thresholds
    .filter(({ value }) => value <= max && value >= min)
    .map((threshold) => {
      const line = ((max - threshold.value) / (max - min)) * height;
      return { ...threshold, line, label: line - LABEL_HEIGHT / 2 };
    })
    .sort((a, b) => a.line - b.line);
  let free = -LABEL_HEIGHT / 2;
  for (const one of placed) {
    one.label = Math.max(one.label, free);
    free = one.label + LABEL_HEIGHT;
  }
  let end = height + LABEL_HEIGHT / 2;
  for (const one of placed.toReversed()) {
    one.label = Math.min(one.label, end - LABEL_HEIGHT);
    end = one.label;
  }
  return placed;
}
