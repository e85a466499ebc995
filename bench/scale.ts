/**
 * What machines cost an engine: bytes of a sample on the wire and on its disk, samples a second that a core takes, and what the page of all
 * machines asks of it. With VictoriaMetrics from Debian's packages. Writes bench/scale.json, which docs/scale.md is generated from.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { builtInDefinition } from "~/domain/metric";
import { openEngine } from "~/server/engine/connection";
import { askMachines, machinesOf } from "~/server/fleet/machines";
import { promClient } from "~/server/fleet/promql";
import { type Batch, Batcher } from "~/server/remote-write/batches";
import { readRecording, recordedDay } from "../scripts/recording";
import { startVictoriaMetrics } from "../tests/helpers/engines";
import { SimulatedMachines } from "../tests/helpers/simulated-machines";
import { table, writeResult } from "./results";
import type { ScaleResult } from "./scale-result";

const DAY_MS = 86_400_000;
/** Merging goes on after the answer. */
const MERGE_MS = 5000;
const SERIES = 250;
const [HOUR_MS, EVERY_MS] = [3_600_000, 15_000];
const COUNTS = [10, 100, 1000];
const LOOKS = 11;

/** CPU seconds of a process. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function measure(count: number) {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-scale-"));
  const engine = await startVictoriaMetrics(folder);
  try {
    const { series, columns } = readRecording();
    const sample = { at: Date.now() - HOUR_MS, series, values: Float64Array.from(columns, (column) => column[0] ?? Number.NaN) };
    const machines = new SimulatedMachines(sample, { count, series: SERIES, labelsOf: () => ({}) });
    const now = Math.floor(Date.now() / EVERY_MS) * EVERY_MS;
    const cpuBefore = cpuOf(engine.pid());
    let [samples, wireBytes] = [0, 0];
    // An hour for the picture of each machine, sparser than it would be; the last minutes as they are.
    const sparse = count > 100 ? 120_000 : EVERY_MS;
    for (let at = now - HOUR_MS; at <= now; at += at < now - 300_000 ? sparse : EVERY_MS) {
      const written = await machines.write(engine.writeUrl, at);
      samples += written.samples;
      wireBytes += written.bytes;
    }
    const ingest = samples / (cpuOf(engine.pid()) - cpuBefore);
    await fetch(`${engine.url}/internal/force_flush`);
    const client = promClient(openEngine(engine.url, { headers: {} }), () => {});
    const times: number[] = [];
    const queryBefore = cpuOf(engine.pid());
    for (let look = 0; look < LOOKS; look++) {
      const begin = performance.now();
      const found = machinesOf(await askMachines(client, now), { now, silentAfterSeconds: 120, labels: [] });
      if (found.length !== count) throw new Error(`${found.length} of ${count} machines`);
      times.push(performance.now() - begin);
    }
    const queryCpu = (cpuOf(engine.pid()) - queryBefore) / LOOKS;
    return { count, samples, wire: wireBytes / samples, ingest, refreshMs: median(times), refreshCpu: queryCpu };
  } finally {
    await engine[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes on disk of a sample of a real machine: the recorded day, a sample each ten seconds, as it is written. */
async function diskBytes(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-scale-"));
  const engine = await startVictoriaMetrics(folder);
  const address = openEngine(engine.writeUrl, { headers: {} });
  const format = { stepMs: 10_000, externalLabels: { instance: "web-1", job: "hostscope" }, metrics: ["*"], facts: [] };
  const batcher = new Batcher(format, builtInDefinition);
  let samples = 0;
  const send = async (batch: Batch | undefined) => {
    if (!batch) return;
    samples += batch.samples;
    const headers = { "content-encoding": "snappy", "content-type": "application/x-protobuf" };
    const body = batch.body as Uint8Array<ArrayBuffer>;
    const { status } = await address.send({ method: "POST", body, headers, timeoutMs: 30_000 });
    if (status >= 300) throw new Error(`the engine refuses: ${status}`);
  };
  try {
    const start = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;
    for (const { sample } of recordedDay({ seed: 1, start, seconds: DAY_MS / 1000, recording: readRecording() }))
      await send(batcher.add(sample));
    await send(batcher.finish(start + DAY_MS));
    await fetch(`${engine.url}/internal/force_flush`);
    await fetch(`${engine.url}/internal/force_merge`);
    await sleep(MERGE_MS);
    return sizeOf(join(folder, "victoria-metrics", "data")) / samples;
  } finally {
    await address.close();
    await engine[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

const disk = await diskBytes();
const rows: Awaited<ReturnType<typeof measure>>[] = [];
for (const count of COUNTS) rows.push(await measure(count));
const last = rows.at(-1);
if (!last) throw new Error("nothing was measured");
const result: ScaleResult = {
  measuredAt: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} x ${cpus()[0]?.model.trim()}, Linux ${release()}`,
  seriesPerMachine: SERIES,
  wireBytes: last.wire,
  diskBytes: disk,
  samplesPerCore: last.ingest,
  refreshes: rows.map(({ count, refreshMs, refreshCpu }) => ({ machines: count, ms: refreshMs, cpuSeconds: refreshCpu })),
};
writeFileSync("bench/scale.json", `${JSON.stringify(result, null, 2)}\n`);
writeResult(
  "Scale of an engine",
  table(
    [
      "machines",
      "samples written",
      "bytes a sample on the wire",
      "samples a CPU second",
      "refresh of the page, ms",
      "its CPU in the engine, s",
    ],
    rows.map((row) => [
      row.count,
      row.samples,
      row.wire.toFixed(2),
      Math.round(row.ingest),
      Math.round(row.refreshMs),
      row.refreshCpu.toFixed(2),
    ]),
  ).concat(`\n\nA sample of the recorded day, one each ten seconds, takes ${disk.toFixed(2)} bytes of the engine's disk.`),
);
