/** The cost of rules: evaluating two hundred at each tick, and back-testing one on thirty days of minutes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AlertRule, SEVERITIES } from "../src/domain/alert";
import { UNKNOWN_CAUSE } from "../src/domain/contributor";
import type { ChartSeries, Frame } from "../src/domain/derive";
import { backtest } from "../src/server/alerts/backtest";
import { AlertManager } from "../src/server/alerts/manager";
import { runAtOnce } from "../src/server/slices";
import { openDatabase } from "../src/server/store/file/database";
import { migrate, readMigrations } from "../src/server/store/file/migrate";
import { SeriesIndexWriter } from "../src/server/store/series/series-index";
import { ROLLUP_COLUMNS, ROLLUP_TIERS, SERIES_PER_CHUNK, Tiers } from "../src/server/store/series/tiers";
import { Store } from "../src/server/store/store";
import { atMost, table, writeResult } from "./results";

const RULES = 200;
const SERIES = 600;
const TICKS = 2000;
const DAY_MS = 86_400_000;
const DAYS = 30;
const STORM = 10_000;
const START = Date.UTC(2026, 9, 1);

function rule(index: number): AlertRule {
  return {
    name: `rule ${index}`,
    metric: `metric.${index}`,
    match: {},
    without: [],
    aggregate: (["avg", "max", "min", "last"] as const)[index % 4] ?? "avg",
    windowSeconds: [0, 60, 300][index % 3] ?? 0,
    op: "above",
    thresholds: { warning: 0.9, critical: 0.99 },
    clearMargin: 0.05,
    forSeconds: 60,
    keepFiringForSeconds: 60,
    noData: "ok",
    forecastSeconds: index % 20 === 0 ? 28_800 : null,
    channels: null,
    escalate: null,
    description: "",
    remedy: "",
  };
}

function managerOf(rules: AlertRule[], groupWaitMs: number): AlertManager {
  return new AlertManager({
    rules,
    channels: [{ name: "mail", severities: SEVERITIES }],
    groupBy: ["rule", "severity"],
    escalate: [],
    timing: { groupWaitMs, groupIntervalMs: 300_000, repeatIntervalMs: 4 * 3_600_000 },
    silences: [],
    records: {
      save: async () => {},
      states: async () => new Map(),
      groups: async () => new Map(),
      firing: async () => [],
      since: async () => [],
      get: async () => null,
    },
    explain: () => UNKNOWN_CAUSE,
    headline: () => "",
    message: () => "",
    onChange: () => {},
    onOutbox: () => {},
    onError: (error) => {
      throw error;
    },
  });
}

/** CPU milliseconds that `work` uses. */
async function cpuOf(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Mean CPU milliseconds per tick with every rule on a series of its own, among three times as many series. */
async function evaluation(): Promise<number> {
  const series: ChartSeries[] = Array.from({ length: SERIES }, (_, index) => ({
    metric: `metric.${index}`,
    labels: {},
    unit: "1",
  }));
  const manager = managerOf(
    Array.from({ length: RULES }, (_, index) => rule(index)),
    30_000,
  );
  const frame = (tick: number): Frame => ({
    at: START + tick * 1000,
    series,
    values: Float64Array.from(series, (_one, index) => 0.5 + 0.3 * Math.sin(tick / 50 + index)),
  });
  const frames = Array.from({ length: TICKS }, (_, tick) => frame(tick));
  for (const one of frames.slice(0, TICKS / 2)) manager.tick(one, 1, 1);
  const spent = await cpuOf(() => {
    for (const one of frames.slice(TICKS / 2)) manager.tick(one, 1, 1);
  });
  await manager.settled();
  return spent / (TICKS / 2);
}

/** CPU milliseconds of a tick in which one rule fires for ten thousand series. */
async function storm(): Promise<number> {
  const series: ChartSeries[] = Array.from({ length: STORM }, (_, index) => ({
    metric: "metric.0",
    labels: { "cpu.logical_number": String(index) },
    unit: "1",
  }));
  const manager = managerOf([{ ...rule(0), aggregate: "last", windowSeconds: 0, forSeconds: 0 }], 0);
  manager.tick({ at: START, series, values: new Float64Array(STORM).fill(0.1) }, 1, 1);
  await manager.settled();
  return cpuOf(async () => {
    manager.tick({ at: START + 1000, series, values: new Float64Array(STORM).fill(0.999) }, 1, 1);
    await manager.settled();
  });
}

/** Seconds to back-test a rule on thirty days of which only minutes are stored, including reading them. */
async function overMinutes(): Promise<{ seconds: number; firings: number }> {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-bench-"));
  const path = join(folder, "hostscope.db");
  try {
    const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
    migrate(database, readMigrations("prisma/migrations"), START);
    const id = new SeriesIndexWriter(database).idOf({ metric: "system.cpu.utilization", labels: {} });
    const tiers = new Tiers(database);
    const [minutes] = ROLLUP_TIERS;
    const slots = minutes.blockMs / 60_000;
    for (let day = 0; day < DAYS; day++) {
      const mean = Float64Array.from(
        { length: slots },
        (_, slot) => 0.4 + 0.35 * Math.sin(slot / 40) + 0.2 * Math.sin((day * slots + slot) * 12.9898),
      );
      const statistics = new Map([
        [id % SERIES_PER_CHUNK, Array.from({ length: ROLLUP_COLUMNS }, (_, index) => (index === 3 ? mean.map(() => 60) : mean))],
      ]);
      const group = Math.floor(id / SERIES_PER_CHUNK);
      const start = START + day * DAY_MS;
      tiers.writeRollup({ tier: 60, start, group, data: tiers.mergedRollup(minutes, group, { start, first: 0, statistics }) });
    }
    // One later chunk marks the past as sealed.
    tiers.writeChunk({ start: START + DAYS * DAY_MS, interval: 1000, group: 1000, data: Buffer.alloc(0) });
    database.close();
    const retention = { raw: 1e9, processes: 1e9, minute: 1e9, hour: 1e9, tables: 1e9, alerts: 1e9, maxBytes: 2 ** 30 };
    const store = await Store.open(
      { path, intervalMs: 1000, historySize: 60, retention, onError: (error) => console.error(error) },
      START + DAYS * DAY_MS,
    );
    const started = performance.now();
    const range = { from: START, to: START + DAYS * DAY_MS };
    const { frames, intervalSeconds, approximate } = store.reader.replay("system.cpu.utilization", range);
    if (!approximate) throw new Error("the minutes were not used");
    const timing = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 4 * 3_600_000 };
    const tried = { ...rule(1), name: "cpu", metric: "system.cpu.utilization", aggregate: "avg" as const, windowSeconds: 300 };
    const { firings } = runAtOnce(backtest(tried, { frames, intervalSeconds }, { timing, perWeek: 1 }));
    const seconds = (performance.now() - started) / 1000;
    await store.close();
    return { seconds, firings: firings.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const milliseconds = await evaluation();
const stormMs = await storm();
const { seconds, firings } = await overMinutes();
writeResult(
  "Alert rules",
  table(
    ["what", "measured", "budget"],
    [
      [`${RULES} rules at one tick, CPU, ms`, atMost("rules at one tick", milliseconds, 1, 3), 1],
      [`${STORM} critical alerts in one tick, CPU, ms`, atMost("alerts in one tick", stormMs, 1000), 1000],
      [`back-test over ${DAYS} days of minutes, ${firings} firings and the suggestion, s`, atMost("back-test", seconds, 2, 2), 2],
    ],
  ),
);
