import { expect, test } from "vitest";
import { AppError } from "~/domain/errors";
import type { History } from "~/domain/history";
import { csvData, jsonData, openMetricsData, processData } from "./data-formats";
import { readSlices, slicesOf } from "./data-slices";

const START = Date.parse("2026-11-24T00:00:00Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function history(values: (number | null)[], labels: Record<string, string> = {}, name = "system.x"): History {
  return {
    name,
    from: START,
    to: START + 1000 * values.length,
    stepSeconds: 1,
    resolutionSeconds: 1,
    timestamps: values.map((_value, index) => START + 1000 * index),
    series: [{ metric: name, labels, unit: "By", values }],
    omitted: 0,
  };
}

const each = <T>(...items: T[]): T[] => items;

function text(pieces: Iterable<string | undefined>): string {
  return [...pieces].join("");
}

/** A source that answers at once. */
function source(answer: (request: { from: number; to: number; points: number }) => History) {
  return {
    *history(request: { from: number; to: number; points: number }): Generator<undefined, History> {
      yield;
      return answer(request);
    },
  };
}

const timestampsIn = (found: Iterable<History | undefined>) => [...found].flatMap((one) => one?.timestamps ?? []);

const range = { from: START, to: START + 10_000 };

test("CSV has a row a reading, none for a gap, and quotes what a spreadsheet would run or cut", () => {
  const csv = text(csvData(each(history([1, null, 2.5], { "a.b": '=1+"x",y' })), range));
  expect(csv).toBe(
    "timestamp,metric,labels,unit,value,min,max\r\n" +
      '2026-11-24T00:00:00.000Z,system.x,"{""a.b"":""=1+\\""x\\"",y""}",By,1,,\r\n' +
      '2026-11-24T00:00:02.000Z,system.x,"{""a.b"":""=1+\\""x\\"",y""}",By,2.5,,\r\n',
  );
});

test("a metric that begins like a formula is made harmless", () => {
  expect(text(csvData(each(history([1], {}, "@cmd")), range))).toContain(",'@cmd,");
});

test("JSON is one document over slices, NDJSON a line each, and both hold the same", () => {
  const slices = () => each(history([1, 2]), history([null]), history([3]));
  const document = JSON.parse(text(jsonData(slices(), range, true))) as { rows: unknown[] };
  const lines = text(jsonData(slices(), range, false))
    .trim()
    .split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(document.rows);
  expect(document.rows).toHaveLength(3);
  expect(JSON.parse(text(jsonData(each<History>(), range, true)))).toMatchObject({ rows: [] });
});

test("readings outside the range that was asked for stay out", () => {
  const csv = text(csvData(each(history([1, 2, 3, 4])), { from: START + 1000, to: START + 3000 }));
  expect(csv.trim().split("\r\n")).toHaveLength(3);
});

test("OpenMetrics keeps the points of a series together, escapes labels and ends as it must", () => {
  const slice = { ...history([1, 2], { "system.device": 'a"\\\n' }) };
  slice.series.push({ metric: "system.x", labels: { "system.device": "b" }, unit: "By", values: [3, null] });
  const later = { ...slice, timestamps: slice.timestamps.map((time) => time + 2000) };
  const whole = [
    "# TYPE system_x gauge",
    "# HELP system_x Bytes.",
    'system_x{system_device="a\\"\\\\\\n"} 1 1795478400',
    'system_x{system_device="a\\"\\\\\\n"} 2 1795478401',
    'system_x{system_device="a\\"\\\\\\n"} 1 1795478402',
    'system_x{system_device="a\\"\\\\\\n"} 2 1795478403',
    'system_x{system_device="b"} 3 1795478400',
    'system_x{system_device="b"} 3 1795478402',
    "# EOF",
    "",
  ].join("\n");
  for (const [seriesAtOnce, reads] of [
    [1, 2],
    [2, 1],
  ] as const) {
    let read = 0;
    const source = {
      metrics: [{ metric: "system.x", help: "Bytes." }],
      *seriesOf() {
        yield;
        return slice.series;
      },
      slices: () => {
        read++;
        return each(slice, later);
      },
      seriesAtOnce,
    };
    expect(text(openMetricsData(source, range))).toBe(whole);
    expect(read).toBe(reads);
  }
});

