/** Reduces the detail of process scans step by step when collecting costs too much, and raises it when there is room. Pure. */
import { COLLECTION_BUDGET, type CollectionCost, type ScanDetail } from "~/domain/collection-cost";

const AVERAGED_SECONDS = 60;
const LEVELS: readonly ScanDetail[] = ["full", "reduced", "sparse"];
/** Minimum time before a step down: the average needs it to reflect the previous step. */
const LOWER_AFTER_SECONDS = 45;
const RAISE_AFTER_SECONDS = 120;
/** Each time a raise had to be taken back, the wait for the next one doubles, up to this. */
const MOST_RAISE_AFTER_SECONDS = 3600;
const TAKEN_BACK_WITHIN_SECONDS = 600;
/** The detail is raised below this share of the budget. */
const ROOM = 0.5;

export interface BudgetState extends CollectionCost {
  /** Since the last step. */
  seconds: number;
  raised: boolean;
  raiseAfterSeconds: number;
}

export const FULL_DETAIL: BudgetState = {
  detail: "full",
  share: Number.NaN,
  seconds: 0,
  raised: false,
  raiseAfterSeconds: RAISE_AFTER_SECONDS,
};

export interface Spent {
  /** CPU seconds since the previous tick. */
  cpuSeconds: number;
  elapsedSeconds: number;
}

/** Plain mean in the first minute after a step, then an exponential moving average. Costs from before the step do not count. */
function averageOf(state: BudgetState, { cpuSeconds, elapsedSeconds }: Spent): number {
  const weight = Math.max(elapsedSeconds / (state.seconds + elapsedSeconds), 1 - Math.exp(-elapsedSeconds / AVERAGED_SECONDS));
  const before = Number.isNaN(state.share) ? 0 : state.share;
  return before + (cpuSeconds / elapsedSeconds - before) * weight;
}

/** The state after a tick. */
export function nextBudget(state: BudgetState, spent: Spent): BudgetState {
  // The counter stepped back, or no time has passed: nothing is known.
  if (!(spent.cpuSeconds >= 0 && spent.elapsedSeconds > 0)) return state;
  const share = averageOf(state, spent);
  const seconds = state.seconds + spent.elapsedSeconds;
  const level = LEVELS.indexOf(state.detail);
  const lower = LEVELS[level + 1];
  const higher = LEVELS[level - 1];
  if (share > COLLECTION_BUDGET && lower && seconds >= LOWER_AFTER_SECONDS) {
    const takenBack = state.raised && seconds < TAKEN_BACK_WITHIN_SECONDS;
    const raiseAfterSeconds = takenBack ? Math.min(2 * state.raiseAfterSeconds, MOST_RAISE_AFTER_SECONDS) : RAISE_AFTER_SECONDS;
    return { detail: lower, share, seconds: 0, raised: false, raiseAfterSeconds };
  }
  if (share < ROOM * COLLECTION_BUDGET && higher && seconds >= state.raiseAfterSeconds) {
    return { ...state, detail: higher, share, seconds: 0, raised: true };
  }
  return { detail: state.detail, share, seconds, raised: state.raised, raiseAfterSeconds: state.raiseAfterSeconds };
}
