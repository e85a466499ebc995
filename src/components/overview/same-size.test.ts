import { expect, test } from "vitest";
import { hasSameSize } from "./same-size";

const machine = (memory: number | null, cpus: number | null) => (metric: string) =>
  metric === "system.memory.limit" ? memory : metric === "system.cpu.logical.count" ? cpus : null;

test.each([
  ["the same machine", machine(8e9, 4), machine(8e9, 4), true],
  ["another kernel", machine(8e9, 4), machine(7.95e9, 4), true],
  ["other memory", machine(8e9, 4), machine(16e9, 4), false],
  ["other CPUs", machine(8e9, 4), machine(8e9, 2), false],
  ["sizes that were not recorded", machine(null, null), machine(8e9, 4), true],
  ["a size that is not known yet", machine(8e9, 4), machine(null, null), false],
])("%s", (_name, before, now, same) => {
  expect(hasSameSize(before, now)).toBe(same);
});
