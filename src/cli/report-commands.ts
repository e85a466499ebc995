/** Commands that save a file about a time range. */
import { type Command, Option } from "commander";
import type { CommandContext, ProgramContext } from "./command-context";
import { urlOption } from "./options";

function withFileOptions(command: Command): Command {
  return command
    .addOption(urlOption())
    .option("--hours <number>", "the last so many hours; 24 without any of these")
    .option("--from <time>", "ISO 8601, instead of --hours")
    .option("--to <time>", "ISO 8601, now without it")
    .option("-O, --output <file>", "where to save it, - for standard output")
    .option("--force", "replace a file that exists");
}

export function addReportCommand(program: Command, { environment, programDir }: CommandContext): void {
  withFileOptions(program.command("report").description("a report of the last hours as a file"))
    .addOption(new Option("--format <format>", "of the file").choices(["pdf", "html", "csv", "json"]).default("pdf"))
    .option("--time-zone <name>", "of the times that are printed, such as Europe/Berlin")
    .addOption(
      new Option("--rows <rows>", "of CSV: a row a number, or a row a point of the charts").choices(["tables", "points"]),
    )
    .action(async (flags) => {
      const { report: makeReport } = await import("./commands/report");
      await makeReport({ flags, environment, programDir });
    });
}

export function addIncidentCommands(program: Command, { environment, programDir, version, prepareBuild }: ProgramContext): void {
  program
    .command("incident [file]")
    .description("save what is stored of a stretch into one file, for `hostscope open` on any machine; needs the admin role")
    .addOption(urlOption())
    .option("--from <moment>", "2h, yesterday 14:00, 03:12, or a date with a time")
    .option("--to <moment>", "the same; now without it")
    .option("--hours <number>", "instead of --from: up to 24; 1 without either")
    .option("--redact", "without the command lines of processes")
    .option("--force", "replace a file that exists")
    .action(async (file: string | undefined, flags) => {
      const { incident } = await import("./commands/incident");
      await incident(file, { flags, environment, programDir });
    });
  program
    .command("open <file>")
    .description("show an incident file in the pages, on this machine only; nothing is sampled or changed")
    .option("--port <number>", "port to listen on; any that is free without it")
    .addOption(new Option("--mode <mode>", "headless has no pages").choices(["web", "headless"]).default("web"))
    .exitOverride()
    .action(async (file: string, flags) => {
      const { openIncident } = await import("./commands/open");
      await openIncident(file, { flags, environment, programDir, version, prepareBuild });
    });
}

export function addExportCommand(program: Command, { environment, programDir }: CommandContext): void {
  withFileOptions(program.command("export").description("stored readings as a file, as many as wanted"))
    .addOption(new Option("--format <format>", "of the file").choices(["csv", "json", "ndjson", "openmetrics"]).default("csv"))
    .option("--metric <names...>", "metrics, `system` (without it), `all`, or `processes`")
    .option("--step <seconds>", "a reading each so many seconds; without it as fine as it is kept")
    .action(async (flags) => {
      const { exportData } = await import("./commands/report");
      await exportData({ flags, environment, programDir });
    });
}
