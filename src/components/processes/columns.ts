/** The columns of the process table: format, sort order and which of them fit. Pure. */
import type { Fit } from "~/components/ui/fitting-columns";
import type { Clock } from "~/components/view/use-view";
import type { Words } from "~/components/words/en";
import type { Format } from "~/components/words/words-provider";
import { shownGroup } from "~/domain/container";
import type { ProcessRow } from "~/domain/process";
import { shownName } from "~/domain/process-group";

export interface Row extends Omit<ProcessRow, "startedAt"> {
  /** ISO 8601. */
  startedAt: string;
  /** Name of its container; null for a process outside of one. */
  container?: string | null | undefined;
  /** In the table of a past moment: it no longer runs. */
  ended?: boolean | undefined;
  /** In a tree, and for the members of a group. */
  depth?: number;
  descendants?: number;
  totalCpu?: number;
  totalMemoryBytes?: number;
  /** A row that stands for as many equal processes: their sums, and the pid of the first. */
  count?: number;
}

export interface CellContext {
  clock: Pick<Clock, "show">;
  format: Format;
  words: Words["processes"];
}

export type ColumnKey = keyof Words["processes"]["table"]["columns"];

export interface ProcessColumn {
  key: ColumnKey;
  /** Pixels; the name takes what is left, and this at least. */
  width: number;
  right: boolean;
  mono?: boolean;
  /** One process has it: rows of several have none. */
  ofOne?: true;
  show: (row: Row, context: CellContext) => string;
  order: (row: Row) => number | string;
}

function ioOf({ readBytesPerSecond: read, writeBytesPerSecond: written }: Row): number | null {
  return read === null && written === null ? null : (read ?? 0) + (written ?? 0);
}

const numberOrDash = (value: number | null) => (value === null ? "–" : String(value));

export const COLUMNS: readonly ProcessColumn[] = [
  { key: "command", width: 240, right: false, show: shownName, order: (row) => shownName(row).toLowerCase() },
  { key: "pid", width: 64, right: true, mono: true, ofOne: true, show: (row) => String(row.pid), order: (row) => row.pid },
  { key: "user", width: 90, right: false, show: (row) => row.user, order: (row) => row.user },
  {
    key: "state",
    width: 110,
    right: false,
    ofOne: true,
    show: (row, { words }) => (row.ended ? words.table.ended : words.states[row.state]),
    order: (row) => row.state,
  },
  { key: "cpu", width: 60, right: true, show: (row, { format }) => format.text(row.cpu, "1"), order: (row) => row.cpu ?? -1 },
  {
    key: "memory",
    width: 84,
    right: true,
    show: (row, { format }) => format.text(row.memoryBytes, "By"),
    order: (row) => row.memoryBytes,
  },
  {
    key: "io",
    width: 96,
    right: true,
    show: (row, { format, words }) => {
      const io = ioOf(row);
      return io === null ? words.table.unreadable : format.text(io, "By/s");
    },
    order: (row) => ioOf(row) ?? -1,
  },
  { key: "threads", width: 68, right: true, show: (row) => numberOrDash(row.threads), order: (row) => row.threads ?? -1 },
  { key: "files", width: 84, right: true, show: (row) => numberOrDash(row.openFiles), order: (row) => row.openFiles ?? -1 },
  { key: "group", width: 140, right: false, show: shownGroup, order: (row) => row.group ?? "" },
  {
    key: "parent",
    width: 64,
    right: true,
    mono: true,
    ofOne: true,
    show: (row) => String(row.parentPid),
    order: (row) => row.parentPid,
  },
  {
    key: "started",
    width: 150,
    right: true,
    ofOne: true,
    show: (row, { clock }) => clock.show(Date.parse(row.startedAt), "short"),
    order: (row) => row.startedAt,
  },
];

/** What stays longest when there is little room: name, CPU and memory on a phone. */
export const FIT: Fit<ColumnKey> = {
  priority: ["command", "cpu", "memory", "io", "pid", "user", "state", "group", "threads", "files", "started", "parent"],
  widest: "command",
};

/** For CSS. */
export function gridTemplate(columns: readonly ProcessColumn[]): string {
  return columns.map(({ key, width }) => (key === "command" ? "minmax(0,1fr)" : `${width}px`)).join(" ");
}

export interface Sort {
  key: ColumnKey;
  down: boolean;
}

/** Parses the sort order from the URL; null for the server's order, heaviest first. */
export function readSort(text: string): Sort | null {
  const [key, direction] = text.split(".");
  const column = COLUMNS.find((one) => one.key === key);
  return column ? { key: column.key, down: direction !== "up" } : null;
}

export function writeSort(sort: Sort | null): string {
  return sort === null ? "none" : `${sort.key}.${sort.down ? "down" : "up"}`;
}

/** Cycles through three states: the column's natural order (numbers descending), its reverse, and the server's order. */
export function nextSort(now: Sort | null, key: ColumnKey, numeric: boolean): Sort | null {
  if (now?.key !== key) return { key, down: numeric };
  return now.down === numeric ? { key, down: !numeric } : null;
}

/** Sorts by a column; ties by pid, so that rows do not jump. */
export function sortRows(rows: readonly Row[], { key, down }: Sort): Row[] {
  const column = COLUMNS.find((one) => one.key === key);
  if (!column) return [...rows];
  const direction = down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [column.order(a), column.order(b)];
    return (x < y ? -1 : x > y ? 1 : 0) * direction || a.pid - b.pid;
  });
}

/** Sorted by what one process has of its own, equal ones are not one row. */
export function sortsSingles(sort: Sort | null): boolean {
  return COLUMNS.find(({ key }) => key === sort?.key)?.ofOne === true;
}
