import { expect, test } from "vitest";
import { alignNumbers } from "./number-column";

test.each([
  ["shares get the same decimals", ["97%", "12%", "0.4%"], ["97.0%", "12.0%", "0.4%"]],
  ["whole numbers stay whole", ["812", "4,096"], ["812", "4,096"]],
  ["each unit has its own decimals", ["1.2 GiB", "2 GiB", "421 MiB"], ["1.2 GiB", "2.0 GiB", "421 MiB"]],
  ["a shorter unit is padded, so that digits stand above each other", ["1.5 KiB", "512 B"], ["1.5 KiB", "512 B  "]],
  ["no more than two decimals", ["1.6 cores", "0.055 cores"], ["1.60 cores", "0.06 cores"]],
  ["changes keep their sign", ["+1.5 cores", "-2 cores"], ["+1.5 cores", "-2.0 cores"]],
  ["what is no number is left alone", ["–", "3%", "1 h 4 min", ""], ["–", "3%", "1 h 4 min", ""]],
])("%s", (_name, cells, aligned) => {
  expect(alignNumbers(cells)).toEqual(aligned);
});
