import { expect, test } from "vitest";
import type { Consumer } from "~/domain/process";
import { consumerOf as consumer } from "../../../tests/helpers/consumer";
import { causeOf } from "./cause";
import type { LiveFacts } from "./live";

const explain = (metric: string, now: Consumer[], before: Consumer[] = [], labels = {}) =>
  causeOf(
    { metric, labels, from: 0, to: 60_000, baselineMs: 60_000 },
    { now, before, readings: () => null, readingsBefore: () => null },
  );
const first = (metric: string, now: Consumer[], before: Consumer[] = [], labels = {}) =>
  explain(metric, now, before, labels).contributors[0];

test("for CPU the busiest, with its share of all that was used", () => {
  const found = first(
    "system.cpu.utilization",
    [consumer(1, { cpuSeconds: 12 }), consumer(2, { cpuSeconds: 48 })],
    [consumer(2, { cpuSeconds: 6 })],
  );
  expect(found).toMatchObject({ pid: 2, share: 0.8, value: 0.8, unit: "{cpu}" });
  expect(found?.change).toBeCloseTo(0.7);
});

test("for memory what grew stands before what is merely large", () => {
  const now = [consumer(1, { memoryBytes: 1000 }), consumer(2, { memoryBytes: 800 })];
  const before = [consumer(1, { memoryBytes: 1000 }), consumer(2, { memoryBytes: 100 })];
  expect(first("system.memory.utilization", now, before)?.pid).toBe(2);
});

test("for a filesystem the writers, for a disk readers too", () => {
  const now = [consumer(1, { readBytes: 9000 }), consumer(2, { writtenBytes: 6000 })];
  expect(first("system.filesystem.utilization", now)?.pid).toBe(2);
  expect(first("system.disk.utilization", now)?.pid).toBe(1);
});

test("for zombies the parent that does not wait", () => {
  const now = [
    consumer(5, { cpuSeconds: 50 }),
    consumer(7),
    consumer(8, { parentPid: 7, state: "defunct" }),
    consumer(9, { parentPid: 7, state: "defunct" }),
  ];
  expect(first("system.process.count", now, [], { "process.state": "defunct" })).toMatchObject({ pid: 7, value: 2, share: 1 });
});

test("a row of a program's many processes is neither the time that was measured nor the parent of others", () => {
  const day = 86_400;
  const now = [
    consumer(7, { name: "hog", cpuSeconds: 2 * day, seconds: day }),
    consumer(0, { name: "worker", seconds: 100 * day, cpuSeconds: day, processes: 100 }),
  ];
  expect(explain("system.cpu.utilization", now).contributors).toMatchObject([
    { kind: "process", pid: 7, value: 2 },
    { kind: "program", pid: null, name: "worker", processes: 100, value: 1 },
  ]);
});

test("an idle machine has no contributor", () => {
  expect(explain("system.cpu.utilization", [consumer(1)]).contributors).toEqual([]);
});

test("a pid that was used again is another process", () => {
  const found = first(
    "system.cpu.utilization",
    [consumer(2, { cpuSeconds: 30, startedAt: 5000 })],
    [consumer(2, { cpuSeconds: 30, name: "other" })],
  );
  expect(found?.change).toBe(0.5);
});

test("memory that a process had before the clock was set has not grown", () => {
  const start = { startedAt: 3000, firstStartedAt: 0 };
  const now = [consumer(1, { ...start, memoryBytes: 4000 }), consumer(2, { ...start, memoryBytes: 900 })];
  const before = [consumer(1, { memoryBytes: 4000 }), consumer(2, { memoryBytes: 100 })];
  expect(explain("system.memory.utilization", now, before).contributors).toMatchObject([{ pid: 2, share: 1, change: 800 }]);
});

test("for new processes their parents, also of those that ended before anyone saw them", () => {
  const now = [consumer(1), consumer(2, { shortLived: 300.4 }), consumer(10, { parentPid: 1 }), consumer(11, { parentPid: 1 })];
  const found = explain("system.process.created", now).contributors;
  expect(found.map(({ pid, value }) => [pid, value])).toEqual([
    [2, 300],
    [1, 2],
  ]);
});

