/** When collecting costs too much, processes are read less closely, step by step; when there is room again, the other way. Pure. */
import { COLLECTION_BUDGET, type CollectionCost, type ScanDetail } from "~/domain/collection-cost";

const AVERAGED_SECONDS = 60;
const LEVELS: readonly ScanDetail[] = ["full", "reduced", "sparse"];
/** A step shows in the average after so long; until then there is no other. */
const LOWER_AFTER_SECONDS = 45;
const RAISE_AFTER_SECONDS = 120;
/** After a rise that had to be taken back the next one waits twice as long. */
const MOST_RAISE_AFTER_SECONDS = 3600;
const TAKEN_BACK_WITHIN_SECONDS = 600;
/** Below this share of the budget there is room for more. */
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
  /** CPU seconds since the tick before. */
  cpuSeconds: number;
  elapsedSeconds: number;
}

/** The mean since the last step, and from the first minute on the mean that fades: what was before the step says nothing about it. */
function averageOf(state: BudgetState, { cpuSeconds, elapsedSeconds }: Spent): number {
  const weight = Math.max(elapsedSeconds / (state.seconds + elapsedSeconds), 1 - Math.exp(-elapsedSeconds / AVERAGED_SECONDS));
  const before = Number.isNaN(state.share) ? 0 : state.share;
  return before + (cpuSeconds / elapsedSeconds - before) * weight;
}

/** The state after a tick. */
export function nextBudget(state: BudgetState, spent: Spent): BudgetState {
  // A step of the counter, or no time between: nothing is known.
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
