/** Commands that start a server, show its status, and start or stop its sampling. */
import { type Command, Option } from "commander";
import type { CommandContext, ProgramContext } from "./command-context";
import { urlOption, utcOption } from "./options";

export function addStartCommand(program: Command, { programDir, prepareBuild, environment, version }: ProgramContext): void {
  program
    .command("start")
    .description("Start monitoring and serve the dashboard")
    .option("--host <address>", "listen address (HOSTSCOPE_HOST)")
    .option("--port <number>", "listen port, 0 for any free one (HOSTSCOPE_PORT)")
    .option("--config <file>", "configuration file (HOSTSCOPE_CONFIG)")
    .option("--data-dir <folder>", "data folder (HOSTSCOPE_DATA_DIR)")
    .option("--log-dir <folder>", "log folder (HOSTSCOPE_LOG_DIR)")
    .addOption(new Option("--mode <mode>", "headless: API only, no pages").choices(["web", "headless"]).default("web"))
    .addOption(new Option("--dev", "use Next's development server").hideHelp())
    .addOption(new Option("--demo", "mark all pages as showing demo data").hideHelp())
    .exitOverride()
    .action(async (flags) => {
      const { start } = await import("./commands/start");
      await start({ flags, environment, programDir, version, prepareBuild });
    });
}

export function addStatusCommand(program: Command, { environment, programDir }: CommandContext): void {
  program
    .command("status")
    .description("Show current status")
    .addOption(urlOption())
    .option("--local", "read the kernel directly, without a server")
    .option("--json", "print JSON")
    .option("--exit-code", "exit with 10 on a warning, 11 on a critical alert")
    .option("--nagios", "one line and an exit code for Nagios")
    .option("--probe", "only check that the server responds; needs no token (for health checks of containers)")
    .action(async (flags) => {
      const { status } = await import("./commands/status");
      await status({ flags, environment, programDir });
    });
}

export function addMonitoringCommands(program: Command, { environment, programDir }: CommandContext): void {
  const monitoring = program.command("monitoring").description("Start or stop sampling on a running server");
  for (const action of ["start", "stop"] as const) {
    monitoring
      .command(action)
      .description(`${action === "start" ? "Start" : "Stop"} sampling (persists across restarts)`)
      .addOption(urlOption())
      .addOption(utcOption())
      .option("--json", "print JSON")
      .action(async (flags) => {
        const { setMonitoring } = await import("./commands/monitoring");
        await setMonitoring(action, { flags, environment, programDir });
      });
  }
}

export function addVersionCommand(program: Command, version: string): void {
  program
    .command("version")
    .description("Show the versions of Hostscope and Node, and the platform")
    .action(() => {
      process.stdout.write(`hostscope ${version} node ${process.version} ${process.platform}-${process.arch}\n`);
    });
}
