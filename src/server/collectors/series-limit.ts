/**
 * Bounds how many series there are at once. Above the limit, new values of the label that has the most of them (a container's id, an
 * interface's name) are not taken until there is room again; what was taken before stays.
 */
import type { NotMeasured } from "~/domain/host";
import type { Reading } from "~/domain/sample";

/** While nothing changes, look again whether there is room after this many ticks. */
const LOOK_EVERY = 10;

export class SeriesLimit {
  readonly name = "series";
  /** Values that are not taken, by label. */
  private refused = new Map<string, Set<string>>();
  private lookIn = 0;
  private lastLength = 0;
  /** The same array until it changes. */
  absences: readonly NotMeasured[] = [];

  constructor(private readonly most: number) {}

  /** The readings to keep. `known` has the labels of the sample before. */
  apply(readings: readonly Reading[], known: () => Iterable<Pick<Reading, "labels">>): readonly Reading[] {
    if (readings.length <= this.most) {
      if (this.refused.size > 0) this.refuse(new Map());
      return readings;
    }
    if (--this.lookIn <= 0 || readings.length !== this.lastLength) {
      this.lookIn = LOOK_EVERY;
      this.refuse(refusedOf(readings, this.most, known()));
    }
    this.lastLength = readings.length;
    return readings.filter((reading) => !this.isRefused(reading));
  }

  private isRefused({ labels }: Reading): boolean {
    if (!labels) return false;
    for (const [label, values] of this.refused) {
      const value = labels[label];
      if (value !== undefined && values.has(value)) return true;
    }
    return false;
  }

  private refuse(refused: Map<string, Set<string>>): void {
    this.refused = refused;
    const absences = [...refused].map(([label, values]) => ({
      what: `${values.size} values of ${label}`,
      reason: `more than ${this.most} series (monitoring.max_series), so new ones of this label are dropped`,
    }));
    if (JSON.stringify(absences) !== JSON.stringify(this.absences)) this.absences = absences;
  }
}

type ByLabel = Map<string, Map<string, number>>;

/** How many readings each value of each label has. */
function countValues(readings: Iterable<Pick<Reading, "labels">>): ByLabel {
  const labels: ByLabel = new Map();
  for (const { labels: own } of readings) {
    for (const label in own) {
      let values = labels.get(label);
      if (!values) {
        values = new Map();
        labels.set(label, values);
      }
      const value = own[label] as string;
      values.set(value, (values.get(value) ?? 0) + 1);
    }
  }
  return labels;
}

/** Which values to leave out: of the label with the most values first, those that are new, the last ones first. Pure. */
function refusedOf(
  readings: readonly Reading[],
  most: number,
  known: Iterable<Pick<Reading, "labels">>,
): Map<string, Set<string>> {
  const refused = new Map<string, Set<string>>();
  const before = countValues(known);
  const labels = [...countValues(readings)].sort(([, a], [, b]) => b.size - a.size);
  let above = readings.length - most;
  for (const [label, counts] of labels) {
    const values = new Set<string>();
    const isKnown = (value: string) => before.get(label)?.has(value) ?? false;
    for (const [value, count] of [...counts].reverse()) {
      if (above <= 0) break;
      if (isKnown(value)) continue;
      values.add(value);
      above -= count;
    }
    if (values.size > 0) refused.set(label, values);
    if (above <= 0) break;
  }
  return refused;
}
