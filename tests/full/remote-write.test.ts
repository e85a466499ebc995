/**
 * Remote write to the real VictoriaMetrics and Prometheus: a day of history, and an outage of ten minutes with kills on both sides. What the
 * engines have is compared with what this machine has, value by value.
 */
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { builtInDefinition } from "~/domain/metric";
import { seriesKey } from "~/domain/sample";
import { exposedSeries, exposedValue } from "~/server/prometheus/exposition";
import { openForReading } from "~/server/store/file/database";
import { Ring } from "~/server/store/series/ring";
import { StoreReader } from "~/server/store/store-reader";
import { buildDay } from "../../bench/day";
import { table, writeResult } from "../../bench/results";
import { type StoredSeries, startPrometheus, startRelay, startVictoriaMetrics, storedSamples } from "../helpers/engines";
import { removedFolders } from "../helpers/folders";
import { eventually, getJson, startServer } from "../helpers/server";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const AWAY_MS = 10 * 60_000;
const ANY_ORDER = "any-order";
const newFolder = removedFolders();

interface Truth {
  /** By name and labels as at /metrics: the newest value of each step, and its time. */
  series: Map<string, Map<number, number>>;
  /** Times at which something was measured. */
  times: Set<number>;
}

/** What has to be in an engine: read from the database, by the rule that the newest sample of each step is written. */
function truthOf(dataDir: string, { from, to }: { from: number; to: number }, stepMs: number): Truth {
  const database = openForReading(join(dataDir, "hostscope.db"));
  try {
    const reader = new StoreReader(database, { intervalMs: 1000, definitionOf: builtInDefinition, ring: Ring.of([]) });
    const series = new Map<string, Map<number, number>>();
    const times = new Set<number>();
    let last: { step: number; write: () => void } | undefined;
    for (const { at, series: layout, values } of reader.samples({ from: from + 1, to: to + 1 })) {
      const step = Math.ceil(at / stepMs);
      if (last && last.step !== step) last.write();
      const write = () => {
        times.add(at);
        for (const one of exposedOf(layout)) {
          const value = exposedValue(one, values);
          if (Number.isNaN(value)) continue;
          const known = series.get(one.key) ?? new Map<number, number>();
          series.set(one.key, known);
          known.set(at, value);
        }
      };
      last = { step, write };
    }
    last?.write();
    return { series, times };
  } finally {
    database.close();
  }
}

const layouts = new WeakMap<object, { key: string; slots: readonly number[]; scale: number }[]>();

function exposedOf(layout: Parameters<typeof exposedSeries>[0]) {
  const known = layouts.get(layout);
  if (known) return known;
  const made = exposedSeries(layout, builtInDefinition).map(({ name, labels, slots, scale }) => {
    const told = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""));
    return { key: seriesKey({ metric: name, labels: told }), slots, scale };
  });
  layouts.set(layout, made);
  return made;
}

function keyOf({ labels }: StoredSeries): string {
  const { __name__: name = "", instance: _instance, job: _job, ...others } = labels;
  return seriesKey({ metric: name, labels: others });
}

interface Compared {
  samples: number;
  missing: number;
  different: number;
  doubled: number;
  /** Series of the engine that have none here, besides those that are no series here. */
  extra: string[];
  examples: string[];
}

const FACTS = /^(hostscope_build_info|node_uname_info|node_os_info|node_boot_time_seconds|node_time_seconds)\b/;

/** VictoriaMetrics keeps numbers as decimals of twelve digits or more, those of a block with one exponent. */
const DIGITS_OF_VICTORIA_METRICS = 1e-12;

