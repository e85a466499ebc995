/**
 * The filter of the process table, on the page and at the command line. Words that a row contains, `field:text`, `field=text` and
 * comparisons such as `memory>100MB`; `-` before one excludes, quotes take it as text. All of them must match. Pure.
 */
import { shownGroup } from "./container";
import type { ProcessRow, ProcessState } from "./process";

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

/** What the value of a field has to be. */
export type FieldKind = "text" | "state" | "percent" | "size" | "rate" | "count";

/** A term that is not applied, and why. */
export type FilterProblem =
  | { kind: "field"; term: string; field: string }
  | { kind: "value"; term: string; field: string; takes: FieldKind };

export interface ProcessFilter {
  passes: (row: FilteredProcess) => boolean;
  problems: readonly FilterProblem[];
}

type Row = FilteredProcess;
type Test = (row: Row) => boolean;

type Field =
  | { kind: "text"; text: (row: Row) => string }
  | { kind: "state" }
  | { kind: "percent" | "size" | "rate" | "count"; number: (row: Row) => number | null };

const ioOf = ({ readBytesPerSecond: read, writeBytesPerSecond: written }: Row) =>
  read === null && written === null ? null : (read ?? 0) + (written ?? 0);

const unit: Field = { kind: "text", text: (row) => `${row.group ?? ""} ${shownGroup(row)}` };
const memory: Field = { kind: "size", number: (row) => row.memoryBytes };

const FIELDS: Readonly<Record<string, Field>> = {
  name: { kind: "text", text: (row) => row.name },
  command: { kind: "text", text: (row) => row.command },
  user: { kind: "text", text: (row) => row.user },
  state: { kind: "state" },
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
const ALSO: Readonly<Record<string, Field>> = { mem: memory, group: unit };

/** The fields in the order in which they are named to people. */
export const FILTER_FIELDS: readonly string[] = Object.keys(FIELDS);

const fieldOf = (name: string): Field | undefined =>
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

function stateTest(value: string): Test | null {
  const wanted = value.toLowerCase();
  if ("ended".startsWith(wanted) && wanted.length > 1) return (row) => row.ended === true;
  const matches = (names: readonly string[]) =>
    names.some((name) => name === wanted || (wanted.length > 1 && name.startsWith(wanted)));
  const states = new Set<string>();
  for (const [state, names] of Object.entries(STATES)) if (matches(names)) states.add(state);
  return states.size === 0 ? null : (row) => states.has(row.state);
}

const NUMBER = /^(\d+(?:\.\d+)?)([a-z%/]*)$/i;
const BINARY: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** `100MB`, `100M` and `100MiB` are one size, in powers of 1024 as the table shows them; a bare number is in `usual`. */
function bytesOf(suffix: string, usual: number): number | null {
  if (suffix === "") return usual;
  const prefix = /^([kmgt]?)(?:i?b)?$/.exec(suffix)?.[1];
  return prefix === undefined ? null : (BINARY[prefix] ?? null);
}

/** A typed number in the unit of its field; null when it cannot be read as one. */
function numberOf(value: string, kind: Exclude<FieldKind, "text" | "state">): number | null {
  const [, digits, suffix = ""] = NUMBER.exec(value) ?? [];
  if (digits === undefined) return null;
  const scale = scaleOf(suffix.toLowerCase(), kind);
  return scale === null ? null : Number(digits) * scale;
}

function scaleOf(suffix: string, kind: Exclude<FieldKind, "text" | "state">): number | null {
  switch (kind) {
    case "percent":
      return suffix === "" || suffix === "%" ? 1 : null;
    case "size":
      return bytesOf(suffix, 2 ** 20);
    case "rate":
      return bytesOf(suffix.replace(/\/s$/, ""), 2 ** 10);
    case "count":
      return suffix === "" ? 1 : null;
  }
}

function compare(operator: string, value: number, limit: number): boolean {
  switch (operator) {
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    default:
      return value === limit;
  }
}

/** Null when the field does not take the value. */
function fieldTest(field: Field, operator: string, value: string): Test | null {
  const isComparison = operator !== ":" && operator !== "=";
  if (field.kind === "state") return isComparison ? null : stateTest(value);
  if (field.kind === "text") {
    const wanted = value.toLowerCase();
    if (isComparison) return null;
    const { text } = field;
    if (operator === "=") return (row) => text(row).toLowerCase() === wanted;
    return (row) => text(row).toLowerCase().includes(wanted);
  }
  const limit = numberOf(value, field.kind);
  if (limit === null) return null;
  const { number } = field;
  return (row) => {
    const is = number(row);
    return is !== null && compare(operator, is, limit);
  };
}

function wordTest(word: string): Test {
  const wanted = word.toLowerCase();
  return (row) => `${row.pid} ${row.name} ${row.command} ${row.user} ${shownGroup(row)}`.toLowerCase().includes(wanted);
}

/** A term with its quotes: blanks within them belong to it. */
const TERM = /(?:[^\s"]|"[^"]*"?)+/g;
const unquoted = (text: string) => text.replaceAll('"', "");

/** A test, a problem, or null for a term that is still being typed, such as `user:`. */
function termTest(term: string): Test | FilterProblem | null {
  const [, name, operator, rest] = /^([a-z][a-z_]*)(>=|<=|>|<|=|:)(.*)$/i.exec(term) ?? [];
  if (name === undefined || operator === undefined || rest === undefined) {
    const word = unquoted(term);
    return word === "" ? null : wordTest(word);
  }
  const field = fieldOf(name.toLowerCase());
  const value = unquoted(rest);
  if (!field) return value === "" ? wordTest(term) : { kind: "field", term, field: name };
  if (value === "") return null;
  return fieldTest(field, operator, value) ?? { kind: "value", term, field: name.toLowerCase(), takes: field.kind };
}

/** An empty filter matches everything. What cannot be read is left out and told. */
export function readProcessFilter(text: string): ProcessFilter {
  const tests: Test[] = [];
  const problems: FilterProblem[] = [];
  for (const term of text.match(TERM) ?? []) {
    const isExcluded = term.length > 1 && term.startsWith("-");
    const test = termTest(isExcluded ? term.slice(1) : term);
    if (test === null) continue;
    if (typeof test !== "function") problems.push(test);
    else tests.push(isExcluded ? (row) => !test(row) : test);
  }
  return { passes: (row) => tests.every((test) => test(row)), problems };
}
