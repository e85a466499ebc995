/** Flapping: an alert that keeps firing and resolving is announced once as flapping, and again when it is steady. Pure. */

/** Older changes do not count. */
export const FLAP_WITHIN_MS = 15 * 60_000;
const MOST_CHANGES = 4;

export interface FlapState {
  /** Epoch milliseconds of the recent changes between firing and resolved. */
  changes: readonly number[];
  /** The alert that was announced as flapping; null while nothing flaps. */
  announced: string | null;
}

export const STEADY: FlapState = { changes: [], announced: null };

export type FlapVerdict = "notify" | "announce" | "suppress";

/** Records that the alert `alertId` fired or resolved. */
export function addChange(state: FlapState, alertId: string, now: number): { state: FlapState; verdict: FlapVerdict } {
  const changes = [...state.changes.filter((at) => at > now - FLAP_WITHIN_MS), now];
  if (state.announced !== null) return { state: { ...state, changes }, verdict: "suppress" };
  if (changes.length <= MOST_CHANGES) return { state: { changes, announced: null }, verdict: "notify" };
  return { state: { changes, announced: alertId }, verdict: "announce" };
}

/** True when a flapping alert has kept its state for FLAP_WITHIN_MS. */
export function isSteadyAgain({ changes, announced }: FlapState, now: number): boolean {
  return announced !== null && now - (changes.at(-1) ?? 0) >= FLAP_WITHIN_MS;
}

/** True when the last change is too old to count. */
export function isExpired({ changes, announced }: FlapState, now: number): boolean {
  return announced === null && now - (changes.at(-1) ?? 0) >= FLAP_WITHIN_MS;
}
