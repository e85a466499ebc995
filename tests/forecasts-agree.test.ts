/** A rule, the report and Overview say the same of the same stored readings. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { filesystemRows } from "~/components/overview/filesystems";
import { en } from "~/components/words/en";
import { deriveFrame, intervalOf } from "~/domain/derive";
import { foretold, type Trend } from "~/domain/forecast";
import { builtInDefinition } from "~/domain/metric";
import type { Outlook } from "~/domain/outlook";
import { type TableBlock, textOf } from "~/domain/report";
import { roughTime } from "~/domain/rough-time";
import type { Sample, Series } from "~/domain/sample";
import { AlertInstances } from "~/server/alerts/instances";
import { parseConfig } from "~/server/config/load";
import { toRules } from "~/server/config/to-rules";
import { workOf } from "~/server/reader/requests";
import { buildReport } from "~/server/reports/build";
import { runAtOnce } from "~/server/slices";
import { openDatabase } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { SampleLogWriter } from "~/server/store/series/sample-log";
import { Store } from "~/server/store/store";
import { seeded } from "../scripts/recording";
import { constructedInputs, filesystem } from "./helpers/report-inputs";

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 5, 1, 8, 0, 0);
const STEP_MS = 10_000;
const SIZE = 100 * 2 ** 30;

const mounts = ["/var", "/srv", "/home"] as const;
const layout: Series[] = [
  { metric: "hostscope.sample.interval", labels: {} },
  ...mounts.flatMap((mountpoint) =>
    ["used", "free"].map((state) => ({
      metric: "system.filesystem.usage",
      labels: {
        "system.device": "/dev/sda1",
        "system.filesystem.mode": "rw",
        "system.filesystem.mountpoint": mountpoint,
        "system.filesystem.state": state,
        "system.filesystem.type": "ext4",
      },
    })),
  ),
];

/** A report of a day of a machine with these filesystems. */
const inputsWith = (outlook: Outlook[]) =>
  constructedInputs({ series: mounts.map((mount) => filesystem(mount, () => 0.5)), change: { outlook } });

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-forecasts-"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Used shares by time since the start: one that fills, one that filled until twenty minutes ago, one that stands still. */
function samples(hours: number): Sample[] {
  const random = seeded(5);
  const noise = () => 0.001 * (random() - 0.5);
  return Array.from({ length: (hours * HOUR_MS) / STEP_MS + 30 }, (_, index) => {
    const at = START + index * STEP_MS;
    const hour = (at - START) / HOUR_MS;
    const shares = [0.3 + 0.1 * hour + noise(), 0.3 + 0.2 * Math.min(hour, hours - 1 / 3) + noise(), 0.6 + noise()];
    const bytes = shares.flatMap((share) => [Math.round(share * SIZE), SIZE - Math.round(share * SIZE)]);
    return { at, series: layout, values: Float64Array.from([STEP_MS / 1000, ...bytes]) };
  });
}

/** Stores all samples, the full hours sealed, and evaluates the shipped rule on each as the server does. */
async function told(all: readonly Sample[]): Promise<{ byRule: Map<string, number | null>; outlook: Outlook[]; now: number }> {
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  const writer = new SampleLogWriter(database);
  database.transaction(() => {
    for (const sample of all) writer.append(sample);
  })();
  database.close();
  const now = (all.at(-1) as Sample).at;
  const age = 86_400;
  store = await Store.open(
    {
      path,
      intervalMs: STEP_MS,
      historySize: 60,
      retention: { raw: age, processes: age, minute: age, hour: age, tables: age, alerts: age, maxBytes: 2 ** 30 },
      onError: (error) => {
        throw error;
      },
    },
    now,
  );
  for (let slice = 0; slice < 400; slice++) store.maintain(now, slice);

  const rule = toRules(
    parseConfig("config.yaml", "", () => undefined),
    2,
  ).find(({ name }) => name === "disk filling");
  if (!rule) throw new Error("the rule is gone");
  const instances = new AlertInstances([rule]);
  let previous: Sample | undefined;
  for (const sample of all) {
    const frame = deriveFrame(previous, sample, builtInDefinition);
    for (const _update of instances.advance(frame, intervalOf(sample), new Map()));
    previous = sample;
  }
  const byRule = new Map(
    [...instances].map(({ series, observer }) => [series.labels["system.filesystem.mountpoint"] ?? "", observer.value()]),
  );
  const outlook = runAtOnce(workOf(store.reader, { kind: "outlook", at: Math.floor(now / 60_000) * 60_000 }));
  return { byRule, outlook, now };
}

test("when a filesystem is full is the same for the rule, in the report and on Overview", async () => {
  const { byRule, outlook, now } = await told(samples(3));
  const found = outlook.find(({ mountpoint }) => mountpoint === "/var") as Outlook;
  const trend = found.forecast as Trend;
  // The rule looks eight hours ahead.
  expect(byRule.get("/var")?.toPrecision(9)).toBe(foretold(trend, 8 * 3600)?.toPrecision(9));
  expect(byRule.get("/var")).toBeGreaterThan(1);
  const full = found.full?.expected ?? Number.NaN;
  expect((full - trend.madeAt) / HOUR_MS).toBeCloseTo((1 - trend.level) / 0.1, 0);

  const report = buildReport(inputsWith(outlook));
  const table = report.sections.find(({ id }) => id === "outlook")?.blocks.find(({ kind }) => kind === "table") as TableBlock;
  const row = table.rows.find(([name]) => name === "/var");
  expect(row?.[3]).toEqual({ time: full, shown: "date" });
  expect(Date.parse(`${textOf(row?.[3] ?? "", "UTC").replace(/,(?= \d\d:)/, "")} UTC`)).toBe(Math.floor(full / 60_000) * 60_000);

  const reading = { labels: { "system.filesystem.mountpoint": "/var" }, utilization: 0.5, freeBytes: null };
  const [shown] = filesystemRows([reading], { alerts: [], fullAt: new Map([["/var", full]]), now });
  expect(shown?.fullInSeconds).toBe((full - now) / 1000);
  expect(en.overview.filesystems.full(roughTime(shown?.fullInSeconds ?? 0))).toBe("full in ~4 h at the current rate");
});

test.each([
  ["/srv", "the change has ended"],
  ["/home", "hardly changes"],
] as const)("of %s all three say nothing, since it %s", async (mountpoint, why) => {
  const { byRule, outlook } = await told(samples(3));
  const found = outlook.find((one) => one.mountpoint === mountpoint) as Outlook;
  expect(found.full).toBeNull();
  expect(byRule.get(mountpoint)).toBeCloseTo(found.last, 2);
  const report = buildReport(inputsWith(outlook));
  const table = report.sections.find(({ id }) => id === "outlook")?.blocks.find(({ kind }) => kind === "table") as TableBlock;
  expect(table.rows.find(([name]) => name === mountpoint)?.[2]).toBe(why);
});
