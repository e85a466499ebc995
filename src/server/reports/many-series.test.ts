/** Reports of machines whose interfaces come and go, such as hosts of containers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { AppError } from "~/domain/errors";
import { builtInDefinition } from "~/domain/metric";
import { proseText } from "~/domain/report";
import type { Sample, Series } from "~/domain/sample";
import { openDatabase } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { Ring } from "~/server/store/series/ring";
import { StoreReader } from "~/server/store/store-reader";
import { constructedInputs } from "../../../tests/helpers/report-inputs";
import { buildReport } from "./build";
import { gather, type ReportSources } from "./gather";

const MINUTE = 60_000;
const START = Date.parse("2026-11-24T00:00:00Z");
const INTERFACES = 1500;
const folder = mkdtempSync(join(tmpdir(), "hostscope-many-series-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A minute after the other one more interface appears, and that of two minutes ago is gone. */
function comingAndGoing(): Sample[] {
  const known = new Map<string, Series[]>();
  const of = (name: string) => {
    const labels = { "network.interface.name": name };
    const both = known.get(name) ?? [
      { metric: "system.network.io", labels: { ...labels, "network.io.direction": "receive" } },
      { metric: "system.network.io", labels: { ...labels, "network.io.direction": "transmit" } },
    ];
    known.set(name, both);
    return both;
  };
  const interval: Series = { metric: "hostscope.sample.interval", labels: {} };
  return Array.from({ length: INTERFACES }, (_, minute) => {
    const shown = [minute - 2, minute - 1, minute].filter((index) => index >= 0);
    const values = shown.flatMap((index) => [(minute - index) * MINUTE, (minute - index) * MINUTE]);
    return {
      at: START + minute * MINUTE,
      series: [interval, ...of("eth0"), ...shown.flatMap((index) => of(`veth${index}`))],
      // A byte a second.
      values: Float64Array.from([60, minute * 60, minute * 60, ...values]),
    };
  });
}

function sourcesOf(history: ReportSources["history"]): ReportSources {
  const { host, processes } = constructedInputs();
  return {
    version: "0.0.0",
    intervalSeconds: 60,
    host: () => host,
    history,
    outlook: async () => [],
    processAnalysis: async () => processes,
    alerts: async () => [],
    marks: async () => [],
    rules: () => [],
    paper: () => "a4",
  };
}

const asked = { from: START, to: START + INTERFACES * MINUTE };

function gathered(sources: ReportSources) {
  return gather(sources, { asked, timeZone: "UTC", createdAt: asked.to }, new AbortController().signal);
}

function storeReader(): StoreReader {
  const database = openDatabase(join(folder, "hostscope.db"), { timeoutMs: 0, checkpoints: false });
  migrate(database, readMigrations("prisma/migrations"), 0);
  return new StoreReader(database, {
    intervalMs: MINUTE,
    definitionOf: builtInDefinition,
    ring: Ring.of(comingAndGoing()),
  });
}

test("a report of a period in which 1,500 interfaces existed has the busiest, the whole totals, and says that there are more", async () => {
  const reader = storeReader();
  const inputs = await gathered(sourcesOf(async (request) => reader.historyAtOnce(request)));
  const network = inputs.current["system.network.io"];
  expect(network?.series.length).toBe(502);
  const total = network?.series.find(({ labels }) => !("network.interface.name" in labels));
  expect(total?.labels).toEqual({ "network.io.direction": "receive" });
  expect(total?.values).toHaveLength(network?.timestamps.length ?? 0);
  expect(total?.values.at(-2)).toBe(1);
  const quality = buildReport(inputs).sections.find(({ id }) => id === "quality");
  const said = quality?.blocks.flatMap((block) => (block.kind === "paragraph" ? [proseText(block.text, "UTC")] : []));
  expect(said).toContain(
    "Of some metrics only the series with the highest values and the totals are included: system.network.io.",
  );
});

test("a metric that has too many series for any answer costs the report no more than that metric", async () => {
  const { current } = constructedInputs();
  const { current: found, cut } = await gathered(
    sourcesOf(async ({ name, labels, from, to }) => {
      if (name === "system.filesystem.usage") throw new AppError("too_large", "too many");
      if (name === "system.network.io" && !labels) throw new AppError("too_large", "too many");
      const known = current[name] ?? {
        name,
        from,
        to,
        stepSeconds: 60,
        resolutionSeconds: 1,
        timestamps: [],
        series: [],
        omitted: 0,
      };
      return { ...known, series: known.series.filter((one) => !labels || JSON.stringify(one.labels) === JSON.stringify(labels)) };
    }),
  );
  expect(cut).toEqual(["system.filesystem.usage", "system.network.io"]);
  expect(found["system.filesystem.usage"]).toBeUndefined();
  expect(found["system.network.io"]?.series.map(({ labels }) => labels)).toEqual([
    { "network.io.direction": "receive" },
    { "network.io.direction": "transmit" },
  ]);
  expect(found["system.memory.utilization"]).toEqual(current["system.memory.utilization"]);
});
