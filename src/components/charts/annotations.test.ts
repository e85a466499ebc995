import { expect, test } from "vitest";
import { placeAnnotations, placeThreshold } from "./annotations";

const at = (from: number, to: number | null) => ({ id: `${from}`, from, to, kind: "warning" as const, text: "" });

test("an annotation lies where its time is, one that goes on reaches the edge, one outside is left out", () => {
  const placed = placeAnnotations([at(0, 20_000), at(50_000, null), at(0, 5000), at(200_000, null)], { from: 10, to: 110 });
  expect(placed.map(({ left, width, cut }) => [left, width, cut])).toEqual([
    [0, 0.1, true],
    [0.4, 0.6, false],
  ]);
});

test("a threshold is measured from the top and left out beyond the scale", () => {
  expect(placeThreshold({ severity: "warning", value: 80 }, { min: 0, max: 100 })).toBeCloseTo(0.2);
  expect(placeThreshold({ severity: "warning", value: 101 }, { min: 0, max: 100 })).toBeNull();
});
