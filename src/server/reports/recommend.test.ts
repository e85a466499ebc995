/** Constructed problems, and the finding expected for each. */
import { expect, test } from "vitest";
import { proseText } from "~/domain/report";
import { contributor, firing } from "../../../tests/helpers/alert";
import {
  type Construction,
  constructedInputs,
  consumer,
  DAY_MS,
  END,
  filesystem,
  processRow,
  wiggle,
} from "../../../tests/helpers/report-inputs";
import { recommend } from "./recommend";

const GIB = 2 ** 30;

function findings(construction: Construction) {
  const inputs = constructedInputs(construction);
  return recommend(inputs).map(({ rule, severity, title, evidence, advice }) => ({
    rule,
    severity,
    title: proseText(title, "UTC"),
    evidence: evidence.map((one) => proseText(one, "UTC")).join("; "),
    advice: proseText(advice, "UTC"),
  }));
}

test("a healthy machine gets none", () => {
  expect(findings({})).toEqual([]);
});

const CASES: readonly [string, Construction, { rule: string; severity: string; says: RegExp }][] = [
  [
    "a process that leaks",
    {
      processes: (part) => [
        processRow(),
        processRow({ pid: 7, name: "leaky", user: "app", memoryBytes: (0.2 + 2 * part + 0.01 * wiggle(part * 1440)) * GIB }),
      ],
    },
    { rule: "memory-leak", severity: "warning", says: /leaky keeps growing: 2(\.\d+)? GiB per day/ },
  ],
  [
    "a full disk",
    { series: [filesystem("/var", (minute) => 0.97 + 0.001 * wiggle(minute))] },
    { rule: "filesystem-full", severity: "critical", says: /\/var is 97% full/ },
  ],
  [
    "a disk that fills",
    { series: [filesystem("/var", (minute) => 0.7 + 0.00002 * minute + 0.001 * wiggle(minute))] },
    {
      rule: "running-out",
      severity: "warning",
      says: /\/var will be full around Dec \d.*73% used, growing by 3% per day.*90% range/,
    },
  ],
  [
    "no inodes left",
    { series: [{ ...filesystem("/", () => 0.96), metric: "system.filesystem.inodes.utilization" }] },
    { rule: "filesystem-full", severity: "critical", says: /inodes/ },
  ],
  [
    "a CPU that is too small for what comes in waves",
    {
      series: [
        { metric: "system.cpu.utilization", value: (minute) => (minute % 40 < 16 ? 1 : 0.25) },
        { metric: "system.cpu.load_average.1m", value: (minute) => (minute % 40 < 16 ? 20 : 0.5) },
        { metric: "system.linux.pressure.cpu.some", value: (minute) => (minute % 40 < 16 ? 0.8 : 0.05) },
      ],
    },
    { rule: "cpu-short", severity: "warning", says: /CPU is saturated at peaks \(55% average\)/ },
  ],
  [
    "a CPU that is too small",
    {
      series: [
        { metric: "system.cpu.utilization", value: (minute) => 0.98 + 0.02 * wiggle(minute) },
        { metric: "system.cpu.load_average.1m", value: () => 14 },
        { metric: "system.linux.pressure.cpu.some", value: () => 0.6 },
      ],
      consumers: [consumer({ cpuSeconds: 300_000, name: "ffmpeg" }), consumer({ pid: 5, cpuSeconds: 30_000 })],
    },
    {
      rule: "cpu-short",
      severity: "critical",
      says: /CPU is saturated \(98% average\).*median CPU 98%.*ffmpeg \(91% of the CPU time\)/,
    },
  ],
  [
    "swapping back and forth",
    {
      series: [
        { metric: "system.paging.operations", labels: { "system.paging.direction": "in" }, value: () => 900 },
        { metric: "system.paging.operations", labels: { "system.paging.direction": "out" }, value: () => 800 },
        { metric: "system.paging.utilization", value: () => 0.7 },
        { metric: "system.linux.pressure.memory.some", value: () => 0.4 },
      ],
    },
    { rule: "swap-storm", severity: "critical", says: /swap-in 900\/s, swap-out 800\/s/ },
  ],
  [
    "programs that wait for the disk",
    {
      series: [
        { metric: "system.linux.pressure.io.some", value: () => 0.5 },
        { metric: "system.disk.utilization", labels: { "system.device": "sda" }, value: () => 0.99 },
      ],
      consumers: [consumer({ name: "rsync", writtenBytes: 1e12 })],
    },
    { rule: "disk-bound", severity: "critical", says: /sda was 99% busy.*rsync \(100% of the disk I\/O\)/ },
  ],
  [
    "processes ended by the kernel",
    { series: [{ metric: "system.memory.linux.oom_kill.count", value: (minute) => (minute === 600 ? 2 / 60 : 0) }] },
    { rule: "out-of-memory", severity: "critical", says: /the kernel killed 2 processes/ },
  ],
  [
    "a network that loses packets",
    { series: [{ metric: "system.network.tcp.retransmits", value: () => 30 }] },
    { rule: "network-loss", severity: "warning", says: /^6% of TCP segments are retransmitted/ },
  ],
  [
    "ended processes that nobody collects",
    {
      processes: () => [
        processRow({ pid: 50, name: "spawner" }),
        ...Array.from({ length: 30 }, (_, index) =>
          processRow({ pid: 1000 + index, parentPid: 50, state: "defunct", memoryBytes: 0 }),
        ),
      ],
    },
    { rule: "zombies", severity: "warning", says: /spawner has left 30 zombie processes/ },
  ],
  [
    "a service that keeps ending",
    {
      consumers: Array.from({ length: 40 }, (_, index) =>
        consumer({
          pid: 2000 + index,
          startedAt: END - DAY_MS + index * 1000,
          name: "flaky",
          command: "/usr/bin/flaky",
          seconds: 2000,
        }),
      ),
    },
    { rule: "restarts", severity: "warning", says: /flaky restarted 39 times/ },
  ],
  [
    "a host that is too crowded",
    {
      series: [
        { metric: "system.cpu.utilization", labels: { "cpu.mode": "steal" }, value: (minute) => 0.2 + 0.05 * wiggle(minute) },
      ],
    },
    { rule: "cpu-stolen", severity: "warning", says: /hypervisor takes 20%/ },
  ],
  [
    "a processor that is too hot",
    { series: [{ metric: "hw.temperature", labels: { "hw.name": "Package id 0", "hw.parent": "coretemp" }, value: () => 97 }] },
    { rule: "temperature", severity: "critical", says: /97 °C/ },
  ],
];

