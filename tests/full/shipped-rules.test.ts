import { expect, test } from "vitest";
import { INACTIVE, type Recording, readRecording, recordedDay } from "../../scripts/recording";
import { SEVERITIES } from "../../src/domain/alert";
import { UNKNOWN_CAUSE } from "../../src/domain/contributor";
import { deriveFrame, intervalOf } from "../../src/domain/derive";
import type { Sample } from "../../src/domain/sample";
import { AlertManager } from "../../src/server/alerts/manager";
import { parseConfig } from "../../src/server/config/load";
import { toRules } from "../../src/server/config/to-rules";

const DAY_SECONDS = 86_400;
const START = Date.UTC(2026, 10, 2);
/** CPUs of the recorded machine. */
const CORES = 2;

interface Told {
  fired: { rule: string; value: number | null; threshold: number | null }[];
  messages: number;
}

/** Runs the shipped rules on a day made from a recording. */
async function dayOf(recording: Recording): Promise<Told> {
  const told: Told = { fired: [], messages: 0 };
  const manager = new AlertManager({
    rules: toRules(
      parseConfig("defaults", "", () => undefined),
      CORES,
    ),
    channels: [{ name: "mail", severities: SEVERITIES }],
    groupBy: ["rule", "severity"],
    escalate: [],
    timing: { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 4 * 3_600_000 },
    silences: [],
    records: {
      save: async ({ outbox }) => {
        told.messages += outbox.length;
      },
      states: async () => new Map(),
      groups: async () => new Map(),
      firing: async () => [],
      since: async () => [],
      get: async () => null,
    },
    explain: () => UNKNOWN_CAUSE,
    headline: ({ rule }) => rule,
    message: () => "",
    onChange: ({ kind, alert }) => {
      if (kind === "fired") told.fired.push(alert);
    },
    onOutbox: () => {},
    onError: (error) => {
      throw error;
    },
  });
  let previous: Sample | undefined;
  for (const { sample } of recordedDay({ seed: 1, start: START, seconds: DAY_SECONDS, recording })) {
    manager.tick(deriveFrame(previous, sample), intervalOf(sample), 1);
    previous = sample;
  }
  await manager.settled();
  return told;
}

test("over a recorded day of a calm machine the shipped rules say nothing", async () => {
  expect(await dayOf(readRecording(INACTIVE))).toEqual({ fired: [], messages: 0 });
});

test("over a recorded day of a busy machine the shipped rules tell of its load, and of nothing that was well", async () => {
  const { fired, messages } = await dayOf(readRecording());
  // The recorded machine is overloaded for minutes in each tile of the day.
  expect([...new Set(fired.map(({ rule }) => rule))].sort()).toEqual(["cpu", "load"]);
  expect(fired.every(({ value, threshold }) => (value ?? 0) >= (threshold ?? Number.POSITIVE_INFINITY))).toBe(true);
  expect(messages).toBeLessThan(fired.length * 3);
});
