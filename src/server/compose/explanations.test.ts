import { expect, test } from "vitest";
import { firing } from "../../../tests/helpers/alert";
import { type ExplanationSources, explanationOf } from "./explanations";

const FROM = 1_800_000_000_000;
const TO = FROM + 900_000;

test("an explanation lists what happened in its time: marks, alerts, failed units and logins, in order", async () => {
  const asked: unknown[] = [];
  const sources: ExplanationSources = {
    past: {
      explanation: async () => ({
        baseline: { from: FROM - 4, to: FROM },
        contributors: [],
        coverage: null,
        refusal: null,
        metrics: [],
        events: [],
      }),
    },
    alerts: {
      list: async ({ overlapping }) => [
        firing({ id: "a", rule: "CPU busy", message: "CPU 97%", startedAt: FROM + 400, resolvedAt: null }),
        ...(overlapping ? [firing({ id: "b", rule: "memory", startedAt: FROM - 7_200_000, resolvedAt: FROM + 450 })] : []),
      ],
    },
    marks: { list: async () => [{ id: "m", at: FROM + 100, kind: "note", text: "release 42" }] },
    failedUnits: () => [
      { unit: "backup.service", description: "Nightly backup", result: "exit-code", since: FROM + 300 },
      { unit: "old.service", description: "Failed long ago", result: "", since: FROM - 86_400_000 },
    ],
    logins: (span) => {
      asked.push(span);
      return [
        { name: "ann", terminal: "pts/0", from: "192.0.2.1", since: FROM + 200 },
        { name: "root", terminal: "", from: "", since: FROM + 500 },
      ];
    },
    metrics: () => [],
    host: () => ({ logicalCpus: 2, memoryBytes: 1 }),
    named: (one) => one,
  };
  const { events } = await explanationOf({ from: FROM, to: TO }, sources, undefined);
  expect(events.map(({ kind, text, id }) => [kind, text, id])).toEqual([
    ["note", "release 42", "m"],
    ["login", "ann logged in on pts/0 from 192.0.2.1", null],
    ["unit", "backup.service failed (exit-code): Nightly backup", null],
    ["alert", "CPU 97%", "a"],
    ["alert", "memory resolved", "b"],
    ["login", "root logged in", null],
  ]);
  expect(asked).toMatchObject([{ to: TO }]);
});
