/**
 * Bounds how many series there are at once, and how many new ones an hour may have. Above the limit, new values of the label that has the most
 * of them (a container's id, an interface's name) are not taken until there is room again; what was taken before stays. What totals are sums of
 * goes last: without a part of them, totals would be wrong.
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

/** Metrics that totals are sums of, where the device is marked as counted, and the label that names it. */
const PARTS: Record<string, string> = {
  "system.disk.in_total": "system.device",
  "system.disk.io": "system.device",
  "system.disk.operations": "system.device",
  "system.network.in_total": "network.interface.name",
  "system.network.io": "network.interface.name",
};
/** Directions that have no total. */
const NO_PARTS = new Set(["discard", "flush"]);

type Named = Pick<Reading, "metric" | "labels">;
type Refused = ReadonlyMap<string, ReadonlySet<string>>;

/** Whether a total is a sum of a series, going by the devices that are counted at this tick. */
function partsOf(readings: readonly Reading[]): (one: Named) => boolean {
  const counted = new Set<string>();
  const placeOf = ({ metric, labels }: Named) => `${PARTS[metric]} ${labels?.[PARTS[metric] ?? ""]}`;
  for (const one of readings) if (one.metric.endsWith(".in_total")) counted.add(placeOf(one));
  return (one) => {
    if (one.metric === "system.cpu.time") return true;
    return one.metric in PARTS && counted.has(placeOf(one)) && !NO_PARTS.has(one.labels?.["disk.io.direction"] ?? "");
  };
}

export class SeriesLimit {
  readonly name = "series";
  /** Values that are not taken, by label: of series that no total is a sum of, and of the others. */
  private refused: Refused = new Map();
  private refusedParts: Refused = new Map();
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

  /** The readings to keep. `known` has the series of the sample before. */
  apply(readings: readonly Reading[], known: () => Iterable<Named>, at: number): readonly Reading[] {
    const isSpent = this.born.size >= this.mostBorn && Math.floor(at / HOUR_MS) === this.hour;
    if (readings.length <= this.most && !isSpent) {
      this.refused = new Map();
      this.refusedParts = new Map();
      this.tell([]);
      return readings;
    }
    const isPart = partsOf(readings);
    if (isSpent) this.refuseNew(readings, [...known()], isPart);
    else if (--this.lookIn <= 0 || readings.length !== this.lastLength) this.refuseMost(readings, [...known()], isPart);
    this.lastLength = readings.length;
    return readings.filter((one) => !isRefused(isPart(one) ? this.refusedParts : this.refused, one));
  }

  private refuseNew(readings: readonly Reading[], known: readonly Named[], isPart: (one: Named) => boolean): void {
    const isAny = this.born.size >= ANY_LABEL * this.mostBorn;
    const fresh = newValuesOf(without(readings, isPart), without(known, isPart));
    this.refused = new Map(isAny ? fresh : fresh.slice(0, 1));
    this.refusedParts = new Map(isAny ? newValuesOf(readings.filter(isPart), known.filter(isPart)) : []);
    const labels = new Set([...this.refused.keys(), ...this.refusedParts.keys()]);
    const reason = `more than ${this.mostBorn} new series this hour (${NEW_AN_HOUR} times monitoring.max_series), so new ones of this label are dropped until the next hour`;
    // It stays said while a tick has nothing new.
    if (labels.size > 0) this.tell([...labels].map((label) => ({ what: `new values of ${label}`, reason })));
  }

  private refuseMost(readings: readonly Reading[], known: readonly Named[], isPart: (one: Named) => boolean): void {
    this.lookIn = LOOK_EVERY;
    const others = without(readings, isPart);
    const parts = readings.filter(isPart);
    this.refused = refusedOf(others, readings.length - this.most, without(known, isPart));
    const kept = others.filter((one) => !isRefused(this.refused, one)).length;
    this.refusedParts = refusedOf(parts, kept + parts.length - this.most, known.filter(isPart));
    const labels = new Set([...this.refused.keys(), ...this.refusedParts.keys()]);
    const reason = `more than ${this.most} series (monitoring.max_series), so new ones of this label are dropped`;
    const sizeOf = (label: string) => new Set([...(this.refused.get(label) ?? []), ...(this.refusedParts.get(label) ?? [])]).size;
    this.tell([...labels].map((label) => ({ what: `${sizeOf(label)} values of ${label}`, reason })));
  }

  private tell(absences: readonly NotMeasured[]): void {
    if (JSON.stringify(absences) !== JSON.stringify(this.absences)) this.absences = absences;
  }
}

const without = <One extends Named>(list: readonly One[], isPart: (one: Named) => boolean) => list.filter((one) => !isPart(one));

function isRefused(refused: Refused, { labels }: Reading): boolean {
  if (!labels) return false;
  for (const [label, values] of refused) {
    const value = labels[label];
    if (value !== undefined && values.has(value)) return true;
  }
  return false;
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

/** Which values to leave out until `tooMany` readings are: of the label with the most values first, those that are new, the last ones first. Pure. */
function refusedOf(readings: readonly Reading[], tooMany: number, known: Iterable<Pick<Reading, "labels">>): Refused {
  const refused = new Map<string, Set<string>>();
  const before = countValues(known);
  const labels = [...countValues(readings)].sort(([, a], [, b]) => b.size - a.size);
  let above = tooMany;
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
