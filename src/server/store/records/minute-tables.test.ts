import { expect, test } from "vitest";
import type { ChartSeries, Frame } from "~/domain/derive";
import type { ProcessRow } from "~/domain/process";
import { processRow } from "../../../../tests/helpers/process-row";
import { ProcessTable } from "../processes/process-table";
import { MinuteAccumulator } from "./minute-tables";

const series: ChartSeries[] = [
  { metric: "system.cpu.utilization", labels: {}, unit: "1" },
  { metric: "system.memory.limit", labels: {}, unit: "By" },
  { metric: "system.disk.io", labels: { "disk.io.direction": "read" }, unit: "By/s" },
  { metric: "system.disk.io", labels: { "disk.io.direction": "read", "system.device": "sda" }, unit: "By/s" },
];

const frame = (second: number, values: number[]): Frame => ({ at: second * 1000, series, values: Float64Array.from(values) });

function row(pid: number, cpu: number | null, memoryBytes: number): ProcessRow {
  return processRow(pid, { cpu, memoryBytes, threads: 2 });
}

function tableOf(...changed: ProcessRow[]): ProcessTable {
  const table = new ProcessTable();
  table.apply({ at: 0, changed, exited: [], staleMs: 0 });
  return table;
}

test("a minute's row holds means, and its processes their mean CPU over the minute", () => {
  const minutes = new MinuteAccumulator();
  for (let second = 0; second < 60; second++) {
    const busy = second < 30;
    expect(
      minutes.add(frame(second, [busy ? 0.5 : 0.1, 1000, Number.NaN, 7]), tableOf(row(1, busy ? 1 : 0, 100), row(2, null, 900))),
    ).toBeNull();
  }
  const rows = minutes.add(frame(60, [0.9, 1000, 5, 7]), tableOf(row(1, 0, 100), row(2, 0, 900)));
  expect(rows?.system).toMatchObject({
    timestamp: new Date(0),
    cpu_percent: expect.closeTo(30),
    memory_total: 1000,
    disk_read: null,
    disk_io: null,
  });
  expect(rows?.processes).toContainEqual(
    expect.objectContaining({ pid: 1, cpu_percent: 50, memory_percent: 10, status: "sleeping", num_threads: 2 }),
  );
});

test("the columns that the requirements print are there, by those names", () => {
  const minutes = new MinuteAccumulator();
  minutes.add(frame(0, [0.5, 1, 2, 3]), tableOf(row(1, 1, 1)));
  const rows = minutes.add(frame(60, [0.5, 1, 2, 3]), tableOf(row(1, 1, 1)));
  expect(Object.keys(rows?.system ?? {})).toEqual(
    expect.arrayContaining(["timestamp", "cpu_percent", "memory_total", "disk_io", "network_io"]),
  );
  expect(Object.keys(rows?.processes[0] ?? {})).toEqual(
    expect.arrayContaining(["timestamp", "pid", "name", "cpu_percent", "memory_percent", "memory_used", "status", "num_threads"]),
  );
});
