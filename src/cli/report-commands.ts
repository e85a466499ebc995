/** Commands that save a file about a time range. */
import { type Command, Option } from "commander";
import type { CommandContext, ProgramContext } from "./command-context";
import { urlOption, utcOption } from "./options";

function withFileOptions(command: Command): Command {
  return command
    .addOption(urlOption())
    .option("--hours <number>", "last N hours (default: 24)")
    .option("--from <time>", "start of the range: -2h, yesterday 14:00, or ISO 8601")
    .option("--to <time>", "end of the range, in the same form (default: now)")
    .option("-O, --output <file>", "output file, - for stdout")
    .option("--force", "overwrite an existing file");
}

export function addReportCommand(program: Command, { environment, programDir }: CommandContext): void {
  withFileOptions(program.command("report").description("Generate a report"))
    .addOption(new Option("--format <format>", "file format").choices(["pdf", "html", "csv", "json"]).default("pdf"))
    .option("--time-zone <name>", "time zone of the report, such as Europe/Berlin")
    .addOption(new Option("--rows <rows>", "CSV only: one row per number, or one per chart point").choices(["tables", "points"]))
    .action(async (flags) => {
      const { report: makeReport } = await import("./commands/report");
      await makeReport({ flags, environment, programDir });
    });
}

export function addIncidentCommands(program: Command, { environment, programDir, version, prepareBuild }: ProgramContext): void {
  program
    .command("incident [file]")
    .description("Save the data of a time range to a file for `hostscope open` on any machine (admin only)")
    .addOption(urlOption())
    .option("--from <moment>", "start: 2h ago, yesterday 14:00, 03:12, or a date with a time")
    .option("--to <moment>", "end, in the same form (default: now)")
    .option("--hours <number>", "last N hours, at most 24 (default: 1)")
    .option("--redact", "leave out command lines and the addresses of logins")
    .option("--force", "overwrite an existing file")
    .action(async (file: string | undefined, flags) => {
      const { incident } = await import("./commands/incident");
      await incident(file, { flags, environment, programDir });
    });
  program
    .command("open <file>")
    .description("Show an incident file in the browser (local and read-only, nothing is sampled)")
    .option("--port <number>", "listen port (default: any free one)")
    .addOption(utcOption())
    .addOption(new Option("--mode <mode>", "headless: API only, no pages").choices(["web", "headless"]).default("web"))
    .exitOverride()
    .action(async (file: string, flags) => {
      const { openIncident } = await import("./commands/open");
      await openIncident(file, { flags, environment, programDir, version, prepareBuild });
    });
}

export function addExportCommand(program: Command, { environment, programDir }: CommandContext): void {
  withFileOptions(program.command("export").description("Export stored metrics"))
    .addOption(new Option("--format <format>", "file format").choices(["csv", "json", "ndjson", "openmetrics"]).default("csv"))
    .option("--metric <names...>", "metric names, `system` (default), `all` or `processes`")
    .option("--step <seconds>", "resolution in seconds (default: as stored)")
    .action(async (flags) => {
      const { exportData } = await import("./commands/report");
      await exportData({ flags, environment, programDir });
    });
}
