import { stripVTControlCharacters, styleText } from "node:util";
import { ERROR_TABLE } from "~/domain/errors";
import { alignNumbers } from "./number-column";

/** Makes a client command fail with one line on stderr. */
export class CliError extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(message, options);
    this.name = "CliError";
  }
}

/** Replaces control characters: names of processes and mounts are untrusted and could control the terminal. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
}

let wantsColor = false;

/** Called once, before a command runs. */
export function useColor(wanted: "auto" | "always" | "never"): void {
  wantsColor = wanted === "always" || (wanted === "auto" && process.stdout.isTTY === true);
}

const STYLES = { critical: ["bold", "red"], warning: ["yellow"], ok: ["green"], quiet: ["dim"], head: ["bold"] } as const;

/** Colour only repeats what the text says. */
export function paint(how: keyof typeof STYLES, text: string): string {
  return wantsColor ? styleText([...STYLES[how]], text, { validateStream: false }) : text;
}

/** Length of a text without its colour sequences. */
function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length;
}

export type OutputFormat = "table" | "json" | "ndjson" | "csv";

/** Nested values as JSON, so that each field is one column. */
function csvCell(value: unknown): string | number {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

interface Listing<Row> {
  format: OutputFormat;
  rows: readonly Row[];
  /** The complete answer, for `json`. */
  whole: unknown;
  table: () => string;
}

/** Prints a list in the requested format. */
export async function printList<Row extends object>({ format, rows, whole, table }: Listing<Row>): Promise<void> {
  if (format === "json") printJson(whole);
  else if (format === "ndjson") for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  else if (format === "csv") {
    const { stringify } = await import("csv-stringify/sync");
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const lines = rows.map((row) => names.map((name) => csvCell((row as Record<string, unknown>)[name])));
    // Spreadsheets run a cell that begins like a formula, and names are untrusted.
    process.stdout.write(stringify([names, ...lines], { escape_formulas: true }));
  } else process.stdout.write(`${table()}\n`);
}

/** `--json` is short for `--output json`. */
export function formatOf({ json, output }: { json?: boolean; output?: OutputFormat }): OutputFormat {
  return output ?? (json ? "json" : "table");
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A table with a line of heads. The columns in `right` hold numbers: they are right-aligned, with as many decimals in each row. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { right = [] }: { right?: readonly number[] } = {},
): string {
  const numbers = new Map(right.map((index) => [index, alignNumbers(rows.map((row) => row[index] ?? ""))]));
  const aligned = rows.map((row, line) => row.map((cell, index) => numbers.get(index)?.[line] ?? cell));
  return columns([head.map((name) => paint("head", name)), ...aligned], { right });
}

/** Formats rows as columns, those in `right` right-aligned. The last column is not padded. */
export function columns(rows: readonly (readonly string[])[], { right = [] }: { right?: readonly number[] } = {}): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, visibleLength(cell));
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => {
          const space = " ".repeat(Math.max(0, (widths[index] ?? 0) - visibleLength(cell)));
          if (right.includes(index)) return space + cell;
          return index === row.length - 1 ? cell : cell + space;
        })
        .join("  "),
    )
    .join("\n");
}

/** Turns a failed server call into an error for the user. */
export function clientError(error: unknown, url: string): CliError {
  if (error instanceof CliError) return error;
  const answer = answerOf(error);
  return answer === null ? unreachable(url, error) : refusal(answer, error);
}

export interface Refused {
  status: number;
  /** Undefined where the server did not say why. */
  detail: string | undefined;
}

export function refusal({ status, detail }: Refused, cause?: unknown): CliError {
  const known = Object.values(ERROR_TABLE).find((one) => one.status === status);
  return new CliError(known?.exitCode ?? 1, detail ?? `The server responded with ${status}.`, { cause });
}

interface ClientError extends Error {
  data?: { httpStatus?: number };
  meta?: { response?: { status?: number }; responseJSON?: { detail?: unknown } };
}

/** What the server said. Null when nobody answered, or another program than Hostscope. */
function answerOf(error: unknown): Refused | null {
  // Compare the name instead of importing the class: commands without a server do not load the client.
  if (!(error instanceof Error) || error.name !== "TRPCClientError") return null;
  const { data, meta, message } = error as ClientError;
  if (data?.httpStatus !== undefined) return { status: data.httpStatus, detail: message };
  // Requests that reach no procedure, for lack of a login for example, are answered as problems.
  const [status, detail] = [meta?.response?.status, meta?.responseJSON?.detail];
  return status !== undefined && typeof detail === "string" ? { status, detail } : null;
}

export function unreachable(url: string, cause?: unknown): CliError {
  const message = `Cannot reach Hostscope at ${url}. Start it with \`hostscope start\`, or set its address with --url.`;
  return new CliError(3, message, { cause });
}
