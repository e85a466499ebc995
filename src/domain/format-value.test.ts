import { expect, test } from "vitest";
import { formatDuration, formatLimit, formatShortLimit, formatText } from "./format-value";

test.each([
  [0.314159, "1", "31%"],
  [0.0132, "1", "1%"],
  [0.00664, "1", "0.7%"],
  [0.0000664, "1", "0%"],
  [-0.0000664, "1", "0%"],
  [-0.072, "1", "-7%"],
  [0, "1", "0%"],
  [0.9997, "1", "99.9%"],
  [0.993, "1", "99.3%"],
  [1, "1", "100%"],
  [336.26, "1", "33,626%"],
  [13_212_058, "By/s", "12.6 MiB/s"],
  [1023, "By", "1 KiB"],
  [17_179_869_184, "By", "16 GiB"],
  [1_000_000_000, "bit/s", "1 Gbit/s"],
  [3_400_000_000, "Hz", "3.4 GHz"],
  [47.6, "Cel", "48 °C"],
  [2.41, "{thread}", "2.41"],
  [12.34, "{thread}", "12.3"],
  [0.00382, "{thread}", "0"],
  [145, "{process}", "145"],
  [15_300, "{switch}/s", "15.3k/s"],
  [7500, "{packet}/s", "7.5k/s"],
  [Number.NaN, "By", "–"],
  [null, "1", "–"],
] as const)("%s in %s reads %s", (value, unit, text) => {
  expect(formatText(value, unit)).toBe(text);
});

test.each([
  [0.00042, "420 µs"],
  [0.0012, "1.2 ms"],
  [59, "59 s"],
  [125, "2 min 5 s"],
  [3_552_780, "41 d 2 h"],
  [-0.0012, "-1.2 ms"],
  [-30, "-30 s"],
  [-90, "-1 min 30 s"],
  [-86_400, "-1 d"],
  [-100_000, "-1 d 3 h"],
])("%s seconds read %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  [0.999, "1", "99.9%"],
  [0.0025, "1", "0.25%"],
  [0.9, "1", "90%"],
  [52_428_800, "By/s", "50 MiB/s"],
  [2.5, "{thread}", "2.5"],
] as const)("a limit of %s in %s keeps its digits: %s", (value, unit, text) => {
  expect(formatLimit(value, unit)).toBe(text);
});

test("a duration below zero reads as the same above it, with a minus, as a value and as a limit", () => {
  expect([formatText(-90, "s"), formatLimit(-86_400, "s")]).toEqual(["-1 min 30 s", "-1 d"]);
});

test("German has its decimal comma and a space before %", () => {
  expect(formatText(0.314, "1", "de")).toBe("31\u00a0%");
  expect(formatText(13_212_058, "By/s", "de")).toBe("12,6 MiB/s");
  expect(formatDuration(0.0012, "de")).toBe("1,2 ms");
  expect(formatDuration(125, "de")).toBe("2 min 5 s");
});

test.each([
  [0.999, "1", "99.9%"],
  [0.00012, "{thread}", "0.00012"],
  [100_000_000, "bit/s", "100 Mbit/s"],
  [0.95 * 25_275_518_976, "By", "22.4 GiB"],
] as const)("on a chart a limit of %s %s reads %s", (value, unit, text) => {
  expect(formatShortLimit(value, unit)).toBe(text);
});
