/** Builds reports from difficult histories. */
import { expect, test } from "vitest";
import type { History } from "~/domain/history";
import { outlooksOf } from "~/domain/outlook";
import { proseText, type Report, type TableBlock, textOf } from "~/domain/report";
import { constructedInputs, consumer, DAY_MS, END, filesystem, processRow } from "../../../tests/helpers/report-inputs";
import { buildReport } from "./build";
import { analyseProcesses } from "./process-analysis";

const sectionIds = (report: Report) => report.sections.map(({ id }) => id);

function tables(report: Report, id: string): TableBlock[] {
  const blocks = report.sections.find((section) => section.id === id)?.blocks ?? [];
  return blocks.filter((block) => block.kind === "table");
}

test("a healthy day has every section and says that nothing needs attention", () => {
  const report = buildReport(constructedInputs());
  expect(report.verdict).toBe("ok");
  expect(proseText(report.sentence, "UTC")).toMatch(/^Nothing needs attention: CPU busy 25 % on average, memory 45 % used\.$/);
  expect(sectionIds(report)).toEqual([
    "summary",
    "recommendations",
    "outlook",
    "trends",
    "cpu",
    "memory",
    "disks",
    "filesystems",
    "network",
    "processes",
    "busiest",
    "alerts",
    "quality",
  ]);
});

test("without any reading the report says so and nothing more than it knows", () => {
  const none = analyseProcesses({ consumers: [], moments: [], periodSeconds: 1, memoryBytes: 1 });
  const report = buildReport(constructedInputs({ change: { current: {}, previous: {}, outlook: [], processes: none } }));
  expect(proseText(report.sentence, "UTC")).toBe("Nothing was measured in this period.");
  expect(sectionIds(report)).toEqual(["summary", "alerts", "quality"]);
});

test("one sample is reported as it is, without forecasts and without a rate of change", () => {
  const inputs = constructedInputs();
  const current = Object.fromEntries(
    Object.entries(inputs.current).map(([name, history]) => [
      name,
      {
        ...history,
        series: history.series.map((one) => ({
          ...one,
          values: one.values.map((value, index) => (index === 700 ? value : null)),
        })),
      },
    ]),
  );
  const filesystems = current["system.filesystem.utilization"] as History;
  const outlook = outlooksOf("filesystem", [filesystems], END);
  const report = buildReport({ ...inputs, current, previous: {}, outlook });
  expect(sectionIds(report)).toContain("cpu");
  const rows = tables(report, "outlook")[0]?.rows ?? [];
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every((row) => row[2] === "too little history")).toBe(true);
});

test("a day with gaps over half of it says how much was measured and where not", () => {
  const inputs = constructedInputs();
  const current = Object.fromEntries(
    Object.entries(inputs.current).map(([name, history]) => [
      name,
      {
        ...history,
        series: history.series.map((one) => ({
          ...one,
          values: one.values.map((value, index) => (index % 240 < 140 ? null : value)),
        })),
      },
    ]),
  );
  const report = buildReport({ ...inputs, current });
  const [gaps] = tables(report, "quality");
  expect(gaps?.total.value).toBe(6);
  expect(gaps?.rows[0]?.map((cell) => textOf(cell, "UTC"))).toEqual(["2026-11-23 00:00", "2026-11-23 02:20", "2 h 20 min"]);
  const coverage = report.sections.find(({ id }) => id === "recommendations")?.blocks[0];
  expect(coverage).toMatchObject({ kind: "finding", rule: "coverage", severity: "info" });
});

test("two hundred disks and two thousand processes make tables of bounded length that say how many there are", () => {
  const disks = Array.from({ length: 200 }, (_, index) => ({
    metric: "system.disk.utilization",
    labels: { "system.device": `disk${index}` },
    value: () => index / 1000,
  }));
  const mounts = Array.from({ length: 200 }, (_, index) => filesystem(`/mnt/${index}`, () => 0.1));
  const rows = Array.from({ length: 2000 }, (_, index) => processRow({ pid: index + 10, name: `worker-${index}` }));
  const report = buildReport(
    constructedInputs({
      series: [...disks, ...mounts],
      processes: () => rows,
      consumers: rows.map((row, index) => consumer({ pid: row.pid, name: row.name, cpuSeconds: index })),
    }),
  );
  const busy = tables(report, "disks").find(({ title }) => title.startsWith("Time busy"));
  expect(busy?.total.value).toBe(201);
  expect(busy?.rows.length).toBeLessThanOrEqual(50);
  expect(tables(report, "processes")[0]?.rows[0]?.[0]).toBe("worker-1999");
  for (const { blocks } of report.sections) {
    for (const block of blocks) {
      if (block.kind === "table") expect(block.rows.length).toBeLessThanOrEqual(50);
      if (block.kind === "chart") expect(block.series.length).toBeLessThanOrEqual(6);
    }
  }
});

test("names from outside reach no format with controls or turned writing in them", () => {
  const evil = "a\u0000\u001b[2J\u202egnp.exe\n";
  const report = buildReport(
    constructedInputs({
      series: [filesystem(evil, () => 0.99)],
      processes: () => [processRow({ name: evil, user: evil })],
      consumers: [consumer({ name: evil, user: evil })],
      change: { host: { ...constructedInputs().host, name: evil, os: evil, kernel: evil } },
    }),
  );
  expect(JSON.stringify(report)).not.toMatch(/\\u0000|\\u001b|\u202e|\\n/);
});

test("a chart never has more points than it can show, and says its step", () => {
  const report = buildReport(constructedInputs());
  const charts = report.sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === "chart"));
  expect(charts.length).toBeGreaterThan(5);
  for (const { timestamps, series, stepSeconds } of charts) {
    expect(timestamps).toHaveLength(360);
    expect(stepSeconds).toBe(240);
    expect(series.every(({ values }) => values.length === timestamps.length)).toBe(true);
  }
});

test("alerts are told by rule with their time, those that still fire up to the period's end", () => {
  const alert = {
    id: "a",
    rule: "cpu",
    metric: "system.cpu.utilization",
    labels: {},
    severity: "warning" as const,
    state: "firing" as const,
    value: 0.97,
    threshold: 0.95,
    forecastSeconds: null,
    unit: "1",
    message: "cpu at 97 %",
    cause: [],
    startedAt: END - DAY_MS / 4,
    resolvedAt: null,
    acknowledgedAt: END - DAY_MS / 8,
    acknowledgedBy: "local",
    acknowledgedUntil: null,
    coverage: null,
    refusal: null,
    summary: null,
    firstCause: [],
    note: null,
  };
  const report = buildReport(constructedInputs({ change: { alerts: [alert] } }));
  const [byRule, all] = tables(report, "alerts");
  expect(byRule?.rows[0]?.map((cell) => textOf(cell, "UTC"))).toEqual(["cpu", "1", "6 h"]);
  expect(all?.rows[0]?.map((cell) => textOf(cell, "UTC"))).toContain("still firing");
});

test("what is marked on the charts stands in the report, the kernel's own words too", () => {
  const text = "the kernel killed node (pid 4711, 2.1 GiB): the machine was out of memory";
  const marks = [{ id: "m1", at: constructedInputs().period.from + 60_000, kind: "kernel" as const, text }];
  const { sections } = buildReport(constructedInputs({ change: { marks } }));
  const alerts = sections.find(({ id }) => id === "alerts");
  expect(JSON.stringify(alerts?.blocks)).toContain(text);
});
