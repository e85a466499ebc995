/** Places thresholds: a dashed line across the plot, and its label at the right margin, none over another. Pure. */
import type { Threshold } from "./prepare";

const LABEL_HEIGHT = 14;

export interface PlacedLimit extends Threshold {
  /** Of the line and of the label's top, pixels from the top of the plot. */
  line: number;
  label: number;
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
