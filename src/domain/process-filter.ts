/** The filter of the process table, on the page and at the command line. Pure. */
import { shownGroup } from "./container";
import type { ProcessRow, ProcessState } from "./process";
import { type Field, type FilterGrammar, type RowFilter, readFilter, type Test } from "./row-filter";

export type { FilterProblem } from "./row-filter";

export interface FilteredProcess
  extends Pick<
    ProcessRow,
    | "pid"
    | "parentPid"
    | "name"
    | "command"
    | "user"
    | "state"
    | "cpu"
    | "memoryBytes"
    | "threads"
    | "readBytesPerSecond"
    | "writeBytesPerSecond"
    | "openFiles"
    | "group"
  > {
  container?: string | null | undefined;
  /** In the table of a past moment: it no longer runs. */
  ended?: boolean | undefined;
}

export type ProcessFilter = RowFilter<FilteredProcess>;

type Row = FilteredProcess;

const ioOf = ({ readBytesPerSecond: read, writeBytesPerSecond: written }: Row) =>
  read === null && written === null ? null : (read ?? 0) + (written ?? 0);

const unit: Field<Row> = { kind: "text", text: (row) => `${row.group ?? ""} ${shownGroup(row)}` };
const memory: Field<Row> = { kind: "size", number: (row) => row.memoryBytes };

const FIELDS: Readonly<Record<string, Field<Row>>> = {
  name: { kind: "text", text: (row) => row.name },
  command: { kind: "text", text: (row) => row.command },
  user: { kind: "text", text: (row) => row.user },
  state: { kind: "state", test: stateTest },
  // The group of a container is its runtime and its id or name, that of a unit is one word.
  container: { kind: "text", text: (row) => (row.group?.includes(" ") ? `${row.group} ${row.container ?? ""}` : "") },
  unit,
  pid: { kind: "count", number: (row) => row.pid },
  parent: { kind: "count", number: (row) => row.parentPid },
  cpu: { kind: "percent", number: (row) => (row.cpu === null ? null : row.cpu * 100) },
  memory,
  io: { kind: "rate", number: ioOf },
  read: { kind: "rate", number: (row) => row.readBytesPerSecond },
  write: { kind: "rate", number: (row) => row.writeBytesPerSecond },
  threads: { kind: "count", number: (row) => row.threads },
  files: { kind: "count", number: (row) => row.openFiles },
};

/** Other names of fields. */
const ALSO: Readonly<Record<string, Field<Row>>> = { mem: memory, group: unit };

/** The fields in the order in which they are named to people. */
export const FILTER_FIELDS: readonly string[] = Object.keys(FIELDS);

const fieldOf = (name: string): Field<Row> | undefined =>
  Object.hasOwn(FIELDS, name) ? FIELDS[name] : Object.hasOwn(ALSO, name) ? ALSO[name] : undefined;

/** States by what people call them: their name, the kernel's letter, "zombie". */
const STATES: Readonly<Record<ProcessState, readonly string[]>> = {
  running: ["running", "r"],
  sleeping: ["sleeping", "s"],
  uninterruptible: ["uninterruptible", "d"],
  stopped: ["stopped", "t"],
  defunct: ["zombie", "z", "defunct"],
  idle: ["idle", "i"],
  dead: ["dead", "x"],
};

/** "zombie" is what every tool calls a defunct process. */
export const FILTER_STATES: readonly string[] = [...Object.values(STATES).map(([name = ""]) => name), "ended"];

function stateTest(value: string): Test<Row> | null {
  const wanted = value.toLowerCase();
  if ("ended".startsWith(wanted) && wanted.length > 1) return (row) => row.ended === true;
  const matches = (names: readonly string[]) =>
    names.some((name) => name === wanted || (wanted.length > 1 && name.startsWith(wanted)));
  const states = new Set<string>();
  for (const [state, names] of Object.entries(STATES)) if (matches(names)) states.add(state);
  return states.size === 0 ? null : (row) => states.has(row.state);
}

const GRAMMAR: FilterGrammar<Row> = {
  fieldOf,
  searched: (row) => `${row.pid} ${row.name} ${row.command} ${row.user} ${shownGroup(row)}`,
};

/** An empty filter matches everything. What cannot be read is left out and told. */
export function readProcessFilter(text: string): ProcessFilter {
  return readFilter(text, GRAMMAR);
}
