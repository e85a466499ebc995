/** The process table, with its keys in the frame. */
import { formatText } from "~/domain/format-value";
import { plain } from "../output";
import { type BoxPlace, drawBox } from "./box";
import type { MonitorState, SortKey } from "./state";
import { type TableRow, tableRows } from "./table";
import { type Line, levelStyle, type StyledText, toWidth } from "./text";

const share = (cpu: number | null) => (cpu === null ? "–" : (cpu * 100).toFixed(cpu >= 0.9995 ? 0 : 1));
const compact = (bytes: number | null) =>
  bytes === null
    ? "–"
    : formatText(bytes, "By")
        .replace(/ (\w)i?B$/, "$1")
        .replace(/ B$/, "B");

interface Column {
  head: string;
  key?: SortKey;
  width: number;
  side: "left" | "right";
  cell: (row: TableRow) => StyledText;
  /** Least terminal width that shows this column. */
  from: number;
}

const COLUMNS: readonly Column[] = [
  { head: "PID", key: "pid", width: 7, side: "right", from: 0, cell: ({ pid }) => ({ text: String(pid), style: "dim" }) },
  { head: "USER", width: 9, side: "left", from: 60, cell: ({ user }) => ({ text: plain(user) }) },
  { head: "S", width: 1, side: "left", from: 100, cell: ({ state }) => ({ text: state.charAt(0).toUpperCase(), style: "dim" }) },
  { head: "THR", width: 4, side: "right", from: 100, cell: ({ threads }) => ({ text: String(threads), style: "dim" }) },
  {
    head: "CPU%",
    key: "cpu",
    width: 6,
    side: "right",
    from: 0,
    cell: ({ cpu }) => ({ text: share(cpu), style: levelStyle(cpu ?? 0) }),
  },
  { head: "MEM", key: "memory", width: 6, side: "right", from: 0, cell: ({ memoryBytes }) => ({ text: compact(memoryBytes) }) },
  {
    head: "READ/s",
    key: "io",
    width: 6,
    side: "right",
    from: 90,
    cell: ({ readBytesPerSecond }) => ({ text: compact(readBytesPerSecond) }),
  },
  {
    head: "WRITE/s",
    key: "io",
    width: 7,
    side: "right",
    from: 90,
    cell: ({ writeBytesPerSecond }) => ({ text: compact(writeBytesPerSecond) }),
  },
];

function branch(depth: number, ascii: boolean): string {
  return depth === 0 ? "" : `${"  ".repeat(Math.min(depth, 12) - 1)}${ascii ? "`- " : "└ "}`;
}

function rowLine(row: TableRow, columns: readonly Column[], { width, ascii }: { width: number; ascii: boolean }): Line {
  const spans: StyledText[] = columns.flatMap((column) => {
    const { text, style } = column.cell(row);
    return [{ text: `${toWidth(text, column.width, column.side)} `, ...(style && { style }) }];
  });
  const used = columns.reduce((sum, column) => sum + column.width + 1, 0);
  const lead = branch(row.depth, ascii);
  const command = plain(row.command || `[${row.name}]`);
  return [...spans, { text: lead, style: "dim" }, { text: toWidth(command, Math.max(0, width - used - lead.length)) }];
}

function headLine(columns: readonly Column[], { sort, reverse, tree }: MonitorState, ascii: boolean): Line {
  const up = ascii ? "^" : "↑";
  const down = ascii ? "v" : "↓";
  const arrow = reverse !== (sort === "pid" || sort === "name") ? up : down;
  const spans: StyledText[] = columns.map(({ head, key, width, side }) => {
    const isSorted = key === sort && !(tree && (sort === "pid" || sort === "name"));
    const marked = isSorted && head.length < width ? `${head}${arrow}` : head;
    return { text: `${toWidth(marked, width, side)} `, style: isSorted ? "bold" : "dim" };
  });
  return [
    ...spans,
    { text: sort === "name" && !tree ? `COMMAND${arrow}` : "COMMAND", style: sort === "name" && !tree ? "bold" : "dim" },
  ];
}

const KEYS: readonly (readonly [string, string])[] = [
  ["c m i p n", "sort"],
  ["t", "tree"],
  ["/", "filter"],
  ["space", "pause"],
  ["?", "help"],
  ["q", "quit"],
];

export function processBox(state: MonitorState, { width, height, theme }: BoxPlace): Line[] {
  const rows = tableRows(state.processes, state);
  const visible = Math.max(0, height - 3);
  const top = Math.min(state.top, Math.max(0, rows.length - visible));
  const columns = COLUMNS.filter(({ from }) => width >= from);
  const inner = { width: width - 2, ascii: theme.ascii };
  const lines: Line[] = [
    headLine(columns, state, theme.ascii),
    ...rows.slice(top, top + visible).map((row) => rowLine(row, columns, inner)),
  ];
  if (rows.length === 0 && state.filter !== "") {
    lines.push([{ text: ` No process matches '${state.filter}'. Esc clears the filter.`, style: "dim" }]);
  }
  const cursor = theme.ascii ? "_" : "▏";
  const corner: Line =
    state.typing || state.filter !== ""
      ? [
          { text: "/", style: "key" },
          { text: `${state.filter}${state.typing ? cursor : ""}`, style: "bold" },
        ]
      : [{ text: state.tree ? "tree" : `sorted by ${state.sort}`, style: "dim" }];
  const foot: Line = KEYS.flatMap(([key, what], index) => [
    { text: `${index > 0 ? "  " : ""}${key}`, style: "key" as const },
    { text: ` ${what}`, style: "dim" as const },
  ]);
  const title = state.filter === "" ? "processes" : `processes, ${rows.length} ${rows.length === 1 ? "match" : "matches"}`;
  return drawBox({ title, corner, foot, lines, width, height, theme });
}
