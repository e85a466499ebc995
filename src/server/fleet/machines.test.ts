import { expect, test } from "vitest";
import { comparableMetrics, comparisonOf, comparisonQuery } from "./compare";
import { askMachines, type MachineAnswers, machinesOf, QUERIES } from "./machines";
import { type PromClient, type PromSeries, parseAnswer } from "./promql";

const NOW = 1_795_968_000_000;
const one = (labels: Record<string, string>, value: number): PromSeries => ({ labels, points: [{ at: NOW, value }] });

const EMPTY = Object.fromEntries([...Object.keys(QUERIES), "sparks"].map((name) => [name, []])) as unknown as MachineAnswers;
const OPTIONS = { now: NOW, silentAfterSeconds: 120, labels: ["env"] };

test("a machine has its columns, and null for what the engine does not have", () => {
  const answers: MachineAnswers = {
    ...EMPTY,
    seen: [one({ instance: "web-1", env: "live" }, NOW / 1000 - 5), one({ instance: "db-1" }, NOW / 1000 - 600)],
    build: [one({ instance: "web-1", version: "0.2.0", url: "http://web-1:5000" }, 1)],
    cpu: [one({ instance: "web-1" }, 0.93)],
    memory: [one({ instance: "web-1" }, 0.4)],
    disk: [one({ instance: "web-1", mountpoint: "/var" }, 0.81)],
    full: [one({ instance: "web-1", system_filesystem_mountpoint: "/var" }, 7200)],
    network: [one({ instance: "web-1" }, 12_000)],
    pressure: [one({ instance: "web-1", resource: "cpu" }, 0.2)],
    alerts: [one({ instance: "web-1", severity: "warning" }, 2), one({ instance: "web-1", severity: "critical" }, 1)],
    programs: [one({ instance: "web-1", program: "make", user: "ann" }, 1.8)],
    memoryPrograms: [one({ instance: "web-1", program: "postgres", user: "db" }, 2 ** 30)],
    sparks: [{ labels: { instance: "web-1" }, points: [{ at: NOW, value: 0.5 }] }],
  };
  const [db, web] = machinesOf(answers, OPTIONS);
  expect(web).toMatchObject({
    name: "web-1",
    state: "up",
    version: "0.2.0",
    url: "http://web-1:5000",
    labels: { env: "live" },
    cpu: 0.93,
    memory: 0.4,
    disk: { mountpoint: "/var", used: 0.81, fullInSeconds: 7200 },
    network: 12_000,
    pressure: { resource: "cpu", share: 0.2 },
    alerts: { critical: 1, warning: 2, info: 0 },
    contributor: { program: "make", user: "ann", measure: "cpu", value: 1.8 },
  });
  expect(web?.cpuHistory).toHaveLength(31);
  expect(web?.cpuHistory.at(-1)).toBe(0.5);
  expect(db).toMatchObject({ name: "db-1", state: "silent", version: null, url: null, cpu: null, disk: null, contributor: null });
  expect(db?.labels).toEqual({ env: "" });
});

test.each([
  ["http://web-1:5000", "http://web-1:5000"],
  ["https://monitor.example.org/web-1", "https://monitor.example.org/web-1"],
  ["javascript:alert(1)", null],
  ["data:text/html,hello", null],
  ["web-1:5000", null],
  ["", null],
])("the address %j leads to %j", (url, leads) => {
  const answers: MachineAnswers = {
    ...EMPTY,
    seen: [one({ instance: "web-1" }, NOW / 1000)],
    build: [one({ instance: "web-1", version: "0.2.0", url }, 1)],
  };
  expect(machinesOf(answers, OPTIONS)[0]?.url).toBe(leads);
});

test("what is worst decides whose contributor is shown", () => {
  const answers: MachineAnswers = {
    ...EMPTY,
    seen: [one({ instance: "web-1" }, NOW / 1000)],
    cpu: [one({ instance: "web-1" }, 0.1)],
    memory: [one({ instance: "web-1" }, 0.9)],
    programs: [one({ instance: "web-1", program: "make", user: "ann" }, 0.1)],
    memoryPrograms: [one({ instance: "web-1", program: "postgres", user: "db" }, 2 ** 30)],
  };
  expect(machinesOf(answers, OPTIONS)[0]?.contributor).toMatchObject({ program: "postgres", measure: "memory" });
});

test("a machine between up and silent is late", () => {
  const answers: MachineAnswers = { ...EMPTY, seen: [one({ instance: "web-1" }, NOW / 1000 - 60)] };
  expect(machinesOf(answers, OPTIONS)[0]?.state).toBe("late");
});

test("the queries are twelve, whatever the number of machines", async () => {
  let asked = 0;
  const client: PromClient = {
    instant: async () => {
      asked++;
      return Array.from({ length: 1000 }, (_, index) => one({ instance: `web-${index}` }, 1));
    },
    range: async () => {
      asked++;
      return [];
    },
    samples: async () => {
      asked++;
      return [];
    },
  };
  expect(machinesOf(await askMachines(client, NOW), OPTIONS)).toHaveLength(1000);
  expect(asked).toBe(12);
});

test.each([
  ["<html>", "no JSON"],
  ['{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}', "not that of a Prometheus API"],
  ['{"status":"error","errorType":"bad_data","error":"parse error"}', "bad_data: parse error"],
  ["[]", "not that of a Prometheus API"],
])("an answer that is none says so: %s", (text, said) => {
  expect(() => parseAnswer(text)).toThrow(said);
});

test("numbers come as text, also those that are none", () => {
  const text =
    '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1.5,"+Inf"],[2,"0.1"]]}]}}';
  expect(parseAnswer(text)).toEqual([
    {
      labels: { a: "b" },
      points: [
        { at: 1500, value: Number.NaN },
        { at: 2000, value: 0.1 },
      ],
    },
  ]);
});

test("counters are added up within a machine, of gauges the highest is taken, and what cannot be compared is unknown", () => {
  expect(comparisonQuery("system.disk.io", 60_000)).toMatch(
    /^sum by \(instance\) \(rate\(\{__name__=~"node_disk_read_bytes_total\|/,
  );
  expect(comparisonQuery("system.cpu.load_average.1m", 60_000)).toMatch(/^max by \(instance\) \(last_over_time\(/);
  expect(comparisonQuery("process.cpu.time", 60_000)).toBeUndefined();
  expect(comparisonQuery("__proto__", 60_000)).toBeUndefined();
  for (const { metric } of comparableMetrics()) expect(comparisonQuery(metric, 60_000), metric).toBeDefined();
});

test("a comparison has the machine with the highest value first, and gaps where there is no reading", () => {
  const series: PromSeries[] = [
    { labels: { instance: "a" }, points: [{ at: NOW, value: 1 }] },
    { labels: { instance: "b" }, points: [{ at: NOW + 60_000, value: 5 }] },
  ];
  expect(comparisonOf(series, { from: NOW, to: NOW + 60_000, stepMs: 60_000 })).toEqual({
    stepSeconds: 60,
    timestamps: [NOW, NOW + 60_000],
    machines: [
      { name: "b", values: [null, 5] },
      { name: "a", values: [1, null] },
    ],
  });
});
