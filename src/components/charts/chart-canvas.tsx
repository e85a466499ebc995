"use client";

import Link from "next/link";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useClock, usePageLink, zoomDepth } from "~/components/view/use-view";
import { formatText } from "~/domain/format-value";
import { type Annotation, placeAnnotations, placeThreshold } from "./annotations";
import { type ChartModel, readingsAt } from "./prepare";
import { PLOT, useUplot } from "./use-uplot";

type Lines = Extract<ChartModel, { kind: "lines" }>;

interface CanvasProps {
  title: string;
  model: Lines;
  annotations: readonly Annotation[];
  onHover: (index: number | null) => void;
  onZoom?: ((from: number, to: number) => void) | undefined;
  onPick?: ((at: number) => void) | undefined;
}

interface Pointer {
  index: number;
  left: number;
  here: boolean;
}

const SAY_AFTER_MS = 600;

function undoZoom(): void {
  if (zoomDepth() > 0) window.history.back();
}

/** The canvas, its overlay, and the keys that move the crosshair. */
export function ChartCanvas({ title, model, annotations, onHover, onZoom, onPick }: CanvasProps) {
  const { timeZone } = useClock();
  const [pointer, setPointer] = useState<Pointer | null>(null);
  const [focused, setFocused] = useState(false);
  const byKey = useRef<number | null>(null);
  const { container, point } = useUplot(
    model,
    {
      onHover: (index, left, here) => {
        onHover(index);
        setPointer(index === null ? null : { index, left, here });
      },
      onZoom,
      onPick,
      onUndo: undoZoom,
      isZoomed: () => zoomDepth() > 0,
    },
    timeZone,
  );
  const onKey = (event: KeyboardEvent) => {
    const last = model.times.length - 1;
    const now = byKey.current ?? last;
    const step = event.shiftKey ? 10 : 1;
    const next = { ArrowLeft: now - step, ArrowRight: now + step, Home: 0, End: last }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      byKey.current = Math.min(last, Math.max(0, next));
      point(byKey.current);
    } else if (event.key === "Enter" && pointer && onPick) {
      event.preventDefault();
      onPick((model.times[pointer.index] ?? 0) * 1000);
    }
  };
  const leave = () => {
    setFocused(false);
    byKey.current = null;
    point(null);
  };
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for inputs; this is a picture that keys can walk through. */}
      <div
        ref={container}
        role="group"
        aria-roledescription="chart"
        aria-label={`${title}: arrow keys move through time${onPick ? ", Enter shows the processes of the moment" : ""}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move its crosshair.
        tabIndex={0}
        onKeyDown={onKey}
        onFocus={() => setFocused(true)}
        onBlur={leave}
        data-points={model.times.length}
        data-seconds={(model.times.at(-1) ?? 0) - (model.times[0] ?? 0)}
        className="h-[170px] w-full overflow-hidden"
      />
      <Overlay model={model} annotations={annotations} />
      {pointer?.here && !focused && <Tooltip model={model} pointer={pointer} />}
      {focused && <Voice model={model} index={pointer?.index ?? null} />}
    </div>
  );
}

const LINE = { info: "border-info", warning: "border-warning", critical: "border-critical", mark: "border-muted" } as const;
const TEXT = { info: "text-info", warning: "text-warning", critical: "text-critical", mark: "text-muted" } as const;

/** Thresholds as dashed lines; alerts and marks as focusable flags. */
function Overlay({ model, annotations }: { model: Lines; annotations: readonly Annotation[] }) {
  const link = usePageLink();
  const placed = placeAnnotations(annotations, model.range);
  return (
    <div
      className="pointer-events-none absolute"
      data-testid="overlay"
      style={{ left: PLOT.left, right: PLOT.right, top: PLOT.top, height: PLOT.height - PLOT.top - PLOT.bottom }}
    >
      {model.thresholds.map((threshold) => {
        const top = placeThreshold(threshold, model.scale);
        return top === null ? null : (
          <div
            key={threshold.severity}
            data-threshold={threshold.severity}
            className={`absolute inset-x-0 border-t border-dashed ${LINE[threshold.severity]}`}
            style={{ top: `${top * 100}%` }}
          >
            <span
              className={`absolute right-1 -top-[18px] rounded-[4px] bg-card/85 px-1 text-[11px] leading-[16px] ${TEXT[threshold.severity]}`}
            >
              {threshold.severity} {formatText(threshold.value, model.unit)}
            </span>
          </div>
        );
      })}
      {placed.map(({ id, kind, text, href, left, width, cut }) => (
        <div
          key={id}
          className={`absolute inset-y-0 border-l ${LINE[kind]} ${cut ? "border-l-0" : ""}`}
          style={{ left: `${left * 100}%`, width: `max(1px, ${width * 100}%)` }}
        >
          <div className={`absolute inset-0 border-t-2 ${LINE[kind]}`} />
          {href ? (
            <Link
              href={link(href)}
              prefetch={false}
              aria-label={`${kind}: ${text}`}
              title={text}
              className={`pointer-events-auto absolute -top-2.5 -left-2.5 flex size-[24px] items-center justify-center text-[12px] ${TEXT[kind]}`}
            >
              ▼
            </Link>
          ) : (
            <span
              title={text}
              className={`pointer-events-auto absolute top-0 max-w-[110px] truncate text-[11px] ${left > 0.6 ? "right-1" : "left-1"} ${TEXT[kind]}`}
            >
              {text}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

/** All series at the pointer's time, largest first. Takes no layout space and no clicks. */
function Tooltip({ model, pointer }: { model: Lines; pointer: Pointer }) {
  const { show } = useClock();
  const at = model.times[pointer.index];
  const width = (model.range.to - model.range.from) as number;
  const share = at === undefined ? 0 : (at - model.range.from) / width;
  if (at === undefined) return null;
  return (
    <div
      data-testid="tooltip"
      className="pointer-events-none absolute top-2 z-10 max-w-[280px] rounded-[8px] border border-line bg-card px-2.5 py-1.5 text-[12px]"
      style={share < 0.5 ? { left: PLOT.left + pointer.left + 12 } : { right: `calc(100% - ${PLOT.left + pointer.left - 12}px)` }}
    >
      <p className="numbers text-muted">{show(at * 1000)}</p>
      <ul>
        {readingsAt(model, pointer.index).map(({ label, color, value, low, high }) => (
          <li key={label} className="flex items-center gap-2">
            <span className="size-2 shrink-0 rounded-[2px]" style={{ background: `var(${color})` }} />
            <span className="min-w-0 flex-1 truncate">{label}</span>
            <span className="numbers whitespace-nowrap">
              {formatText(value, model.unit)}
              {low !== null && high !== null && low !== high && (
                <span className="text-muted">
                  {" "}
                  ({formatText(low, model.unit)} to {formatText(high, model.unit)})
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Announces the values under the crosshair to screen readers once it rests. */
function Voice({ model, index }: { model: Lines; index: number | null }) {
  const { show } = useClock();
  const [said, setSaid] = useState("");
  useEffect(() => {
    const at = index === null ? undefined : model.times[index];
    if (index === null || at === undefined) return;
    const words = readingsAt(model, index).map(({ label, value }) => `${label} ${formatText(value, model.unit)}`);
    const timer = setTimeout(() => setSaid(`${show(at * 1000, "time")}: ${words.join(", ")}`), SAY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [index, model, show]);
  return (
    <p aria-live="polite" className="sr-only" data-testid="chart-voice">
      {said}
    </p>
  );
}
