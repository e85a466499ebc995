/** Runs Prometheus and VictoriaMetrics on the same samples as ours. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DayTick } from "../scripts/recording";
import { ensurePrograms } from "../tests/helpers/debian";
import { eventually } from "../tests/helpers/server";
import { type Day, dayTicks, thirtyDays } from "./day";

export function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce((sum, name) => {
    const { size, isFile } = ((stats) => ({ size: stats.size, isFile: stats.isFile() }))(statSync(join(folder, name)));
    return sum + (isFile ? size : 0);
  }, 0);
}

const columnsOf = (day: Day) => {
  const ticks = dayTicks(day);
  const first = ticks.next().value as DayTick | undefined;
  if (!first) throw new Error("the day has no tick");
  const { series } = first.sample;
  const times: number[] = [];
  const columns = series.map(() => new Float64Array((day.end - day.start) / 1000));
  const take = ({ at, values }: typeof first.sample) => {
    for (let slot = 0; slot < columns.length; slot++) (columns[slot] as Float64Array)[times.length] = values[slot] as number;
    times.push(at);
  };
  take(first.sample);
  for (const { sample } of ticks) take(sample);
  return { series, times, columns };
};

const nameOf = (metric: string) => metric.replace(/[^a-zA-Z0-9_]/g, "_");
const labelsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([name, value]) => [nameOf(name), value] as const);

/** Blocks made by promtool: `data` with the samples of the day, `apart` with thirty days of one series. */
export async function buildPrometheus(day: Day, folder: string): Promise<{ data: string; apart: string }> {
  ensurePrograms("promtool");
  const text = join(folder, "day.om");
  const data = join(folder, "prometheus");
  mkdirSync(data);
  const out = createWriteStream(text);
  const { series, times, columns } = columnsOf(day);
  const order = series
    .map((_one, slot) => slot)
    .sort((a, b) => (nameOf(series[a]?.metric ?? "") < nameOf(series[b]?.metric ?? "") ? -1 : 1));
  let last = "";
  for (const slot of order) {
    const { metric, labels } = series[slot] as (typeof series)[number];
    const name = nameOf(metric);
    if (name !== last) out.write(`# TYPE ${name} gauge\n`);
    last = name;
    const key = `${name}{${labelsOf(labels)
      .map(([label, value]) => `${label}="${value}"`)
      .join(",")}}`;
    for (let from = 0; from < times.length; from += 10_000) {
      let lines = "";
      for (let tick = from; tick < Math.min(times.length, from + 10_000); tick++) {
        const value = columns[slot]?.[tick] as number;
        if (!Number.isNaN(value)) lines += `${key} ${value} ${(times[tick] as number) / 1000}\n`;
      }
      if (!out.write(lines)) await once(out, "drain");
    }
  }
  out.end("# EOF\n");
  await once(out, "finish");
  makeBlocks(text, data);
  const month = thirtyDays(day).map(({ at, value }) => `thirty_days ${value} ${at / 1000}\n`);
  writeFileSync(text, `# TYPE thirty_days gauge\n${month.join("")}# EOF\n`);
  const apart = join(folder, "prometheus-month");
  mkdirSync(apart);
  makeBlocks(text, apart);
  return { data, apart };
}

/** promtool reads the whole text once per block. Uses blocks of a day, the size that Prometheus merges to as well. */
function makeBlocks(text: string, data: string): void {
  const args = ["tsdb", "create-blocks-from", "--max-block-duration=24h", "openmetrics", text, data];
  const made = spawnSync("promtool", args, { stdio: ["ignore", "ignore", "pipe"], maxBuffer: 2 ** 28 });
  rmSync(text);
  if (made.status !== 0) throw new Error(`promtool failed: ${made.stderr.toString("utf8").slice(0, 500)}`);
}

export const PROMETHEUS_PORT = 19_190;
export const VICTORIA_PORT = 19_428;

export async function startPrometheus({ data, apart }: { data: string; apart: string }, folder: string): Promise<ChildProcess> {
  for (const block of readdirSync(apart)) renameSync(join(apart, block), join(data, block));
  const config = join(folder, "prometheus.yml");
  writeFileSync(config, "global: {}\n");
  const child = spawn(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      "--storage.tsdb.retention.time=100y",
      `--web.listen-address=127.0.0.1:${PROMETHEUS_PORT}`,
    ],
    { stdio: "ignore" },
  );
  await eventually(async () => (await fetch(`http://127.0.0.1:${PROMETHEUS_PORT}/-/ready`)).ok, 60_000);
  return child;
}

/** Starts VictoriaMetrics with the samples imported and merged. */
export async function startVictoria(day: Day, folder: string): Promise<{ child: ChildProcess; data: string }> {
  ensurePrograms("victoria-metrics");
  const data = join(folder, "victoria");
  const child = spawn(
    "victoria-metrics",
    [
      `-storageDataPath=${data}`,
      "-retentionPeriod=100y",
      `-httpListenAddr=127.0.0.1:${VICTORIA_PORT}`,
      "-search.disableCache",
      "-search.latencyOffset=0s",
    ],
    { stdio: "ignore" },
  );
  const url = `http://127.0.0.1:${VICTORIA_PORT}`;
  await eventually(async () => (await fetch(`${url}/health`)).ok, 60_000);
  const { series, times, columns } = columnsOf(day);
  for (const [slot, { metric, labels }] of series.entries()) {
    const present = times.flatMap((_time, tick) => (Number.isNaN(columns[slot]?.[tick] as number) ? [] : [tick]));
    if (present.length === 0) continue;
    const line = {
      metric: { __name__: nameOf(metric), ...Object.fromEntries(labelsOf(labels)) },
      values: present.map((tick) => columns[slot]?.[tick]),
      timestamps: present.map((tick) => times[tick]),
    };
    const response = await fetch(`${url}/api/v1/import`, { method: "POST", body: JSON.stringify(line) });
    if (!response.ok) throw new Error(`VictoriaMetrics refuses the samples: ${response.status}`);
  }
  const month = thirtyDays(day);
  const line = {
    metric: { __name__: "thirty_days" },
    values: month.map(({ value }) => value),
    timestamps: month.map(({ at }) => at),
  };
  await fetch(`${url}/api/v1/import`, { method: "POST", body: JSON.stringify(line) });
  await fetch(`${url}/internal/force_flush`);
  await fetch(`${url}/internal/force_merge`);
  let last = -1;
  await eventually(async () => {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const bytes = folderBytes(join(data, "data"));
    const settled = bytes === last;
    last = bytes;
    return settled;
  }, 120_000);
  return { child, data };
}
