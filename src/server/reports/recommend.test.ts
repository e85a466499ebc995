/** Constructed problems, and the finding expected for each. */
import { expect, test } from "vitest";
import { proseText } from "~/domain/report";
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
  return recommend(inputs).map(({ rule, severity, title, evidence }) => ({
    rule,
    severity,
    title: proseText(title, "UTC"),
    evidence: evidence.map((one) => proseText(one, "UTC")).join("; "),
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
    { rule: "memory-leak", severity: "warning", says: /leaky grows.*2(\.\d+)? GiB a day/ },
  ],
  [
    "a full disk",
    { series: [filesystem("/var", (minute) => 0.97 + 0.001 * wiggle(minute))] },
    { rule: "filesystem-full", severity: "critical", says: /\/var has used 97/ },
  ],
  [
    "a disk that fills",
    { series: [filesystem("/var", (minute) => 0.7 + 0.00002 * minute + 0.001 * wiggle(minute))] },
    { rule: "running-out", severity: "warning", says: /\/var will be full around 2026-12-0/ },
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
    { rule: "cpu-short", severity: "warning", says: /waves of work: busy 55 %/ },
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
    { rule: "cpu-short", severity: "critical", says: /busy 98 %.*ffmpeg used 90\.9 %/ },
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
    { rule: "swap-storm", severity: "critical", says: /in 900\/s and out 800\/s/ },
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
    { rule: "disk-bound", severity: "critical", says: /sda was busy 99 %.*rsync used 100 %/ },
  ],
  [
    "processes ended by the kernel",
    { series: [{ metric: "system.memory.linux.oom_kill.count", value: (minute) => (minute === 600 ? 2 / 60 : 0) }] },
    { rule: "out-of-memory", severity: "critical", says: /ended 2 processes/ },
  ],
  [
    "a network that loses packets",
    { series: [{ metric: "system.network.tcp.retransmits", value: () => 30 }] },
    { rule: "network-loss", severity: "warning", says: /^\D*6(\.\d+)? % of what is sent/ },
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
    { rule: "zombies", severity: "warning", says: /spawner does not collect.*30 remain/ },
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
    { rule: "restarts", severity: "warning", says: /flaky was started again 39 times/ },
  ],
  [
    "a host that is too crowded",
    {
      series: [
        { metric: "system.cpu.utilization", labels: { "cpu.mode": "steal" }, value: (minute) => 0.2 + 0.05 * wiggle(minute) },
      ],
    },
    { rule: "cpu-stolen", severity: "warning", says: /keeps 20 %/ },
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
  expect(`${found[0]?.title}; ${found[0]?.evidence}`).toMatch(says);
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
