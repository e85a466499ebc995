"use client";

import { useLayoutEffect, useRef, useState } from "react";
import { Popover } from "~/components/ui/popover";
import { useFormat, useWords } from "~/components/words/words-provider";
import { legendOrder } from "./legend-order";
import { type Newest, newestOf } from "./newest";
import type { DrawnSeries, LegendEntry } from "./prepare";
import { swatch } from "./swatch";
import { valueRoom } from "./value-room";

interface LegendProps {
  entries: readonly LegendEntry[];
  series: readonly DrawnSeries[];
  unit: string;
  /** Index under the crosshair; null shows the newest value. */
  index: number | null;
  newest?: Newest | undefined;
  onToggle: (label: string) => void;
  onSolo: (label: string) => void;
}

/** Names and values in one row; those without room are behind "+3". */
export function Legend(props: LegendProps) {
  const { charts } = useWords();
  const order = useRef<readonly string[]>([]);
  const entries = legendOrder(props.entries, order.current);
  order.current = entries.map(({ label }) => label);
  const row = useRef<HTMLUListElement>(null);
  const [fitting, setFitting] = useState(entries.length);
  const names = entries.map(({ label }) => label).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: other names have other widths.
  useLayoutEffect(() => {
    const list = row.current;
    if (!list) return;
    const measure = () => {
      const items = [...list.children] as HTMLElement[];
      const top = items[0]?.offsetTop ?? 0;
      const wrapped = items.findIndex((item) => item.offsetTop > top);
      setFitting(wrapped < 0 ? items.length : wrapped);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(list);
    return () => observer.disconnect();
  }, [names]);
  const hidden = entries.length - fitting;
  return (
    <div className="flex h-[24px] items-center">
      <ul ref={row} className="flex h-[24px] min-w-0 flex-1 flex-wrap gap-x-1 overflow-hidden text-[12.5px]">
        {entries.map((entry, place) => (
          <li key={entry.label} className={`min-w-0 max-w-full ${place < fitting ? "" : "invisible"}`}>
            <Entry {...props} entry={entry} />
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <Popover
          label={charts.legend.all(entries.length)}
          button={`+${hidden}`}
          buttonClass="!h-[24px] !px-1.5 !border-transparent text-muted"
        >
          {() => (
            <ul className="max-h-[50dvh] w-[280px] max-w-full overflow-y-auto text-[12.5px]">
              {entries.map((entry) => (
                <li key={entry.label}>
                  <Entry {...props} entry={entry} wide />
                </li>
              ))}
            </ul>
          )}
        </Popover>
      )}
    </div>
  );
}

const HALVES = { upper: "▲", lower: "▼" } as const;

/** The value's place is as wide as most values, so that those that follow stay where they are. A single name has the whole row. A click hides a series; with Ctrl, ⌘ or Shift it shows that series alone. */
function Entry({
  entries,
  entry,
  series,
  unit,
  index,
  newest,
  onToggle,
  onSolo,
  wide = false,
}: LegendProps & { entry: LegendEntry; wide?: boolean }) {
  const { charts } = useWords();
  const format = useFormat();
  const { label, color, dashed, hidden, half } = entry;
  const raw = series.find((one) => one.label === label)?.raw;
  const value = raw === undefined ? undefined : index === null ? newestOf(label, raw, newest) : raw[index];
  const paint = hidden ? "var(--line)" : `var(${color})`;
  return (
    <button
      type="button"
      aria-pressed={!hidden}
      title={hidden ? charts.legend.show(label) : charts.legend.hide(label)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
        event.preventDefault();
        onSolo(label);
      }}
      onClick={(event) => (event.ctrlKey || event.metaKey || event.shiftKey ? onSolo(label) : onToggle(label))}
      className={`flex min-h-[24px] max-w-full items-center gap-1.5 rounded-[6px] px-1 hover:bg-hover ${wide ? "w-full" : ""} ${hidden ? "line-through opacity-60" : ""}`}
    >
      {half ? (
        <span aria-hidden="true" className="text-[9px]" style={{ color: paint }}>
          {HALVES[half]}
        </span>
      ) : (
        <span className="size-2 shrink-0 rounded-[2px]" style={swatch(paint, dashed)} />
      )}
      <span
        className={`min-w-0 truncate text-muted ${wide ? "flex-1 text-left" : ""} ${entries.length > 1 && !wide ? "max-w-[14em]" : ""}`}
      >
        {label}
      </span>
      <span
        className={`numbers whitespace-nowrap ${wide ? "text-right" : "text-left"}`}
        style={wide ? undefined : { minWidth: `${valueRoom(unit)}em` }}
      >
        {format.text(value, unit)}
      </span>
    </button>
  );
}
