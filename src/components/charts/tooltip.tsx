"use client";

import { useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { Annotation } from "./annotations";
import { eventText } from "./event-text";
import { type LinesModel, readingsAt } from "./prepare";
import { swatch } from "./swatch";
import { placeTooltip } from "./tooltip-place";

interface TooltipProps {
  model: LinesModel;
  index: number;
  /** In the window. */
  pointer: { x: number; y: number };
  events: readonly Annotation[];
}

const MOST_ROWS = 8;
const MOST_EVENTS = 3;

/** All series at the pointer's time, largest first, beside the pointer. Takes no layout space and no clicks. */
export function Tooltip({ model, index, pointer, events }: TooltipProps) {
  const { charts } = useWords();
  const format = useFormat();
  const rows = readingsAt(model, index);
  const compares = model.before.length > 0;
  const change = (value: number | null, earlier: number | null) => {
    if (value === null || earlier === null) return "–";
    const difference = value - earlier;
    const size = Math.abs(difference);
    const text = model.unit === "1" ? charts.points(format.text(size * 100, "{point}")) : format.text(size, model.unit);
    return difference === 0 ? "0" : `${difference > 0 ? "+" : "−"}${text}`;
  };
  return (
    <TooltipBox pointer={pointer}>
      <table>
        {compares && (
          <thead className="text-muted">
            <tr>
              <th />
              <th />
              <th className="pl-3 text-right font-normal">{charts.tooltip.earlier}</th>
              <th className="pl-3 text-right font-normal">{charts.tooltip.change}</th>
            </tr>
          </thead>
        )}
        <tbody>
          {rows.slice(0, MOST_ROWS).map(({ label, color, dashed, value, low, high, earlier }) => (
            <tr key={label} data-reading>
              <th scope="row" className="max-w-[180px] truncate text-left font-normal">
                <span className="mr-1.5 inline-block size-2 rounded-[2px]" style={swatch(`var(${color})`, dashed)} />
                {label}
              </th>
              <td className="numbers pl-3 text-right whitespace-nowrap">
                {format.text(value, model.unit)}
                {low !== null && high !== null && low !== high && (
                  <span className="block text-[11px] text-muted">
                    {charts.tooltip.between(format.text(low, model.unit), format.text(high, model.unit))}
                  </span>
                )}
              </td>
              {compares && <td className="numbers pl-3 text-right whitespace-nowrap">{format.text(earlier, model.unit)}</td>}
              {compares && <td className="numbers pl-3 text-right whitespace-nowrap text-muted">{change(value, earlier)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS && <p className="text-muted">{charts.tooltip.more(rows.length - MOST_ROWS)}</p>}
      {events.slice(0, MOST_EVENTS).map((event) => (
        <p key={event.id} className="mt-1 max-w-[280px] border-t border-line pt-1 break-words">
          {eventText(event, charts)}
        </p>
      ))}
    </TooltipBox>
  );
}

/** A box beside the pointer, in the window: a card would cut it. */
export function TooltipBox({ pointer, children }: { pointer: { x: number; y: number }; children: React.ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { offsetWidth: width = 0, offsetHeight: height = 0 } = box.current ?? {};
    setSize((last) => (last.width === width && last.height === height ? last : { width, height }));
  });
  const view = { width: document.documentElement.clientWidth, height: window.innerHeight };
  const { x, y } = placeTooltip(pointer, size, view);
  return createPortal(
    <div
      ref={box}
      data-testid="tooltip"
      className="pointer-events-none fixed z-50 max-w-[calc(100vw-16px)] rounded-[8px] border border-line bg-card px-2.5 py-1.5 text-[12px] text-text"
      style={{ left: x, top: y, visibility: size.width === 0 ? "hidden" : undefined }}
    >
      {children}
    </div>,
    document.body,
  );
}