test.each(CASES)("%s is found, and nothing else", (_name, construction, { rule, severity, says }) => {
  const found = findings(construction);
  expect(found.map((one) => one.rule)).toEqual([rule]);
  expect(found[0]).toMatchObject({ severity });
  expect(`${found[0]?.title}; ${found[0]?.evidence}; ${found[0]?.advice}`).toMatch(says);
});

test("a load of one burst a day is no lack of CPUs, and a cache that fills up and rests is no leak", () => {
  const burst = { metric: "system.cpu.utilization", value: (minute: number) => (minute % 1440 < 60 ? 0.99 : 0.2) };
  const cache = (part: number) => [processRow({ name: "cache", memoryBytes: Math.min(1, part * 3) * 4 * GIB })];
  expect(findings({ series: [burst], processes: cache })).toEqual([]);
});

test("the worst comes first", () => {
  const full = filesystem("/var", () => 0.99);
  const lossy = { metric: "system.network.tcp.retransmits", value: () => 30 };
  expect(findings({ series: [lossy, full] }).map(({ severity }) => severity)).toEqual(["critical", "warning"]);
});

test("a filesystem is judged by the limits of its alert rule, and full is full", () => {
  const full = (share: number) => findings({ series: [filesystem("/var", () => share)] })[0];
  expect(full(0.84)).toBeUndefined();
  expect(full(0.86)).toMatchObject({ severity: "warning", title: "/var is 86% full" });
  expect(full(1)).toMatchObject({ severity: "critical", title: "/var is full" });
});

test("read-only and unmounted filesystems are nobody's trouble", () => {
  const snap = filesystem("/snap/core", () => 1);
  const readOnly = { ...snap, labels: { ...snap.labels, "system.filesystem.mode": "ro" } };
  const unmounted = filesystem("/mnt/small", (minute) => (minute < 600 ? 0.99 : null));
  expect(findings({ series: [readOnly, unmounted] })).toEqual([]);
});

test("a full filesystem is named once, with when it is full and who filled it as its alert says", () => {
  const filling = filesystem("/var", (minute) => 0.9 + 0.00002 * minute + 0.001 * wiggle(minute));
  const cause = [contributor({ name: "backup.sh", measure: "writes", share: 0.78 })];
  const fired = firing({ metric: filling.metric, labels: { "system.filesystem.mountpoint": "/var" }, cause });
  const found = findings({ series: [filling], change: { firing: [fired] } });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ rule: "filesystem-full", title: "/var is 93% full" });
  expect(found[0]?.evidence).toMatch(
    /up from 90% .*; full around Nov 26, .* at the current rate; backup.sh accounts for 78% of the data written/,
  );
});

test("memory that is short in several ways is one finding that names its contributor once", () => {
  const found = findings({
    series: [
      { metric: "system.memory.linux.oom_kill.count", value: (minute) => (minute === 600 ? 1 / 60 : 0) },
      { metric: "system.memory.utilization", value: () => 0.97 },
    ],
    processes: () => [processRow({ name: "java", memoryBytes: 12 * GIB })],
  });
  expect(found).toHaveLength(1);
  expect(found[0]?.title).toBe("Out of memory: the kernel killed 1 process");
  expect(found[0]?.evidence).toContain("Memory is nearly exhausted (median 97%)");
  expect(JSON.stringify(found).match(/java/g)).toHaveLength(1);
});

test("a part of a day says what happened, and nothing about capacity", () => {
  const hour = { from: END - DAY_MS / 24, to: END };
  const filling = filesystem("/var", (minute) => 0.7 + 0.00002 * minute + 0.001 * wiggle(minute));
  const series = [
    filling,
    { metric: "system.cpu.utilization", value: () => 0.98 },
    { metric: "system.cpu.load_average.1m", value: () => 14 },
  ];
  expect(findings({ series }).map(({ rule }) => rule)).toEqual(["cpu-short", "running-out"]);
  const [found, ...others] = findings({ series, change: { period: hour } });
  expect(others).toEqual([]);
  expect(found?.rule).toBe("cpu-short");
  expect(found?.advice).not.toContain("add CPUs");
});
