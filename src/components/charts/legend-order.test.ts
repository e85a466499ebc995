import { expect, test } from "vitest";
import { legendOrder } from "./legend-order";
import type { LegendEntry } from "./prepare";

const entries = (peaks: Record<string, number>, half: LegendEntry["half"] = null): LegendEntry[] =>
  Object.entries(peaks).map(([label, peak]) => ({ label, color: "--a", hidden: false, half, peak }));
const labels = (ordered: readonly LegendEntry[]) => ordered.map(({ label }) => label);

test("what is largest in the range comes first", () => {
  const cpu = entries({ user: 0.42, nice: 0, system: 0.58, interrupt: 0, iowait: 0.1 });
  expect(labels(legendOrder(cpu, []))).toEqual(["user", "system", "iowait", "nice", "interrupt"]);
});

test("the order stays until one is clearly larger than another", () => {
  const before = ["user", "system", "iowait"];
  expect(labels(legendOrder(entries({ user: 0.2, system: 0.29, iowait: 0.1 }), before))).toEqual(before);
  expect(labels(legendOrder(entries({ user: 0.2, system: 0.31, iowait: 0.1 }), before))).toEqual(["system", "user", "iowait"]);
});

test("a new series finds its place, and one that is gone leaves none", () => {
  expect(labels(legendOrder(entries({ a: 1, c: 5, b: 2 }), ["b", "gone", "a"]))).toEqual(["c", "b", "a"]);
});

test("both directions of a mirrored chart stay where they are", () => {
  const sent = { ...entries({ transmit: 9 })[0], half: "lower" } as LegendEntry;
  expect(labels(legendOrder([...entries({ receive: 1 }, "upper"), sent], []))).toEqual(["receive", "transmit"]);
});
