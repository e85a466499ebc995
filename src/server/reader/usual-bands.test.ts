/** What is usual is read from the minutes that are stored, and what is not is ranked. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ruleSchema } from "~/domain/alert.schema";
import type { HistorySeries } from "~/domain/history";
import { unusualOf } from "~/domain/usual";
import { ruleFromConfig } from "../config/to-rules";
import { runAtOnce } from "../slices";
import { openDatabase } from "../store/file/database";
import { migrate, readMigrations } from "../store/file/migrate";
import { SeriesIndexWriter } from "../store/series/series-index";
import { ROLLUP_TIERS, SERIES_PER_CHUNK, Tiers } from "../store/series/tiers";
import { Store } from "../store/store";
import { workOf } from "./requests";

const DAY_MS = 86_400_000;
const DAYS = 30;
/** A Monday. */
const START = Date.UTC(2026, 8, 28);
const NOW = START + DAYS * DAY_MS;
const AGE = 1e9;

/** CPU by the hour of the day: busy by day, but not on Sundays, never twice the same. */
function cpuAt(at: number): number {
  const day = new Date(at);
  const busy = day.getUTCDay() !== 0 && day.getUTCHours() >= 8 && day.getUTCHours() < 18;
  // Something ran for two hours of the last night.
  const isInjected = at >= NOW - 22 * 3_600_000 && at < NOW - 20 * 3_600_000;
  return (busy ? 0.4 : 0.05) + (isInjected ? 0.6 : 0) + 0.02 * Math.sin(at / 7_777_777) + 0.01 * Math.sin(at / 311_111);
}

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-usual-"));
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), START);
  const names = new SeriesIndexWriter(database);
  // The interval of samples tells where minutes begin.
  const interval = names.idOf({ metric: "hostscope.sample.interval", labels: {} });
  const cpu = names.idOf({ metric: "system.cpu.utilization", labels: {} });
  const tiers = new Tiers(database);
  const [minutes] = ROLLUP_TIERS;
  const slots = minutes.blockMs / 60_000;
  const group = Math.floor(cpu / SERIES_PER_CHUNK);
  for (let day = 0; day < DAYS; day++) {
    const start = START + day * DAY_MS;
    const columns = (of: (at: number) => number) => {
      const mean = Float64Array.from({ length: slots }, (_, slot) => of(start + slot * 60_000));
      return [mean, mean, mean, mean.map(() => 60)];
    };
    const statistics = new Map([
      [interval % SERIES_PER_CHUNK, columns(() => 1)],
      [cpu % SERIES_PER_CHUNK, columns(cpuAt)],
    ]);
    tiers.writeRollup({ tier: 60, start, group, data: tiers.mergedRollup(minutes, group, { start, first: 0, statistics }) });
  }
  // One later chunk marks the past as sealed.
  tiers.writeChunk({ start: NOW, interval: 1000, group: 1000, data: Buffer.alloc(0) });
  database.close();
  const retention = { raw: AGE, processes: AGE, minute: AGE, hour: AGE, tables: AGE, alerts: AGE, maxBytes: 2 ** 30 };
  store = await Store.open(
    {
      path,
      intervalMs: 1000,
      historySize: 60,
      retention,
      onError: (error) => {
        throw error;
      },
    },
    NOW,
  );
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function usualAt(day: number, hour: number, name = "system.cpu.utilization") {
  const at = START + day * DAY_MS + hour * 3_600_000 + 1_234_567;
  return runAtOnce(workOf(store.reader, { kind: "usual", name, at, timeZone: "UTC" }));
}

test("an hour is as it was in the weeks before, a Sunday as Sundays were", () => {
  const [wednesday] = usualAt(DAYS - 1, 10);
  expect(wednesday).toMatchObject({ metric: "system.cpu.utilization", labels: {}, unit: "1" });
  expect(wednesday?.band).toMatchObject({ basis: "hour of the week", times: 4 });
  expect(wednesday?.band.low).toBeGreaterThan(0.36);
  expect(wednesday?.band.high).toBeLessThan(0.44);
  const [sunday] = usualAt(27, 10);
  expect(sunday?.band.high).toBeLessThan(0.1);
});

test("the days before count while there are few weeks, and the first days nothing is usual", () => {
  expect(usualAt(9, 10)[0]?.band).toMatchObject({ basis: "hour of the day", times: 9 });
  expect(usualAt(3, 10)).toEqual([]);
  expect(usualAt(DAYS - 1, 10, "system.memory.utilization")).toEqual([]);
});

test("what is beyond the usual is told with its numbers, what is not is silent", () => {
  const usual = usualAt(DAYS - 1, 10, "system");
  const recent = (value: number): HistorySeries[] => [
    { metric: "system.cpu.utilization", labels: {}, unit: "1", values: [null, value, value, value, value] },
    { metric: "system.memory.utilization", labels: {}, unit: "1", values: [value] },
  ];
  expect(unusualOf(recent(0.42), usual)).toEqual([]);
  const [cpu] = recent(0.9) as [HistorySeries];
  expect(unusualOf([{ ...cpu, values: [null, null, 0.9, 0.9] }], usual)).toEqual([]);
  expect(unusualOf(recent(0.9), usual)).toEqual([{ ...usual[0], name: "CPU", value: 0.9 }]);
  expect(unusualOf(recent(0.02), usual)).toMatchObject([{ name: "CPU", value: 0.02 }]);
});

test("of many that are unusual, the five are told that are most so", () => {
  const metrics = [
    "system.cpu.utilization",
    "system.cpu.load_average.1m",
    "system.memory.utilization",
    "system.paging.utilization",
    "system.linux.pressure.cpu.some",
    "system.linux.pressure.memory.some",
    "system.linux.pressure.io.some",
  ];
  const band = { low: 0.1, high: 0.2, least: 0, most: 0.3, basis: "hour of the week" as const, times: 5 };
  const usual = metrics.map((metric) => ({ metric, labels: {}, unit: "1", band }));
  const recent = metrics.map((metric, index) => ({ metric, labels: {}, unit: "1", values: [0.31 + index / 10] }));
  expect(unusualOf(recent, usual).map(({ metric }) => metric)).toEqual(metrics.slice(2).reverse());
});

test("a rule for the unusual is tried on the past by what was usual then", () => {
  const rule = ruleFromConfig(ruleSchema.parse({ name: "odd", metric: "system.cpu.utilization", unusual: { for: "10m" } }));
  const range = { from: START + 15 * DAY_MS, to: NOW };
  const timing = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 4 * 3_600_000 };
  const { firings, suggestion } = runAtOnce(
    workOf(store.reader, { kind: "backtest", rule, range, timing, perWeek: 1, timeZone: "UTC" }),
  );
  expect(firings).toHaveLength(1);
  const [one] = firings;
  expect((one?.from ?? 0) - (NOW - 22 * 3_600_000)).toBeLessThanOrEqual(10 * 60_000);
  expect((one?.to ?? 0) - (NOW - 20 * 3_600_000)).toBeLessThanOrEqual(15 * 60_000);
  expect(one).toMatchObject({ severity: "warning", labels: {} });
  expect(suggestion).toBeNull();
});
