/** Takes command lines out of answers and rows that name processes. Pure. */

const COMMAND_KEYS = new Set(["command", "commands", "commandLine", "arguments"]);

/** Every text below a key that names a command line. */
export function commandsIn(value: unknown, isCommand = false): string[] {
  if (typeof value === "string") return isCommand && value !== "" ? [value] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => commandsIn(inner, isCommand || COMMAND_KEYS.has(key)));
}

/** A command line inside of another text, such as a headline, is replaced by its program. */
export function withoutCommands(text: string, commands: readonly string[]): string {
  return commands.reduce((left, command) => left.replaceAll(command, command.split(" ", 1)[0] ?? ""), text);
}

export function cleared(value: unknown, commands: readonly string[], isCommand = false): unknown {
  if (typeof value === "string") return isCommand ? "" : withoutCommands(value, commands);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((one) => cleared(one, commands, isCommand));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, cleared(inner, commands, isCommand || COMMAND_KEYS.has(key))]),
  );
}

/** What names processes, without their command lines. */
export function withoutCommandLines<One>(value: One): One {
  const commands = commandsIn(value).sort((a, b) => b.length - a.length);
  return cleared(value, commands) as One;
}
