import { expect, test } from "vitest";
import { type BudgetState, FULL_DETAIL, nextBudget } from "./budget";

/** Runs `seconds` ticks at a cost that may depend on the state. `details` lists each change of detail once. */
function run(start: BudgetState, seconds: number, cost: (state: BudgetState) => number) {
  const details = [start.detail];
  let state = start;
  for (let second = 0; second < seconds; second++) {
    state = nextBudget(state, { cpuSeconds: cost(state), elapsedSeconds: 1 });
    if (state.detail !== details.at(-1)) details.push(state.detail);
  }
  return { state, details };
}

test("within its budget, and for a short burst above it, nothing changes", () => {
  const within = run(FULL_DETAIL, 3600, () => 0.019);
  expect(within.details).toEqual(["full"]);
  const burst = run(run(FULL_DETAIL, 600, () => 0.005).state, 10, () => 0.08);
  expect(run(burst.state, 600, () => 0.005).details).toEqual(["full"]);
});

test("above its budget the detail goes down step by step, and no further than there are steps", () => {
  const { details, state } = run(FULL_DETAIL, 300, () => 0.05);
  expect(details).toEqual(["full", "reduced", "sparse"]);
  expect(state.share).toBeCloseTo(0.05, 3);
});

test("one step that is enough stays the only one", () => {
  const cost = ({ detail }: BudgetState) => (detail === "full" ? 0.03 : 0.015);
  expect(run(FULL_DETAIL, 3600, cost).details).toEqual(["full", "reduced"]);
});

test("it comes back only with room to spare", () => {
  const low = run(FULL_DETAIL, 300, () => 0.05).state;
  expect(run(low, 3600, () => 0.011).details).toEqual(["sparse"]);
  expect(run(low, 3600, () => 0.005).details).toEqual(["sparse", "reduced", "full"]);
});

test("a load that returns whenever the detail does makes it wait longer and longer", () => {
  const cost = ({ detail }: BudgetState) => (detail === "full" ? 0.03 : 0.004);
  const { details } = run(FULL_DETAIL, 6 * 3600, cost);
  expect(details.length).toBeLessThan(24);
  expect(details.length).toBeGreaterThan(6);
});

test("a clock that stands still or a counter that steps back changes nothing", () => {
  expect(nextBudget(FULL_DETAIL, { cpuSeconds: 1, elapsedSeconds: 0 })).toBe(FULL_DETAIL);
  expect(nextBudget(FULL_DETAIL, { cpuSeconds: -1, elapsedSeconds: 1 })).toBe(FULL_DETAIL);
  expect(nextBudget(FULL_DETAIL, { cpuSeconds: Number.NaN, elapsedSeconds: 1 })).toBe(FULL_DETAIL);
});
