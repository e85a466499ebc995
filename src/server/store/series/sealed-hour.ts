/** Reads an hour of chunks as samples, in which a series is while it has readings: most of a machine whose names come and go last for seconds. */
import type { Sample, Series } from "~/domain/sample";
import type { SeriesIndexReader } from "./series-index";
import { HOUR_MS, SERIES_PER_CHUNK, type Tiers } from "./tiers";

/** Ids of `series`, in the same order. */
export interface SealedSample extends Sample {
  ids: Uint32Array;
}

interface SealedColumn {
  id: number;
  series: Series;
  /** Slot of the first of `values`, which begin and end with a reading. */
  first: number;
  values: Float64Array;
}

interface SealedParts {
  series: SeriesIndexReader;
  tiers: Tiers;
}

export class SealedHour {
  private constructor(
    private readonly hour: number,
    /** Milliseconds between slots. */
    private readonly interval: number,
    /** By their first slot. */
    private readonly columns: readonly SealedColumn[],
  ) {}

  /** What there is from `from` on. Yields after each group of series. */
  static *open({ series, tiers }: SealedParts, hour: number, from = hour): Generator<undefined, SealedHour> {
    const columns: SealedColumn[] = [];
    let interval = HOUR_MS;
    for (const group of tiers.groupsOf(hour)) {
      const found = tiers.chunk(group, hour);
      if (!found || found === "damaged") continue;
      interval = found.interval;
      const begin = Math.max(0, Math.ceil((from - hour) / interval));
      for (let place = 0; place < SERIES_PER_CHUNK; place++) {
        const id = group * SERIES_PER_CHUNK + place;
        const trimmed = trim(tiers.column(found.chunk, place), begin);
        const one = trimmed && series.byNumber(id);
        if (trimmed && one) columns.push({ id, series: one, ...trimmed });
      }
      yield;
    }
    columns.sort((a, b) => a.first - b.first || a.id - b.id);
    return new SealedHour(hour, interval, columns);
  }

  /** Samples in [from, to), oldest first; with `groups`, only the series of these. */
  *samples(from: number, to: number, groups?: ReadonlySet<number>): Generator<SealedSample> {
    const { hour, interval } = this;
    const begin = Math.max(0, Math.ceil((from - hour) / interval));
    const end = Math.min(HOUR_MS, to - hour) / interval;
    const columns = this.columns.filter(
      ({ id, first, values }) =>
        first < end && first + values.length > begin && (!groups || groups.has(Math.floor(id / SERIES_PER_CHUNK))),
    );
    let [next, lastSlot] = [0, -1];
    let active: SealedColumn[] = [];
    let layout: Pick<SealedSample, "series" | "ids"> = { series: [], ids: new Uint32Array() };
    for (let slot = begin; slot < end; slot++) {
      if (slot > lastSlot || (columns[next]?.first ?? end) <= slot) {
        active = active.filter(({ first, values }) => first + values.length > slot);
        for (; (columns[next]?.first ?? end) <= slot; next++) active.push(columns[next] as SealedColumn);
        lastSlot = active.reduce((least, { first, values }) => Math.min(least, first + values.length - 1), HOUR_MS / interval);
        layout = { series: active.map(({ series }) => series), ids: Uint32Array.from(active, ({ id }) => id) };
      }
      const values = Float64Array.from(active, (column) => column.values[slot - column.first] as number);
      if (values.some((value) => !Number.isNaN(value))) yield { at: hour + slot * interval, values, ...layout };
    }
  }
}

/** Without the gaps at both ends; null when nothing is left. */
function trim(column: Float64Array | null, begin: number): Pick<SealedColumn, "first" | "values"> | null {
  if (!column) return null;
  let [first, end] = [begin, column.length];
  while (first < end && Number.isNaN(column[first] as number)) first++;
  while (end > first && Number.isNaN(column[end - 1] as number)) end--;
  return first < end ? { first, values: column.slice(first, end) } : null;
}

/** Samples of an hour from `from` on, in one go. */
export function readSealedHour(parts: SealedParts, hour: number, from: number): Generator<SealedSample> {
  const opening = SealedHour.open(parts, hour, from);
  for (let step = opening.next(); ; step = opening.next()) if (step.done) return step.value.samples(from, hour + HOUR_MS);
}
