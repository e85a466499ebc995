import { runProgram } from "../../run-program";
import { CustomError, type CustomReading, type CustomSource, jsonNumber, numberOf, parseNagios, parsePrometheus } from "./custom";

const MAX_STDOUT = 64 * 1024;
/** A grandchild may keep the pipes open: output counts until this long after the program exits. */
const GRACE_MS = 100;

export type CommandOutput = "number" | "json" | "prometheus" | "nagios";

export interface CommandSourceOptions {
  argv: readonly [string, ...string[]];
  output: CommandOutput;
  pointer: string;
}

function parse(text: string, { output, pointer }: CommandSourceOptions): readonly CustomReading[] {
  switch (output) {
    case "number":
      return [{ value: numberOf(text) }];
    case "json":
      return [{ value: jsonNumber(text, pointer) }];
    case "prometheus":
      return parsePrometheus(text);
    case "nagios":
      return parseNagios(text);
  }
}

/** What went wrong when a program could not be started. */
function startError(program: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return `program not found: ${program}`;
  return code === "EACCES" ? `no permission to run ${program}` : message;
}

/** Parses a program's output. Nagios plugins report their state as the exit code: 0 to 2 are valid answers. */
export function commandSource(options: CommandSourceOptions): CustomSource {
  return async (signal) => {
    const result = await runProgram(options.argv, { signal, mostOutput: MAX_STDOUT, endsBeyond: true, graceMs: GRACE_MS });
    const { kind, stdout, stderr } = result;
    if (kind === "not started") throw new CustomError(startError(options.argv[0], result.error));
    if (kind === "aborted") throw new CustomError("timed out");
    if (kind === "too much output") throw new CustomError(`printed more than ${MAX_STDOUT / 1024} KiB`);
    const { code } = result;
    const answered = code === 0 || (options.output === "nagios" && code !== null && code <= 2);
    if (!answered) {
      const why = stderr.trim().split("\n").at(-1)?.slice(0, 100);
      throw new CustomError(`exited with ${code ?? "a signal"}${why ? `: ${why}` : ""}`);
    }
    return parse(stdout, options);
  };
}
