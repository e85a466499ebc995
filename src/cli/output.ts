import { TRPCClientError } from "@trpc/client";
import { ERROR_TABLE } from "~/domain/errors";

/** Ends a client command with one line on stderr. */
export class CliError extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
    this.name = "CliError";
  }
}

/** Anything that could steer a terminal is replaced: names of processes and mounts come from strangers. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Rows as columns; numbers to the right. The last column is not padded. */
export function columns(rows: readonly (readonly string[])[], { right = [] }: { right?: readonly number[] } = {}): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => {
          const width = widths[index] ?? 0;
          if (right.includes(index)) return cell.padStart(width);
          return index === row.length - 1 ? cell : cell.padEnd(width);
        })
        .join("  "),
    )
    .join("\n");
}

/** What a failed call to the server means to the person at the terminal. */
export function clientError(error: unknown, url: string): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof TRPCClientError) {
    const data = error.data as { httpStatus?: number } | undefined;
    const known = Object.values(ERROR_TABLE).find(({ status }) => status === data?.httpStatus);
    if (known) return new CliError(known.exitCode, error.message);
  }
  return new CliError(3, `no Hostscope answers at ${url}: start it with \`hostscope start\`, or name its address with --url`);
}
