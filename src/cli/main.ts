/** The command line. Each command's code is loaded on demand, so that small commands start fast. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { Command, CommanderError } from "commander";
import { ERROR_TABLE, isAppError, StartError } from "~/domain/errors";
import { type Environment, readEnvironment } from "~/server/env";
import { addAccessCommands } from "./access-commands";
import { addAlertCommands, addExplainCommand, addWhyCommand } from "./alert-commands";
import type { ProgramContext } from "./command-context";
import { addDataCommands } from "./data-commands";
import { addExamples } from "./examples";
import { addLiveCommands } from "./live-commands";
import { withCommon } from "./options";
import { CliError, useColor } from "./output";
import type { ProgramOptions } from "./program-options";
import { addExportCommand, addIncidentCommands, addReportCommand } from "./report-commands";
import { addMonitoringCommands, addStartCommand, addStatusCommand, addVersionCommand } from "./server-commands";
import { addServiceCommands } from "./service-commands";
import { addConfigCommands } from "./settings-commands";
import { useUtc } from "./time";

const EXIT_CODES = `
Exit codes: 0 success, 1 error, 2 usage, 3 server unreachable, 4 not allowed, 5 not found, 130 interrupted.
  status --exit-code: 10 warning, 11 critical
  status --nagios: 0 OK, 1 warning, 2 critical, 3 unknown
  start, open: 64 usage, 65 newer database or damaged file, 69 port in use, 70 internal error,
    73 data folder in use or not writable, 78 configuration or Node version`;

/** The command tree: run by `main`, and the source of help, completion and docs/cli.md. */
export function buildProgram(context: ProgramContext): Command {
  const { environment, version } = context;
  const program = new Command("hostscope")
    .description("Performance monitoring for this machine: every second, every process.")
    .version(`hostscope ${version}`, "-V, --version")
    .addHelpText("after", EXIT_CODES)
    .showSuggestionAfterError()
    .showHelpAfterError("Run `hostscope --help` for the commands, `hostscope COMMAND --help` for the options of one.")
    .exitOverride();
  addStartCommand(program, context);
  addStatusCommand(program, context);
  addLiveCommands(program, context);
  addMonitoringCommands(program, context);
  addAlertCommands(program, context);
  addConfigCommands(program, context);
  addWhyCommand(program, context);
  addExplainCommand(program, context);
  addDataCommands(program, context);
  addAccessCommands(program, context);
  addReportCommand(program, context);
  addExportCommand(program, context);
  addIncidentCommands(program, context);
  addServiceCommands(program, context);
  addVersionCommand(program, version);
  addExamples(program);
  program.hook("preAction", (_program, action) => {
    const { color, utc } = action.opts<{ color?: ColorWish; utc?: boolean }>();
    useColor(color ?? environment.color);
    useUtc(utc === true);
  });
  return withCommon(program);
}

type ColorWish = Environment["color"];

export async function main({ argv, programDir, prepareBuild }: ProgramOptions): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(programDir, "package.json"), "utf8")) as { version: string };
  const program = buildProgram({ programDir, prepareBuild, version, environment: readEnvironment() });

  // A reader such as `head` closes the pipe when it has enough; that is not an error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  try {
    await program.parseAsync(argv);
  } catch (error) {
    const starting = argv[2] === "start" || argv[2] === "open";
    process.exitCode = report(error, starting, argv.includes("--debug"));
    // A failed start may still hold a port or a lock.
    if (starting) process.exit();
  }
}

/** Prints the error to stderr, with the stack only with `--debug`, and returns the exit code. */
function report(error: unknown, starting: boolean, debug: boolean): number {
  // Commander has already printed its message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : starting ? 64 : 2;
  process.stderr.write(`${debug ? inspect(error) : error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof StartError) return starting ? error.exitCode : 1;
  if (error instanceof CliError) return error.exitCode;
  if (isAppError(error)) return ERROR_TABLE[error.code].exitCode;
  return starting ? 70 : 1;
}
