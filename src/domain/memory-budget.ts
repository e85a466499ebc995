/** How much memory the server may use before it keeps less of the newest samples in memory. Pure. */

export interface MemoryUse {
  /** Resident memory of the server, in bytes. */
  bytes: number;
  budgetBytes: number;
  /** Part of the newest samples that stays in memory, of as many as the configuration asks for. */
  kept: number;
}

const MIB = 2 ** 20;
const BASE_BYTES = 256 * MIB;
/** Up to as many series the base is enough. */
const BASE_SERIES = 600;
const BYTES_A_SERIES = (15 * MIB) / 1000;

export const memoryBudget = (series: number) => BASE_BYTES + BYTES_A_SERIES * Math.max(0, series - BASE_SERIES);

/** Below it nothing is left to give up. */
export const LEAST_KEPT = 1 / 8;
/** Memory comes back when the heap is collected. */
const LOWER_AFTER_MS = 90_000;
const RAISE_AFTER_MS = 600_000;
/** Each time a raise had to be taken back, the wait for the next one doubles, up to this. */
const MOST_RAISE_AFTER_MS = 8 * 3_600_000;
const TAKEN_BACK_WITHIN_MS = 1_800_000;
/** More is kept again below this part of the budget. */
const ROOM = 0.8;

export interface MemoryState {
  kept: number;
  /** Of the last step, by a clock that nobody sets. */
  steppedAt: number;
  wasRaised: boolean;
  raiseAfterMs: number;
}

export const ALL_KEPT: MemoryState = {
  kept: 1,
  steppedAt: Number.NEGATIVE_INFINITY,
  wasRaised: false,
  raiseAfterMs: RAISE_AFTER_MS,
};

/** Halves or doubles what is kept, or leaves it. `now` is monotonic. */
export function nextMemory(state: MemoryState, { bytes, budgetBytes }: Omit<MemoryUse, "kept">, now: number): MemoryState {
  const since = now - state.steppedAt;
  if (bytes > budgetBytes && state.kept > LEAST_KEPT && since >= LOWER_AFTER_MS) {
    const takenBack = state.wasRaised && since < TAKEN_BACK_WITHIN_MS;
    const raiseAfterMs = takenBack ? Math.min(2 * state.raiseAfterMs, MOST_RAISE_AFTER_MS) : state.raiseAfterMs;
    return { kept: state.kept / 2, steppedAt: now, wasRaised: false, raiseAfterMs };
  }
  if (bytes < ROOM * budgetBytes && state.kept < 1 && since >= state.raiseAfterMs)
    return { ...state, kept: state.kept * 2, steppedAt: now, wasRaised: true };
  return state;
}
