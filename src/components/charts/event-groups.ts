/** Places the signs of events on a lane so that none covers another. Pure. */
import type { Annotation } from "./annotations";

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

/** Signs from left to right. Those that would touch become one, with their number, where they are on average. */
export function groupEvents(
  annotations: readonly Annotation[],
  { from, to }: { from: number; to: number },
  laneWidth: number,
): EventGroup[] {
  if (laneWidth < SIGN_WIDTH || to <= from) return [];
  const visible = annotations.filter((one) => one.from >= from && one.from <= to).sort((a, b) => a.from - b.from);
  const groups: Placed[] = [];
  for (const event of visible) {
    let last = placed([event], ((event.from - from) / (to - from)) * laneWidth, laneWidth);
    for (let before = groups.at(-1); before && before.left + before.width + GAP > last.left; before = groups.at(-1)) {
      groups.pop();
      last = placed([...before.events, ...last.events], before.sum + last.sum, laneWidth);
    }
    groups.push(last);
  }
  return groups.map(({ events, left, width }) => ({ events, left, width }));
}
