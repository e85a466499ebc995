/** The command line. Each command is loaded when it is asked for, so that the small ones start at once. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { Command, CommanderError, Option } from "commander";
import { ERROR_TABLE, isAppError, StartError } from "~/domain/errors";
import { type Environment, readEnvironment } from "~/server/env";
import { addAccessCommands } from "./access-commands";
import { addExamples } from "./examples";
import { addLiveCommands } from "./live-commands";
import { countArgument, withCommon, withFormats, withRange } from "./options";
import { CliError, useColor } from "./output";
import { addConfigCommands, addSilenceCommands } from "./settings-commands";

export interface Program {
  argv: readonly string[];
  programDir: string;
  /** Makes Next's build when it is missing or old; `announce` is called first when that takes a while. */
  prepareBuild: (announce: () => void) => Promise<void>;
}

const EXIT_CODES = `
Exit codes: 0 ok, 1 error, 2 usage, 3 server unreachable, 4 not allowed, 5 not found.
Of status --exit-code: 10 with a warning, 11 with a critical alert; of status --nagios 0, 1, 2 and 3. 130 when interrupted.
Of start: 64 usage, 65 newer database, 69 port, 70 internal, 73 data folder or already running, 78 configuration or Node.`;

interface ProgramContext extends Pick<Program, "programDir" | "prepareBuild"> {
  environment: Environment;
  version: string;
}

