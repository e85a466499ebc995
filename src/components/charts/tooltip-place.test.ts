import { expect, test } from "vitest";
import { placeTooltip } from "./tooltip-place";

const size = { width: 200, height: 100 };

test.each([
  ["right of the pointer", { x: 100, y: 300 }, { width: 1440, height: 900 }, { x: 116, y: 250 }],
  ["left of it at the right edge", { x: 1400, y: 300 }, { width: 1440, height: 900 }, { x: 1184, y: 250 }],
  ["above it in a narrow window", { x: 195, y: 300 }, { width: 390, height: 844 }, { x: 95, y: 184 }],
  ["below it where there is no room above", { x: 195, y: 60 }, { width: 390, height: 844 }, { x: 95, y: 76 }],
] as const)("%s", (_name, pointer, view, place) => {
  expect(placeTooltip(pointer, size, view)).toEqual(place);
});

test("it is never over the pointer, wherever that is", () => {
  for (const view of [
    { width: 390, height: 844 },
    { width: 1440, height: 900 },
  ]) {
    for (let x = 0; x < view.width; x += 13) {
      for (let y = 0; y < view.height; y += 17) {
        const at = placeTooltip({ x, y }, size, view);
        const covers = x >= at.x && x <= at.x + size.width && y >= at.y && y <= at.y + size.height;
        expect(covers, `${x} ${y} in ${view.width}`).toBe(false);
      }
    }
  }
});
