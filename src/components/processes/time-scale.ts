/** The strip of time above the process table: its window, its curve and its ticks. Pure. */
import type { Span } from "~/components/view/range";

const MINUTE_MS = 60_000;
/** A strip is at least this long. */
const SHORTEST_MS = MINUTE_MS;
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400].map((minutes) => minutes * MINUTE_MS);

interface Chosen {
  /** The page's range. */
  span: Span;
  /** The shown moment; null for the live table. */
  at: number | null;
  /** The oldest moment with a table. */
  since: number | null;
  now: number;
}

/** The page's range as far as tables are stored; around a moment outside of it, as long a stretch. */
export function windowOf({ span, at, since, now }: Chosen): Span {
  const isOutside = at !== null && (at < span.from || at > span.to);
  const length = span.to - span.from;
  // In whole minutes: a window that moved with each tick would be read anew each time.
  const to = isOutside ? Math.min(Math.ceil((at + length / 2) / MINUTE_MS) * MINUTE_MS, Math.max(now, at)) : span.to;
  const from = isOutside ? to - length : span.from;
  const oldest = since === null ? from : Math.max(from, since);
  return { from: Math.min(oldest, to - SHORTEST_MS), to, moving: span.moving && !isOutside };
}

/** A whole second so many seconds before the end of a window, with a table: never before the oldest. */
export function momentBack({ from, to }: Pick<Span, "from" | "to">, seconds: number, since: number | null): number {
  const first = Math.max(from, since ?? from);
  return Math.max(Math.ceil(first / 1000) * 1000, Math.round(to / 1000 - seconds) * 1000);
}

/** Parts without a reading that a curve goes on across: on so small a curve, a narrower gap looks like a fault of the drawing. */
const NARROW_GAP = 2;

/** The largest value of each of `count` parts of a window; null where there is none, except in narrow gaps. A moving curve ends at the newest value. */
export function curveOf(
  { times, values }: { times: readonly number[]; values: readonly (number | null)[] },
  { from, to, moving }: Span,
  count: number,
): { curve: (number | null)[]; peak: number } {
  const curve = new Array<number | null>(count).fill(null);
  let peak = 0;
  let newest: { part: number; value: number } | null = null;
  for (const [index, time] of times.entries()) {
    const value = values[index] ?? null;
    if (value === null || time < from || time > to) continue;
    const part = Math.min(count - 1, Math.floor(((time - from) / (to - from)) * count));
    curve[part] = Math.max(curve[part] ?? 0, value);
    peak = Math.max(peak, value);
    newest = { part, value };
  }
  if (moving && newest) curve[newest.part] = newest.value;
  return { curve: bridged(curve), peak };
}

function bridged(curve: readonly (number | null)[]): (number | null)[] {
  const filled = [...curve];
  let last: number | null = null;
  for (const [index, value] of curve.entries()) {
    if (value === null) continue;
    const missing = last === null ? 0 : index - last - 1;
    if (last !== null && missing <= NARROW_GAP) {
      const start = curve[last] ?? value;
      for (let step = 1; step <= missing; step++) filled[last + step] = start + ((value - start) * step) / (missing + 1);
    }
    last = index;
  }
  return filled;
}

/** Round times of the clock within a window, at most as many. `midnight` is the start of a day before it. */
export function timeTicks({ from, to }: Pick<Span, "from" | "to">, midnight: number, most: number): number[] {
  const step = STEPS_MS.find((one) => (to - from) / one <= most) ?? (to - from) / most;
  const ticks: number[] = [];
  for (let tick = midnight + Math.ceil((from - midnight) / step) * step; tick <= to; tick += step) ticks.push(tick);
  return ticks;
}
