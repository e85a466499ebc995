/**
 * Bounds how many series there are at once, and how many new ones an hour may have. Above the limit, new values of the label that has the most
 * of them (a container's id, an interface's name) are not taken until there is room again; what was taken before stays.
 */
import { crc32 } from "node:zlib";
import type { NotMeasured } from "~/domain/host";
import type { Reading } from "~/domain/sample";

/** While nothing changes, look again whether there is room after this many ticks. */
const LOOK_EVERY = 10;
/** New series that an hour may have, of those at once: each name is kept for as long as its history. */
const NEW_AN_HOUR = 5;
/** Above that many times as many, new values of no label are taken. */
const ANY_LABEL = 1.5;
const HOUR_MS = 3_600_000;

export class SeriesLimit {
  readonly name = "series";
  /** Values that are not taken, by label. */
  private refused = new Map<string, Set<string>>();
  private lookIn = 0;
  private lastLength = 0;
  private hour = Number.NaN;
  /** Checksums of the names that are new in this hour: one that comes and goes counts once. */
  private readonly born = new Set<number>();
  /** The same array until it changes. */
  absences: readonly NotMeasured[] = [];

  private readonly mostBorn: number;

  constructor(private readonly most: number) {
    this.mostBorn = NEW_AN_HOUR * most;
  }

  /** `keys` are those of the sample's series that the layout before did not have. */
  note(keys: readonly string[], at: number): void {
    const hour = Math.floor(at / HOUR_MS);
    if (hour !== this.hour) this.born.clear();
    this.hour = hour;
    for (const key of keys) this.born.add(crc32(key));
  }

  /** The readings to keep. `known` has the labels of the sample before. */
  apply(readings: readonly Reading[], known: () => Iterable<Pick<Reading, "labels">>, at: number): readonly Reading[] {
    const isSpent = this.born.size >= this.mostBorn && Math.floor(at / HOUR_MS) === this.hour;
    if (readings.length <= this.most && !isSpent) {
      if (this.refused.size > 0) this.refuse(new Map(), []);
      return readings;
    }
    if (isSpent) {
      const fresh = newValuesOf(readings, known());
      const labels = this.born.size >= ANY_LABEL * this.mostBorn ? fresh : fresh.slice(0, 1);
      const reason = `more than ${this.mostBorn} new series this hour (${NEW_AN_HOUR} times monitoring.max_series), so new ones of this label are dropped until the next hour`;
      const refused = new Map(labels);
      // It stays said while a tick has nothing new.
      if (refused.size > 0)
        this.refuse(
          refused,
          [...refused.keys()].map((label) => ({ what: `new values of ${label}`, reason })),
        );
      else this.refused = refused;
    } else if (--this.lookIn <= 0 || readings.length !== this.lastLength) {
      this.lookIn = LOOK_EVERY;
      const refused = refusedOf(readings, this.most, known());
      const reason = `more than ${this.most} series (monitoring.max_series), so new ones of this label are dropped`;
      this.refuse(
        refused,
        [...refused].map(([label, values]) => ({ what: `${values.size} values of ${label}`, reason })),
      );
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

  private refuse(refused: Map<string, Set<string>>, absences: readonly NotMeasured[]): void {
    this.refused = refused;
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

/** The values of each label that the sample before did not have, of the label with the most of them first. Pure. */
function newValuesOf(
  readings: readonly Reading[],
  known: Iterable<Pick<Reading, "labels">>,
): [label: string, values: Set<string>][] {
  const before = countValues(known);
  return [...countValues(readings)]
    .map(([label, counts]): [string, Set<string>] => {
      const values = before.get(label);
      return [label, new Set([...counts.keys()].filter((value) => !values?.has(value)))];
    })
    .filter(([, values]) => values.size > 0)
    .sort(([, a], [, b]) => b.size - a.size);
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
