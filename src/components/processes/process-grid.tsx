"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, type ReactNode, useMemo, useRef, useState } from "react";
import { isNarrow } from "~/components/ui/fitting-columns";
import { usePrinting } from "~/components/view/use-printing";
import { useClock } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { gridTemplate, nextSort, type ProcessColumn, type Row, type Sort } from "./columns";
import { type ActiveRow, hasMore, keyAction, placeOf } from "./grid-keys";
import { GridRow, ROW_PX, type RowActions } from "./grid-row";
import { keyOf } from "./tree";

interface GridProps extends RowActions {
  rows: readonly Row[];
  columns: readonly ProcessColumn[];
  /** Pixels of the table. */
  width: number;
  tree: boolean;
  /** Whether what is below a row is hidden; only asked of rows that have something below. */
  isFolded: (row: Row) => boolean;
  sort: Sort | null;
  selectedPid: number | null;
  stale: boolean;
  /** Below the table. */
  note: ReactNode;
  /** Instead of rows where there are none. */
  empty: ReactNode;
  onSort: (sort: Sort | null) => void;
  onPointed: (pointed: boolean) => void;
  /** True from the first key on, until the focus leaves the table. */
  onKeyed: (keyed: boolean) => void;
}

/** Renders only the rows in view, each in full height. The arrow keys move between rows, Enter opens one. */
export const ProcessGrid = memo(function ProcessGrid(props: GridProps) {
  const { rows, columns, width, tree, isFolded, sort, selectedPid, stale, note, empty } = props;
  const { onSort, onPointed, onKeyed, onSelect, onFold } = props;
  const words = useWords().processes;
  const clock = useClock();
  const format = useFormat();
  const context = useMemo(() => ({ clock, format, words }), [clock, format, words]);
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<ActiveRow | null>(null);
  const printing = usePrinting();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    // Nobody scrolls on paper.
    overscan: printing ? rows.length : 12,
  });
  const isTree = tree || rows.some(({ count }) => count !== undefined);
  const place = placeOf(rows, active);
  const onKey = (event: KeyboardEvent) => {
    if ((event.target as Element).closest("button")) return;
    const action = keyAction(event.key, { rows, active, isTree, isFolded });
    if (action === null) return;
    event.preventDefault();
    onKeyed(true);
    if (action.does === "open") onSelect(action.row, event.ctrlKey || event.metaKey);
    else if (action.does === "fold") onFold(action.row, action.close);
    else {
      const next = rows[action.place];
      setActive(next ? { key: keyOf(next), place: action.place } : null);
      if (next) virtual.scrollToIndex(action.place);
    }
  };
  // The focus stays in the table, and its order is to be another one.
  const sortBy = (next: Sort | null) => {
    onKeyed(false);
    onSort(next);
  };
  const template = gridTemplate(columns);
  return (
    <>
      <div
        role={isTree ? "treegrid" : "grid"}
        aria-label={words.table.label}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={place < 0 ? undefined : `process-${place}`}
        tabIndex={0}
        onKeyDown={onKey}
        onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && onKeyed(false)}
        className="rounded-[10px]"
      >
        <div
          role="row"
          className="grid gap-3 border-b border-line px-4 py-2 text-[12.5px] text-muted"
          style={{ gridTemplateColumns: template }}
        >
          {columns.map((column) => (
            <HeaderCell key={column.key} column={column} sort={tree ? null : sort} disabled={tree} onSort={sortBy} />
          ))}
        </div>
        {/* A multiple of a row's height: no row is cut at the lower edge. */}
        <div
          ref={scroller}
          role="rowgroup"
          tabIndex={0}
          className={`max-h-[round(down,max(240px,100dvh-330px),30px)] overflow-y-auto ${stale ? "stale" : ""}`}
          onPointerEnter={() => onPointed(true)}
          onPointerLeave={() => onPointed(false)}
        >
          {rows.length === 0 && (
            <div role="row">
              <div role="gridcell">{empty}</div>
            </div>
          )}
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
                  context={context}
                  narrow={isNarrow(width)}
                  isTree={isTree}
                  folded={hasMore(row) ? isFolded(row) : null}
                  selected={row.count === undefined && row.pid === selectedPid}
                  active={place === index}
                  onActive={setActive}
                  onSelect={onSelect}
                  onFold={onFold}
                />
              ) : null;
            })}
          </div>
        </div>
      </div>
      <div className="border-t border-line px-4 py-1.5 text-[12px] text-muted">{note}</div>
    </>
  );
});

interface HeaderProps {
  column: ProcessColumn;
  sort: Sort | null;
  disabled: boolean;
  onSort: GridProps["onSort"];
}

function HeaderCell({ column: { key, right }, sort, disabled, onSort }: HeaderProps) {
  const { columns, cpuHelp, memoryHelp } = useWords().processes.table;
  const help = key === "cpu" ? cpuHelp : key === "memory" ? memoryHelp : columns[key];
  const active = sort?.key === key;
  return (
    <div
      role="columnheader"
      aria-sort={active ? (sort.down ? "descending" : "ascending") : "none"}
      className={`min-w-0 ${right ? "text-right" : ""}`}
    >
      <button
        type="button"
        disabled={disabled}
        title={help}
        className="min-h-[24px] max-w-full truncate hover:text-text"
        onClick={() => onSort(nextSort(sort, key, right))}
      >
        {columns[key]}
        {active && (sort.down ? " ↓" : " ↑")}
      </button>
    </div>
  );
}
