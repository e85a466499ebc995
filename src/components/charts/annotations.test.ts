import { expect, test } from "vitest";
import { type Annotation, alertStretches, annotationsNear } from "./annotations";

const alert = (from: number, to: number | null, change: Partial<Annotation> = {}): Annotation => ({
  id: `${from}`,
  from,
  to,
  kind: "warning",
  text: "",
  metric: "system.cpu.utilization",
  ...change,
});
const range = { from: 10_000, to: 110_000 };
const stretches = (...all: Annotation[]) => alertStretches(all, "system.cpu.utilization", range);

test("a stretch is cut to the range, one that goes on reaches the edge, one outside is left out", () => {
  expect(stretches(alert(0, 20_000), alert(60_000, null), alert(0, 5000), alert(200_000, null))).toEqual([
    { severity: "warning", left: 0, width: 0.1 },
    { severity: "warning", left: 0.5, width: 0.5 },
  ]);
});

test("alerts at the same time are one stretch of the highest severity", () => {
  expect(stretches(alert(10_000, 60_000), alert(20_000, 70_000, { kind: "critical" }))).toEqual([
    { severity: "critical", left: 0, width: 0.6 },
  ]);
});

test("other metrics' alerts and marks have no stretch; memory in bytes has those of its share", () => {
  expect(stretches(alert(10_000, 60_000, { metric: "system.disk.utilization" }))).toEqual([]);
  expect(stretches(alert(10_000, 60_000, { kind: "boot" }))).toEqual([]);
  const memory = alert(10_000, 60_000, { metric: "system.memory.utilization" });
  expect(alertStretches([memory], "system.memory.usage", range)).toHaveLength(1);
});

test("what is near a moment begins within reach, the nearest first", () => {
  const all = [alert(100, null), alert(180, null), alert(900, null)];
  expect(annotationsNear(all, 200, 100).map(({ from }) => from)).toEqual([180, 100]);
});