test("a tree is told by its head, with how many it is, and its change counts those that have ended since", () => {
  const make = { name: "make", command: "make -j8", startedAt: 1 };
  const cc = (pid: number, startedAt: number, cpuSeconds: number) =>
    consumer(pid, { parentPid: 50, name: "cc1", startedAt, cpuSeconds });
  const now = [consumer(50, make), ...[61, 62, 63, 64].map((pid) => cc(pid, 100, 12)), consumer(9, { cpuSeconds: 2 })];
  const before = [consumer(50, make), ...[51, 52].map((pid) => cc(pid, 10, 6))];
  expect(first("system.cpu.utilization", now, before)).toMatchObject({
    pid: 50,
    name: "make",
    processes: 5,
    value: 0.8,
    share: 0.96,
    change: expect.closeTo(0.6),
  });
});

test("a script of an interpreter has its name", () => {
  const node = consumer(7, { cpuSeconds: 60, name: "MainThread", command: "/usr/bin/node --x=1 /srv/app/server.js --port 80" });
  expect(first("system.cpu.utilization", [node])).toMatchObject({
    name: "node server.js",
    command: "/usr/bin/node /srv/app/server.js",
  });
});

/** A machine of four cores, of which the kernel says how busy they were. */
const told = (
  metric: string,
  now: Consumer[],
  {
    series = {},
    before = [],
    labels = {},
    declared,
    live,
  }: {
    series?: Record<string, number>;
    before?: Consumer[];
    labels?: Record<string, string>;
    declared?: string;
    live?: LiveFacts;
  } = {},
) => {
  const readings = (name: string, its: Record<string, string> = {}) => series[[name, ...Object.values(its)].join(" ")] ?? null;
  return causeOf(
    { metric, labels, from: 0, to: 60_000, baselineMs: 60_000 },
    { now, before, readings, readingsBefore: (name) => series[`before ${name}`] ?? null, declared, live },
  );
};
const CORES = { "system.cpu.logical.count": 4 };

test("the share is that of what the kernel counted, and the kernel and the hypervisor have theirs", () => {
  const series = {
    ...CORES,
    "system.cpu.utilization": 0.5,
    "system.cpu.utilization softirq": 0.1,
    "system.cpu.utilization steal": 0.05,
  };
  const { contributors, coverage, refusal } = told("system.cpu.utilization", [consumer(7, { cpuSeconds: 78 })], { series });
  expect(contributors.map(({ kind, share }) => [kind, Number(share.toFixed(2))])).toEqual([
    ["process", 0.65],
    ["kernel", 0.2],
    ["hypervisor", 0.1],
  ]);
  expect([coverage, refusal]).toEqual([expect.closeTo(0.95), null]);
});

test("in a container with a quota the CPU is that of the quota, not that of the machine", () => {
  const series = { "system.cpu.logical.count": 16, "system.cpu.quota.limit": 0.5, "system.cpu.utilization": 1 };
  const { contributors, refusal } = told("system.cpu.utilization", [consumer(9, { cpuSeconds: 29 })], { series });
  expect(refusal).toBeNull();
  expect(contributors[0]).toMatchObject({ pid: 9, share: expect.closeTo(0.967, 3) });
});

test("what the processes have already is not told as the kernel's again", () => {
  const series = { ...CORES, "system.cpu.utilization": 0.25, "system.cpu.utilization softirq": 0.25 };
  const { contributors } = told("system.cpu.utilization", [consumer(7, { cpuSeconds: 57 })], { series });
  expect(contributors.map(({ kind, share }) => [kind, Number(share.toFixed(2))])).toEqual([
    ["process", 0.95],
    ["kernel", 0.05],
  ]);
});

test("what is the kernel's changes as well: shared memory that was there before is no news", () => {
  const memory = { "system.memory.usage used": 1000, "system.memory.linux.shared": 600 };
  const one = consumer(7, { memoryBytes: 400 });
  const before = { "before system.memory.linux.shared": 590 };
  const changes = (series: Record<string, number>, earlier: Consumer[]) =>
    told("system.memory.utilization", [one], { series, before: earlier }).contributors.map(({ kind, change }) => [kind, change]);
  expect(changes({ ...memory, ...before }, [one])).toEqual([
    ["kernel", 10],
    ["process", 0],
  ]);
  expect(changes(memory, [])).toEqual([
    ["kernel", null],
    ["process", null],
  ]);
});

