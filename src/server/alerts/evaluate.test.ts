import fc from "fast-check";
import { expect, test } from "vitest";
import { type AlertRule, INACTIVE, type InstanceState, rank } from "~/domain/alert";
import { forAll } from "../../../tests/helpers/properties";
import { evaluate, severityOf } from "./evaluate";

const rule: AlertRule = {
  name: "cpu",
  metric: "system.cpu.utilization",
  match: {},
  without: [],
  aggregate: "avg",
  windowSeconds: 0,
  op: "above",
  thresholds: { warning: 0.8, critical: 0.95 },
  clearMargin: 0.05,
  forSeconds: 60,
  keepFiringForSeconds: 30,
  noData: "ok",
  forecastSeconds: null,
  channels: null,
  escalate: null,
  description: "",
  remedy: "",
};
const pending = (heldSeconds: number): InstanceState => ({ ...INACTIVE, phase: "pending", severity: "warning", heldSeconds });
const firing = (severity: "warning" | "critical", clearSeconds = 0): InstanceState => ({
  ...INACTIVE,
  phase: "firing",
  severity,
  clearSeconds,
});

test.each([
  // name                                             previous             value  phase       severity    transition
  ["stays calm just below the threshold", INACTIVE, 0.799, "inactive", null, undefined],
  ["starts to wait on the threshold", INACTIVE, 0.8, "pending", "warning", undefined],
  ["waits out the holding time", pending(58), 0.9, "pending", "warning", undefined],
  ["fires at the end of it", pending(59), 0.9, "firing", "warning", "fired"],
  ["fires with the severity of that moment", pending(59), 0.96, "firing", "critical", "fired"],
  ["starts over when the value drops while waiting", pending(59), 0.5, "inactive", null, undefined],
  ["escalates without a second wait", firing("warning"), 0.96, "firing", "critical", "escalated"],
  ["holds critical within the margin", firing("critical"), 0.91, "firing", "critical", undefined],
  ["eases to warning beyond the margin", firing("critical"), 0.89, "firing", "warning", "eased"],
  ["keeps firing within the margin", firing("warning"), 0.76, "firing", "warning", undefined],
  ["keeps firing for a while after it is clear", firing("warning"), 0.5, "firing", "warning", undefined],
  ["resolves when it was clear for long enough", firing("warning", 29), 0.5, "inactive", null, "resolved"],
] as const)("%s", (_name, previous, value, phase, severity, kind) => {
  const { state, transition } = evaluate({ rule, previous, value, elapsedSeconds: 1 });
  expect({ phase: state.phase, severity: state.severity, kind: transition?.kind }).toEqual({ phase, severity, kind });
});

test.each([
  ["ok", firing("warning"), 119, "firing", undefined],
  ["ok", { ...firing("warning"), missingSeconds: 119 }, 1, "inactive", "resolved"],
  ["keep", { ...firing("warning"), missingSeconds: 9999 }, 1, "firing", undefined],
  ["alert", INACTIVE, 30, "firing", "fired"],
  ["alert", INACTIVE, 29, "inactive", undefined],
] as const)("without a reading, %s", (noData, previous, elapsedSeconds, phase, kind) => {
  const { state, transition } = evaluate({ rule: { ...rule, noData }, previous, value: null, elapsedSeconds });
  expect([state.phase, transition?.kind]).toEqual([phase, kind]);
});

test.each([
  ["ok", firing("warning"), 300 + 119, "firing", undefined],
  ["ok", firing("warning"), 300 + 120, "inactive", "resolved"],
  ["alert", INACTIVE, 300 + 29, "inactive", undefined],
  ["alert", INACTIVE, 300 + 30, "firing", "fired"],
] as const)("while a window of 300 s fills, %s", (noData, previous, elapsedSeconds, phase, kind) => {
  const filling = { ...rule, noData, windowSeconds: 300 };
  const { state, transition } = evaluate({ rule: filling, previous, value: null, elapsedSeconds, isFilling: true });
  expect([state.phase, transition?.kind]).toEqual([phase, kind]);
});

test("one missing reading while a window fills is none too many", () => {
  const filling: AlertRule = { ...rule, noData: "alert", windowSeconds: 600 };
  let state: InstanceState = INACTIVE;
  for (let second = 0; second < 400; second++) {
    const next = evaluate({ rule: filling, previous: state, value: null, elapsedSeconds: 1, isFilling: second !== 200 });
    expect(next.transition).toBeNull();
    state = next.state;
  }
});

test("a rule below its threshold mirrors one above", () => {
  const below: AlertRule = { ...rule, op: "below", thresholds: { warning: 0.2, critical: 0.05 } };
  expect(severityOf(below, 0.21, null)).toBeNull();
  expect(severityOf(below, 0.2, null)).toBe("warning");
  expect(severityOf(below, 0.24, "warning")).toBe("warning");
  expect(severityOf(below, 0.26, "warning")).toBeNull();
  expect(severityOf(below, 0.01, null)).toBe("critical");
});

test("whatever the values, each firing is resolved once before the next, and severities only rise by an escalation", () => {
  forAll(
    fc.property(fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 10 }), { maxLength: 300 }), (values) => {
      let state: InstanceState = INACTIVE;
      let open = false;
      for (const value of values) {
        const before = state;
        const result = evaluate({
          rule: { ...rule, forSeconds: 2, keepFiringForSeconds: 2 },
          previous: state,
          value,
          elapsedSeconds: 1,
        });
        state = result.state;
        const kind = result.transition?.kind;
        if (kind === "fired") {
          expect(open).toBe(false);
          open = true;
        }
        if (kind === "resolved") {
          expect(open).toBe(true);
          open = false;
        }
        if (open && before.phase === "firing" && rank(state.severity) > rank(before.severity)) expect(kind).toBe("escalated");
        expect(state.phase === "firing").toBe(open);
      }
    }),
    500,
  );
});
