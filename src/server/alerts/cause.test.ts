import { expect, test } from "vitest";
import type { Consumer } from "~/domain/process";
import { explain } from "./cause";

function consumer(pid: number, change: Partial<Consumer> = {}): Consumer {
  return {
    pid,
    startedAt: 0,
    parentPid: 1,
    name: `p${pid}`,
    command: "",
    user: "root",
    state: "sleeping",
    seconds: 60,
    cpuSeconds: 0,
    memoryBytes: 0,
    peakMemoryBytes: 0,
    readBytes: 0,
    writtenBytes: 0,
    shortLived: 0,
    ...change,
  };
}

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
    [1, 4],
  ]);
});
