/**
 * Reads this machine as the server does and writes each tick as a line of JSON: the raw material of a recording.
 *   npx tsx scripts/record-samples.ts FILE SECONDS
 */
import { createWriteStream } from "node:fs";
import { cpus } from "node:os";
import { COLLECTORS } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";
import { startSchedule } from "~/server/worker/schedule";

const [file, seconds] = process.argv.slice(2);
if (!file || !Number(seconds)) {
  console.error("usage: npx tsx scripts/record-samples.ts FILE SECONDS");
  process.exit(2);
}
const out = createWriteStream(file);
const sampler = new Sampler({ proc: "/proc", sys: "/sys" }, COLLECTORS, cpus().length);
let missed = 0;
let left = Number(seconds);
let known: unknown;
const schedule = startSchedule(1000, ({ at, missed: skipped }) => {
  missed += skipped;
  const own = [
    { metric: "hostscope.sample.missed", value: missed },
    { metric: "hostscope.store.backlog", value: 0 },
  ];
  const { sample, processes } = sampler.collect(at, own);
  // NaN is null in JSON, as everywhere.
  out.write(
    `${JSON.stringify({ at, series: sample.series === known ? null : sample.series, values: [...sample.values], processes })}\n`,
  );
  known = sample.series;
  if (--left > 0) return;
  schedule.stop();
  sampler.close();
  out.end();
});
