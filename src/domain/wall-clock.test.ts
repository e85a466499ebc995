import { expect, test } from "vitest";
import { atWall, dayStart } from "./wall-clock";

const BERLIN = "Europe/Berlin";

test("the day on which clocks go back has 25 hours, the one on which they go forward 23", () => {
  const hours = (noon: string) => (dayStart(Date.parse(noon), BERLIN, 1) - dayStart(Date.parse(noon), BERLIN)) / 3_600_000;
  expect(hours("2026-10-25T11:00:00Z")).toBe(25);
  expect(hours("2026-03-29T11:00:00Z")).toBe(23);
  expect(hours("2026-11-24T11:00:00Z")).toBe(24);
});

test.each([
  ["2026-07-01T02:00:00Z", "2026-07-01T00:00:00Z"],
  ["2026-12-01T02:00:00Z", "2026-12-01T01:00:00Z"],
  ["2026-10-25T00:30:00Z", "2026-10-24T22:30:00Z"],
])("a wall in Berlin that shows %s does so at %s", (wall, at) => {
  expect(atWall(Date.parse(wall), BERLIN)).toBe(Date.parse(at));
});
