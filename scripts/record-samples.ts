/**
 * Samples this machine once a second as the server does, and saves a recording.
 *   npx tsx scripts/record-samples.ts FILE SECONDS
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { ProcessDelta } from "~/domain/process";
import { alignTo, type Sample, seriesKey } from "~/domain/sample";
import { COLLECTORS } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";
import { startTickTimer } from "~/server/worker/schedule";
import { packRecording } from "./recording";

const [file, seconds] = process.argv.slice(2);
if (!file || !Number(seconds)) {
  console.error("usage: npx tsx scripts/record-samples.ts FILE SECONDS");
  process.exit(2);
}
const sampler = new Sampler({ proc: "/proc", sys: "/sys" }, COLLECTORS, cpus().length);
const samples: Sample[] = [];
const processes: ProcessDelta[] = [];
const schedule = startTickTimer(1000, ({ at }) => {
  const tick = sampler.collect(at);
  samples.push(tick.sample);
  processes.push(tick.processes);
  if (samples.length < Number(seconds)) return;
  schedule.stop();
  sampler.close();
  // Series come and go: use a column for every series that ever existed.
  const series = [...new Map(samples.flatMap((sample) => sample.series.map((one) => [seriesKey(one), one]))).values()];
  const rows = samples.map((sample) => alignTo(series, sample));
  const columns = series.map((_one, slot) => Float64Array.from(rows, (row) => row[slot] as number));
  writeFileSync(file, packRecording({ at: samples.map((sample) => sample.at), series, columns, processes }));
});
