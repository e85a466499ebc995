"use client";

import { useEffect, useMemo, useRef, useState } from "react";
import { Sparkline } from "~/components/charts/sparkline";
import { useSystemColumns } from "~/components/live/system-columns";
import { Button } from "~/components/ui/controls";
import type { Span } from "~/components/view/range";
import { useClock, useRange } from "~/components/view/use-view";
import { axisLabels } from "~/components/view/zone";
import { useFormat, useWords } from "~/components/words/words-provider";
import { dayStart } from "~/domain/wall-clock";
import { curveOf, momentBack, timeTicks, windowOf } from "./time-scale";
import { useWidth } from "./use-width";

/** While the thumb is dragged, the table follows when it rests for this long. */
const REST_MS = 150;
const MOST_PARTS = 240;
const STEPS_A_PART = 1.5;
/** Pixels that a tick's label needs. */
const TICK_PX = 90;
/** Of the widest label, a date. */
const HALF_LABEL_PX = 26;
/** The curve's top where the machine is quiet. */
const LEAST_TOP = 0.1;
/** Keeps a peak clear of the text above the curve. */
const HEADROOM = 1.3;
const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -60,
  PageUp: 60,
};

/** The thumb of a range input ends inside of it: the curve and the ticks are as far in. */
const INSET = "mx-2";

interface StripProps {
  /** The shown moment; null for the live table. */
  at: number | null;
  /** The oldest moment with a table; null until it is known. */
  since: number | null;
  onChange: (at: number | null) => void;
}

/** Chooses a moment of the page's range below the CPU of that time; the arrow keys move by a second. */
export function TimeStrip({ at, since, onChange }: StripProps) {
  const { time } = useWords().processes;
  const format = useFormat();
  const { show } = useClock();
  const { span } = useRange();
  const shown = useMemo(() => windowOf({ span, at, since, now: span.to }), [span, at, since]);
  const { curve, peak, partSeconds } = useCurve(shown);
  const [dragged, setDragged] = useState<number | null>(null);
  const change = useRef(onChange);
  change.current = onChange;
  const length = Math.max(1, Math.round((shown.to - shown.from) / 1000));
  /** Seconds before the end of the window; the end of a moving one is now. */
  const choose = (back: number) => (back <= 0 && shown.moving ? null : momentBack(shown, back, since));
  useEffect(() => {
    if (dragged === null) return;
    const timer = setTimeout(() => {
      change.current(choose(dragged));
      setDragged(null);
    }, REST_MS);
    return () => clearTimeout(timer);
  });
  const back = dragged ?? (at === null ? 0 : Math.round((shown.to - at) / 1000));
  const chosen = dragged === null ? at : choose(dragged);
  return (
    <div className="rounded-[10px] border border-line bg-card px-4 pt-2 pb-1 text-[12.5px] text-muted">
      <div className="flex flex-wrap items-center gap-x-3">
        <label htmlFor="moment">{time.label}</label>
        <span className="numbers text-text" suppressHydrationWarning>
          {chosen === null ? time.now : show(chosen)}
        </span>
        <Button
          className={`!min-h-[26px] ${chosen === null ? "invisible" : ""}`}
          onClick={() => {
            setDragged(null);
            onChange(null);
          }}
        >
          {time.live}
        </Button>
        <span className="numbers ml-auto" suppressHydrationWarning>
          {time.curve(format.duration(partSeconds), format.text(peak, "1"))}
        </span>
        {since !== null && (
          <span className="numbers max-[639px]:hidden" suppressHydrationWarning>
            {time.since(show(since))}
          </span>
        )}
      </div>
      <div className={INSET}>
        <Sparkline values={curve} color="--series-blue" max={Math.max(LEAST_TOP, peak * HEADROOM)} />
      </div>
      <input
        id="moment"
        type="range"
        min={-length}
        max={0}
        step={1}
        value={-Math.min(length, Math.max(0, back))}
        onChange={(event) => setDragged(-Number(event.target.value))}
        onKeyDown={(event) => {
          const step = KEYS[event.key];
          if (step === undefined) return;
          event.preventDefault();
          onChange(choose(back - step));
        }}
        className="block h-6 w-full accent-series-blue"
        aria-valuetext={chosen === null ? time.now : show(chosen)}
        suppressHydrationWarning
      />
      <Ticks from={shown.from} to={shown.to} />
    </div>
  );
}

/** The CPU of a window, the length of its parts, and its peak. */
function useCurve({ from, to, moving }: Span): ReturnType<typeof curveOf> & { partSeconds: number } {
  const columns = useSystemColumns(useMemo(() => ({ from, to, moving }), [from, to, moving]));
  return useMemo(() => {
    const { times, stepSeconds } = columns;
    // A part without a reading would be a gap.
    const parts = Math.max(1, Math.min(MOST_PARTS, Math.floor((to - from) / (STEPS_A_PART * stepSeconds * 1000))));
    const readings = { times, values: columns.column("system.cpu.utilization") };
    const partSeconds = Math.max(1, Math.round((to - from) / parts / 1000));
    return { ...curveOf(readings, { from, to, moving }, parts), partSeconds };
  }, [columns, from, to, moving]);
}

function Ticks({ from, to }: { from: number; to: number }) {
  const element = useRef<HTMLOListElement>(null);
  const width = useWidth(element);
  const clock = useClock();
  const ticks =
    width === null ? [] : timeTicks({ from, to }, dayStart(from, clock.timeZone), Math.max(2, Math.floor(width / TICK_PX)));
  const labels = axisLabels(
    ticks.map((tick) => tick / 1000),
    clock,
  );
  return (
    <ol ref={element} className={`${INSET} numbers relative h-4 overflow-hidden text-[11px]`} aria-hidden="true">
      {ticks.map((tick, index) => {
        const place = (tick - from) / (to - from);
        const fromEdge = Math.min(place, 1 - place) * (width ?? 0);
        // It would be cut.
        return fromEdge < HALF_LABEL_PX ? null : (
          <li key={tick} className="absolute top-0 -translate-x-1/2 whitespace-nowrap" style={{ left: `${place * 100}%` }}>
            {labels[index]}
          </li>
        );
      })}
    </ol>
  );
}
