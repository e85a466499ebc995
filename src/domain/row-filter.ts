/**
 * The filter of a table: words that a row contains, `field:text`, `field=text` and comparisons such as `memory>100MB`; `-` before one
 * excludes, quotes take it as text. All of them must match. Pure.
 */

/** What the value of a field has to be. */
export type FieldKind = "text" | "state" | "percent" | "size" | "rate" | "count";

type NumberKind = Exclude<FieldKind, "text" | "state">;

/** A term that is not applied, and why. */
export type FilterProblem =
  | { kind: "field"; term: string; field: string }
  | { kind: "value"; term: string; field: string; takes: FieldKind };

export type Test<Row> = (row: Row) => boolean;

export type Field<Row> =
  | { kind: "text"; text: (row: Row) => string }
  /** Null for a state that does not exist. */
  | { kind: "state"; test: (value: string) => Test<Row> | null }
  | { kind: NumberKind; number: (row: Row) => number | null };

/** What the terms of a table mean. */
export interface FilterGrammar<Row> {
  /** By its name in lower case. */
  fieldOf: (name: string) => Field<Row> | undefined;
  /** What a word is looked for in. */
  searched: (row: Row) => string;
  /** Words without quotes that are no text. */
  words?: Readonly<Record<string, Test<Row>>>;
}

export interface RowFilter<Row> {
  passes: Test<Row>;
  problems: readonly FilterProblem[];
}

const NUMBER = /^(\d+(?:\.\d+)?)([a-z%/]*)$/i;
const BINARY: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const DECIMAL: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** `100MB`, `100M` and `100MiB` are one size, in powers of 1024 as the table shows them; a bare number is in `usual`. */
function bytesOf(suffix: string, usual: number): number | null {
  if (suffix === "") return usual;
  const prefix = /^([kmgt]?)(?:i?b)?$/.exec(suffix)?.[1];
  return prefix === undefined ? null : (BINARY[prefix] ?? null);
}

/** Network rates are shown in bits to who wants them so. */
function rateOf(suffix: string): number | null {
  const prefix = /^([kmgt]?)bit$/.exec(suffix)?.[1];
  return prefix === undefined ? bytesOf(suffix, 2 ** 10) : (DECIMAL[prefix] ?? 1) / 8;
}

/** A typed number in the unit of its field; null when it cannot be read as one. */
function numberOf(value: string, kind: NumberKind): number | null {
  const [, digits, suffix = ""] = NUMBER.exec(value) ?? [];
  if (digits === undefined) return null;
  const scale = scaleOf(suffix.toLowerCase(), kind);
  return scale === null ? null : Number(digits) * scale;
}

function scaleOf(suffix: string, kind: NumberKind): number | null {
  switch (kind) {
    case "percent":
      return suffix === "" || suffix === "%" ? 1 : null;
    case "size":
      return bytesOf(suffix, 2 ** 20);
    case "rate":
      return rateOf(suffix.replace(/\/s$/, ""));
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
function fieldTest<Row>(field: Field<Row>, operator: string, value: string): Test<Row> | null {
  const isComparison = operator !== ":" && operator !== "=";
  if (field.kind === "state") return isComparison ? null : field.test(value);
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

/** A term with its quotes: blanks within them belong to it. */
const TERM = /(?:[^\s"]|"[^"]*"?)+/g;
const unquoted = (text: string) => text.replaceAll('"', "");

/** A test, a problem, or null for a term that is still being typed, such as `user:`. */
function termTest<Row>(term: string, { fieldOf, searched, words = {} }: FilterGrammar<Row>): Test<Row> | FilterProblem | null {
  const wordTest = (word: string): Test<Row> => {
    const wanted = word.toLowerCase();
    return (row) => searched(row).toLowerCase().includes(wanted);
  };
  const [, name, operator, rest] = /^([a-z_][a-z0-9_]*)(>=|<=|>|<|=|:)(.*)$/i.exec(term) ?? [];
  if (name === undefined || operator === undefined || rest === undefined) {
    if (Object.hasOwn(words, term.toLowerCase())) return words[term.toLowerCase()] ?? null;
    const word = unquoted(term);
    return word === "" ? null : wordTest(word);
  }
  const field = fieldOf(name.toLowerCase());
  const value = unquoted(rest);
  // Names of labels may have digits; of words that are no field, such as `eth0:1`, that is usual.
  if (!field) return value === "" || /\d|^_/.test(name) ? wordTest(unquoted(term)) : { kind: "field", term, field: name };
  if (value === "") return null;
  return fieldTest(field, operator, value) ?? { kind: "value", term, field: name.toLowerCase(), takes: field.kind };
}

/** An empty filter matches everything. What cannot be read is left out and told. */
export function readFilter<Row>(text: string, grammar: FilterGrammar<Row>): RowFilter<Row> {
  const tests: Test<Row>[] = [];
  const problems: FilterProblem[] = [];
  for (const term of text.match(TERM) ?? []) {
    const isExcluded = term.length > 1 && term.startsWith("-");
    const test = termTest(isExcluded ? term.slice(1) : term, grammar);
    if (test === null) continue;
    if (typeof test !== "function") problems.push(test);
    else tests.push(isExcluded ? (row) => !test(row) : test);
  }
  return { passes: (row) => tests.every((test) => test(row)), problems };
}
