/** The columns of the process table: format and sort order. Pure. */
import type { Clock } from "~/components/view/use-view";
import { shownGroup } from "~/domain/container";
import { formatText } from "~/domain/format-value";
import type { ProcessRow } from "~/domain/process";

export interface Row extends Omit<ProcessRow, "startedAt"> {
  /** ISO 8601. */
  startedAt: string;
  /** Name of its container; null for a process outside of one. */
  container?: string | null | undefined;
  /** Only in a tree. */
  depth?: number;
  descendants?: number;
  totalCpu?: number;
  totalMemoryBytes?: number;
}

export interface ProcessColumn {
  key: "command" | "pid" | "user" | "state" | "cpu" | "memory" | "io" | "threads" | "parent" | "group" | "files" | "started";
  title: string;
  width: string;
  right: boolean;
  mono?: boolean;
  show: (row: Row, clock: Pick<Clock, "show">) => string;
  order: (row: Row) => number | string;
}

const io = (row: Row) => (row.readBytesPerSecond ?? 0) + (row.writeBytesPerSecond ?? 0);

export const COLUMNS: readonly ProcessColumn[] = [
  {
    key: "command",
    title: "command",
    width: "minmax(240px, 1fr)",
    right: false,
    mono: true,
    show: (row) => row.command || `[${row.name}]`,
    order: (row) => row.name.toLowerCase(),
  },
  { key: "pid", title: "pid", width: "64px", right: true, mono: true, show: (row) => String(row.pid), order: (row) => row.pid },
  { key: "user", title: "user", width: "90px", right: false, show: (row) => row.user, order: (row) => row.user },
  { key: "state", title: "state", width: "100px", right: false, show: (row) => row.state, order: (row) => row.state },
  {
    key: "cpu",
    title: "CPU",
    width: "72px",
    right: true,
    show: (row) => formatText(row.cpu, "1"),
    order: (row) => row.cpu ?? -1,
  },
  {
    key: "memory",
    title: "memory",
    width: "88px",
    right: true,
    show: (row) => formatText(row.memoryBytes, "By"),
    order: (row) => row.memoryBytes,
  },
  {
    key: "io",
    title: "I/O",
    width: "104px",
    right: true,
    show: (row) =>
      row.readBytesPerSecond === null && row.writeBytesPerSecond === null ? "no permission" : formatText(io(row), "By/s"),
    order: io,
  },
  {
    key: "threads",
    title: "threads",
    width: "64px",
    right: true,
    show: (row) => (row.threads === null ? "–" : String(row.threads)),
    order: (row) => row.threads ?? -1,
  },
  {
    key: "files",
    title: "open files",
    width: "76px",
    right: true,
    show: (row) => (row.openFiles === null ? "–" : String(row.openFiles)),
    order: (row) => row.openFiles ?? -1,
  },
  {
    key: "group",
    title: "unit",
    width: "140px",
    right: false,
    show: shownGroup,
    order: (row) => row.group ?? "",
  },
  {
    key: "parent",
    title: "parent",
    width: "64px",
    right: true,
    mono: true,
    show: (row) => String(row.parentPid),
    order: (row) => row.parentPid,
  },
  {
    key: "started",
    title: "started",
    width: "150px",
    right: true,
    show: (row, clock) => clock.show(Date.parse(row.startedAt), "short"),
    order: (row) => row.startedAt,
  },
];

export interface Sort {
  key: ProcessColumn["key"];
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
export function nextSort(now: Sort | null, key: ProcessColumn["key"], numeric: boolean): Sort | null {
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
