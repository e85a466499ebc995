/** Places the signs of events on a lane so that none covers another, and says what each stands for. Pure. */
import type { Severity } from "~/domain/alert";
import type { MarkKind } from "~/domain/mark";
import { type Annotation, isAlert } from "./annotations";

/** Pixels. A finger or pointer needs 24 (WCAG 2.5.8). */
const SIGN_WIDTH = 24;
const DIGIT_WIDTH = 8;
const GAP = 2;

export interface EventGroup {
  events: Annotation[];
  /** Left edge and width of the sign in pixels. */
  left: number;
  width: number;
}

/** One event is its icon; several are an icon and their number. */
const widthOf = (count: number) => (count === 1 ? SIGN_WIDTH : SIGN_WIDTH + 4 + DIGIT_WIDTH * String(count).length);

interface Placed {
  events: Annotation[];
  /** Sum of the positions of all events. */
  sum: number;
  left: number;
  width: number;
}

function placed(events: Annotation[], sum: number, laneWidth: number): Placed {
  const width = widthOf(events.length);
  const left = Math.max(0, Math.min(laneWidth - width, sum / events.length - width / 2));
  return { events, sum, left, width };
}

/** A range of a lane, epoch milliseconds. The end of a moving one may lag behind the newest event. */
export interface LaneRange {
  from: number;
  to: number;
  moving: boolean;
}

/** Signs from left to right. Those that would touch become one, with their number, where they are on average. */
export function groupEvents(
  annotations: readonly Annotation[],
  { from, to, moving }: LaneRange,
  laneWidth: number,
): EventGroup[] {
  if (laneWidth < SIGN_WIDTH || to <= from) return [];
  const visible = annotations.filter((one) => one.from >= from && (moving || one.from <= to)).sort((a, b) => a.from - b.from);
  const groups: Placed[] = [];
  for (const event of visible) {
    let last = placed([event], ((Math.min(to, event.from) - from) / (to - from)) * laneWidth, laneWidth);
    for (let before = groups.at(-1); before && before.left + before.width + GAP > last.left; before = groups.at(-1)) {
      groups.pop();
      last = placed([...before.events, ...last.events], before.sum + last.sum, laneWidth);
    }
    groups.push(last);
  }
  return groups.map(({ events, left, width }) => ({ events, left, width }));
}

/** Kinds from the gravest on. */
const KINDS = [
  "critical",
  "warning",
  "kernel",
  "boot",
  "note",
  "info",
  "configuration",
  "clock",
  "start",
] as const satisfies readonly (Severity | MarkKind)[];

/** What several events have in common: alerts the gravest severity of theirs, others their kind. "mixed" where that is nothing. */
export function signOf(events: readonly Pick<Annotation, "kind">[]): Annotation["kind"] | "mixed" {
  const [first] = events;
  if (first && events.every(({ kind }) => kind === first.kind)) return first.kind;
  const gravest = KINDS.find((kind) => events.some((event) => event.kind === kind));
  return gravest && events.every(isAlert) ? gravest : "mixed";
}

/** How many of each kind, alerts of all severities together. */
export function countKinds(events: readonly Pick<Annotation, "kind">[]): { kind: MarkKind | "alert"; count: number }[] {
  const counts = new Map<MarkKind | "alert", number>();
  for (const kind of KINDS) {
    const count = events.filter((event) => event.kind === kind).length;
    const counted = kind === "critical" || kind === "warning" || kind === "info" ? "alert" : kind;
    if (count > 0) counts.set(counted, (counts.get(counted) ?? 0) + count);
  }
  return [...counts].map(([kind, count]) => ({ kind, count }));
}
