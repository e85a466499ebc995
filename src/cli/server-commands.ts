/** Commands that start a server, show its status, and start or stop its sampling. */
import { type Command, Option } from "commander";
import type { CommandContext, ProgramContext } from "./command-context";
import { urlOption } from "./options";

export function addStartCommand(program: Command, { programDir, prepareBuild, environment, version }: ProgramContext): void {
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
}

export function addStatusCommand(program: Command, { environment, programDir }: CommandContext): void {
  program
    .command("status")
    .description("how this machine is now")
    .addOption(urlOption())
    .option("--local", "read the kernel here, without a server")
    .option("--json", "as JSON")
    .option("--exit-code", "10 with a warning, 11 with a critical alert")
    .option("--nagios", "one line and an exit code as Nagios expects them")
    .action(async (flags) => {
      const { status } = await import("./commands/status");
      await status({ flags, environment, programDir });
    });
}

export function addMonitoringCommands(program: Command, { environment, programDir }: CommandContext): void {
  const monitoring = program.command("monitoring").description("start or stop sampling on a running server");
  for (const action of ["start", "stop"] as const) {
    monitoring
      .command(action)
      .description(`${action} sampling; it stays so over a restart`)
      .addOption(urlOption())
      .option("--json", "as JSON")
      .action(async (flags) => {
        const { setMonitoring } = await import("./commands/monitoring");
        await setMonitoring(action, { flags, environment, programDir });
      });
  }
}

export function addVersionCommand(program: Command, version: string): void {
  program
    .command("version")
    .description("version of Hostscope, Node and the platform")
    .action(() => {
      process.stdout.write(`hostscope ${version} node ${process.version} ${process.platform}-${process.arch}\n`);
    });
}
