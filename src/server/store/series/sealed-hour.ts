/** Reads an hour of chunks as samples. */
import type { Sample, Series } from "~/domain/sample";
import type { SeriesIndexReader } from "./series-index";
import { HOUR_MS, SERIES_PER_CHUNK, type Tiers } from "./tiers";

/** Ids of `series`, in the same order. */
export interface SealedSample extends Sample {
  ids: Uint32Array;
}

/** Samples of the hour from `from` on, oldest first, all with one layout. Yields after each group of series. */
export function* sealedSamples(
  { series, tiers }: { series: SeriesIndexReader; tiers: Tiers },
  hour: number,
  from = hour,
): Generator<undefined, SealedSample[]> {
  const ids: number[] = [];
  const layout: Series[] = [];
  const columns: Float64Array[] = [];
  let interval = 0;
  for (const group of tiers.groupsOf(hour)) {
    const found = tiers.chunk(group, hour);
    if (!found || found === "damaged") continue;
    interval = found.interval;
    for (let place = 0; place < SERIES_PER_CHUNK; place++) {
      const column = tiers.column(found.chunk, place);
      const one = column && series.byNumber(group * SERIES_PER_CHUNK + place);
      if (!column || !one) continue;
      ids.push(group * SERIES_PER_CHUNK + place);
      layout.push(one);
      columns.push(column);
    }
    yield;
  }
  if (interval === 0) return [];
  const numbers = Uint32Array.from(ids);
  const samples: SealedSample[] = [];
  for (let slot = Math.max(0, Math.ceil((from - hour) / interval)); slot < HOUR_MS / interval; slot++) {
    const values = Float64Array.from(columns, (column) => column[slot] as number);
    if (values.some((value) => !Number.isNaN(value)))
      samples.push({ at: hour + slot * interval, series: layout, values, ids: numbers });
  }
  return samples;
}

/** As `sealedSamples`, in one go. */
export function readSealedHour(parts: { series: SeriesIndexReader; tiers: Tiers }, hour: number, from: number): SealedSample[] {
  const reading = sealedSamples(parts, hour, from);
  for (let step = reading.next(); ; step = reading.next()) if (step.done) return step.value;
}
