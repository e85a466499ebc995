/** Trouble that comes and goes is told once as such, and again when it has settled. Pure. */

/** Older changes no longer count. */
export const FLAP_WITHIN_MS = 15 * 60_000;
const MOST_CHANGES = 4;

export interface FlapState {
  /** Epoch milliseconds of the last changes between firing and resolved. */
  changes: readonly number[];
  /** The alert that the notice named; null while it does not flap. */
  noticed: string | null;
}

export const STEADY: FlapState = { changes: [], noticed: null };

export type FlapVerdict = "tell" | "notice" | "quiet";

/** A change of state of the alert `alertId`. */
export function noteChange(state: FlapState, alertId: string, now: number): { state: FlapState; verdict: FlapVerdict } {
  const changes = [...state.changes.filter((at) => at > now - FLAP_WITHIN_MS), now];
  if (state.noticed !== null) return { state: { ...state, changes }, verdict: "quiet" };
  if (changes.length <= MOST_CHANGES) return { state: { changes, noticed: null }, verdict: "tell" };
  return { state: { changes, noticed: alertId }, verdict: "notice" };
}

/** True when what flapped has kept its state for long enough to be told again. */
export function hasSettled({ changes, noticed }: FlapState, now: number): boolean {
  return noticed !== null && now - (changes.at(-1) ?? 0) >= FLAP_WITHIN_MS;
}

/** True when the last change is so long ago that it no longer counts. */
export function isForgotten({ changes, noticed }: FlapState, now: number): boolean {
  return noticed === null && now - (changes.at(-1) ?? 0) >= FLAP_WITHIN_MS;
}
