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

test("the shipped rules say nothing over a recorded day of a machine that is well", async () => {
  const fired: string[] = [];
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
    onChange: ({ kind, alert, at }) => fired.push(`${new Date(at).toISOString()} ${kind} ${alert.rule} ${alert.value}`),
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
  expect(fired).toEqual([]);
  expect(messages).toBe(0);
});
