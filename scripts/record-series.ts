/**
 * Records what charts of this machine draw, as means over some seconds: for tests of forecasts and of what is usual.
 *   npx tsx scripts/record-series.ts FILE SECONDS
 * Where nothing on the machine grows by itself, let something: a writer to a file, a process that takes more memory.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { deriveFrame } from "~/domain/derive";
import { type Sample, seriesKey } from "~/domain/sample";
import { COLLECTORS } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";
import { startTickTimer } from "~/server/worker/schedule";
import { packSeries, type RecordedSeries } from "./recorded-series";

const STEP_SECONDS = 3;
/** What can run out or is told on charts. Names of processes, containers and units are left out. */
const WANTED =
  /^(system\.(cpu\.(utilization|load)|memory\.(usage|utilization)|disk\.(io|utilization|await)|filesystem\.(usage|utilization|inodes)|network\.(io|utilization|tcp)|linux\.pressure|process\.(count|created)|thread|paging)|nodejs)/;

const [file, seconds] = process.argv.slice(2);
if (!file || !Number(seconds)) {
  console.error("usage: npx tsx scripts/record-series.ts FILE SECONDS");
  process.exit(2);
}
const sampler = new Sampler({ proc: "/proc", sys: "/sys" }, COLLECTORS, cpus().length);
const recorded = new Map<string, RecordedSeries>();
let previous: Sample | undefined;
let sums = new Map<string, { sum: number; count: number }>();
let [startedAt, step] = [0, 0];

/** A step that was missed altogether is a gap. */
function closeStep(next: number): void {
  for (const [key, one] of recorded) {
    const { sum, count } = sums.get(key) ?? { sum: 0, count: 0 };
    while (one.values.length < next) one.values.push(null);
    one.values[step] = count === 0 ? null : Number((sum / count).toPrecision(6));
  }
  sums = new Map();
  step = next;
}

const schedule = startTickTimer(1000, ({ at }) => {
  const { sample } = sampler.collect(at);
  const frame = deriveFrame(previous, sample);
  previous = sample;
  startedAt ||= at;
  const now = Math.floor((at - startedAt) / 1000 / STEP_SECONDS);
  if (now > step) closeStep(now);
  frame.series.forEach(({ metric, labels, unit }, slot) => {
    const value = frame.values[slot] as number;
    if (!WANTED.test(metric) || Number.isNaN(value)) return;
    const key = seriesKey({ metric, labels });
    if (!recorded.has(key)) recorded.set(key, { metric, labels, unit, values: new Array(step).fill(null) });
    const kept = sums.get(key) ?? { sum: 0, count: 0 };
    sums.set(key, { sum: kept.sum + value, count: kept.count + 1 });
  });
  const hasEnded = at - startedAt >= Number(seconds) * 1000;
  if ((at / 1000) % 60 === 0 || hasEnded)
    writeFileSync(file, packSeries({ startedAt, stepSeconds: STEP_SECONDS, series: [...recorded.values()] }));
  if (!hasEnded) return;
  schedule.stop();
  sampler.close();
});
