"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, memo, useRef, useState } from "react";
import { usePrinting } from "~/components/view/use-printing";
import { type Clock, useClock } from "~/components/view/use-view";
import { formatText } from "~/domain/format-value";
import { nextSort, type ProcessColumn, type Row, type Sort } from "./columns";
import { keyOf, parentPlace } from "./tree";

const ROW_PX = 30;
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 };

interface GridProps {
  rows: readonly Row[];
  columns: readonly ProcessColumn[];
  tree: boolean;
  folded: ReadonlySet<string>;
  sort: Sort | null;
  selectedPid: number | null;
  stale: boolean;
  onSort: (sort: Sort | null) => void;
  onPointed: (pointed: boolean) => void;
  /** `copy` is true with Ctrl or ⌘. */
  onSelect: (row: Row, copy: boolean) => void;
  onFold: (row: Row, close: boolean) => void;
}

/** Renders only the rows in view. The arrow keys move between rows, Enter opens one. */
export const ProcessGrid = memo(function ProcessGrid(props: GridProps) {
  const { rows, columns, tree, folded, sort, selectedPid, stale, onSort, onPointed, onSelect, onFold } = props;
  const clock = useClock();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<number | null>(null);
  const printing = usePrinting();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    // Nobody scrolls on paper.
    overscan: printing ? rows.length : 12,
  });
  const template = columns.map(({ width }) => width).join(" ");
  const goTo = (place: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, place));
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const onKey = (event: KeyboardEvent) => {
    if ((event.target as Element).closest("button")) return;
    const place = active ?? -1;
    const row = rows[place];
    const step = STEPS[event.key];
    if (step !== undefined) goTo(place + step);
    else if (event.key === "Home") goTo(0);
    else if (event.key === "End") goTo(rows.length - 1);
    else if (!row) return;
    else if (event.key === "Enter") onSelect(row, event.ctrlKey || event.metaKey);
    else if (tree && event.key === "ArrowRight") {
      if (folded.has(keyOf(row))) onFold(row, false);
      else goTo(place + 1);
    } else if (tree && event.key === "ArrowLeft") {
      if (row.descendants && !folded.has(keyOf(row))) onFold(row, true);
      else goTo(parentPlace(rows, place));
    } else return;
    event.preventDefault();
  };
  return (
    <div
      role={tree ? "treegrid" : "grid"}
      aria-label="Processes"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={active === null ? undefined : `process-${active}`}
      tabIndex={0}
      onKeyDown={onKey}
      className="overflow-x-auto rounded-[10px]"
    >
      <div className="min-w-[760px]">
        <div
          role="row"
          className="grid gap-3 border-b border-line px-4 py-2 text-[12.5px] text-muted"
          style={{ gridTemplateColumns: template }}
        >
          {columns.map((column) => (
            <HeaderCell key={column.key} column={column} sort={tree ? null : sort} disabled={tree} onSort={onSort} />
          ))}
        </div>
        <div
          ref={scroller}
          role="rowgroup"
          tabIndex={0}
          className={`h-[calc(100dvh-250px)] min-h-[240px] overflow-y-auto ${stale ? "stale" : ""}`}
          onPointerEnter={() => onPointed(true)}
          onPointerLeave={() => onPointed(false)}
        >
          <div className="relative" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const row = rows[index];
              return row ? (
                <GridRow
                  key={keyOf(row)}
                  row={row}
                  place={index}
                  top={start}
                  columns={columns}
                  template={template}
                  clock={clock}
                  tree={tree}
                  folded={folded.has(keyOf(row))}
                  selected={row.pid === selectedPid}
                  active={active === index}
                  onActive={setActive}
                  onSelect={onSelect}
                  onFold={onFold}
                />
              ) : null;
            })}
          </div>
        </div>
      </div>
    </div>
  );
});

interface HeaderProps {
  column: ProcessColumn;
  sort: Sort | null;
  disabled: boolean;
  onSort: GridProps["onSort"];
}

function HeaderCell({ column: { key, title, right }, sort, disabled, onSort }: HeaderProps) {
  const active = sort?.key === key;
  return (
    <div
      role="columnheader"
      aria-sort={active ? (sort.down ? "descending" : "ascending") : "none"}
      className={right ? "text-right" : ""}
    >
      <button
        type="button"
        disabled={disabled}
        className="min-h-[24px] hover:text-text"
        onClick={() => onSort(nextSort(sort, key, right))}
      >
        {title}
        {active && (sort.down ? " ↓" : " ↑")}
      </button>
    </div>
  );
}

interface RowProps extends Pick<GridProps, "columns" | "tree" | "onSelect" | "onFold"> {
  row: Row;
  place: number;
  /** Pixels from the top of the whole list. */
  top: number;
  template: string;
  clock: Clock;
  folded: boolean;
  selected: boolean;
  active: boolean;
  onActive: (place: number) => void;
}

const GridRow = memo(function GridRow(props: RowProps) {
  const { row, place, top, columns, template, clock, tree, folded, selected, active, onActive, onSelect, onFold } = props;
  const select = (event: MouseEvent) => {
    onActive(place);
    onSelect(row, event.ctrlKey || event.metaKey);
  };
  return (
    <div
      id={`process-${place}`}
      role="row"
      aria-rowindex={place + 2}
      aria-selected={selected}
      {...(tree && {
        "aria-level": (row.depth ?? 0) + 1,
        ...(row.descendants && { "aria-expanded": !folded }),
      })}
      onClick={select}
      className={`absolute inset-x-0 grid cursor-pointer items-center gap-3 px-4 hover:bg-hover ${selected ? "bg-hover" : ""} ${active ? "outline-2 -outline-offset-2 outline-series-blue" : ""}`}
      style={{ height: ROW_PX, transform: `translateY(${top}px)`, gridTemplateColumns: template }}
    >
      {columns.map(({ key, right, mono, show }) => (
        <div
          key={key}
          role="gridcell"
          title={key === "command" ? row.command || row.name : undefined}
          className={`truncate ${right ? "numbers text-right" : ""} ${mono ? "font-mono text-[13px]" : ""}`}
          style={key === "command" && tree ? { paddingLeft: `${(row.depth ?? 0) * 16}px` } : undefined}
        >
          {key === "command" && tree && <FoldButton row={row} folded={folded} onFold={(close) => onFold(row, close)} />}
          {show(row, clock)}
          {key === "command" && tree && row.descendants ? (
            <span className="ml-2 font-sans text-[12px] text-muted">
              +{row.descendants}: {formatText(row.totalCpu, "1")}, {formatText(row.totalMemoryBytes, "By")}
            </span>
          ) : null}
        </div>
      ))}
    </div>
  );
});

function FoldButton({ row, folded, onFold }: { row: Row; folded: boolean; onFold: (close: boolean) => void }) {
  if (!row.descendants) return <span className="inline-block w-5" />;
  const Icon = folded ? ChevronRight : ChevronDown;
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={folded ? `Unfold ${row.name}` : `Fold ${row.name}`}
      onClick={(event) => {
        event.stopPropagation();
        onFold(!folded);
      }}
      className="mr-1 inline-flex size-4 translate-y-[3px] items-center justify-center"
    >
      <Icon size={13} aria-hidden="true" />
    </button>
  );
}
