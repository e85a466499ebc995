import { expect, test } from "vitest";
import { BUILT_IN_METRICS, builtInDefinition } from "~/domain/metric";
import { type Labels, seriesKey } from "~/domain/sample";
import { fromPrometheus, prometheusName, prometheusNamesOf } from "./names";

// biome-ignore format: a table
const SERIES: [string, Labels][] = [
  ["system.cpu.time", { "cpu.mode": "interrupt", "cpu.logical_number": "3" }],
  ["system.cpu.time", { "cpu.mode": "user", "cpu.logical_number": "0" }],
  ["system.cpu.interrupts", {}],
  ["system.cpu.interrupts", { "system.irq": "timer" }],
  ["system.cpu.softirqs", { "system.softirq.type": "NET_RX" }],
  ["system.memory.usage", { "system.memory.state": "free" }],
  ["system.memory.usage", { "system.memory.state": "kernel" }],
  ["hostscope.memory.usage", {}],
  ["system.paging.faults", { "system.paging.type": "minor" }],
  ["system.disk.io", { "system.device": "sda", "disk.io.direction": "write" }],
  ["system.disk.in_total", { "system.device": "sda" }],
  ["system.filesystem.usage", { "system.device": "/dev/sda1", "system.filesystem.mountpoint": "/", "system.filesystem.type": "ext4", "system.filesystem.mode": "rw", "system.filesystem.state": "used" }],
  ["system.network.io", { "network.interface.name": "eth0", "network.io.direction": "receive" }],
  ["system.network.errors", { "network.interface.name": "eth0", "network.io.direction": "transmit", "error.type": "carrier" }],
  ["system.network.socket.count", { "network.protocol": "tcp6", "network.socket.state": "inuse" }],
  ["system.network.socket.count", { "network.protocol": "tcp", "network.socket.state": "tw" }],
  ["system.network.connection.count", { "network.transport": "tcp", "network.connection.state": "established" }],
  ["system.network.udp.errors", { "error.type": "no_port" }],
  ["system.process.count", { "process.state": "running" }],
  ["container.cpu.time", { "container.id": "3f2a91c07d44", "container.runtime": "docker" }],
  ["systemd.service.cpu.time", { "systemd.service": "nginx.service" }],
  ["hostscope.contributor.cpu.utilization", { program: "node build.js", user: "ann" }],
  ["hostscope.collector.success", { "hostscope.collector": "disk" }],
];

test.each(SERIES)("%s %j is the same after the way there and back", (metric, labels) => {
  const { name, labels: theirs, scale } = prometheusName({ metric, labels }, builtInDefinition);
  const back = fromPrometheus(name, theirs);
  expect(back && seriesKey(back)).toBe(seriesKey({ metric, labels }));
  expect((back?.scale ?? 0) * scale).toBeCloseTo(1);
});

test("of what others measure, each metric keeps its name: the sum, the count and the rest of a summary are three", () => {
  const nameOf = (metric: string) => prometheusName({ metric, labels: {} }, builtInDefinition).name;
  const names = ["batch_seconds", "batch_seconds_sum", "batch_seconds_count", "backup_files", "container_count"].map(nameOf);
  expect(names.slice(0, 3)).toEqual([
    "hostscope_custom_batch_seconds",
    "hostscope_custom_batch_seconds_sum",
    "hostscope_custom_batch_seconds_count",
  ]);
  expect(new Set([...names, nameOf("container.count")]).size).toBe(6);
  const counter = () => ({ metric: "jobs_total", unit: "1", kind: "counter" as const, help: "" });
  expect(prometheusName({ metric: "jobs_total", labels: {} }, counter).name).toBe("hostscope_custom_jobs_total");
});

test("the speed of a link is in bytes there and in bits here", () => {
  expect(fromPrometheus("node_network_speed_bytes", { device: "eth0" })).toEqual({
    metric: "system.network.limit",
    labels: { "network.interface.name": "eth0" },
    scale: 8,
  });
});

test("of two metrics with one name the labels tell which, and those of others do not count", () => {
  expect(fromPrometheus("hostscope_cpu_time_seconds_total", { env: "live" })?.metric).toBe("hostscope.cpu.time");
  expect(fromPrometheus("hostscope_memory_usage_bytes", { env: "live" })?.metric).toBe("hostscope.memory.usage");
  expect(fromPrometheus("hostscope_memory_usage_bytes", { env: "live", system_memory_state: "kernel" })?.metric).toBe(
    "system.memory.usage",
  );
});

test("labels that others have added are no labels of ours; an alert keeps all that it has", () => {
  expect(fromPrometheus("node_load1", { env: "live" })).toMatchObject({ labels: {} });
  expect(fromPrometheus("hostscope_paging_faults_total", { system_paging_type: "minor", env: "live" })).toMatchObject({
    labels: { "system.paging.type": "minor" },
  });
  expect(fromPrometheus("ALERTS", { alertname: "disk", system_filesystem_mountpoint: "/", queue: "mail" })).toMatchObject({
    metric: "hostscope.alert.state",
    labels: { alertname: "disk", "system.filesystem.mountpoint": "/", queue: "mail" },
  });
});

test.each(["go_goroutines", "up", "node_made_up_total", "hostscope_made_up"])("%s is none of ours", (name) => {
  expect(fromPrometheus(name, {})).toBeNull();
});

test("every built-in metric can be asked for, and no name leads to another metric", () => {
  for (const { metric, ofProcess } of BUILT_IN_METRICS) {
    if (ofProcess) continue;
    for (const name of prometheusNamesOf(metric)) {
      const labels: Labels = metric === "system.memory.usage" ? { system_memory_state: "kernel" } : {};
      expect(fromPrometheus(name, labels)?.metric, name).toBe(metric);
    }
  }
});
