/** What a report adds up, in steps that were measured in part. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { builtInDefinition } from "~/domain/metric";
import { proseText, type Report, type TableBlock } from "~/domain/report";
import type { Sample, Series } from "~/domain/sample";
import { openDatabase } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { Ring } from "~/server/store/series/ring";
import { StoreReader } from "~/server/store/store-reader";
import { constructedInputs } from "../../../tests/helpers/report-inputs";
import { buildReport } from "./build";
import { gather } from "./gather";

const DAY_MS = 86_400_000;
const NOON = Date.parse("2026-11-24T12:00:00Z");
const folder = mkdtempSync(join(tmpdir(), "hostscope-totals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const series: Series[] = [
  { metric: "hostscope.sample.interval", labels: {} },
  { metric: "system.memory.linux.oom_kill.count", labels: {} },
  { metric: "system.network.io", labels: { "network.interface.name": "eth0", "network.io.direction": "receive" } },
  { metric: "system.network.io", labels: { "network.interface.name": "eth0", "network.io.direction": "transmit" } },
];

/** A day and a half of minutes of 1 kB/s, of which the machine was off for six hours; a process is killed just before that, one at the end. */
function samples(): Sample[] {
  const first = NOON - 1.5 * DAY_MS;
  const found: Sample[] = [];
  for (let at = first; at <= NOON + 120_000; at += 60_000) {
    if (at > NOON - 36_900_000 && at < NOON - 15_300_000) continue;
    const isFirst = at === first || at === NOON - 15_300_000;
    const kills = (at >= NOON - 36_960_000 ? 1 : 0) + (at >= NOON + 60_000 ? 1 : 0);
    found.push({ at, series, values: Float64Array.from([isFirst ? Number.NaN : 60, kills, at - first, 0]) });
  }
  return found;
}

async function reportOf(days: number): Promise<Report> {
  const database = openDatabase(join(folder, `${days}.db`), { timeoutMs: 0, checkpoints: false });
  migrate(database, readMigrations("prisma/migrations"), 0);
  const reader = new StoreReader(database, { intervalMs: 60_000, definitionOf: builtInDefinition, ring: Ring.of(samples()) });
  const { host, processes, rules } = constructedInputs();
  const to = NOON + 121_000;
  const inputs = await gather(
    {
      version: "0.0.0",
      intervalSeconds: 60,
      host: () => host,
      history: async (request) => reader.historyAtOnce({ ...request, points: 48 }),
      outlook: async () => [],
      processAnalysis: async () => processes,
      alerts: async () => [],
      marks: async () => [],
      rules: () => rules as never,
      paper: () => "a4",
    },
    { asked: { from: to - days * DAY_MS, to }, timeZone: "UTC", createdAt: to },
    new AbortController().signal,
  );
  database.close();
  return buildReport(inputs);
}

function received({ sections }: Report): unknown {
  const blocks = sections.find(({ id }) => id === "network")?.blocks ?? [];
  const table = blocks.find((block): block is TableBlock => block.kind === "table" && block.title.startsWith("Interfaces"));
  const cell = table?.rows[0]?.[1];
  return typeof cell === "object" && "value" in cell ? cell.value : cell;
}

test.each([1, 2, 30])("in a report of %i days nothing is added up for time that was not measured", async (days) => {
  const found = await reportOf(days);
  expect(proseText(found.sentence, "UTC")).toMatch(/the kernel killed 2 processes/);
  const measuredMs = Math.min(days, 1.5) * DAY_MS - 21_660_000;
  expect(received(found)).toBeGreaterThan(0.99 * measuredMs);
  expect(received(found)).toBeLessThan(1.01 * measuredMs);
});