test("what is spread over many is nobody's: how many there are, how much one has, and the three programs that have most", () => {
  const many = Array.from({ length: 100 }, (_, index) =>
    consumer(index + 2, { cpuSeconds: 1 + (index % 3) / 10, name: `d${index}` }),
  );
  const { contributors, refusal } = told("system.cpu.utilization", many);
  expect(refusal).toBe("spread over 100 processes, none above 1%");
  expect(contributors).toHaveLength(3);
});

test("a whole that the processes do not explain is not theirs", () => {
  const series = { "system.disk.io read": 0, "system.disk.io write": 100e6 };
  const { refusal } = told("system.disk.io", [consumer(7, { writtenBytes: 60 * 30e6 })], { series });
  expect(refusal).toBe("processes account for only 30% of it");
});

test("a disk is not explained by who writes to another one", () => {
  const labels = { "system.device": "sda" };
  const now = [
    consumer(7, { name: "rsync", writtenBytes: 60 * 200e6 }),
    consumer(8, { name: "postgres", writtenBytes: 60 * 5e6 }),
  ];
  const rates = (own: number, all: number) => ({
    "system.disk.io sda read": 0,
    "system.disk.io sda write": own,
    "system.disk.io read": 0,
    "system.disk.io write": all,
  });
  const other = told("system.disk.utilization", now, { labels, series: rates(5e6, 205e6) });
  expect(other.refusal).toBe(
    "unknown: Linux does not count a process's I/O per disk, and others are busy too; these processes have the most I/O on any disk",
  );
  expect(other.contributors[0]).toMatchObject({ name: "rsync", share: expect.closeTo(0.976, 3) });
  for (const [own, all] of [
    [200e6, 205e6],
    // One of a mirror.
    [205e6, 410e6],
    // Nothing is stored of the total.
    [205e6, 0],
  ] as const)
    expect(told("system.disk.utilization", now, { labels, series: rates(own, all) }).refusal).toBeNull();
});

test("memory by what grew, without what is shared, where it grew; else by size", () => {
  const MIB = 2 ** 20;
  const of = (pid: number, memory: number, shared = 0) =>
    consumer(pid, { name: `p${pid}`, memoryBytes: memory * MIB, sharedBytes: shared * MIB });
  const series = { "system.memory.usage used": 1400 * MIB, "before system.memory.usage": 1000 * MIB };
  const before = [of(7, 500, 400), of(8, 100), of(9, 600, 500)];
  const grown = told("system.memory.utilization", [of(7, 500, 400), of(8, 480), of(9, 610, 500)], { series, before });
  expect(grown.contributors[0]).toMatchObject({ pid: 8, measure: "growth", value: 480 * MIB, change: 380 * MIB, share: 0.95 });
  const still = told("system.memory.utilization", before, { series: { "system.memory.usage used": 400 * MIB }, before });
  expect(still.contributors.map(({ pid, share }) => [pid, share])).toEqual([
    [7, 0.25],
    [8, 0.25],
    [9, 0.25],
  ]);
});

test("memory that a fork shares with its parent is not the fork's", () => {
  const GIB = 2 ** 30;
  const of = (pid: number, name: string, gibibytes: number, parentPid = 1) =>
    consumer(pid, { name, parentPid, startedAt: pid, memoryBytes: gibibytes * GIB });
  const own = (proportional: number, unshared: number) => ({
    proportionalBytes: proportional * GIB,
    unsharedBytes: unshared * GIB,
  });
  const series = { "system.memory.usage used": 7 * GIB, "before system.memory.usage": 5 * GIB };
  const before = [of(7, "redis-server", 4), of(8, "leaking", 0.5)];
  const now = [of(7, "redis-server", 4), of(8, "leaking", 2), of(9, "redis-server", 4, 7)];
  const live = { memory: new Map([[9, own(2, 0.1)]]) };
  const { contributors } = told("system.memory.utilization", now, { series, before, live });
  expect(contributors[0]).toMatchObject({ pid: 8, measure: "growth", change: 1.5 * GIB, share: 0.75 });
  expect(contributors[1]).toMatchObject({ name: "redis-server", share: 0.05 });
});

/** A service of its own, as one process. */
const service = (pid: number, name: string, memoryBytes: number, change: Partial<Consumer> = {}) =>
  consumer(pid, { name, parentPid: 1, startedAt: pid, sessionId: pid, group: `${name}.service`, memoryBytes, ...change });

