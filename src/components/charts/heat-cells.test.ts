import { expect, test } from "vitest";
import { cellsOf } from "./heat-cells";

/** Columns of so many readings on so many pixels. */
const columns = (readings: number, pixels: number) => (index: number) => {
  const left = Math.round((index / readings) * pixels);
  return { left, right: Math.max(left + 1, Math.round(((index + 1) / readings) * pixels)) };
};

test.each([200, 404, 719, 720, 1080, 2000])("720 readings on %i pixels cover each pixel once", (pixels) => {
  const cells = cellsOf(new Array<number>(720).fill(0.1), columns(720, pixels));
  const covered = new Array<number>(pixels + 1).fill(0);
  for (const { left, right } of cells) {
    for (let pixel = left; pixel < right; pixel++) covered[pixel] = (covered[pixel] ?? 0) + 1;
  }
  expect(new Set(covered.slice(0, pixels))).toEqual(new Set([1]));
  for (const { value } of cells) expect(value).toBeCloseTo(0.1);
});

test("readings that share a pixel are their mean, and a missing one leaves its column empty", () => {
  const cells = cellsOf([0.2, 0.4, null, null, 0.8, null], columns(6, 3));
  expect(cells.map(({ left, right, value }) => [left, right, value])).toEqual([
    [0, 1, 0.2],
    [1, 2, 0.4],
    [2, 3, 0.8],
  ]);
});
