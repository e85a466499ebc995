/** Commands about the service of the system or of a user. */
import type { Command } from "commander";
import type { CommandContext } from "./command-context";
import type { ServiceFlags } from "./commands/service";

export function addServiceCommands(program: Command, context: CommandContext): void {
  const service = program.command("service").description("Run Hostscope as a service that starts with the machine");
  const ofUser = (command: Command) => command.option("--user", "a service of your own, without root");
  const changing = (command: Command) => ofUser(command).option("--dry-run", "only print what it would do");

  changing(service.command("install").description("Install and start the service; prints each step before it is taken"))
    .option("--full-view", "give the service the capabilities to see what only root sees")
    .action(async (flags: ServiceFlags) => {
      const { installService } = await import("./commands/service");
      installService({ flags, ...context });
    });
  ofUser(service.command("status").description("Show the state of the service")).action(async (flags: ServiceFlags) => {
    const { serviceStatus } = await import("./commands/service");
    serviceStatus({ flags, ...context });
  });
  changing(service.command("uninstall").description("Stop and remove the service; data, configuration and logs stay")).action(
    async (flags: ServiceFlags) => {
      const { uninstallService } = await import("./commands/service");
      uninstallService({ flags, ...context });
    },
  );
}
