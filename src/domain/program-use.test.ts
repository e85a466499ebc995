import { expect, test } from "vitest";
import { processRow } from "../../tests/helpers/process-row";
import { ProgramUse } from "./program-use";

const rows = (cpu: Readonly<Record<string, number>>) =>
  Object.entries(cpu).flatMap(([command, cores], index) => [
    processRow(2 * index + 1, { name: command.split(" ")[0] ?? "", command, cpu: cores / 2 }),
    processRow(2 * index + 2, { name: command.split(" ")[0] ?? "", command, cpu: cores / 2 }),
  ]);

const cpuOf = (readings: ReturnType<ProgramUse["read"]>) =>
  Object.fromEntries(
    readings.flatMap(({ metric, labels, value }) =>
      metric === "hostscope.contributor.cpu.utilization" ? [[`${labels?.program} ${labels?.user}`, value]] : [],
    ),
  );

test("a program has a series after a minute among the first, summed over its processes, and keeps it for ten minutes", () => {
  const use = new ProgramUse();
  const busy = rows({ "make -j8": 1.5, nginx: 0.25 });
  expect(cpuOf(use.read(busy, 0))).toEqual({});
  expect(cpuOf(use.read(busy, 50_000))).toEqual({});
  expect(cpuOf(use.read(busy, 60_000))).toEqual({ "make ann": 1.5, "nginx ann": 0.25 });
  const after = rows({ nginx: 0.25 });
  expect(cpuOf(use.read(after, 70_000))).toEqual({ "make ann": 0, "nginx ann": 0.25 });
  expect(cpuOf(use.read(after, 60_000 + 600_000))).toHaveProperty("make ann");
  expect(cpuOf(use.read(after, 60_000 + 600_001))).toEqual({ "nginx ann": 0.25 });
});

test("a program that is among the first for a moment only never has a series", () => {
  const use = new ProgramUse();
  for (let at = 0; at < 600_000; at += 20_000)
    expect(cpuOf(use.read(at % 40_000 === 0 ? rows({ burst: 1 }) : [], at))).toEqual({});
});

test("at most those that are among the first have one", () => {
  const use = new ProgramUse();
  const many = rows(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`program${index}`, 1 + index])));
  use.read(many, 0);
  const found = cpuOf(use.read(many, 60_000));
  expect(Object.keys(found)).toHaveLength(20);
  expect(found).toHaveProperty("program49 ann");
  expect(found).not.toHaveProperty("program29 ann");
});

test("memory is what is not shared, disk what is read and written", () => {
  const use = new ProgramUse();
  const one = processRow(7, {
    name: "postgres",
    command: "postgres",
    user: "db",
    cpu: 0,
    memoryBytes: 2 ** 30,
    sharedBytes: 2 ** 29,
    readBytesPerSecond: 2 ** 20,
    writeBytesPerSecond: 2 ** 20,
  });
  use.read([one], 0);
  expect(use.read([one], 60_000)).toEqual([
    { metric: "hostscope.contributor.memory.usage", labels: { program: "postgres", user: "db" }, value: 2 ** 29 },
    { metric: "hostscope.contributor.disk.io", labels: { program: "postgres", user: "db" }, value: 2 ** 21 },
  ]);
});
