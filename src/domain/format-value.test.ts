import { expect, test } from "vitest";
import { formatDuration, formatText } from "./format-value";

test.each([
  [0.314159, "1", "31.4 %"],
  [0, "1", "0 %"],
  [1, "1", "100 %"],
  [13_212_058, "By/s", "12.6 MiB/s"],
  [1023, "By", "0.999 KiB"],
  [17_179_869_184, "By", "16 GiB"],
  [1_000_000_000, "bit/s", "1 Gbit/s"],
  [2.41, "{thread}", "2.41"],
  [15_300, "{switch}/s", "15.3 k/s"],
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
])("%s seconds read %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
