"use client";

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { lazyPart } from "~/components/ui/lazy-part";
import { useClock, zoomDepth } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { type Annotation, alertStretches, annotationsNear, type Stretch } from "./annotations";
import { useHighlight } from "./highlight";
import { placeLimits } from "./limits";
import { lineAt } from "./line-at";
import { type LinesModel, readingsAt } from "./prepare";
import { PLOT, PLOT_HEIGHT } from "./use-plot";
import { useUplot } from "./use-uplot";

/** Nobody points at a chart before it is drawn. */
const Tooltip = lazyPart(() => import("./tooltip").then(({ Tooltip: loaded }) => loaded));

interface CanvasProps {
  model: LinesModel;
  /** Whose own alerts are shown as bands. */
  metric: string;
  annotations: readonly Annotation[];
  onHover: (index: number | null) => void;
  onZoom?: ((from: number, to: number) => void) | undefined;
  onPick?: ((at: number) => void) | undefined;
  lines?: LinePicking | undefined;
}

/** Lines that lead somewhere. */
export interface LinePicking {
  /** What the keys do, for screen readers. */
  keys: string;
  /** A line was clicked. Enter takes the highest at the crosshair. */
  onPick: (label: string) => void;
}

interface Pointer {
  index: number;
  /** From the left of the plot. */
  left: number;
  /** In the window; null while the crosshair is led by another chart or by keys. */
  place: { x: number; y: number } | null;
}

const SAY_AFTER_MS = 600;
/** An event this close to the crosshair is named in the tooltip. */
const NEAR_PX = 4;

export function undoZoom(): void {
  if (zoomDepth() > 0) window.history.back();
}

/** The canvas, its overlay, and the keys that move the crosshair. */
export function ChartCanvas({ model, metric, annotations, onHover, onZoom, onPick, lines }: CanvasProps) {
  const clock = useClock();
  const { charts } = useWords();
  const [pointer, setPointer] = useState<Pointer | null>(null);
  const [focused, setFocused] = useState(false);
  const byKey = useRef<number | null>(null);
  const { container, point } = useUplot(
    model,
    {
      onHover: (index, left, place) => {
        onHover(index);
        setPointer(index === null ? null : { index, left, place });
      },
      onZoom,
      onPick: lines
        ? (time, place) => {
            const label = lineAt(model, time / 1000, place.y - (container.current?.getBoundingClientRect().top ?? 0));
            if (label !== null) lines.onPick(label);
          }
        : onPick,
      onUndo: undoZoom,
      isZoomed: () => zoomDepth() > 0,
    },
    clock,
  );
  const onKey = (event: KeyboardEvent) => {
    const last = model.times.length - 1;
    const now = byKey.current ?? last;
    const step = event.shiftKey ? 10 : 1;
    const next = { ArrowLeft: now - step, ArrowRight: now + step, Home: 0, End: last }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setFocused(true);
      byKey.current = Math.min(last, Math.max(0, next));
      point(model.times[byKey.current] ?? null);
    } else if (event.key === "Enter" && pointer && (onPick || lines)) {
      event.preventDefault();
      onPick?.((model.times[pointer.index] ?? 0) * 1000);
      const [highest] = readingsAt(model, pointer.index);
      if (highest) lines?.onPick(highest.label);
    }
  };
  const leave = () => {
    setFocused(false);
    byKey.current = null;
    point(null);
  };
  const at = pointer === null ? undefined : model.times[pointer.index];
  const { from, to } = model.range;
  const width = (container.current?.clientWidth ?? 0) - PLOT.left - PLOT.right;
  const near =
    at === undefined || width <= 0 ? [] : annotationsNear(annotations, at * 1000, ((to - from) * 1000 * NEAR_PX) / width);
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for inputs; this is a picture that keys can walk through. */}
      <div
        ref={container}
        role="group"
        aria-roledescription={charts.chart}
        aria-label={lines?.keys ?? (onPick ? charts.keysAndEnter(model.title) : charts.keys(model.title))}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move its crosshair.
        tabIndex={0}
        onKeyDown={onKey}
        // A click focuses too, and leaves the tooltip.
        onFocus={({ currentTarget }) => setFocused(currentTarget.matches(":focus-visible"))}
        onBlur={leave}
        data-points={model.times.length}
        data-seconds={(model.times.at(-1) ?? 0) - (model.times[0] ?? 0)}
        className="h-[170px] w-full overflow-hidden"
      />
      <Overlay
        model={model}
        stretches={alertStretches(annotations, metric, { from: from * 1000, to: to * 1000 })}
        moments={near.map((one) => one.from)}
      />
      {pointer && at !== undefined && (pointer.place || focused) && <CrosshairTime at={at} left={pointer.left} model={model} />}
      {pointer?.place && !focused && <Tooltip model={model} index={pointer.index} pointer={pointer.place} events={near} />}
      {focused && <Voice model={model} index={pointer?.index ?? null} />}
    </div>
  );
}

