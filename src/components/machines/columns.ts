/** The columns of the table of machines: their order, their widths and which of them fit. Pure. */
import type { Fit } from "~/components/ui/fitting-columns";
import type { Words } from "~/components/words/en";
import { MACHINE_STATES } from "~/domain/machine";
import type { Answers } from "~/trpc/browser";

export type MachineRow = Answers["machines"]["list"]["machines"][number];

export type ColumnKey = keyof Words["machines"]["columns"];

export interface MachineColumn {
  key: ColumnKey;
  /** Pixels; the name takes what is left, and this at least. */
  width: number;
  right: boolean;
  /** Null where there is no reading. */
  order: (row: MachineRow) => number | string | null;
}

/** What fires, the worst first: one critical alert weighs more than any number of others. */
function alertWeight({ alerts: { critical, warning, info } }: MachineRow): number {
  return critical * 1e6 + warning * 1e3 + info;
}

/** Silent machines weigh most. */
const stateWeight = ({ state }: MachineRow) => MACHINE_STATES.indexOf(state);

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

export const COLUMNS: readonly MachineColumn[] = [
  { key: "name", width: 150, right: false, order: (row) => row.name.toLowerCase() },
  { key: "state", width: 104, right: false, order: stateWeight },
  { key: "alerts", width: 92, right: false, order: (row) => alertWeight(row) },
  { key: "cpu", width: 52, right: true, order: (row) => row.cpu },
  { key: "history", width: 80, right: false, order: (row) => meanOf(row.cpuHistory) },
  { key: "memory", width: 72, right: true, order: (row) => row.memory },
  { key: "disk", width: 112, right: true, order: (row) => row.disk?.used ?? null },
  { key: "network", width: 84, right: true, order: (row) => row.network },
  { key: "pressure", width: 76, right: true, order: (row) => row.pressure?.share ?? null },
  { key: "contributor", width: 150, right: false, order: (row) => row.contributor?.program.toLowerCase() ?? null },
  { key: "version", width: 64, right: false, order: (row) => row.version },
];

/** Text beside right-aligned numbers stands a little apart. */
export const INDENT: Partial<Record<ColumnKey, string>> = { contributor: "pl-2" };

/** What stays longest when there is little room. On a phone the state is below the name. */
export const FIT: Fit<ColumnKey> = {
  priority: ["name", "cpu", "memory", "state", "alerts", "disk", "contributor", "network", "history", "pressure", "version"],
  widest: "name",
  notNarrow: "state",
};

/** For CSS. Where there is room, names and programs take more. */
export function gridTemplate(columns: readonly MachineColumn[]): string {
  return columns
    .map(({ key, width }) => {
      if (key === "name") return "minmax(0,2fr)";
      return key === "contributor" ? `minmax(${width}px,1fr)` : `${width}px`;
    })
    .join(" ");
}

export interface Sort {
  key: ColumnKey;
  down: boolean;
}

/** Numbers begin with the largest, and so does what says how bad it is. */
const beginsDown = (key: ColumnKey) => !["name", "contributor", "version"].includes(key);

/** Parses the order from the address; null for the worst first. */
export function readSort(text: string): Sort | null {
  const [key, direction] = text.split(".");
  const column = COLUMNS.find((one) => one.key === key);
  return column ? { key: column.key, down: direction === undefined ? beginsDown(column.key) : direction !== "up" } : null;
}

export function writeSort(sort: Sort | null): string {
  return sort === null ? "worst" : `${sort.key}.${sort.down ? "down" : "up"}`;
}

/** Cycles through three states: the column's natural order, its reverse, and the worst first. */
export function nextSort(now: Sort | null, key: ColumnKey): Sort | null {
  if (now?.key !== key) return { key, down: beginsDown(key) };
  return now.down === beginsDown(key) ? { key, down: !now.down } : null;
}

/** web-9 before web-10. */
export const inNaturalOrder = new Intl.Collator("en", { numeric: true }).compare;

const byName = (a: MachineRow, b: MachineRow) => inNaturalOrder(a.name, b.name);

/** Critical alerts, then machines that are silent, then warnings, then machines that are late; the others by name. */
function worstFirst(a: MachineRow, b: MachineRow): number {
  const weights = (row: MachineRow) => [
    row.alerts.critical,
    Number(row.state === "silent"),
    row.alerts.warning,
    Number(row.state === "late"),
    row.alerts.info,
  ];
  const [first, second] = [weights(a), weights(b)];
  const place = first.findIndex((weight, index) => weight !== second[index]);
  return place < 0 ? byName(a, b) : (second[place] ?? 0) - (first[place] ?? 0);
}

/** In order; ties by name. What has no reading comes last in either direction. */
export function sortMachines(rows: readonly MachineRow[], sort: Sort | null): MachineRow[] {
  const column = COLUMNS.find(({ key }) => key === sort?.key);
  if (!column || !sort) return rows.toSorted(worstFirst);
  const direction = sort.down ? -1 : 1;
  if (column.key === "name") return rows.toSorted((a, b) => byName(a, b) * direction);
  const keys = new Map(rows.map((row) => [row, column.order(row)]));
  return rows.toSorted((a, b) => {
    const [x, y] = [keys.get(a) ?? null, keys.get(b) ?? null];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byName(a, b);
    return (x < y ? -1 : x > y ? 1 : 0) * direction || byName(a, b);
  });
}
