/** Takes command lines out of rows and of the process table. Pure. */
import type { ProcessBlock } from "../processes/block-types";
import type { ExcerptRow } from "./records";

const COMMAND_KEYS = new Set(["command", "commands", "commandLine", "arguments"]);

/** Every text below a key that names a command line. */
function commandsIn(value: unknown, isCommand = false): string[] {
  if (typeof value === "string") return isCommand && value !== "" ? [value] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => commandsIn(inner, isCommand || COMMAND_KEYS.has(key)));
}

/** A command line inside of another text, such as a headline, is replaced by its program. */
function withoutCommands(text: string, commands: readonly string[]): string {
  return commands.reduce((left, command) => left.replaceAll(command, command.split(" ", 1)[0] ?? ""), text);
}

function cleared(value: unknown, commands: readonly string[], isCommand = false): unknown {
  if (typeof value === "string") return isCommand ? "" : withoutCommands(value, commands);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((one) => cleared(one, commands, isCommand));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, cleared(inner, commands, isCommand || COMMAND_KEYS.has(key))]),
  );
}

/** The row of an alert without the command lines of those who caused it. */
export function alertWithoutCommands(row: ExcerptRow): ExcerptRow {
  const causes = ["cause", "first_cause"].map((column) => [column, JSON.parse(String(row[column]))] as const);
  // The longest first: one may be the beginning of another.
  const commands = causes.flatMap(([, cause]) => commandsIn(cause)).sort((a, b) => b.length - a.length);
  return {
    ...row,
    message: withoutCommands(String(row.message), commands),
    ...Object.fromEntries(causes.map(([column, cause]) => [column, JSON.stringify(cleared(cause, commands))])),
  };
}

/** The block with the program's name in the place of each command line. */
export function blockWithoutCommands(block: ProcessBlock): ProcessBlock {
  const ticks = block.ticks.map((tick) => ({
    ...tick,
    identities: tick.identities.map((identity) => identity.with(4, identity[3]) as typeof identity),
  }));
  return { ...block, ticks };
}
