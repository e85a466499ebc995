import { expect, test } from "vitest";
import { readRecording, recordedDay } from "../../scripts/recording";
import { SEVERITIES } from "../../src/domain/alert";
import { deriveFrame, intervalOf } from "../../src/domain/derive";
import type { Sample } from "../../src/domain/sample";
import { AlertManager } from "../../src/server/alerts/manager";
import { parseConfig } from "../../src/server/config/load";
import { toRules } from "../../src/server/config/to-rules";

const DAY_SECONDS = 86_400;
const START = Date.UTC(2026, 10, 2);
/** Of the machine that was recorded. */
const CORES = 2;

test("over a recorded day of a busy machine the shipped rules tell of its load, and of nothing that was well", async () => {
  const fired: { rule: string; value: number | null; threshold: number | null }[] = [];
  let messages = 0;
  const manager = new AlertManager({
    rules: toRules(
      parseConfig("defaults", "", () => undefined),
      CORES,
    ),
    channels: [{ name: "mail", severities: SEVERITIES }],
    timing: { waitMs: 30_000, intervalMs: 300_000, repeatMs: 4 * 3_600_000 },
    silences: [],
    records: {
      save: async ({ outbox }) => {
        messages += outbox.length;
      },
      states: async () => new Map(),
      groups: async () => new Map(),
      firing: async () => [],
      get: async () => null,
    },
    consumers: () => [],
    headline: ({ rule }) => rule,
    message: () => "",
    onChange: ({ kind, alert }) => {
      if (kind === "fired") fired.push(alert);
    },
    onOutbox: () => {},
    onError: (error) => {
      throw error;
    },
  });
  let previous: Sample | undefined;
  for (const { sample } of recordedDay({ seed: 1, start: START, seconds: DAY_SECONDS, recording: readRecording() })) {
    manager.tick(deriveFrame(previous, sample), intervalOf(sample), 1);
    previous = sample;
  }
  await manager.settled();
  // The machine that was recorded has more to do than its two cores can, for minutes in each tile of the day.
  expect([...new Set(fired.map(({ rule }) => rule))].sort()).toEqual(["cpu", "load"]);
  expect(fired.every(({ value, threshold }) => (value ?? 0) >= (threshold ?? Number.POSITIVE_INFINITY))).toBe(true);
  expect(messages).toBeLessThan(fired.length * 3);
});
