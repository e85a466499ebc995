import { useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { readMachineFilter } from "~/domain/machine-filter";
import { type MachineRow, type Sort, sortMachines } from "./columns";
import { groupLines, groupMachines, inPlaces, machineLines } from "./groups";

/** Groups that are folded, by label and value, kept until the tab is closed or reloaded. */
const folded = new Set<string>();

const keyOf = (label: string, value: string) => `${label}\n${value}`;

interface Choice {
  text: string;
  /** Those that machines have. */
  labels: readonly string[];
  sort: Sort | null;
  /** The label that machines are grouped by; empty for none. */
  label: string;
  /** Rows keep their places. */
  frozen: boolean;
}

/** The lines of the table, and what folds its groups. */
export function useLines(all: readonly MachineRow[], { text, labels, sort, label, frozen }: Choice) {
  const [folds, setFolds] = useState(0);
  const places = useRef<ReadonlyMap<string, number>>(new Map());
  const deferred = useDeferredValue(text);
  const filter = useMemo(() => readMachineFilter(deferred, labels), [deferred, labels]);
  const sorted = useMemo(() => sortMachines(all.filter(filter.passes), sort), [all, filter, sort]);
  const rows = useMemo(() => (frozen ? inPlaces(sorted, places.current) : sorted), [sorted, frozen]);
  places.current = useMemo(() => new Map(rows.map(({ name }, place) => [name, place])), [rows]);
  const groups = useMemo(() => (label === "" ? null : groupMachines(rows, label)), [rows, label]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: folded ones change in place, their count of changes says when.
  const lines = useMemo(
    () => (groups === null ? machineLines(rows) : groupLines(groups, (value) => folded.has(keyOf(label, value)))),
    [rows, groups, label, folds],
  );
  const fold = useCallback(
    (value: string, close: boolean) => {
      if (close) folded.add(keyOf(label, value));
      else folded.delete(keyOf(label, value));
      setFolds((count) => count + 1);
    },
    [label],
  );
  const foldAll = (close: boolean) => {
    for (const { value } of groups ?? []) fold(value, close);
  };
  return { lines, shown: rows.length, problems: filter.problems, filtered: deferred, fold, foldAll };
}
