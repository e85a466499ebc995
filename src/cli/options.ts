/** Options, examples and help layout that commands share. */
import { type Command, InvalidArgumentError, Option } from "commander";

export function urlOption(): Option {
  return new Option("--url <url>", "server address (HOSTSCOPE_URL)");
}

/** For commands that print times. */
export function utcOption(): Option {
  return new Option("--utc", "print times in UTC instead of local time");
}

/** For commands that query a server and print an object. */
export function withServer(command: Command): Command {
  return command.addOption(urlOption()).option("--json", "print JSON");
}

const FORMATS = ["table", "json", "ndjson", "csv"] as const;

/** For commands that print a list. */
export function withFormats(command: Command): Command {
  return withServer(command).addOption(new Option("-o, --output <format>", "output format").choices(FORMATS));
}

export function withRange(command: Command, hours: string): Command {
  return command
    .option("--hours <number>", `last N hours (default: ${hours})`)
    .option("--since <moment>", "start: 2h ago, yesterday, 03:12, or a date with a time")
    .option("--until <moment>", "end, in the same form (default: now)");
}

/** Parses an integer of at least 1; anything else is a usage error. */
export function countArgument(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("Expected a whole number of at least 1.");
}

/** Adds the options of every command. */
export function withCommon(program: Command): Command {
  // Options belong to the command they follow: in `alerts ack ID --json`, `--json` is not an option of `alerts`.
  program.enablePositionalOptions();
  for (const command of program.commands) {
    command
      .addOption(new Option("--color <when>", "when to use color (NO_COLOR)").choices(["auto", "always", "never"]))
      .option("--debug", "show stack traces");
    withCommon(command);
  }
  return program;
}