test("OpenMetrics: names that are none there, and two that would be one", () => {
  const slice = {
    ...history([1]),
    series: [{ metric: "a.b", labels: { "5xx": "1", "a.b": "2", a_b: "3" }, unit: "1", values: [1] }],
  };
  const other = { ...history([2]), series: [{ metric: "a_b", labels: {}, unit: "1", values: [2] }] };
  const source = {
    metrics: [
      { metric: "a.b", help: "" },
      { metric: "a_b", help: "" },
    ],
    *seriesOf(metric: string) {
      yield;
      return (metric === "a.b" ? slice : other).series;
    },
    slices: (metric: string) => each(metric === "a.b" ? slice : other),
    seriesAtOnce: 1,
  };
  const lines = text(openMetricsData(source, { from: START, to: START + 1000 })).split("\n");
  expect(lines.filter((line) => !line.startsWith("#") && line !== "")).toEqual([
    `a_b{_5xx="1",a_b="2",a_b_2="3"} 1 ${START / 1000}`,
    `a_b_2 2 ${START / 1000}`,
  ]);
});

test("processes are rows of their own kind", () => {
  const row = {
    pid: 1,
    startedAt: START,
    parentPid: 0,
    name: "=evil()",
    command: 'a "b", c',
    user: "root",
    state: "sleeping" as const,
    cpu: null,
    memoryBytes: 5,
    virtualBytes: 6,
    threads: 1,
    readBytesPerSecond: 0,
    writeBytesPerSecond: 0,
    minorFaultsPerSecond: 3,
    majorFaultsPerSecond: 0,
    openFiles: 12,
    voluntarySwitchesPerSecond: null,
    involuntarySwitchesPerSecond: null,
    shortLivedPerSecond: null,
    group: null,
    sessionId: null,
    sharedBytes: null,
    swapBytes: null,
  };
  const tables = () => each({ at: START, rows: [row] }, { at: START + 1000, rows: [row] });
  expect(text(processData(tables(), "csv", range)).split("\r\n")[1]).toContain(`,'=evil(),"a ""b"", c",root,sleeping,,5,`);
  expect(JSON.parse(text(processData(tables(), "json", range)))).toMatchObject({
    rows: [{ pid: 1, cpu: null, openFiles: 12, group: null }, {}],
  });
});

test("old history is read in wide slices and coarse steps, new history finely", () => {
  const now = START + 400 * DAY;
  const slices = [
    ...slicesOf({
      from: START,
      to: now,
      now,
      intervalSeconds: 1,
      stepSeconds: 1,
      retention: { raw: (7 * DAY) / 1000, minute: (90 * DAY) / 1000 },
    }),
  ];
  expect(slices[0]).toMatchObject({ from: START, stepSeconds: 3600 });
  expect(slices.at(-1)).toMatchObject({ to: now, stepSeconds: 1 });
  expect(slices.every((slice, index) => index === 0 || slice.from === slices[index - 1]?.to)).toBe(true);
  expect(slices.length).toBeLessThan(400);
});

const retention = { raw: 604_800, minute: 90 * 86_400 };

test("where the finer tiers are gone before their time, the hours are read", () => {
  const hours = source(({ points, from }) => (points <= 30 ? { ...history([7]), from, timestamps: [from] } : history([null])));
  const request = { from: START, to: START + DAY, now: START + 30 * DAY, intervalSeconds: 1, stepSeconds: 1, retention };
  expect(timestampsIn(readSlices(hours, "system.x", request))).toEqual([START]);
});

const ofNow = { now: START + 100_000, intervalSeconds: 1, stepSeconds: 1, retention };

test("a range that begins within a second is still read second by second", () => {
  const asked: unknown[] = [];
  const asking = source((request) => {
    asked.push(request);
    return history([1]);
  });
  timestampsIn(readSlices(asking, "system.x", { from: START + 400, to: START + 90_700, ...ofNow }));
  expect(asked).toMatchObject([{ from: START, to: START + 91_000, points: 91 }]);
});

test("a slice with too many series for one answer is read in parts", () => {
  const limited = source(({ from, points }) => {
    if (points > 10) throw new AppError("too_large", "too many");
    const times = Array.from({ length: points }, (_, index) => from + index * 1000);
    return { ...history(times.map(() => 1)), from, timestamps: times };
  });
  const found = timestampsIn(readSlices(limited, "system.x", { from: START, to: START + 91_000, ...ofNow }));
  expect(found).toEqual(Array.from({ length: 91 }, (_, index) => START + index * 1000));
});