const LINE = { info: "border-info", warning: "border-warning", critical: "border-critical" } as const;
const TEXT = { info: "text-info", warning: "text-warning", critical: "text-critical" } as const;
const BAND = { info: "bg-info/8", warning: "bg-warning/10", critical: "bg-critical/10" } as const;

interface OverlayProps {
  model: LinesModel;
  stretches: readonly Stretch[];
  /** Of events under the crosshair, epoch milliseconds. */
  moments: readonly number[];
}

/** Thresholds as dashed lines with their values right of the plot; the metric's own alerts as bands; hairlines for events. */
function Overlay({ model, stretches, moments }: OverlayProps) {
  const { range, scale, thresholds, unit } = model;
  const format = useFormat();
  const { ui, charts } = useWords();
  const highlighted = useHighlight();
  const share = (at: number) => (at / 1000 - range.from) / (range.to - range.from);
  const hairlines = [...new Set([...moments, ...highlighted].map(share))].filter((left) => left >= 0 && left <= 1);
  return (
    <div
      className="pointer-events-none absolute"
      data-testid="overlay"
      style={{ left: PLOT.left, right: PLOT.right, top: PLOT.top, height: PLOT_HEIGHT }}
    >
      {stretches.map(({ severity, left, width }) => (
        <div
          key={left}
          data-stretch={severity}
          className={`absolute inset-y-0 ${BAND[severity]}`}
          style={{ left: `${left * 100}%`, width: `max(2px, ${width * 100}%)` }}
        />
      ))}
      {placeLimits(thresholds, scale, PLOT_HEIGHT).map(({ severity, value, line, label }) => (
        <div key={severity} data-threshold={severity}>
          <div className={`absolute inset-x-0 border-t border-dashed ${LINE[severity]}`} style={{ top: line }} />
          <span
            data-label
            title={charts.limit(ui.severity[severity], format.shortLimit(value, unit))}
            className={`numbers pointer-events-auto absolute left-full pl-1.5 text-[11px] leading-[14px] whitespace-nowrap ${TEXT[severity]}`}
            style={{ top: label }}
          >
            {format.shortLimit(value, unit)}
          </span>
        </div>
      ))}
      {hairlines.map((left) => (
        <div
          key={left}
          data-testid="hairline"
          className="absolute inset-y-0 border-l border-muted"
          style={{ left: `${left * 100}%` }}
        />
      ))}
    </div>
  );
}

const DAY_SECONDS = 86_400;
/** Half of the widest time that is shown. */
const HALF_TIME_PX = 64;

interface CrosshairProps {
  at: number;
  left: number;
  model: Pick<LinesModel, "range">;
  /** Of the axis, in pixels. */
  top?: number;
}

/** The time of the crosshair, on the axis below it. */
export function CrosshairTime({ at, left, model, top = PLOT.top + PLOT_HEIGHT }: CrosshairProps) {
  const { show } = useClock();
  const isLong = model.range.to - model.range.from >= DAY_SECONDS;
  return (
    <span
      data-testid="crosshair-time"
      className="numbers pointer-events-none absolute z-[5] -translate-x-1/2 rounded-[4px] bg-text px-1.5 text-[11px] leading-[18px] whitespace-nowrap text-card"
      style={{
        top: top + 3,
        left: `clamp(${HALF_TIME_PX}px, ${PLOT.left + left}px, calc(100% - ${HALF_TIME_PX}px))`,
      }}
    >
      {show(at * 1000, isLong ? "moment" : "time")}
    </span>
  );
}

/** Announces the values under the crosshair to screen readers once it rests. */
function Voice({ model, index }: { model: LinesModel; index: number | null }) {
  const { show } = useClock();
  const format = useFormat();
  const [said, setSaid] = useState("");
  useEffect(() => {
    const at = index === null ? undefined : model.times[index];
    if (index === null || at === undefined) return;
    const values = readingsAt(model, index).map(({ label, value }) => `${label} ${format.text(value, model.unit)}`);
    const timer = setTimeout(() => setSaid(`${show(at * 1000, "time")}: ${values.join(", ")}`), SAY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [index, model, show, format]);
  return (
    <p aria-live="polite" className="sr-only" data-testid="chart-voice">
      {said}
    </p>
  );
}
