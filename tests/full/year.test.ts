/** A year of history on an accelerated clock: the file stays below its cap, one second is found again, queries stay fast. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deriveFrame } from "~/domain/derive";
import type { Sample } from "~/domain/sample";
import { openDatabase } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { SampleLogWriter } from "~/server/store/series/sample-log";
import { Store } from "~/server/store/store";
import { readRecording, recordedDay } from "../../scripts/recording";

const DAY = 86_400;
const DAYS = 365;
const START = Date.UTC(2026, 0, 1);
const CAP = 24 * 2 ** 20;
/** One sample every ten minutes, except for one hour of seconds that contains the spike. */
const EVERY = 600;
const SPIKE_HOUR = 100 * 24 + 5;
const SPIKE_SECOND = SPIKE_HOUR * 3600 + 1234;
const KEPT =
  /^(hostscope\.sample\.interval|system\.(memory|cpu\.load_average|cpu\.context_switches|disk\.io|network\.io|processes|process\.count))/;

test("a year ends within the cap, its spike of a second is in the year's max, and 95 of 100 queries take less than 200 ms", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-year-"));
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), START);
  const log = new SampleLogWriter(database);
  const retention = {
    raw: 7 * DAY,
    processes: 7 * DAY,
    minute: 90 * DAY,
    hour: 730 * DAY,
    tables: 30 * DAY,
    alerts: 365 * DAY,
    maxBytes: CAP,
  };
  const onError = (error: unknown) => {
    throw error;
  };
  const store = await Store.open({ path, intervalMs: 1000, historySize: 3600, retention, onError }, START);
  const recording = readRecording();
  const slots = recording.series.flatMap(({ metric }, slot) => (KEPT.test(metric) ? [slot] : []));
  const series = slots.map((slot) => recording.series[slot] as Sample["series"][number]);
  const spikeSlot = series.findIndex(({ metric }) => metric === "system.cpu.load_average.1m");
  const intervalSlot = series.findIndex(({ metric }) => metric === "hostscope.sample.interval");
  const ticks = recordedDay({ seed: 5, start: START, seconds: Number.MAX_SAFE_INTEGER, recording });
  let previous: Sample | undefined;
  let largest = 0;
  let second = 0;
  const take = async (every: number) => {
    const { sample, processes } = ticks.next().value as { sample: Sample; processes: Parameters<Store["add"]>[2] };
    const at = START + second * 1000;
    const values = Float64Array.from(slots, (slot) => sample.values[slot] as number);
    values[intervalSlot] = every;
    if (second === SPIKE_SECOND) values[spikeSlot] = 777;
    const one: Sample = { at, series, values };
    const delta = { ...processes, at };
    if (log.append(one, delta)) throw new Error("the log takes no sample");
    store.add(one, deriveFrame(previous, one), delta);
    previous = one;
    // The server would have run a slice of maintenance each second since the last tick.
    const slices = Math.min(every, 60);
    for (let slice = 0; slice < slices; slice++)
      store.maintain(at + (slice * every * 1000) / slices, at + (slice * every * 1000) / slices);
    second += every;
  };
  while (second < DAYS * DAY) {
    await take(Math.floor(second / 3600) === SPIKE_HOUR ? 1 : EVERY);
    if (second % (6 * 3600) === 0) {
      const { bytes, freeBytes } = store.storage(START + second * 1000);
      largest = Math.max(largest, bytes - freeBytes);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const end = START + DAYS * DAY * 1000;
  for (let slice = 0; slice < 2000; slice++) store.maintain(end + slice * 60_000, end + slice * 60_000);

  const year = store.history({ name: "system.cpu.load_average.1m", from: START, to: end, points: 720, aggregate: "max" });
  expect(Math.max(...(year.series[0]?.values ?? []).map((value) => value ?? 0))).toBe(777);
  const times: number[] = [];
  for (const hours of [1, 24, 7 * 24, 30 * 24, 365 * 24]) {
    for (const name of ["system.memory.utilization", "system.network.io", "system", "system.process.count"]) {
      for (const offset of [0, 1, 2]) {
        const to = end - offset * 3_600_000;
        const began = performance.now();
        store.history({ name, from: to - hours * 3_600_000, to, points: 720, aggregate: "avg" });
        times.push(performance.now() - began);
      }
    }
  }
  for (const hours of [1, 24, 7 * 24]) {
    const began = performance.now();
    store.causeSource.consumers(end - hours * 3_600_000, end);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const p95 = times[Math.floor(times.length * 0.95)] ?? Number.NaN;
  const { bytes } = store.storage(end + 10 * 60_000);
  console.log(
    `a year of ${series.length} series: ${(bytes / 2 ** 20).toFixed(1)} MiB, at most ${(largest / 2 ** 20).toFixed(1)} of ${CAP / 2 ** 20}; ` +
      `p95 ${p95.toFixed(0)} ms, worst ${times.at(-1)?.toFixed(0)} ms of ${times.length} queries`,
  );
  expect(largest).toBeLessThanOrEqual(CAP);
  expect(p95).toBeLessThan(200);
  await store.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});