/** The tree of commands: what `main` runs, and what help, completion and docs/cli.md are made from. */
export function buildProgram({ programDir, prepareBuild, environment, version }: ProgramContext): Command {
  const url = () => new Option("--url <url>", "address of the server (HOSTSCOPE_URL)");
  const program = new Command("hostscope")
    .description("Performance monitor for this machine: every second, every process.")
    .version(`hostscope ${version}`, "-V, --version")
    .addHelpText("after", EXIT_CODES)
    .showSuggestionAfterError()
    .showHelpAfterError("`hostscope --help` lists the commands, `hostscope COMMAND --help` what each takes")
    .exitOverride();

  program
    .command("start")
    .description("serve the dashboard, and sample this machine")
    .option("--host <address>", "address to listen on (HOSTSCOPE_HOST)")
    .option("--port <number>", "port to listen on, 0 for any (HOSTSCOPE_PORT)")
    .option("--config <file>", "configuration file (HOSTSCOPE_CONFIG)")
    .option("--data-dir <folder>", "folder of the database (HOSTSCOPE_DATA_DIR)")
    .option("--log-dir <folder>", "folder of the logs (HOSTSCOPE_LOG_DIR)")
    .addOption(new Option("--mode <mode>", "headless has no pages").choices(["web", "headless"]).default("web"))
    .addOption(new Option("--dev", "with Next's development server").hideHelp())
    .addOption(new Option("--demo", "say on every page that the past is a recording").hideHelp())
    .exitOverride()
    .action(async (flags) => {
      const { start } = await import("./commands/start");
      await start({ flags, environment, programDir, version, prepareBuild });
    });

  program
    .command("status")
    .description("how this machine is now")
    .addOption(url())
    .option("--local", "read the kernel here, without a server")
    .option("--json", "as JSON")
    .option("--exit-code", "10 with a warning, 11 with a critical alert")
    .option("--nagios", "one line and an exit code as Nagios expects them")
    .action(async (flags) => {
      const { status } = await import("./commands/status");
      await status({ flags, environment, programDir });
    });

  addLiveCommands(program, { environment, programDir });

  const monitoring = program.command("monitoring").description("start or stop sampling on a running server");
  for (const action of ["start", "stop"] as const) {
    monitoring
      .command(action)
      .description(`${action} sampling; it stays so over a restart`)
      .addOption(url())
      .option("--json", "as JSON")
      .action(async (flags) => {
        const { setMonitoring } = await import("./commands/monitoring");
        await setMonitoring(action, { flags, environment, programDir });
      });
  }

  const alerts = withRange(withFormats(program.command("alerts").description("alerts of the last hours")), "24")
    .option("--limit <number>", "so many at most", countArgument)
    .addOption(new Option("--state <state>", "only those").choices(["firing", "resolved"]))
    .addOption(new Option("--severity <severity>", "only those").choices(["info", "warning", "critical"]))
    .action(async (flags) => {
      const { listAlerts } = await import("./commands/alerts");
      await listAlerts({ flags, environment, programDir });
    });
  for (const [name, action, description] of [
    ["ack", "acknowledge", "take note of an alert: reminders stop"],
    ["resolve", "resolve", "end an alert by hand"],
  ] as const) {
    alerts
      .command(`${name} <id>`)
      .description(description)
      .addOption(url())
      .option("--note <text>", "why")
      .option("--json", "as JSON")
      .action(async (id: string, flags) => {
        const { changeAlert } = await import("./commands/alerts");
        await changeAlert(action, id, { flags, environment, programDir });
      });
  }

  addSilenceCommands(alerts, { environment, programDir });
  addConfigCommands(program, { environment, programDir });

  program
    .command("why <metric>")
    .description("which processes explain cpu, memory, swap, disk, filesystem or any metric")
    .addOption(url())
    .option("--at <moment>", "03:12, 2h ago, or a date with a time; now without it")
    .option("--json", "as JSON")
    .action(async (metric: string, flags) => {
      const { why } = await import("./commands/why");
      await why(metric, { flags, environment, programDir });
    });

  const dataDir = () => new Option("--data-dir <folder>", "folder of the database (HOSTSCOPE_DATA_DIR)");
  program
    .command("backup [file]")
    .description("copy the database into one file, also while the server runs")
    .addOption(dataDir())
    .action(async (file: string | undefined, flags) => {
      const { backup } = await import("./commands/backup");
      backup(file, { flags, environment, programDir });
    });
  program
    .command("restore <file>")
    .description("put a backup in the place of the database, which is kept; the server must not run")
    .addOption(dataDir())
    .action(async (file: string, flags) => {
      const { restoreBackup } = await import("./commands/backup");
      restoreBackup(file, { flags, environment, programDir });
    });
  program
    .command("doctor")
    .description("look for what keeps Hostscope from working; the output belongs into a report")
    .addOption(url())
    .option("--config <file>", "configuration file (HOSTSCOPE_CONFIG)")
    .addOption(dataDir())
    .option("--log-dir <folder>", "folder of the logs (HOSTSCOPE_LOG_DIR)")
    .option("--json", "as JSON")
    .action(async (flags) => {
      const { doctor } = await import("./commands/doctor");
      await doctor({ flags, environment, programDir, version });
    });

  addAccessCommands(program, { environment, programDir });

  const range = (command: Command) =>
    command
      .addOption(url())
      .option("--hours <number>", "the last so many hours; 24 without any of these")
      .option("--from <time>", "ISO 8601, instead of --hours")
      .option("--to <time>", "ISO 8601, now without it")
      .option("-O, --output <file>", "where to save it, - for standard output")
      .option("--force", "replace a file that exists");
  range(program.command("report").description("a report of the last hours as a file"))
    .addOption(new Option("--format <format>", "of the file").choices(["pdf", "html", "csv", "json"]).default("pdf"))
    .option("--time-zone <name>", "of the times that are printed, such as Europe/Berlin")
    .addOption(
      new Option("--rows <rows>", "of CSV: a row a number, or a row a point of the charts").choices(["tables", "points"]),
    )
    .action(async (flags) => {
      const { report: makeReport } = await import("./commands/report");
      await makeReport({ flags, environment, programDir });
    });
  range(program.command("export").description("stored readings as a file, as many as wanted"))
    .addOption(new Option("--format <format>", "of the file").choices(["csv", "json", "ndjson", "openmetrics"]).default("csv"))
    .option("--metric <names...>", "metrics, `system` (without it), `all`, or `processes`")
    .option("--step <seconds>", "a reading each so many seconds; without it as fine as it is kept")
    .action(async (flags) => {
      const { exportData } = await import("./commands/report");
      await exportData({ flags, environment, programDir });
    });

  program
    .command("version")
    .description("version of Hostscope, Node and the platform")
    .action(() => {
      process.stdout.write(`hostscope ${version} node ${process.version} ${process.platform}-${process.arch}\n`);
    });

  addExamples(program);
  program.hook("preAction", (_program, action) => useColor(action.opts<{ color?: ColorWish }>().color ?? environment.color));
  return withCommon(program);
}

type ColorWish = Environment["color"];

export async function main({ argv, programDir, prepareBuild }: Program): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(programDir, "package.json"), "utf8")) as { version: string };
  const program = buildProgram({ programDir, prepareBuild, version, environment: readEnvironment() });

  // A reader such as `head` that has seen enough closes the pipe: that is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  try {
    await program.parseAsync(argv);
  } catch (error) {
    const starting = argv[2] === "start";
    process.exitCode = report(error, starting, argv.includes("--debug"));
    // A start that failed half way may hold a port or a lock.
    if (starting) process.exit();
  }
}

/** Says on stderr, in one line unless the stack is wanted, what went wrong and answers the exit code. */
function report(error: unknown, starting: boolean, debug: boolean): number {
  // Commander has written its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : starting ? 64 : 2;
  process.stderr.write(`${debug ? inspect(error) : error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof StartError) return starting ? error.exitCode : 1;
  if (error instanceof CliError) return error.exitCode;
  if (isAppError(error)) return ERROR_TABLE[error.code].exitCode;
  return starting ? 70 : 1;
}
