import { expect, test } from "vitest";
import { forecastSize, type StoredTier } from "./storage";

const DAY_MS = 86_400_000;
const tier = (name: StoredTier["name"], bytes: number, ageDays: number, keepDays: number): StoredTier => ({
  name,
  rows: 1,
  bytes,
  oldest: 0,
  newest: ageDays * DAY_MS,
  keepSeconds: keepDays * 86_400,
});

test.each([
  // name                                            tiers                                              used   max    steady  days
  ["a full week stays as it is", [tier("samples", 70, 7, 7)], 70, 1000, 70, null],
  ["a day of seven comes to seven times as much", [tier("samples", 10, 1, 7)], 10, 1000, 70, null],
  ["two tiers end at different times", [tier("samples", 10, 1, 7), tier("minutes", 1, 1, 91)], 11, 1000, 161, null],
  ["the cap comes first", [tier("samples", 10, 1, 730)], 10, 110, 110, 10],
  ["an hour says nothing", [tier("samples", 10, 1 / 24, 7)], 10, 1000, null, null],
] as const)("%s", (_name, tiers, used, max, steadyBytes, days) => {
  const forecast = forecastSize(tiers, used, max);
  expect(forecast.steadyBytes).toBe(steadyBytes);
  if (days === null) expect(forecast.daysUntilMax).toBeNull();
  else expect(forecast.daysUntilMax).toBeCloseTo(days, 0);
});
