"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useMemo, useRef } from "react";
import { fittingColumns, isNarrow } from "~/components/ui/fitting-columns";
import { usePrinting } from "~/components/view/use-printing";
import { useWords } from "~/components/words/words-provider";
import { COLUMNS, type ColumnKey, FIT, gridTemplate, INDENT, nextSort, type Sort } from "./columns";
import type { Line } from "./groups";
import { GroupLine, MachineLine, ROW_PX } from "./machine-line";

interface TableProps {
  lines: readonly Line[];
  /** Pixels of the table. */
  width: number;
  sort: Sort | null;
  /** The label that machines are grouped by; empty for none. */
  label: string;
  /** When the values were read, epoch milliseconds. */
  asOf: number;
  stale: boolean;
  /** Instead of rows where there are none. */
  empty: ReactNode;
  /** Below the table. */
  note: ReactNode;
  onSort: (sort: Sort | null) => void;
  onFold: (value: string, close: boolean) => void;
  onPointed: (pointed: boolean) => void;
}

/** Renders only the rows in view, each in full height. */
export const MachineTable = memo(function MachineTable(props: TableProps) {
  const { lines, width, sort, label, asOf, stale, empty, note, onSort, onFold, onPointed } = props;
  const { machines: words } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const printing = usePrinting();
  const columns = useMemo(() => fittingColumns(COLUMNS, width, FIT), [width]);
  const template = gridTemplate(columns);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => lines[index]?.key ?? index,
    // Nobody scrolls on paper.
    overscan: printing ? lines.length : 12,
  });
  return (
    <>
      <div role="table" aria-label={words.title} aria-rowcount={lines.length + 1}>
        <div role="rowgroup">
          <div
            role="row"
            aria-rowindex={1}
            className="grid gap-3 border-b border-line px-4 py-2 text-[12.5px] text-muted"
            style={{ gridTemplateColumns: template }}
          >
            {columns.map(({ key, right }) => (
              <HeaderCell key={key} column={key} right={right} sort={sort} onSort={onSort} />
            ))}
          </div>
        </div>
        {/* A multiple of a row's height: no row is cut at the lower edge. */}
        <div
          ref={scroller}
          role="rowgroup"
          tabIndex={0}
          className={`max-h-[round(down,max(264px,100dvh-360px),44px)] overflow-x-hidden overflow-y-auto print:max-h-none print:overflow-visible ${stale ? "stale" : ""}`}
          onPointerEnter={() => onPointed(true)}
          onPointerLeave={() => onPointed(false)}
        >
          <div className="relative" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start, key }) => {
              const line = lines[index];
              if (!line) return null;
              const placed = { place: index, top: start };
              return line.kind === "group" ? (
                <GroupLine key={key} {...placed} group={line.group} folded={line.folded} label={label} onFold={onFold} />
              ) : (
                <MachineLine
                  key={key}
                  {...placed}
                  machine={line.machine}
                  columns={columns}
                  template={template}
                  asOf={asOf}
                  narrow={isNarrow(width)}
                />
              );
            })}
          </div>
        </div>
      </div>
      {lines.length === 0 && empty}
      <div className="px-4 py-1.5 text-[12px] text-muted">{note}</div>
    </>
  );
});

interface HeaderProps {
  column: ColumnKey;
  right: boolean;
  sort: Sort | null;
  onSort: TableProps["onSort"];
}

function HeaderCell({ column, right, sort, onSort }: HeaderProps) {
  const { columns, help } = useWords().machines;
  const explained: Partial<Record<ColumnKey, string>> = help;
  const active = sort?.key === column;
  return (
    <div
      role="columnheader"
      aria-sort={active ? (sort.down ? "descending" : "ascending") : "none"}
      className={`min-w-0 ${right ? "text-right" : ""} ${INDENT[column] ?? ""}`}
    >
      <button
        type="button"
        title={explained[column] ?? columns[column]}
        className="min-h-[24px] max-w-full truncate hover:text-text"
        onClick={() => onSort(nextSort(sort, column))}
      >
        {columns[column]}
        {active && (sort.down ? " ↓" : " ↑")}
      </button>
    </div>
  );
}
