/** What writing to an engine costs: CPU time of each written step, against the same process without a target. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deriveFrame } from "~/domain/derive";
import { builtInDefinition } from "~/domain/metric";
import type { Sample, Series } from "~/domain/sample";
import type { EngineParts } from "~/server/compose/engine-parts";
import { composeRemoteWrite } from "~/server/compose/remote-write";
import { configSchema } from "~/server/config/schema";
import { MetricCatalogue } from "~/server/metric-catalogue";
import { Batcher } from "~/server/remote-write/batches";
import { openDatabase } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { readRecording } from "../scripts/recording";
import { startVictoriaMetrics } from "../tests/helpers/engines";
import { openStore } from "./day";
import { atMost, table, writeResult } from "./results";

const [WARM_STEPS, STEPS] = [20, 120];
const SPACING_MS = 500;
const STEP_MS = 10_000;
const BUDGET_PERCENT = 0.05;

const folder = mkdtempSync(join(tmpdir(), "hostscope-bench-"));
mkdirSync(join(folder, "data"));
const engine = await startVictoriaMetrics(folder);

/** The recorded machine, with as many series as wanted: disks of a larger one. */
function layoutOf(count: number): { series: Series[]; values: Float64Array } {
  const { series, columns } = readRecording();
  const own = series.slice(0, count);
  const more = Array.from({ length: Math.max(0, count - own.length) }, (_, index) => ({
    metric: "system.disk.operation_time",
    labels: { "system.device": `nvme${index >> 1}n1`, "disk.io.direction": index % 2 === 0 ? "read" : "write" },
  }));
  const values = Float64Array.from([...own.map((_, slot) => columns[slot]?.[0] ?? 0), ...more.map((_, index) => index * 1.7)]);
  return { series: [...own, ...more], values };
}

/** What was before the first step is asked of the past; there is nothing. */
function pastOf(store: EngineParts["store"]): EngineParts["past"] {
  const written: EngineParts["past"]["written"] = async ({ from, to, format }) => {
    const batcher = new Batcher(format, builtInDefinition);
    const samples = [...store.recent(from + 1)].filter(({ at }) => at <= to);
    const batches = [...samples.map((sample) => batcher.add(sample)), batcher.finish(to)].filter((one) => one !== undefined);
    return { batches, workMs: 0 };
  };
  return { written } as EngineParts["past"];
}

async function cpuOfSteps(count: number, writes: boolean): Promise<number> {
  const path = join(folder, "data", `${count}-${writes}.db`);
  const begin = Math.floor(Date.now() / STEP_MS) * STEP_MS - 3_000_000;
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), begin);
  database.close();
  const store = await openStore(path, begin);
  const catalogue = new MetricCatalogue();
  const config = configSchema.parse(writes ? { remote_write: [{ name: `b${count}`, url: engine.writeUrl }] } : {});
  const log = { warn: console.error, info: () => {} };
  const service = composeRemoteWrite(
    { log: log as never, version: "0.2.0", url: "http://127.0.0.1:5000", config },
    {
      store,
      catalogue,
      past: pastOf(store),
      host: { current: { name: "b", os: "Debian", kernel: "6", architecture: "x64", bootTime: 0 } as never },
    },
  );
  const { series, values } = layoutOf(count);
  let before: Sample | undefined;
  let used = process.cpuUsage();
  for (let step = 0; step < WARM_STEPS + STEPS; step++) {
    if (step === WARM_STEPS) used = process.cpuUsage();
    const sample: Sample = { at: begin + step * STEP_MS, series, values: values.map((value) => value + step * 1.25) };
    store.add(sample, deriveFrame(before, sample, builtInDefinition), { at: sample.at, staleMs: 0, changed: [], exited: [] });
    before = sample;
    service.tick();
    await sleep(SPACING_MS);
  }
  const { user, system } = process.cpuUsage(used);
  const [state] = service.states();
  if (writes && (state?.sentUntil !== before?.at || state?.failingSince !== null))
    throw new Error(`the engine did not get everything: ${JSON.stringify(state)}`);
  await service.stop();
  await store.close();
  return (user + system) / 1000 / STEPS;
}

try {
  const rows: (string | number)[][] = [];
  for (const count of [250, 600]) {
    const without = await cpuOfSteps(count, false);
    const ms = (await cpuOfSteps(count, true)) - without;
    const percent = (ms / STEP_MS) * 100;
    rows.push([count, ms.toFixed(2), atMost(`${count} series`, percent, BUDGET_PERCENT, 3), BUDGET_PERCENT]);
  }
  writeResult("Writing to an engine", table(["series", "CPU a step, ms", "% of a core at 10 s", "budget"], rows));
} finally {
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}
