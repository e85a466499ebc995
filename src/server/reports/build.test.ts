/** Builds reports from difficult histories. */
import { expect, test } from "vitest";
import type { History, HistorySeries } from "~/domain/history";
import { type Cell, proseText, type Report, type TableBlock, textOf } from "~/domain/report";
import { contributor, firing } from "../../../tests/helpers/alert";
import { constructedInputs, consumer, DAY_MS, END, filesystem, processRow } from "../../../tests/helpers/report-inputs";
import { buildReport } from "./build";
import type { ReportInputs } from "./inputs";
import { analyseProcesses } from "./process-analysis";
import { thinned } from "./statistics";

const sectionIds = (report: Report) => report.sections.map(({ id }) => id);

function paragraphs(report: Report, id: string): string[] {
  const blocks = report.sections.find((section) => section.id === id)?.blocks ?? [];
  return blocks.flatMap((block) => (block.kind === "paragraph" ? [proseText(block.text, "UTC")] : []));
}

function tables(report: Report, id: string): TableBlock[] {
  const blocks = report.sections.find((section) => section.id === id)?.blocks ?? [];
  return blocks.filter((block) => block.kind === "table");
}

test("a healthy day has every section and says that nothing needs attention", () => {
  const report = buildReport(constructedInputs());
  expect(report.verdict).toBe("ok");
  expect(proseText(report.sentence, "UTC")).toBe("No alerts are firing and nothing needs attention.");
  expect(paragraphs(report, "summary")[0]).toBe(
    "No alerts fired in 24 h. CPU averaged 25%, peaking at 35%; memory averaged 45%.",
  );
  expect(sectionIds(report)).toEqual([
    "summary",
    "recommendations",
    "alerts",
    "trends",
    "outlook",
    "cpu",
    "memory",
    "disks",
    "filesystems",
    "network",
    "processes",
    "busiest",
    "quality",
  ]);
});

test("without any reading the report says so and nothing more than it knows", () => {
  const none = analyseProcesses({ consumers: [], moments: [], measuredSeconds: 1, memoryBytes: 1 });
  const report = buildReport(constructedInputs({ change: { current: {}, previous: {}, outlook: [], processes: none } }));
  expect(proseText(report.sentence, "UTC")).toBe("There is no data for this period.");
  expect(sectionIds(report)).toEqual(["summary", "alerts", "quality"]);
});

/** With readings in some minutes only. */
function measuredOnly(histories: ReportInputs["current"], isMeasured: (minute: number) => boolean): ReportInputs["current"] {
  const cut = ({ values, ...one }: HistorySeries) => ({
    ...one,
    values: values.map((value, minute) => (isMeasured(minute) ? value : null)),
  });
  return Object.fromEntries(
    Object.entries(histories).map(([name, history]) => [name, { ...history, series: history.series.map(cut) }]),
  );
}

test("one sample is reported as it is, without forecasts and without a rate of change", () => {
  const inputs = constructedInputs();
  const current = measuredOnly(inputs.current, (minute) => minute === 700);
  const report = buildReport({ ...inputs, current, previous: {} });
  expect(sectionIds(report)).toContain("cpu");
  expect(tables(report, "outlook")).toEqual([]);
});

test("a short report says that it is short: no capacity, and no comparison with what is hardly known", () => {
  const inputs = constructedInputs();
  const period = { from: END - 660_000, to: END };
  const previous = Object.fromEntries(
    Object.entries(inputs.previous).map(([name, history]) => [
      name,
      { ...history, series: history.series.map((one) => ({ ...one, values: one.values.map(() => null) })) },
    ]),
  );
  const report = buildReport({ ...inputs, period, previous, previousAlerts: 3 });
  expect(paragraphs(report, "summary")[0]).toMatch(/^No alerts fired in 11 min\..*There is no data for the rest of the 24 h/);
  expect(paragraphs(report, "outlook")).toEqual([
    "No forecast: it takes a day of measurements, and the 11 min of this report contain less.",
  ]);
  expect(paragraphs(report, "trends")).toEqual(["No comparison: there is no data for the 11 min before."]);
  expect(JSON.stringify(report)).not.toMatch(/previous mean|previously/);
});

