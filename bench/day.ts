/** Builds a day of the recording in a database, as the server writes it. */
import { join } from "node:path";
import { deriveFrame } from "~/domain/derive";
import type { Sample } from "~/domain/sample";
import { openDatabase } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { SampleLogWriter } from "~/server/store/series/sample-log";
import { blockStart, ROLLUP_COLUMNS, ROLLUP_TIERS, SERIES_PER_CHUNK, Tiers } from "~/server/store/series/tiers";
import { Store } from "~/server/store/store";
import { type DayTick, type Recording, readRecording, recordedDay, seeded } from "../scripts/recording";

const YEAR = 365 * 86_400;
export const KEEP_ALL = { raw: YEAR, processes: YEAR, minute: YEAR, hour: YEAR, tables: YEAR, alerts: YEAR, maxBytes: 2 ** 40 };

export interface Day {
  path: string;
  /** Epoch milliseconds, [start, end). */
  start: number;
  end: number;
  /** The recording that the day is made of. */
  recording: Recording;
}

export function dayTicks({ start, end, recording }: Pick<Day, "start" | "end" | "recording">): Generator<DayTick> {
  return recordedDay({ seed: 1, start, seconds: (end - start) / 1000, recording });
}

/** Reduces a recording to some of its series, without processes. */
export function onlySeries(recording: Recording, wanted: (metric: string) => boolean): Recording {
  const slots = recording.series.flatMap(({ metric }, slot) => (wanted(metric) ? [slot] : []));
  return {
    at: recording.at,
    series: slots.map((slot) => recording.series[slot] as Recording["series"][number]),
    columns: slots.map((slot) => recording.columns[slot] as Float64Array),
    processes: recording.processes.map(({ at, staleMs }) => ({ at, staleMs, changed: [], exited: [] })),
  };
}

export async function openStore(path: string, now: number): Promise<Store> {
  const onError = (error: unknown) => {
    throw error;
  };
  return Store.open({ path, intervalMs: 1000, historySize: 3600, retention: KEEP_ALL, onError }, now);
}

export const DAYS = 30;
const DAY_MS = 86_400_000;

/** One value per minute over thirty days, for peers without a coarser tier. */
export function thirtyDays({ end }: Pick<Day, "end">): { at: number; value: number }[] {
  const random = seeded(2);
  return Array.from({ length: DAYS * 1440 }, (_, minute) => ({
    at: end - DAYS * DAY_MS + minute * 60_000,
    value: Math.round(random() * 1e9) * 4096,
  }));
}

/** Adds earlier days that repeat this one, as minute and hour rollups, which longer ranges are read from. */
export function addDaysBefore({ path, start }: Day, days: number): void {
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  const tiers = new Tiers(database);
  const groups = database.prepare('SELECT DISTINCT "group" FROM rollups WHERE tier = ?').pluck();
  database.transaction(() => {
    for (const tier of ROLLUP_TIERS) {
      const slots = DAY_MS / (tier.seconds * 1000);
      for (const group of groups.all(tier.seconds) as number[]) {
        const chunk = tiers.rollup(tier.seconds, group, blockStart(start, tier.blockMs));
        if (!chunk) continue;
        const first = (start - blockStart(start, tier.blockMs)) / (tier.seconds * 1000);
        const statistics = new Map<number, Float64Array[]>();
        for (let place = 0; place < SERIES_PER_CHUNK; place++) {
          const columns = Array.from({ length: ROLLUP_COLUMNS }, (_, index) => chunk.column(place * ROLLUP_COLUMNS + index));
          if (columns[0])
            statistics.set(
              place,
              columns.map((column) => (column as Float64Array).slice(first, first + slots)),
            );
        }
        for (let day = 1; day < days; day++) {
          const at = start - day * DAY_MS;
          const block = blockStart(at, tier.blockMs);
          const change = { start: block, first: (at - block) / (tier.seconds * 1000), statistics };
          tiers.writeRollup({ tier: tier.seconds, start: block, group, data: tiers.mergedRollup(tier, group, change) });
        }
      }
    }
  })();
  database.close();
}

/** Runs the ticks through log, store and maintenance on the day's clock until everything is sealed. */
export async function buildDay(folder: string, start: number, seconds: number, recording = readRecording()): Promise<Day> {
  const day = { path: join(folder, "hostscope.db"), start, end: start + seconds * 1000, recording };
  const database = openDatabase(day.path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), start);
  const log = new SampleLogWriter(database);
  const store = await openStore(day.path, start);
  let previous: Sample | undefined;
  for (const { sample, processes } of dayTicks(day)) {
    const failed = log.append(sample, processes);
    if (failed) throw failed;
    store.add(sample, deriveFrame(previous, sample), processes);
    store.maintain(sample.at, sample.at);
    previous = sample;
    // Let the store write rows of the readable tables between ticks.
    if (sample.at % 60_000 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  for (let slice = 0; slice < 3000; slice++) store.maintain(day.end + 400_000, day.end + 400_000);
  await store.close();
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
  return day;
}
