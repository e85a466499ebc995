import { expect, test } from "vitest";
import type { AlertRule } from "~/domain/alert";
import type { UsualSeries } from "~/domain/usual";
import { ruleBands } from "./usual-bands";

const HOUR_MS = 3_600_000;
const NOW = 1_750_000_000_000 - (1_750_000_000_000 % HOUR_MS) + 60_000;
const series = { metric: "system.cpu.utilization", labels: {} };
const usual: UsualSeries = {
  ...series,
  unit: "1",
  band: { low: 0.1, high: 0.3, least: -0.1, most: 0.5, basis: "hour of the week", times: 4 },
};
const alert = { ...series, rule: "unusual cpu", unit: "1" };
const rules = [{ name: "unusual cpu", unusual: true }, { name: "cpu" }] as unknown as AlertRule[];

test("the past is asked once, and a tick looks at the answer until the quarter ends", async () => {
  const asked: number[] = [];
  const { bandOf, wordsOf } = ruleBands({
    past: {
      usual: async ({ at }) => {
        asked.push(at);
        return [usual];
      },
    },
    rules: () => rules,
    log: { warn: () => {} },
  });
  expect(bandOf(series, NOW)).toEqual({ band: null, until: NOW + 30_000 });
  expect(bandOf(series, NOW).band).toBeNull();
  expect(wordsOf(alert)).toBeNull();
  await Promise.resolve();
  expect(bandOf(series, NOW + 30_000)).toEqual({ band: usual.band, until: NOW - 60_000 + HOUR_MS / 4 });
  expect(bandOf({ ...series, labels: { "cpu.mode": "user" } }, NOW).band).toBeNull();
  expect(wordsOf(alert)).toBe("usually 10% to 30% at this hour");
  expect(wordsOf({ ...alert, rule: "cpu" })).toBeNull();
  expect(asked).toEqual([NOW]);
});

test("while the next answer is awaited, or fails, what is known goes on", async () => {
  const errors: unknown[] = [];
  let fails = false;
  const { bandOf } = ruleBands({
    past: {
      usual: async () => {
        if (fails) throw new Error("busy");
        return [usual];
      },
    },
    rules: () => rules,
    log: { warn: (error: unknown) => void errors.push(error) },
  });
  bandOf(series, NOW);
  await Promise.resolve();
  fails = true;
  expect(bandOf(series, NOW + HOUR_MS)).toEqual({ band: usual.band, until: NOW + HOUR_MS + 30_000 });
  await new Promise(setImmediate);
  expect(errors).toHaveLength(1);
  expect(bandOf(series, NOW + HOUR_MS + 30_000).band).toEqual(usual.band);
});
