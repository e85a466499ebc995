"use client";

import { ChevronDown, ChevronRight } from "lucide-react";
import { type MouseEvent, memo } from "react";
import { useWords } from "~/components/words/words-provider";
import { shownArguments, shownName } from "~/domain/process-group";
import type { CellContext, ProcessColumn, Row } from "./columns";
import type { ActiveRow } from "./grid-keys";
import { keyOf } from "./tree";

export const ROW_PX = 30;
const INDENT_PX = 16;
/** Deeper levels are not moved further: the name needs the room. */
const MOST_INDENTS = 12;
const NARROW_INDENTS = 3;

export interface RowActions {
  /** `copy` is true with Ctrl or ⌘. */
  onSelect: (row: Row, copy: boolean) => void;
  onFold: (row: Row, close: boolean) => void;
}

interface RowProps extends RowActions {
  columns: readonly ProcessColumn[];
  row: Row;
  place: number;
  /** Pixels from the top of the whole list. */
  top: number;
  template: string;
  context: CellContext;
  narrow: boolean;
  /** Some rows of the table are below others. */
  isTree: boolean;
  /** Null for a row with nothing below it. */
  folded: boolean | null;
  selected: boolean;
  active: boolean;
  onActive: (active: ActiveRow) => void;
}

export const GridRow = memo(function GridRow(props: RowProps) {
  const { row, place, top, columns, template, context, isTree, folded, selected, active, onActive, onSelect, onFold } = props;
  const select = (event: MouseEvent) => {
    onActive({ key: keyOf(row), place });
    if (row.count === undefined) onSelect(row, event.ctrlKey || event.metaKey);
    else onFold(row, folded === false);
  };
  return (
    <div
      id={`process-${place}`}
      role="row"
      aria-rowindex={place + 2}
      aria-selected={selected}
      {...(isTree && { "aria-level": (row.depth ?? 0) + 1, ...(folded !== null && { "aria-expanded": !folded }) })}
      onClick={select}
      className={`absolute inset-x-0 grid cursor-pointer items-center gap-3 px-4 hover:bg-hover ${selected ? "bg-hover" : ""} ${active ? "outline-2 -outline-offset-2 outline-series-blue" : ""} ${row.ended ? "text-muted" : ""}`}
      style={{ height: ROW_PX, transform: `translateY(${top}px)`, gridTemplateColumns: template }}
    >
      {columns.map((column) =>
        column.key === "command" ? (
          <NameCell key="command" {...props} />
        ) : (
          <Cell key={column.key} column={column} row={row} context={context} />
        ),
      )}
    </div>
  );
});

function Cell({ column: { right, mono, ofOne, show }, row, context }: { column: ProcessColumn; row: Row; context: CellContext }) {
  const isOfOne = ofOne && row.count !== undefined;
  const text = isOfOne ? "–" : show(row, context);
  const { unreadable, unreadableHelp } = context.words.table;
  return (
    <div
      role="gridcell"
      title={text === unreadable ? unreadableHelp : text}
      // The dash of the other typeface is a shorter one.
      className={`truncate ${right ? "numbers text-right" : ""} ${mono && !isOfOne ? "font-mono text-[13px]" : ""}`}
    >
      {text}
    </div>
  );
}

/** The name, how many, the arguments dimmed as far as there is room, and in a tree the sums, which stay. */
function NameCell({ row, context: { words, format }, narrow, isTree, folded, onFold }: RowProps) {
  const name = shownName(row);
  const rest = narrow || row.count !== undefined ? "" : shownArguments(row);
  const indents = Math.min(row.depth ?? 0, narrow ? NARROW_INDENTS : MOST_INDENTS);
  return (
    <div
      role="gridcell"
      title={row.count === undefined ? row.command || row.name : name}
      className="flex min-w-0 items-center gap-1.5"
      style={{ paddingLeft: indents * INDENT_PX }}
    >
      {isTree && <FoldButton name={name} folded={folded} onFold={(close) => onFold(row, close)} />}
      <span className={`truncate ${rest === "" ? "" : "max-w-[60%] shrink-0"}`}>{row.command === "" ? `[${name}]` : name}</span>
      {row.count !== undefined && <span className="numbers shrink-0 text-muted">×{row.count}</span>}
      {row.ended && (
        <span className="shrink-0 rounded-[6px] border border-line px-1 text-[11.5px] text-muted">{words.table.ended}</span>
      )}
      {rest !== "" && <span className="min-w-0 flex-1 truncate font-mono text-[12.5px] text-muted">{rest}</span>}
      {row.descendants && !narrow ? (
        <span className="numbers ml-auto shrink-0 pl-2 text-[12px] text-muted">
          {words.table.sum(
            format.text(row.descendants, ""),
            format.text(row.totalCpu, "1"),
            format.text(row.totalMemoryBytes, "By"),
          )}
        </span>
      ) : null}
    </div>
  );
}

interface FoldProps {
  name: string;
  folded: boolean | null;
  onFold: (close: boolean) => void;
}

function FoldButton({ name, folded, onFold }: FoldProps) {
  const { expand, collapse } = useWords().processes.table;
  if (folded === null) return <span className="inline-block w-4 shrink-0" />;
  const Icon = folded ? ChevronRight : ChevronDown;
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={folded ? expand(name) : collapse(name)}
      onClick={(event) => {
        event.stopPropagation();
        onFold(!folded);
      }}
      className="-mx-1 inline-flex size-6 shrink-0 items-center justify-center"
    >
      <Icon size={13} aria-hidden="true" />
    </button>
  );
}
