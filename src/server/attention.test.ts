import { expect, test } from "vitest";
import { Attention } from "./attention";

test("attention is paid while any request is open, and ten seconds after the last one", () => {
  const attention = new Attention();
  expect(attention.isPaid(0)).toBe(false);
  const endFirst = attention.begin();
  const endSecond = attention.begin();
  expect(attention.isPaid(3_600_000)).toBe(true);
  endFirst(3_600_000);
  expect(attention.isPaid(7_200_000)).toBe(true);
  endSecond(7_200_000);
  expect(attention.isPaid(7_209_999)).toBe(true);
  expect(attention.isPaid(7_210_000)).toBe(false);
});
