import { expect, test } from "vitest";
import { valueRoom } from "./value-room";

test.each([
  ["1", 2.6],
  ["{connection}", 3],
  ["{packet}/s", 5],
  ["By/s", 5],
])("a value in %s has a room of %f em", (unit, room) => {
  expect(valueRoom(unit)).toBe(room);
});