test("a previous period that has data for less than four fifths is left out", () => {
  const inputs = constructedInputs();
  const known = (share: number) => {
    const previous = Object.fromEntries(
      Object.entries(inputs.previous).map(([name, history]) => [
        name,
        {
          ...history,
          series: history.series.map((one) => ({
            ...one,
            values: one.values.map((value, index) => (index < share * one.values.length ? value : null)),
          })),
        },
      ]),
    );
    return buildReport({ ...inputs, previous });
  };
  expect(tables(known(0.81), "trends")[0]?.rows.length).toBeGreaterThan(5);
  expect(paragraphs(known(0.5), "trends")).toEqual(["No comparison: only 50% of the previous 24 h has data."]);
});

test("what fires now is in the summary, the worst first, and decides the verdict", () => {
  const disk = firing({
    id: "d",
    rule: "disk",
    severity: "critical",
    message: "/mnt/small at 100% (threshold 95%)",
    cause: [contributor({ name: "backup.sh" })],
    startedAt: END - 3_600_000,
  });
  const load = firing({
    id: "l",
    rule: "load",
    severity: "warning",
    message: "load at 9 (threshold 8)",
    startedAt: END - 60_000,
  });
  const report = buildReport(constructedInputs({ change: { alerts: [load, disk], firing: [load, disk] } }));
  expect(report.verdict).toBe("critical");
  expect(proseText(report.sentence, "UTC")).toBe("2 alerts are firing, the worst: /mnt/small at 100% (threshold 95%).");
  expect(paragraphs(report, "summary")[0]).toMatch(
    /^2 alerts fired in 24 h; the longest was \/mnt\/small at 100% \(threshold 95%\), for 1 h, caused mainly by backup\.sh\./,
  );
  const [now] = tables(report, "summary");
  expect(now?.rows.map((row) => row.map((cell) => textOf(cell, "UTC")))).toEqual([
    ["/mnt/small at 100% (threshold 95%)", "critical", "Nov 23, 23:00", "backup.sh", "no"],
    ["load at 9 (threshold 8)", "warning", "Nov 23, 23:59", "–", "no"],
  ]);
});

test("the summary has five numbers, with the threshold of the load's rule and the filesystem that is fullest", () => {
  const [facts] = buildReport(constructedInputs()).sections[0]?.blocks ?? [];
  if (facts?.kind !== "facts") throw new Error("the summary begins with its numbers");
  const said = facts.items.map(({ name, value, note }) => [name, textOf(value, "UTC"), proseText(note, "UTC")].join(": "));
  expect(said).toEqual([
    "CPU: 25%: average, peak 35%",
    "Memory: 45%: average, peak 47% of 16 GiB",
    "Fullest filesystem: 60%: /var",
    "Load: 1.2: average on 4 CPUs, threshold 8",
    "Alerts: 0: 0 firing now",
  ]);
});

test("the summary asks for three things at most; the rest follows", () => {
  const mounts = Array.from({ length: 5 }, (_, index) => filesystem(`/mnt/${index}`, () => 0.9));
  const report = buildReport(constructedInputs({ series: mounts }));
  const blocks = (id: string) => report.sections.find((section) => section.id === id)?.blocks.length;
  expect([blocks("recommendations"), blocks("further")]).toEqual([3, 2]);
  expect(proseText(report.sentence, "UTC")).toBe("/mnt/0 is 90% full; 4 more issues.");
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
  expect(gaps?.rows[0]?.map((cell) => textOf(cell, "UTC"))).toEqual(["Nov 23, 00:00", "Nov 23, 02:20", "2 h 20 min"]);
  const coverage = report.sections.find(({ id }) => id === "recommendations")?.blocks[0];
  expect(coverage).toMatchObject({ kind: "finding", rule: "coverage", severity: "info" });
});

/** A metric as one with many series is read: in longer steps. */
function inLongerSteps({ current, ...inputs }: ReportInputs, metric: string, factor: number): ReportInputs {
  const history = current[metric] as History;
  const stepSeconds = history.stepSeconds * factor;
  const seconds = inputs.measuredSeconds[history.stepSeconds] as number[];
  const timestamps = history.timestamps.filter((_time, index) => index % factor === 0);
  const steps = timestamps.map((_time, index) => seconds.slice(index * factor, (index + 1) * factor));
  return {
    ...inputs,
    measuredSeconds: { ...inputs.measuredSeconds, [stepSeconds]: steps.map((some) => some.reduce((sum, one) => sum + one, 0)) },
    current: {
      ...current,
      [metric]: {
        ...history,
        stepSeconds,
        timestamps,
        series: history.series.map((one) => ({ ...one, values: thinned(one, factor).values })),
      },
    },
  };
}

