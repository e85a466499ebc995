/** The demo's stored past: what Hostscope found in it, and that it ends now. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Contributor } from "~/domain/contributor";
import { builtInDefinition } from "~/domain/metric";
import { openForReading } from "~/server/store/file/database";
import { Ring } from "~/server/store/series/ring";
import { StoreReader } from "~/server/store/store-reader";
import { STORY_FILE } from "../scripts/demo/start";
import { movedBy, STORY_BEGIN, unpackStory } from "../scripts/demo/stored-story";
import { TIMES } from "../scripts/demo/story";

const [MINUTE, HOUR] = [60_000, 3_600_000];
/** Not at a whole hour, and near midnight: days and hours are cut. */
const NOW = Date.UTC(2027, 2, 9, 0, 37, 12, 345);

interface AlertRow {
  id: string;
  alert_type: string;
  severity: string;
  message: string;
  cause: string;
  resolved: number;
  timestamp: string;
  acknowledged_by: string | null;
}

let folder: string;

function open(now: number) {
  const path = join(folder, `${now}.db`);
  unpackStory(STORY_FILE, path, now);
  const database = openForReading(path);
  const reader = new StoreReader(database, { intervalMs: 1000, definitionOf: builtInDefinition, ring: new Ring(1) });
  const alerts = database.prepare("SELECT * FROM alerts ORDER BY timestamp").all() as AlertRow[];
  return { database, reader, alerts };
}

let shown: ReturnType<typeof open>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-demo-test-"));
  shown = open(NOW);
});
afterAll(() => {
  shown.database.close();
  rmSync(folder, { recursive: true });
});

/** When a second of the story is, as it is shown. */
const momentOf = (second: number) => STORY_BEGIN + movedBy(NOW) + 1000 * second;

const firstOf = ({ cause }: AlertRow) => (JSON.parse(cause) as { contributors: Contributor[] }).contributors[0];

test.each([
  ["cpu", "import-prices.sh"],
  ["fork rate", "import-prices.sh"],
  ["disk", "backup.sh"],
  ["disk filling", "backup.sh"],
  ["memory", "worker.js"],
  ["swap", "worker.js"],
  ["memory pressure", "worker.js"],
  ["out of memory", "worker.js"],
])("the alert %s names %s first", (rule, name) => {
  const alert = shown.alerts.find((one) => one.alert_type === rule);
  expect(firstOf(alert as AlertRow)?.name).toContain(name);
});

test("nothing fires that is not part of the story, and all of it has ended", () => {
  expect([...new Set(shown.alerts.map(({ alert_type }) => alert_type))].sort()).toEqual([
    "cpu",
    "disk",
    "disk filling",
    "fork rate",
    "memory",
    "memory pressure",
    "out of memory",
    "swap",
  ]);
  expect(shown.alerts.filter(({ resolved }) => resolved === 0)).toEqual([]);
});

test("what people and the kernel did is marked", () => {
  const marks = shown.database.prepare("SELECT timestamp, kind, text FROM marks ORDER BY timestamp").all() as {
    timestamp: string;
    kind: string;
    text: string;
  }[];
  expect(marks.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
    "note: removed the backup that failed and two old ones",
    "note: deployed shop 2.15.0",
    expect.stringMatching(
      /^kernel: the kernel killed node \(pid 41311, .*in shop-worker\.service\): the machine was out of memory$/,
    ),
    "note: rolled back to shop 2.14.3",
    "note: Recorded demo up to here; from here on, live data of this machine",
  ]);
  expect(marks.at(-1)?.timestamp).toBe(new Date(NOW).toISOString().replace("Z", "+00:00"));
  expect(Date.parse(marks[1]?.timestamp ?? "")).toBe(momentOf(TIMES.deployment));
});

test("the alert of the leak was acknowledged", () => {
  expect(shown.alerts.find(({ alert_type }) => alert_type === "memory")?.acknowledged_by).toBe("ann");
});

test("every alert was told", () => {
  const told = shown.database.prepare("SELECT message FROM notifications WHERE sent_at IS NOT NULL").pluck().all().join();
  expect(shown.alerts.filter(({ id }) => !told.includes(id))).toEqual([]);
});

test("the story begins a day ago and ends now", () => {
  const { reader } = shown;
  expect(reader.since()).toBe(Math.floor(NOW / HOUR) * HOUR - 24 * HOUR);
  const newest = reader.parts.log.newest() ?? 0;
  expect(NOW - newest).toBeGreaterThanOrEqual(0);
  expect(NOW - newest).toBeLessThan(1000);
});

test("a moment has the processes that it had, by their times", () => {
  const at = momentOf(TIMES.storm + 300);
  const row = shown.reader.processesAt(at)?.rows.find(({ pid }) => pid === 20_418);
  expect(row?.startedAt).toBe(momentOf(TIMES.storm));
  expect(shown.reader.processesAt(NOW)?.rows.some(({ pid }) => pid === 48_410)).toBe(true);
});

test("minutes have the means of their samples, on both sides of midnight", () => {
  const metric = "system.memory.utilization";
  const midnight = Math.floor(NOW / (24 * HOUR)) * 24 * HOUR;
  for (const from of [midnight - 10 * MINUTE, momentOf(TIMES.deployment + 3600)].map((at) => Math.floor(at / MINUTE) * MINUTE)) {
    const range = { name: metric, from, to: from + 10 * MINUTE, aggregate: "avg" as const };
    const minutes = shown.reader.historyAtOnce({ ...range, points: 10 }).series[0]?.values ?? [];
    const { timestamps, series } = shown.reader.historyAtOnce({ ...range, points: 600 });
    const means = minutes.map((_, minute) => {
      const own = (series[0]?.values ?? []).filter((value, index) => {
        const at = timestamps[index] ?? 0;
        return value !== null && at >= from + minute * MINUTE && at < from + (minute + 1) * MINUTE;
      }) as number[];
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    });
    expect(minutes).toHaveLength(10);
    for (const [minute, value] of minutes.entries()) expect(value).toBeCloseTo(means[minute] as number, 4);
  }
});

test("five hours later it is the same story, five hours later", () => {
  const later = open(NOW + 5 * HOUR);
  const facts = ({ alerts }: typeof later, byMs: number) =>
    alerts.map(({ alert_type, severity, timestamp }) => [alert_type, severity, Date.parse(timestamp) + byMs]);
  expect(facts(later, 0)).toEqual(facts(shown, 5 * HOUR));
  expect(later.alerts.map(({ id }) => Number.parseInt(id.split("-")[0] ?? "", 36))).toEqual(
    later.alerts.map(({ timestamp }) => Date.parse(timestamp)),
  );
  later.database.close();
});
