import { expect, test } from "vitest";
import { labelledRows, rowAt, rowLabel } from "./heat-options";

test("the first series is the top row", () => {
  expect([rowAt(3.9, 4), rowAt(2.5, 4), rowAt(0.1, 4), rowAt(4, 4), rowAt(0, 4)]).toEqual([0, 1, 3, 0, 3]);
});

test.each([
  [2, [0, 1]],
  [10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [64, [0, 8, 16, 24, 32, 40, 48, 56]],
])("of %i rows those are labelled whose labels do not touch", (rows, labelled) => {
  expect(labelledRows(rows, 140)).toEqual(labelled);
});

test.each([
  ["core 12", "core 12"],
  ["web-1.example.com", "web-1"],
  ["production-web-1", "producti…"],
  ["10.0.0.171", "10.0.0.1…"],
])("a row of %s is labelled %s", (name, label) => {
  expect(rowLabel(name)).toBe(label);
});