test("time above a threshold and totals are told in the steps of their own metric", () => {
  const inputs = constructedInputs({
    series: [{ metric: "system.cpu.load_average.15m", value: (minute) => (minute >= 600 && minute < 840 ? 20 : 1) }],
  });
  const row = (report: Report, id: string, name: string) =>
    tables(report, id)
      .flatMap(({ rows }) => rows)
      .find(([first]) => first === name)
      ?.map((cell) => textOf(cell, "UTC"));
  const coarse = buildReport(inLongerSteps(inputs, "system.cpu.utilization", 15));
  expect(row(coarse, "cpu", "load, 15 min")).toEqual(row(buildReport(inputs), "cpu", "load, 15 min"));
  expect(row(coarse, "cpu", "load, 15 min")).toContain("4 h");
  const dropped = (minute: number) => (minute === 300 ? 5 : 0);
  const labels = { "network.interface.name": "eth0", "network.io.direction": "receive" };
  const lossy = constructedInputs({ series: [{ metric: "system.network.packet.dropped", labels, value: dropped }] });
  expect(row(buildReport(inLongerSteps(lossy, "system.network.io", 15)), "network", "eth0")).toContain("300");
  expect(paragraphs(coarse, "quality")[0]).toContain("over 1 min (up to 15 min for metrics with many series)");
});

test("a mount whose device was replaced is told of with the values of the present device only", () => {
  const GIB = 2 ** 30;
  const space = (device: string, metric: string, labels: Record<string, string>, value: (minute: number) => number | null) => ({
    metric,
    labels: { "system.filesystem.mountpoint": "/data", "system.filesystem.type": "ext4", "system.device": device, ...labels },
    value,
  });
  const before = (value: number) => (minute: number) => (minute < 720 ? value : null);
  const after = (value: number) => (minute: number) => (minute >= 720 ? value : null);
  const [old, present] = [
    { device: "/dev/sdb1", at: before, share: 0.97, used: 97, free: 3 },
    { device: "/dev/sdc1", at: after, share: 0.9, used: 900, free: 100 },
  ] as const;
  const series = [old, present].flatMap(({ device, at, share, used, free }) => [
    space(device, "system.filesystem.utilization", {}, at(share)),
    space(device, "system.filesystem.usage", { "system.filesystem.state": "used" }, at(used * GIB)),
    space(device, "system.filesystem.usage", { "system.filesystem.state": "free" }, at(free * GIB)),
    space(device, "system.filesystem.inodes.utilization", {}, at(share / 10)),
  ]);
  const report = buildReport(constructedInputs({ series }));
  const [filesystem] = tables(report, "filesystems")[0]?.rows ?? [];
  expect(filesystem?.map((cell) => textOf(cell, "UTC"))).toEqual([
    "/data",
    "ext4",
    "90%",
    "900 GiB",
    "100 GiB",
    "90%",
    "0%",
    "9%",
  ]);
  const forecast = tables(report, "outlook")[0]?.rows.filter(([name]) => name === "/data") ?? [];
  expect(forecast.map(([, used]) => textOf(used as Cell, "UTC"))).toEqual(["90%"]);
  const full = report.sections.find(({ id }) => id === "recommendations")?.blocks[0];
  expect(full?.kind === "finding" && full.evidence.map((one) => proseText(one, "UTC"))).toEqual(["100 GiB free"]);
});

test("gaps do not count for what processes used in the mean, nor as time that no process accounts for", () => {
  const inputs = constructedInputs({
    series: [{ metric: "system.cpu.utilization", value: (minute) => (minute < 720 ? 0.25 : null) }],
    consumers: [consumer({ name: "ffmpeg", cpuSeconds: 43_200, seconds: 43_200 })],
  });
  const current = measuredOnly(inputs.current, (minute) => minute < 720);
  const report = buildReport({ ...inputs, current });
  const [ffmpeg] = tables(report, "processes")[0]?.rows ?? [];
  expect(textOf(ffmpeg?.[4] as Cell, "UTC")).toBe("1");
  expect(paragraphs(report, "processes")).toEqual([]);
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
  const busy = tables(report, "disks").find(({ title }) => title.startsWith("Disk utilization"));
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
  const alert = firing({ startedAt: END - DAY_MS / 4, acknowledgedAt: END - DAY_MS / 8 });
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
