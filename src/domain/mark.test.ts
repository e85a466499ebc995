import { expect, test } from "vitest";
import { startMarks } from "./mark";

const start = { startedAt: 5_000_000, version: "1.2.3", bootTime: 1_000_000 };

test.each([
  ["the first start marks the boot and itself", null, null, ["boot", "start"]],
  ["a start after the same boot marks itself alone", 1_000_900, 4_000_000, ["start"]],
  ["a start after another boot marks both", 400_000, 900_000, ["boot", "start"]],
  ["a start with the data of another machine marks itself alone", null, 4_000_000, ["start"]],
] as const)("%s", (_name, previousBootTime, newestAt, kinds) => {
  expect(startMarks({ ...start, previousBootTime, newestAt }).map(({ kind }) => kind)).toEqual(kinds);
});
