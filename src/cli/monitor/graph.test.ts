import { expect, test } from "vitest";
import { bar, graph } from "./graph";
import { plainLine } from "./text";

const drawn = (values: number[], options: Partial<Parameters<typeof graph>[1]> = {}) =>
  graph(values, { width: 4, height: 2, max: 1, ...options }).map(plainLine);

test("a full value fills its half of a character from bottom to top, the newest at the right", () => {
  expect(drawn([1])).toEqual(["   ⢸", "   ⢸"]);
  expect(drawn([1, 1])).toEqual(["   ⣿", "   ⣿"]);
  expect(drawn([0.5, 1])).toEqual(["   ⢸", "   ⣿"]);
});

test("the smallest value above nothing is a dot, nothing and what is missing are not", () => {
  expect(drawn([0.001], { height: 1 })).toEqual(["   ⢀"]);
  expect(drawn([0, Number.NaN], { height: 1 })).toEqual(["    "]);
});

test("only as many values as fit are drawn", () => {
  expect(drawn(new Array(100).fill(1), { height: 1 })).toEqual(["⣿⣿⣿⣿"]);
});

test("a bar has eighths, and ASCII has none", () => {
  expect(plainLine(bar(0.5, 4))).toBe("██░░");
  expect(plainLine(bar(0.5625, 2))).toBe("█▏");
  expect(plainLine(bar(1, 3))).toBe("███");
  expect(plainLine(bar(Number.NaN, 3))).toBe("░░░");
  expect(plainLine(bar(0.5, 4, true))).toBe("##..");
});
