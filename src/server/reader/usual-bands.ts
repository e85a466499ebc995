/** What is usual for the series of a metric at an hour, from the means of five minutes of that hour on past days. */
import { seriesKey } from "~/domain/sample";
import { type Band, bandOf, hourStart, pastHours, USUAL_STEP_SECONDS, type UsualSeries } from "~/domain/usual";
import type { BandOf } from "../alerts/judgement";
import { runAtOnce } from "../slices";
import type { StoreReader } from "../store/store-reader";

export interface UsualRequest {
  /** A metric, or "system". */
  name: string;
  at: number;
  timeZone: string;
}

/** Of more, those with the highest values. */
const MOST_SERIES = 100;
/** More than an hour and its margins have: their steps count. */
const MOST_POINTS = 100;
const HOUR_MS = 3_600_000;

type Hour = Map<string, { series: Omit<UsualSeries, "band">; values: number[] }>;

/** Hours that were read, by their beginning: those of neighbouring days share most of them. */
type ReadHours = Map<number, Hour>;

export function* usualBands(
  reader: StoreReader,
  { name, at, timeZone }: UsualRequest,
  read: ReadHours = new Map(),
): Generator<undefined, UsualSeries[]> {
  const hours = pastHours(at, timeZone);
  const all: Hour = new Map();
  for (const { from, to } of hours) {
    if (!read.has(from)) read.set(from, yield* readHour(reader, { name, from, to }));
    for (const [key, one] of read.get(from) ?? []) all.set(key, one);
  }
  return [...all].flatMap(([key, { series }]) => {
    const values = hours.map(({ from }) => read.get(from)?.get(key)?.values ?? []);
    const band = bandOf(series, hours, values);
    return band ? [{ ...series, band }] : [];
  });
}

/** As live rules get it, for a back-test: of each hour by what was before it. */
export function bandsOfThePast(reader: StoreReader, timeZone: string): BandOf {
  const read: ReadHours = new Map();
  const bands = new Map<string, Map<string, Band>>();
  return ({ metric, labels }, at) => {
    const hour = hourStart(at, timeZone);
    const key = `${hour} ${metric}`;
    if (!bands.has(key)) {
      const usual = runAtOnce(usualBands(reader, { name: metric, at: hour, timeZone }, read));
      bands.set(key, new Map(usual.map((one) => [seriesKey(one), one.band])));
    }
    return { band: bands.get(key)?.get(seriesKey({ metric, labels })) ?? null, until: hour + HOUR_MS };
  };
}

function* readHour(reader: StoreReader, range: { name: string; from: number; to: number }): Generator<undefined, Hour> {
  const { series } = yield* reader.history({
    ...range,
    stepSeconds: USUAL_STEP_SECONDS,
    points: MOST_POINTS,
    limit: MOST_SERIES,
    aggregate: "avg",
  });
  return new Map(
    series.map(({ metric, labels, unit, values }) => [
      seriesKey({ metric, labels }),
      { series: { metric, labels, unit }, values: values.filter((value) => value !== null) },
    ]),
  );
}