test("a service that was restarted did not let memory grow", () => {
  const GIB = 2 ** 30;
  const series = { "system.memory.usage used": 8.6 * GIB, "before system.memory.usage": 8 * GIB };
  const worker = (gibibytes: number) => service(50, "worker", gibibytes * GIB);
  const old = service(20, "mysqld", 4 * GIB);
  for (const stopping of [[], [{ ...old, seconds: 20 }]]) {
    const now = [worker(1.6), service(99, "mysqld", 4 * GIB), ...stopping];
    const { contributors } = told("system.memory.utilization", now, { series, before: [worker(1), old] });
    expect(contributors).toMatchObject([{ name: "worker", measure: "growth", change: expect.closeTo(0.6 * GIB), share: 1 }]);
  }
});

test("a pool that recycles its workers does not grow", () => {
  const GIB = 2 ** 30;
  const master = consumer(10, { name: "php-fpm", startedAt: 1, memoryBytes: GIB / 50 });
  const pool = (first: number) =>
    [0, 1, 2, 3].map((index) =>
      consumer(first + index, { name: "php-fpm", parentPid: 10, startedAt: first, memoryBytes: GIB / 2 }),
    );
  const all = [master, consumer(50, { name: "postgres", memoryBytes: 6 * GIB })];
  const { contributors } = told("system.memory.utilization", [...all, ...pool(300)], { before: [...all, ...pool(200)] });
  expect(contributors.map(({ name, measure, change }) => [name, measure, change])).toEqual([
    ["postgres", "memory", 0],
    ["php-fpm", "memory", 0],
  ]);
});

test("memory that did not grow is not explained by who took what others freed", () => {
  const GIB = 2 ** 30;
  const series = { "system.memory.usage used": 8.1 * GIB, "before system.memory.usage": 8 * GIB };
  const [freed, taken] = [service(20, "mysqld", 4 * GIB), service(99, "java", 4 * GIB)];
  const { contributors } = told("system.memory.utilization", [taken], { series, before: [freed] });
  expect(contributors).toMatchObject([{ name: "java", measure: "memory", change: 4 * GIB }]);
});

test("a process that was killed for its memory is what grew, and not the one that replaced it", () => {
  const GIB = 2 ** 30;
  const [leaking, next] = [service(20, "app", GIB), service(99, "app", GIB, { seconds: 5, startedAt: 55_000 })];
  const now = [service(1, "init", 0), { ...leaking, memoryBytes: 7 * GIB, seconds: 50 }, next];
  const { contributors } = told("system.memory.utilization", now, { before: [leaking] });
  expect(contributors).toMatchObject([{ pid: 20, measure: "growth", change: 6 * GIB, share: 1 }]);
});

test("pressure by size divides shared memory as the use of memory does", () => {
  const GIB = 2 ** 30;
  const pool = [20, 21].map((pid) => consumer(pid, { name: "gunicorn", startedAt: pid, memoryBytes: 4 * GIB }));
  const memory = new Map(pool.map(({ pid }) => [pid, { proportionalBytes: GIB, unsharedBytes: 0 }]));
  const live = { pressure: [], memory };
  for (const metric of ["system.memory.utilization", "system.linux.pressure.memory.some"]) {
    const { contributors } = told(metric, pool, { before: pool, live });
    expect([metric, contributors[0]?.value]).toEqual([metric, GIB]);
  }
});

test("what the processes of a new pool share counts once", () => {
  const GIB = 2 ** 30;
  const of = (pid: number, name: string, gibibytes: number, parentPid: number) =>
    consumer(pid, { name, parentPid, startedAt: pid, memoryBytes: gibibytes * GIB });
  const pool = [of(20, "gunicorn", 4, 1), of(21, "gunicorn", 4, 20), of(22, "gunicorn", 4, 20), of(23, "gunicorn", 4, 20)];
  const memory = new Map(pool.map(({ pid }) => [pid, { proportionalBytes: GIB, unsharedBytes: 0 }]));
  const series = { "system.memory.usage used": 8 * GIB, "before system.memory.usage": 4 * GIB };
  const other = of(8, "postgres", 3, 1);
  const grown = told("system.memory.utilization", [other, ...pool], { series, before: [other], live: { memory } });
  expect(grown.contributors[0]).toMatchObject({ name: "gunicorn", processes: 4, measure: "growth", change: 4 * GIB, share: 1 });
  const still = told("system.memory.utilization", [other, ...pool], { series, before: [other, ...pool], live: { memory } });
  expect(still.contributors.map(({ name, value, change }) => [name, value / GIB, change])).toEqual([
    ["gunicorn", 4, 0],
    ["postgres", 3, 0],
  ]);
});

