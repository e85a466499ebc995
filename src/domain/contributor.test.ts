import { expect, test } from "vitest";
import { amountText } from "./contributor";

test.each([
  [1.63, "{cpu}", "1.6 cores"],
  [0.997, "{cpu}", "1 core"],
  [0.351, "{cpu}", "0.35 cores"],
  [4_402_341_478, "By/s", "4.1 GiB/s"],
  [1690, "{process}", "1.7k processes"],
])("%s in %s reads %s", (value, unit, text) => {
  expect(amountText(value, unit)).toBe(text);
});
