/** When a channel speaks: what belongs together goes together. Pure. */
import type { Severity } from "~/domain/alert";
import { rank } from "~/domain/alert";

/** Something that happened to an alert and that a channel has not told yet. */
export interface AlertNews {
  alertId: string;
  kind: "fired" | "escalated" | "resolved" | "repeated" | "flapping";
  severity: Severity;
  /** Epoch milliseconds. */
  at: number;
}

export interface GroupState {
  waiting: readonly AlertNews[];
  /** Epoch milliseconds of the last message, null before the first. */
  lastSentAt: number | null;
  /** The worst severity of the last message. */
  lastSeverity: Severity | null;
  /** Alerts that a message has named as firing: only those are named again when they resolve. */
  told: readonly string[];
}

export const QUIET: GroupState = { waiting: [], lastSentAt: null, lastSeverity: null, told: [] };

export interface GroupTiming {
  waitMs: number;
  intervalMs: number;
}

export interface GroupDecision {
  state: GroupState;
  /** To be sent now as one message; empty for "not yet". */
  send: readonly AlertNews[];
}

/** Takes in what happened since the last look, in its order: all of a tick at once, a storm is long. */
export function addNews(state: GroupState, news: readonly AlertNews[]): GroupState {
  const told = new Set(state.told);
  // What fired and went before anyone heard of it is nobody's trouble.
  const unheard = new Set(news.flatMap(({ kind, alertId }) => (kind === "resolved" && !told.has(alertId) ? [alertId] : [])));
  const waiting = [...state.waiting, ...news];
  return { ...state, waiting: unheard.size === 0 ? waiting : waiting.filter(({ alertId }) => !unheard.has(alertId)) };
}

function worst(news: readonly AlertNews[]): Severity | null {
  return news.reduce<Severity | null>(
    (found, { severity, kind }) => (kind !== "resolved" && rank(severity) > rank(found) ? severity : found),
    null,
  );
}

/** A first message waits for its company, later ones for the interval; a rise in severity waits for neither. */
export function decideGroup(state: GroupState, now: number, { waitMs, intervalMs }: GroupTiming): GroupDecision {
  const [first] = state.waiting;
  if (!first) return { state, send: [] };
  const severity = worst(state.waiting);
  const rises = state.lastSentAt !== null && rank(severity) > rank(state.lastSeverity);
  const dueAt =
    state.lastSentAt === null || state.lastSentAt + intervalMs < first.at ? first.at + waitMs : state.lastSentAt + intervalMs;
  if (!rises && now < dueAt) return { state, send: [] };
  const told = new Set(state.told);
  for (const { alertId, kind } of state.waiting) {
    if (kind === "resolved") told.delete(alertId);
    else told.add(alertId);
  }
  const next: GroupState = {
    waiting: [],
    lastSentAt: now,
    lastSeverity: told.size === 0 ? null : (severity ?? state.lastSeverity),
    told: [...told],
  };
  return { state: next, send: state.waiting };
}
