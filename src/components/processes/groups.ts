/** Rows for equal processes: their sums, with memory that they share once, which open into the processes. Pure. */
import { bytesTogether } from "~/domain/memory-together";
import { groupEqual } from "~/domain/process-group";
import type { Row } from "./columns";

export interface RowGroup {
  row: Row;
  /** Empty for a process without its like. */
  members: readonly Row[];
}

/** The sum of what could be read; null when nothing could. */
function sum(members: readonly Row[], of: (row: Row) => number | null): number | null {
  return members.reduce<number | null>((total, row) => {
    const value = of(row);
    return value === null ? total : (total ?? 0) + value;
  }, null);
}

function sumOf(members: readonly [Row, ...Row[]]): Row {
  const [first] = members;
  const shared = <Key extends keyof Row>(key: Key, otherwise: Row[Key]): Row[Key] =>
    members.every((row) => row[key] === first[key]) ? first[key] : otherwise;
  return {
    ...first,
    count: members.length,
    cpu: sum(members, (row) => row.cpu),
    memoryBytes: bytesTogether(members),
    readBytesPerSecond: sum(members, (row) => row.readBytesPerSecond),
    writeBytesPerSecond: sum(members, (row) => row.writeBytesPerSecond),
    threads: sum(members, (row) => row.threads),
    openFiles: sum(members, (row) => row.openFiles),
    group: shared("group", null),
    container: shared("container", null),
    ended: members.every(({ ended }) => ended === true),
  };
}

export function groupRows(rows: readonly Row[]): RowGroup[] {
  return groupEqual(rows).map((members) => {
    const [first, second] = members;
    if (first && !second) return { row: first, members: [] };
    return { row: sumOf(members as [Row, ...Row[]]), members };
  });
}

export const ungrouped = (rows: readonly Row[]): RowGroup[] => rows.map((row) => ({ row, members: [] }));