test("each metric is explained by its own measure, and by none where there is none", () => {
  const busy = consumer(5, { cpuSeconds: 60 });
  const waits = consumer(6, { blockedSeconds: 55 });
  const swapped = consumer(7, { swapBytes: 4096 });
  const open = consumer(8, { openFiles: 900 });
  const all = [busy, waits, swapped, open];
  expect(told("system.cpu.load_average.1m", all).contributors.map(({ pid }) => pid)).toEqual([5, 6]);
  expect(told("system.paging.utilization", all).contributors[0]?.pid).toBe(7);
  expect(told("system.file_descriptor.count", all).contributors[0]?.pid).toBe(8);
  expect(told("hw.temperature", all).contributors[0]?.pid).toBe(5);
  for (const metric of ["system.network.io", "system.network.tcp.retransmits", "system.entropy.available", "my.queue"])
    expect(told(metric, all)).toMatchObject({ contributors: [], refusal: expect.stringContaining("unknown: ") });
  expect(told("my.queue", all, { declared: "cpu" }).contributors[0]?.pid).toBe(5);
  expect(told("my.queue", all, { declared: "process:p6" }).contributors[0]?.pid).toBe(6);
});

test.each([
  ["postgres", "postgres"],
  ["node", "node server.js"],
  ["node server.js", "node server.js"],
  ["prometheus-node-exporter", "prometheus-node"],
  ["prometheus-node", "prometheus-node"],
  ["python3", "python3 -c"],
  ["redis", null],
])("a custom metric that is explained by the process %s names %s", (name, expected) => {
  const all = [
    consumer(5, { name: "postgres", command: "/usr/lib/postgresql/17/bin/postgres -D /data", cpuSeconds: 30 }),
    consumer(6, { name: "MainThread", command: "/usr/bin/node /srv/server.js" }),
    consumer(7, { name: "prometheus-node", command: "/usr/bin/prometheus-node-exporter --web" }),
    consumer(8, { name: "python3", command: "python3 -c pass" }),
  ];
  const { contributors, refusal } = told("my.queue", all, { declared: `process:${name}` });
  expect(contributors.map((one) => one.name)).toEqual(expected === null ? [] : [expected]);
  expect(refusal).toBe(expected === null ? "unknown: no process is called redis" : null);
});

test("what a container or a unit uses is explained by its own processes", () => {
  const inside = { group: "docker 3f2a91c07d44" };
  const all = [
    consumer(5, { cpuSeconds: 60 }),
    consumer(6, { ...inside, cpuSeconds: 40, name: "php" }),
    consumer(7, { ...inside, cpuSeconds: 10, name: "nginx" }),
  ];
  const { contributors } = told("container.cpu.utilization", all, { labels: { "container.id": "3f2a91c07d44" } });
  expect(contributors.map(({ kind, name, share }) => [kind, name, share])).toEqual([
    ["process", "php", 0.8],
    ["process", "nginx", 0.2],
  ]);
});

test("the work of many contributors grows with the processes before, not with both", () => {
  let looks = 0;
  const watched = (one: Consumer): Consumer =>
    Object.defineProperty({ ...one }, "parentPid", {
      get: () => {
        looks++;
        return 1;
      },
    });
  const before = Array.from({ length: 5000 }, (_, index) => watched(consumer(index + 1000, { cpuSeconds: 1, startedAt: 1 })));
  const now = Array.from({ length: 200 }, (_, index) =>
    consumer(index + 10_000, { cpuSeconds: 1, name: `d${index}`, startedAt: 2 }),
  );
  expect(told("system.cpu.utilization", now, { before }).refusal).toMatch(/^spread over 200 processes/);
  expect(looks).toBeLessThan(10 * before.length);
});

test("what a shell started before is not what the shell did", () => {
  const shell = consumer(50, { name: "bash", cpuSeconds: 6 });
  const before = [shell, consumer(60, { parentPid: 50, name: "make", cpuSeconds: 50 })];
  const { contributors } = told("system.cpu.utilization", [shell, consumer(70, { cpuSeconds: 30, name: "perl" })], { before });
  expect(contributors.find(({ pid }) => pid === 50)?.change).toBe(0);
});
