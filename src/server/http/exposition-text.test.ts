import { expect, test } from "vitest";
import { builtInDefinition } from "~/domain/metric";
import type { Labels, Sample } from "~/domain/sample";
import { prometheusName } from "../prometheus/names";
import { expositionFormatFor, writeExposition } from "./exposition-text";

function sampleOf(...readings: [string, Labels, number][]): Sample {
  const series = readings.map(([metric, labels]) => ({ metric, labels }));
  return { at: 1_700_000_000_000, series, values: Float64Array.from(readings, ([, , value]) => value) };
}

// biome-ignore format: a table
test.each([
  ["system.cpu.time", { "cpu.mode": "interrupt", "cpu.logical_number": "0" }, "node_cpu_seconds_total", { cpu: "0", mode: "irq" }],
  ["system.memory.linux.available", {}, "node_memory_MemAvailable_bytes", {}],
  ["system.disk.io", { "system.device": "sda", "disk.io.direction": "write" }, "node_disk_written_bytes_total", { device: "sda" }],
  ["system.network.errors", { "network.interface.name": "eth0", "network.io.direction": "receive", "error.type": "fifo" }, "node_network_receive_fifo_total", { device: "eth0" }],
  ["system.paging.faults", { "system.paging.type": "minor" }, "hostscope_paging_faults_total", { system_paging_type: "minor" }],
  ["hostscope.cpu.time", {}, "hostscope_cpu_time_seconds_total", {}],
  ["Queue Length", { env: "live" }, "hostscope_custom_queue_length", { env: "live" }],
])("%s %j is %s", (metric, labels, name, expected) => {
  expect(prometheusName({ metric, labels: labels as Labels }, builtInDefinition)).toMatchObject({ name, labels: expected });
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("a metric called %s is like any other", (metric) => {
  const name = prometheusName({ metric, labels: {} }, builtInDefinition);
  expect(name.name).toMatch(/^hostscope_custom_[a-z_]+$/);
});

test("a family is written once with its help and type, and a missing reading is no line", () => {
  const sample = sampleOf(
    ["system.cpu.load_average.1m", {}, 0.5],
    ["system.disk.pending_operations", { "system.device": "sda" }, 1],
    ["system.cpu.load_average.5m", {}, Number.NaN],
    ["system.disk.pending_operations", { "system.device": "sdb" }, 2],
  );
  expect(writeExposition({ sample, facts: [], definitionOf: builtInDefinition }, "text")).toBe(
    [
      "# HELP node_load1 Runnable or uninterruptible threads, averaged over 1 minute.",
      "# TYPE node_load1 gauge",
      "node_load1 0.5",
      "# HELP node_disk_io_now Operations in flight.",
      "# TYPE node_disk_io_now gauge",
      'node_disk_io_now{device="sda"} 1',
      'node_disk_io_now{device="sdb"} 2',
      "",
    ].join("\n"),
  );
});

test("a hostile label stays inside its quotes", () => {
  const sample = sampleOf(["system.disk.pending_operations", { "system.device": 'a"} 1\nevil 2\\' }, 1]);
  expect(writeExposition({ sample, facts: [], definitionOf: builtInDefinition }, "text")).toContain(
    'node_disk_io_now{device="a\\"} 1\\nevil 2\\\\"} 1\n',
  );
});

test("the size of a filesystem is the sum of what we keep apart", () => {
  const labels = (state: string) => ({
    "system.device": "/dev/sda1",
    "system.filesystem.mountpoint": "/",
    "system.filesystem.type": "ext4",
    "system.filesystem.mode": "ro",
    "system.filesystem.state": state,
  });
  const usage = "system.filesystem.usage";
  const sample = sampleOf([usage, labels("used"), 5], [usage, labels("free"), 3], [usage, labels("reserved"), 2]);
  const text = writeExposition({ sample, facts: [], definitionOf: builtInDefinition }, "text");
  const mount = '{device="/dev/sda1",fstype="ext4",mountpoint="/"}';
  expect(text).toContain(`node_filesystem_size_bytes${mount} 10\n`);
  expect(text).toContain(`node_filesystem_free_bytes${mount} 5\n`);
  expect(text).toContain(`node_filesystem_avail_bytes${mount} 3\n`);
  expect(text).toContain(`node_filesystem_readonly${mount} 1\n`);
});

test("a custom metric has the type and the help of its definition", () => {
  const definitionOf = (metric: string) => ({ metric, unit: "1", kind: "counter" as const, help: "Orders." });
  expect(writeExposition({ sample: sampleOf(["shop.orders", {}, 7]), facts: [], definitionOf }, "text")).toBe(
    "# HELP hostscope_custom_shop_orders_total Orders.\n# TYPE hostscope_custom_shop_orders_total counter\nhostscope_custom_shop_orders_total 7\n",
  );
});

test("OpenMetrics names a counter's family without _total and ends with EOF", () => {
  const text = writeExposition(
    { sample: sampleOf(["system.process.created", {}, 7]), facts: [], definitionOf: builtInDefinition },
    "openmetrics",
  );
  expect(text).toBe("# HELP node_forks Processes and threads created.\n# TYPE node_forks counter\nnode_forks_total 7\n# EOF\n");
});

test("what Prometheus asks for is OpenMetrics, what curl asks for is text", () => {
  expect(expositionFormatFor("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3")).toBe(
    "openmetrics",
  );
  expect(expositionFormatFor("*/*")).toBe("text");
  expect(expositionFormatFor(null)).toBe("text");
});
