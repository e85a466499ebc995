/** Writes a day made of a recording into a data folder, as a server would have done. */
import { join } from "node:path";
import { deriveFrame } from "../src/domain/derive";
import type { ProcessDelta, ProcessRow } from "../src/domain/process";
import type { Sample } from "../src/domain/sample";
import { openDatabase } from "../src/server/store/file/database";
import { migrate, readMigrations } from "../src/server/store/file/migrate";
import { SampleLogWriter } from "../src/server/store/series/sample-log";
import { Store } from "../src/server/store/store";
import { type DayTick, readRecording, recordedDay } from "./recording";

const DAY_SECONDS = 86_400;

/** Resolution of the day: every second at its end, every `coarseSeconds` before that. */
interface Detail {
  fineSeconds: number;
  coarseSeconds: number;
}

const YEAR = 365 * 86_400;

function merged(deltas: readonly ProcessDelta[]): ProcessDelta {
  const changed = new Map<number, ProcessRow>();
  const exited = new Set<number>();
  for (const delta of deltas) {
    for (const pid of delta.exited) {
      changed.delete(pid);
      exited.add(pid);
    }
    for (const row of delta.changed) changed.set(row.pid, row);
  }
  const { at = 0, staleMs = 0 } = deltas.at(-1) ?? {};
  return { at, staleMs, changed: [...changed.values()], exited: [...exited] };
}

/** Passes every coarse tick, with its longer interval, and every tick near the end. */
function* thinned(ticks: Iterable<DayTick>, fineFrom: number, coarseSeconds: number): Generator<DayTick> {
  let waiting: ProcessDelta[] = [];
  for (const { sample, processes } of ticks) {
    waiting.push(processes);
    const fine = sample.at >= fineFrom;
    if (!fine && sample.at % (coarseSeconds * 1000) !== 0) continue;
    const interval = sample.series.findIndex(({ metric }) => metric === "hostscope.sample.interval");
    if (!fine && interval >= 0) sample.values[interval] = coarseSeconds;
    yield { sample, processes: merged(waiting) };
    waiting = [];
  }
}

/** Writes the day that ends at `now`. */
export async function buildDay(dataDir: string, now: number, { fineSeconds, coarseSeconds }: Detail): Promise<void> {
  const path = join(dataDir, "hostscope.db");
  const end = Math.floor(now / 1000) * 1000;
  const start = end - DAY_SECONDS * 1000;
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), start);
  const log = new SampleLogWriter(database);
  const retention = { raw: YEAR, processes: YEAR, minute: YEAR, hour: YEAR, tables: YEAR, alerts: YEAR, maxBytes: 2 ** 40 };
  const onError = (error: unknown) => {
    throw error;
  };
  const store = await Store.open({ path, intervalMs: 1000, historySize: 60, retention, onError }, start);
  let previous: Sample | undefined;
  const ticks = recordedDay({ seed: 1, start, seconds: DAY_SECONDS, recording: readRecording() });
  for (const { sample, processes } of thinned(ticks, end - fineSeconds * 1000, coarseSeconds)) {
    const failed = log.append(sample, processes);
    if (failed) throw failed;
    store.add(sample, deriveFrame(previous, sample), processes);
    for (let slice = 0; slice < 4; slice++) store.maintain(sample.at, sample.at);
    previous = sample;
    // Let the store write rows of the readable tables between ticks.
    if (sample.at % 600_000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await store.close();
  database.close();
}
