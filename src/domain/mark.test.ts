import { expect, test } from "vitest";
import { startMarks } from "./mark";

const start = { startedAt: 5_000_000, version: "1.2.3", bootTime: 1_000_000 };

test.each([
  ["the first start marks the boot and itself", null, ["boot", "start"]],
  ["a start after the same boot marks itself alone", 1_000_900, ["start"]],
  ["a start after another boot marks both", 400_000, ["boot", "start"]],
] as const)("%s", (_name, previousBootTime, kinds) => {
  expect(startMarks({ ...start, previousBootTime }).map(({ kind }) => kind)).toEqual(kinds);
});
