/** The order of a legend: what is large in the range comes first, so that it is not behind "+3". Pure. */
import type { LegendEntry } from "./prepare";

/** A series passes another only when it is this much larger: two of one size would change places all the time. */
const CLEARLY = 1.5;

/** `before` is the last order, by label. Both directions of a mirrored chart stay as they are. */
export function legendOrder(entries: readonly LegendEntry[], before: readonly string[]): LegendEntry[] {
  if (entries.some(({ half }) => half !== null)) return [...entries];
  const places = new Map(before.map((label, place) => [label, place]));
  const placeOf = ({ label }: LegendEntry) => places.get(label) ?? before.length;
  const ordered = entries.toSorted((a, b) => placeOf(a) - placeOf(b));
  for (let end = 1; end < ordered.length; end++) {
    for (let place = end; place > 0; place--) {
      const [ahead, entry] = [ordered[place - 1] as LegendEntry, ordered[place] as LegendEntry];
      if (entry.peak <= CLEARLY * ahead.peak) break;
      ordered[place - 1] = entry;
      ordered[place] = ahead;
    }
  }
  return ordered;
}