function compared({ series, times }: Truth, stored: readonly StoredSeries[], precision = 0): Compared {
  const found: Compared = { samples: 0, missing: 0, different: 0, doubled: 0, extra: [], examples: [] };
  const there = new Map(stored.map((one) => [keyOf(one), one.points]));
  for (const [key, values] of series) {
    const points = there.get(key) ?? [];
    const byTime = new Map(points.map(({ at, value }) => [at, value]));
    found.doubled += points.length - byTime.size;
    const largest = points.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0);
    for (const [at, value] of values) {
      found.samples++;
      const theirs = byTime.get(at);
      if (theirs === undefined) found.missing++;
      else if (Math.abs(theirs - value) > precision * largest) found.different++;
      else continue;
      if (found.examples.length < 5) found.examples.push(`${key} at ${new Date(at).toISOString()}: ${value}, there ${theirs}`);
    }
  }
  const end = Math.max(...times);
  for (const [key, points] of there)
    if (!series.has(key) && !FACTS.test(key) && points.some(({ at }) => at <= end)) found.extra.push(key);
  return found;
}

function measured(name: string, rows: readonly (readonly [what: string, value: number, budget: number | null])[]): void {
  writeResult(
    name,
    table(
      ["what", "measured", "budget"],
      rows.map(([what, value, budget]) => [what, value, budget ?? ""]),
    ),
  );
}

interface Health {
  checks: { name: string; status: string; detail: string }[];
}

const remoteWriteOf = async (url: string) =>
  (await getJson<Health>(`${url}/api/health`)).checks.find(({ name }) => name === "remote write");

/** How far every target is, in seconds before now. */
function behind(detail: string): number {
  const ages = [...detail.matchAll(/written up to (?:(\d+) ?d)? ?(?:(\d+) ?h)? ?(?:(\d+) ?min)? ?(?:(\d+) ?s)?/g)];
  if (ages.length === 0 || detail.includes("nothing written yet")) return Number.POSITIVE_INFINITY;
  return Math.max(
    ...ages.map(([, d = 0, h = 0, m = 0, s = 0]) => Number(d) * 86_400 + Number(h) * 3600 + Number(m) * 60 + Number(s)),
  );
}

test(
  "a day of history is caught up into empty engines, every value equal to ours at the written step",
  async () => {
    const folder = newFolder();
    await using victoria = await startVictoriaMetrics(folder);
    await using prometheus = await startPrometheus(folder);
    const dataDir = join(folder, "server", "data");
    mkdirSync(dataDir, { recursive: true });
    const end = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    const day = await buildDay(dataDir, end - DAY_MS, DAY_MS / 1000);
    await using server = await startServer({
      folder: join(folder, "server"),
      config: `remote_write:\n  - {name: victoria, url: "${victoria.writeUrl}"}\n  - {name: prometheus, url: "${prometheus.writeUrl}"}\n`,
    });
    const begin = performance.now();
    await eventually(async () => behind((await remoteWriteOf(server.url))?.detail ?? "") < 60, 60 * 60_000);
    const seconds = (performance.now() - begin) / 1000;
    const span = { from: day.start, to: day.end - 1 };
    const truth = truthOf(dataDir, span, 10_000);
    const [inVictoria, inPrometheus] = [
      // With what came after the day: the exponent of a block is that of its largest number.
      compared(truth, await storedSamples(victoria.url, hostname(), { ...span, to: Date.now() }), DIGITS_OF_VICTORIA_METRICS),
      compared(truth, await storedSamples(prometheus.url, hostname(), span)),
    ];
    measured("Remote write", [
      ["a day of history, samples of each engine", inVictoria.samples, null],
      ["missing or different in VictoriaMetrics", inVictoria.missing + inVictoria.different, 0],
      ["missing or different in Prometheus", inPrometheus.missing + inPrometheus.different, 0],
      ["caught up in both, s", Math.round(seconds), null],
    ]);
    expect(truth.times.size).toBeGreaterThan(8600);
    expect(inVictoria).toMatchObject({ missing: 0, different: 0, doubled: 0, extra: [], examples: [] });
    expect(inPrometheus).toMatchObject({ missing: 0, different: 0, doubled: 0, extra: [], examples: [] });
  },
  75 * 60_000,
);

