/** `npm run test:accuracy`: compares Hostscope with other programs under five loads; docs/accuracy.md shows the results. */
import { writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cpuLoad, diskLoad, type Load, memoryLoad, networkLoad } from "../helpers/load";
import { measure, Ours, type Window } from "./measure";
import type { AccuracyResult } from "./result";
import { COMPARISONS, type Comparison, distance, LOADS, type LoadName } from "./tolerances";
import { type NodeExporter, requireTools, startNodeExporter } from "./tools";

const RESULT = "tests/accuracy/result.json";
/** Windows do not start at exactly the same time and other work runs beside them, so use the median of several. */
const WINDOWS = 3;
const SETTLE_SECONDS = 6;

const start: Record<LoadName, () => Load | null> = {
  idle: () => null,
  cpu: () => cpuLoad(1),
  "io-wait": () => diskLoad(),
  memory: () => memoryLoad(),
  network: () => networkLoad(),
};

const result: AccuracyResult = {
  measuredAt: new Date().toISOString().slice(0, 10),
  machine: `Linux ${release()}, ${cpus().length} CPUs`,
  rows: [],
};

let node: NodeExporter;

beforeAll(async () => {
  requireTools();
  node = await startNodeExporter();
});

afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
  if (new Set(result.rows.map(({ load }) => load)).size === LOADS.length) {
    writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
  }
});

/** The window with the median distance. Its `apart` is null when most windows have too little to compare. */
function median(comparison: Comparison, windows: readonly Window[]) {
  const compared = windows
    .map((window) => {
      const theirs = comparison.theirs(window);
      const ours = comparison.ours(window, theirs);
      return { ours, theirs, apart: distance(comparison, ours, theirs) };
    })
    .sort((a, b) => (a.apart ?? -1) - (b.apart ?? -1));
  return compared[Math.floor(compared.length / 2)];
}

test.each(LOADS)("under %s load every comparison is within its tolerance", async (load) => {
  using ours = new Ours();
  const running = start[load]();
  try {
    for (let second = 0; second < SETTLE_SECONDS; second++) {
      ours.tick();
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    const windows: Window[] = [];
    for (let index = 0; index < WINDOWS; index++) windows.push(await measure(ours, node, running?.pids[0] ?? process.pid));
    const failures: string[] = [];
    for (const comparison of COMPARISONS) {
      if (comparison.loads && !comparison.loads.includes(load)) continue;
      const found = median(comparison, windows);
      if (!found || found.apart === null) continue;
      const { ours: own, theirs, apart } = found;
      result.rows.push({ load, name: comparison.name, ours: own, theirs, apart });
      if (!(apart <= comparison.tolerance)) {
        failures.push(
          `${comparison.name}: ${own} here, ${theirs} by ${comparison.against}, ${apart.toFixed(2)} ${comparison.unit} apart`,
        );
      }
    }
    expect(failures).toEqual([]);
  } finally {
    await running?.stop();
  }
});
