/** Commands about the service of the system or of a user. */
import type { Command } from "commander";
import type { CommandContext } from "./command-context";
import type { ServiceFlags } from "./commands/service";

export function addServiceCommands(program: Command, context: CommandContext): void {
  const service = program.command("service").description("Run Hostscope as a service that starts at boot");
  const ofUser = (command: Command) => command.option("--user", "user service, without root");
  const changing = (command: Command) => ofUser(command).option("--dry-run", "print the steps without running them");

  changing(service.command("install").description("Install and start the service (prints each step before running it)"))
    .option("--full-view", "grant the capabilities for a full view of the machine (Linux system service only)")
    .action(async (flags: ServiceFlags) => {
      const { installService } = await import("./commands/service");
      installService({ flags, ...context });
    });
  ofUser(service.command("status").description("Show the state of the service")).action(async (flags: ServiceFlags) => {
    const { serviceStatus } = await import("./commands/service");
    serviceStatus({ flags, ...context });
  });
  changing(
    service.command("uninstall").description("Stop and remove the service (data, configuration and logs are kept)"),
  ).action(async (flags: ServiceFlags) => {
    const { uninstallService } = await import("./commands/service");
    uninstallService({ flags, ...context });
  });
}