test(
  "engines killed and away for ten minutes, ours killed twice meanwhile: nothing is missing, nothing is answered twice",
  async () => {
    const folder = newFolder();
    await using victoria = await startVictoriaMetrics(folder);
    await using prometheus = await startPrometheus(folder);
    await using toVictoria = await startRelay(victoria.writeUrl);
    await using toPrometheus = await startRelay(prometheus.writeUrl);
    const config = `remote_write:
  - {name: victoria, url: "${toVictoria.url}"}
  - {name: "victoria, any order", url: "${victoria.writeUrl}", interval: 1s, out_of_order: true, external_labels: {instance: ${ANY_ORDER}}}
  - {name: prometheus, url: "${toPrometheus.url}", interval: 1s}
`;
    const place = join(folder, "server");
    let server = await startServer({ folder: place, config });
    const from = Date.now();
    const restart = async () => {
      await server.kill("SIGKILL");
      server = await startServer({ folder: place, config });
    };
    try {
      await sleep(60_000);
      await Promise.all([victoria.kill(), prometheus.kill()]);
      await sleep(AWAY_MS / 3);
      await restart();
      await sleep(AWAY_MS / 3);
      await restart();
      await sleep(AWAY_MS / 3);
      await Promise.all([victoria.start(), prometheus.start()]);
      // Killed once more while it catches up.
      await sleep(1500);
      await restart();
      await eventually(async () => behind((await remoteWriteOf(server.url))?.detail ?? "") < 30, 20 * 60_000);
      const to = Math.floor(Date.now() / 1000) * 1000 - 60_000;
      await eventually(async () => Date.now() - to > 65_000);
      const { detail = "" } = (await remoteWriteOf(server.url)) ?? {};
      await server.kill("SIGTERM");
      const truth = truthOf(join(place, "data"), { from, to }, 1000);
      const ofTenSeconds = truthOf(join(place, "data"), { from, to: Math.floor(to / 10_000) * 10_000 }, 10_000);
      const stored = (url: string, machine: string) => storedSamples(url, machine, { from, to });
      const inOrder = compared(ofTenSeconds, await stored(victoria.url, hostname()), DIGITS_OF_VICTORIA_METRICS);
      const inVictoria = compared(truth, await stored(victoria.url, ANY_ORDER), DIGITS_OF_VICTORIA_METRICS);
      const inPrometheus = compared(truth, await stored(prometheus.url, hostname()));
      const twice = [toVictoria, toPrometheus].map(({ accepted }) => {
        const texts = accepted.map((body) => body.toString("base64"));
        return texts.length - new Set(texts).size;
      });
      const refused = Number(/prometheus: [^;]*?(\d+) samples refused/.exec(detail)?.[1] ?? 0);
      measured("Remote write, engines away for ten minutes", [
        ["samples of each engine", inVictoria.samples, null],
        ["missing or different in VictoriaMetrics, in order, every 10 s", inOrder.missing + inOrder.different, 0],
        ["missing or different in VictoriaMetrics, in any order, every second", inVictoria.missing + inVictoria.different, 0],
        [
          "missing or different in Prometheus, less what it refused",
          Math.max(0, inPrometheus.missing + inPrometheus.different - refused),
          0,
        ],
        ["refused by Prometheus and counted", refused, null],
        ["requests sent twice to one engine, of four kills", Math.max(...twice), 4],
      ]);
      expect(truth.times.size).toBeGreaterThan(600);
      for (const found of [inOrder, inVictoria])
        expect(found).toMatchObject({ missing: 0, different: 0, doubled: 0, examples: [] });
      expect(inPrometheus.different).toBe(0);
      expect(inPrometheus.missing).toBeLessThanOrEqual(refused);
      for (const many of twice) expect(many).toBeLessThanOrEqual(4);
    } finally {
      await server.kill("SIGKILL");
    }
  },
  75 * 60_000,
);
