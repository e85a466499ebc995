/** Generates docs/scale.md: the size of an engine for a number of machines, from what was measured. */
import { readFileSync } from "node:fs";
import type { ScaleResult } from "../bench/scale-result";

const RESULT = "bench/scale.json";
const SIZES = [10, 1000, 100_000];
const EVERY_SECONDS = 10;
const DAYS = 365;
/** An engine has to have room for queries, merges and what is missed. */
const HEADROOM = 2;
const COUNT = new Intl.NumberFormat("en");

function bytes(value: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${Number(value.toPrecision(2))} ${units[unit]}`;
}

function cores(value: number): string {
  return value < 0.1 ? "less than 0.1" : String(Number(value.toPrecision(2)));
}

export function scaleDocument(): string {
  const { measuredAt, machine, seriesPerMachine, wireBytes, diskBytes, samplesPerCore, refreshes } = JSON.parse(
    readFileSync(RESULT, "utf8"),
  ) as ScaleResult;
  const last = refreshes.at(-1);
  const perMachine = (last?.cpuSeconds ?? 0) / (last?.machines ?? 1);
  const rows = SIZES.map((machines) => {
    const samples = (machines * seriesPerMachine) / EVERY_SECONDS;
    return `| ${COUNT.format(machines)} | ${COUNT.format(machines * seriesPerMachine)} | ${COUNT.format(samples)} | ${bytes(
      samples * wireBytes,
    )}/s | ${cores((samples / samplesPerCore) * HEADROOM)} | ${bytes(samples * 86_400 * DAYS * diskBytes)} | ${cores(
      (machines * perMachine) / EVERY_SECONDS,
    )} |`;
  });
  const measured = refreshes.map(
    ({ machines, ms, cpuSeconds }) => `| ${COUNT.format(machines)} | ${Math.round(ms)} ms | ${cpuSeconds.toFixed(2)} s |`,
  );
  return `# Scale

Each machine samples, keeps its history, alerts and finds causes by itself. Only the writes to the engine and the queries to it grow with the number
of machines.

## Measured

On ${measuredAt}, ${machine}, with VictoriaMetrics 1.79 (single node) and the generator on the same cores, ${seriesPerMachine} series per machine
(\`npm run bench scale\`):

| what | value |
| --- | --- |
| a sample on the wire | ${wireBytes.toFixed(2)} bytes |
| a sample on the engine's disk, merged | ${diskBytes.toFixed(2)} bytes |
| samples that the engine accepts per second of CPU time | ${COUNT.format(Math.round(samplesPerCore))} |

The Machines page takes twelve queries, whatever the number of machines:

| machines | the twelve queries together | their CPU time in the engine |
| --- | --- | --- |
${measured.join("\n")}

## Sizes

With a sample every ${EVERY_SECONDS} s, ${seriesPerMachine} series per machine, a year of retention, and half of the engine's CPU left free:

| machines | series | samples per second | network into the engine | cores for writing | disk for a year | cores for one open page |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

Responses are shared: however many viewers a Hostscope has, it queries the engine at most once every five seconds. An open page refreshes every ten.

## Formulas

- samples per second = machines × series ÷ interval
- network = samples per second × ${wireBytes.toFixed(2)} bytes
- cores for writing = samples per second ÷ ${COUNT.format(Math.round(samplesPerCore))} × ${HEADROOM}
- disk = samples per second × 86,400 × days × ${diskBytes.toFixed(2)} bytes
- catching up after an outage takes at most 5% of a core on each machine; "Remote write" in bench/results.md says how long a day took. All machines
  catch up at once, so the engine is the limit

\`interval: 30s\` and a selection in \`metrics\` reduce all of these: \`["node_*", "hostscope_contributor_*", "ALERTS", "!node_cpu_*"]\`.

## Limits

- **One VictoriaMetrics** carries thousands of machines. The first limit is memory for active series, about 1 KB each according to its documentation, then disk.
- **One Prometheus** needs several times the memory for the same number of series, and accepts no history much older than its newest sample.
- **From about ten thousand machines** it takes a cluster: VictoriaMetrics cluster or Mimir, with the same configuration and other URLs. This was not tested.
- **The page** lists every machine of its engine and was tested with 1,000. For 100,000, give each team an engine, or a tenant, and a Hostscope
  that reads it.
- An engine that limits series refuses new ones with a 4xx: those are dropped and counted, the others are written.
`;
}
