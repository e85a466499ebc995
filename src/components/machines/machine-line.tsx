"use client";

import { ChevronDown, ChevronRight } from "lucide-react";
import { memo } from "react";
import { useFormat, useWords } from "~/components/words/words-provider";
import { INDENT, type MachineColumn, type MachineRow } from "./columns";
import type { MachineGroup } from "./groups";
import { MachineCell } from "./machine-cells";

export const ROW_PX = 44;

interface Placed {
  place: number;
  /** Pixels from the top of the whole list. */
  top: number;
}

const LINE = "absolute inset-x-0 border-b border-line px-4 hover:bg-hover";

interface LineProps extends Placed {
  machine: MachineRow;
  columns: readonly MachineColumn[];
  template: string;
  asOf: number;
  narrow: boolean;
}

export const MachineLine = memo(function MachineLine({ machine, place, top, columns, template, asOf, narrow }: LineProps) {
  return (
    <div
      role="row"
      aria-rowindex={place + 2}
      className={`${LINE} grid items-center gap-3 ${machine.state === "silent" ? "text-muted" : ""}`}
      style={{ height: ROW_PX, transform: `translateY(${top}px)`, gridTemplateColumns: template }}
    >
      {columns.map(({ key, right }) => (
        <div
          key={key}
          role="cell"
          className={`min-w-0 overflow-hidden text-[13px] ${right ? "numbers text-right" : ""} ${INDENT[key] ?? ""}`}
        >
          <MachineCell column={key} machine={machine} asOf={asOf} narrow={narrow} />
        </div>
      ))}
    </div>
  );
});

interface GroupProps extends Placed {
  group: MachineGroup;
  folded: boolean;
  /** The label that machines are grouped by. */
  label: string;
  onFold: (value: string, close: boolean) => void;
}

/** The head of a group: what its machines have in common, and how they are. */
export const GroupLine = memo(function GroupLine({ group, folded, label, place, top, onFold }: GroupProps) {
  const { machines: words } = useWords();
  const format = useFormat();
  const { value, machines, states, firing } = group;
  const name = value === "" ? words.group.without(label) : value;
  const Icon = folded ? ChevronRight : ChevronDown;
  const counts: [count: number, text: string, color: string][] = [
    [states.up, words.counts.up(states.up), "text-muted"],
    [states.late, words.counts.late(states.late), "text-warning"],
    [states.silent, words.counts.silent(states.silent), "text-critical"],
    [firing, words.counts.firing(firing), "text-warning"],
  ];
  return (
    <div
      role="row"
      aria-rowindex={place + 2}
      data-group={value}
      className={`${LINE} flex items-center bg-page`}
      style={{ height: ROW_PX, transform: `translateY(${top}px)` }}
    >
      <div role="cell" className="flex min-w-0 flex-1 items-center gap-1.5">
        <button
          type="button"
          aria-expanded={!folded}
          aria-label={folded ? words.group.expand(name) : words.group.collapse(name)}
          onClick={() => onFold(value, !folded)}
          className="-ml-1 inline-flex size-6 shrink-0 items-center justify-center"
        >
          <Icon size={13} aria-hidden="true" />
        </button>
        <p className="flex min-w-0 flex-wrap items-baseline gap-x-3 text-[12.5px] leading-[18px]">
          <span className="max-w-full truncate font-medium text-text" title={name}>
            {name} <span className="numbers font-normal text-muted">{format.count(machines.length, words.count)}</span>
          </span>
          {counts.map(
            ([count, text, color]) =>
              count > 0 && (
                <span key={text} className={`numbers ${color}`}>
                  {text}
                </span>
              ),
          )}
        </p>
      </div>
    </div>
  );
});
