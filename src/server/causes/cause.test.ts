import { expect, test } from "vitest";
import type { Consumer } from "~/domain/process";
import { consumerOf as consumer } from "../../../tests/helpers/consumer";
import { explain } from "./cause";

const first = (metric: string, now: Consumer[], before: Consumer[] = [], labels = {}) =>
  explain({ metric, labels, from: 0 }, now, before)[0];

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

test("an idle machine has no contributor", () => {
  expect(explain({ metric: "system.cpu.utilization", labels: {}, from: 0 }, [consumer(1)], [])).toEqual([]);
});

test("a pid that was used again is another process", () => {
  const found = first(
    "system.cpu.utilization",
    [consumer(2, { cpuSeconds: 30, startedAt: 5 })],
    [consumer(2, { cpuSeconds: 30 })],
  );
  expect(found?.change).toBe(0.5);
});

test("for new processes their parents, also of those that ended before anyone saw them", () => {
  const now = [consumer(1), consumer(2, { shortLived: 300.4 }), consumer(10, { parentPid: 1 }), consumer(11, { parentPid: 1 })];
  const found = explain({ metric: "system.process.created", labels: {}, from: 0 }, now, []);
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
