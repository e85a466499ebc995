/** Samples of a range from the sealed hours, the sample log and the ring, joined without a gap. */
import { inputsOf } from "~/domain/derive";
import type { DefinitionOf } from "~/domain/metric";
import type { Sample, Series } from "~/domain/sample";
import { LayoutParts } from "./layout-parts";
import type { Ring } from "./ring";
import type { SampleLogReader } from "./sample-log";
import type { SeriesIndexReader } from "./series-index";
import { blockStart, HOUR_MS, SERIES_PER_CHUNK, type Tiers } from "./tiers";

/** What a history is read from. */
export interface HistoryParts {
  intervalMs: number;
  series: SeriesIndexReader;
  log: SampleLogReader;
  ring: Ring;
  tiers: Tiers;
  definitionOf: DefinitionOf;
}

export const INTERVAL_METRIC = "hostscope.sample.interval";

/**
 * `everSealed`: end of the newest sealed hour. `sealedUntil`: end of the sealed hours without newer rows in the sample log;
 * earlier than `everSealed` after the clock was set back.
 */
export function sealedBounds({ tiers, log }: HistoryParts): Pick<RawRange, "sealedUntil" | "everSealed"> {
  const everSealed = tiers.sealedUntil() ?? Number.NEGATIVE_INFINITY;
  return { everSealed, sealedUntil: Math.min(everSealed, blockStart(log.oldest() ?? everSealed, HOUR_MS)) };
}

interface RawRange {
  from: number;
  to: number;
  sealedUntil: number;
  everSealed: number;
}

/** Samples in time order, with the inputs of `metrics`. */
export function* rawSamples(
  parts: HistoryParts,
  metrics: readonly string[],
  { from, to, sealedUntil, everSealed }: RawRange,
): Generator<Sample> {
  if (from < sealedUntil) yield* chunkSamples(parts, metrics, { from, to: Math.min(to, sealedUntil) });
  if (everSealed > sealedUntil) {
    yield* reopenedHours(parts, metrics, { from: Math.max(from, sealedUntil), to: Math.min(to, everSealed) });
  }
  const logFrom = Math.max(from, everSealed);
  const inMemory = parts.ring.oldest?.at ?? Number.POSITIVE_INFINITY;
  const needed = neededFor(metrics);
  if (logFrom < inMemory) yield* parts.log.read(logFrom, Math.min(to, inMemory), wantedOf(parts, needed));
  yield* new LayoutParts(new Set(needed)).select(parts.ring.read(Math.max(logFrom, inMemory), to));
}

/** Every series that these metrics ever had. */
function wantedOf({ series }: HistoryParts, metrics: readonly string[]): ReadonlyMap<number, Series> {
  return new Map(series.ofMetrics(metrics).map(({ id, series: one }) => [id, one]));
}

/** What metrics are derived from. */
function neededFor(metrics: readonly string[]): string[] {
  return [...new Set([...metrics.flatMap(inputsOf), INTERVAL_METRIC])];
}

/** For each timestamp the logged sample if there is one, else the sealed one. */
function* reopenedHours(parts: HistoryParts, metrics: readonly string[], range: { from: number; to: number }): Generator<Sample> {
  const found = new Map<number, Sample>();
  for (const sample of chunkSamples(parts, metrics, range)) found.set(sample.at, sample);
  for (const sample of parts.log.read(range.from, range.to, wantedOf(parts, neededFor(metrics)))) found.set(sample.at, sample);
  yield* [...found.values()].sort((a, b) => a.at - b.at);
}

/** All inputs of every metric that has a damaged input: without it, a sum or share would be too small. */
function touchedBy(damaged: ReadonlySet<string>, metrics: readonly string[]): Set<string> {
  if (damaged.size === 0) return new Set();
  return new Set(metrics.map(inputsOf).flatMap((inputs) => (inputs.some((one) => damaged.has(one)) ? inputs : [])));
}

function* chunkSamples(
  parts: HistoryParts,
  metrics: readonly string[],
  { from, to }: { from: number; to: number },
): Generator<Sample> {
  const everNamed = parts.series.ofMetrics(neededFor(metrics));
  for (let hour = blockStart(from, HOUR_MS); hour < to; hour += HOUR_MS) {
    const opened = new Map<number, ReturnType<Tiers["chunk"]>>();
    let interval = 0;
    // Of all that ever had a name, most have no chunk in this hour.
    const there = new Set(parts.tiers.groupsOf(hour));
    const named = everNamed.filter(({ id }) => there.has(Math.floor(id / SERIES_PER_CHUNK)));
    for (const { id } of named) {
      const group = Math.floor(id / SERIES_PER_CHUNK);
      if (!opened.has(group)) opened.set(group, parts.tiers.chunk(group, hour));
    }
    const isThere = ({ id }: { id: number }) => {
      const found = opened.get(Math.floor(id / SERIES_PER_CHUNK));
      return found === "damaged" || (found && parts.tiers.column(found.chunk, id % SERIES_PER_CHUNK) !== null);
    };
    const members = named.filter(isThere);
    const layout = members.map(({ series }) => series);
    const damaged = members.filter(({ id }) => opened.get(Math.floor(id / SERIES_PER_CHUNK)) === "damaged");
    const unknown = touchedBy(new Set(damaged.map(({ series }) => series.metric)), metrics);
    const columns = members.map(({ id, series }) => {
      const found = opened.get(Math.floor(id / SERIES_PER_CHUNK));
      if (!found || found === "damaged" || unknown.has(series.metric)) return null;
      interval = found.interval;
      return parts.tiers.column(found.chunk, id % SERIES_PER_CHUNK);
    });
    if (interval === 0) continue;
    const slots = HOUR_MS / interval;
    const firstSlot = Math.max(0, Math.ceil((from - hour) / interval));
    for (let slot = firstSlot; slot < slots; slot++) {
      const at = hour + slot * interval;
      if (at >= to) return;
      const values = new Float64Array(columns.length);
      let present = false;
      for (let i = 0; i < columns.length; i++) {
        const value = columns[i]?.[slot] ?? Number.NaN;
        values[i] = value;
        if (!Number.isNaN(value)) present = true;
      }
      if (present) yield { at, series: layout, values };
    }
  }
}
