/** `config`, and the silences of `alerts`. */
import type { Command } from "commander";
import type { CommandContext } from "./command-context";
import { urlOption, utcOption } from "./options";

export function addConfigCommands(program: Command, context: CommandContext): void {
  const config = program.command("config").description("Show, check and change the configuration");
  const commands = () => import("./commands/config");
  config
    .command("check [file]")
    .description("Check the configuration file (no server needed)")
    .action(async (file: string | undefined, flags) => (await commands()).checkConfig(file, { flags, ...context }));
  config
    .command("path")
    .description("Print the path of the configuration file")
    .action(async (flags) => (await commands()).printConfigPath({ flags, ...context }));
  config
    .command("schema")
    .description("Print the JSON Schema of the configuration file, for editors")
    .action(async () => (await commands()).printConfigSchema());
  config
    .command("show")
    .description("List all settings in effect and their sources (secrets are masked)")
    .addOption(urlOption())
    .option("--json", "print JSON")
    .action(async (flags) => (await commands()).showConfig({ flags, ...context }));
  config
    .command("set <path> <value>")
    .description("Change a setting in the configuration file of a running server")
    .addOption(urlOption())
    .option("--json", "print JSON")
    .action(async (path: string, value: string, flags) => (await commands()).setConfig(path, value, { flags, ...context }));
  config
    .command("unset <path>")
    .description("Remove a setting from the file, so that its default applies")
    .addOption(urlOption())
    .option("--json", "print JSON")
    .action(async (path: string, flags) => (await commands()).setConfig(path, null, { flags, ...context }));
}

export function addSilenceCommands(alerts: Command, context: CommandContext): void {
  const commands = () => import("./commands/silences");
  alerts
    .command("silence")
    .description("Silence alerts")
    .addOption(urlOption())
    .option("--rule <name>", "rule name, * matches anything", "*")
    .option("--match <label=value...>", "only series with these labels")
    .option("--hours <number>", "duration in hours", "1")
    .option("--note <text>", "reason")
    .addOption(utcOption())
    .option("--json", "print JSON")
    .action(async (flags) => (await commands()).addSilence({ flags, ...context }));
  alerts
    .command("silences")
    .description("List active and scheduled silences")
    .addOption(urlOption())
    .addOption(utcOption())
    .option("--json", "print JSON")
    .action(async (flags) => (await commands()).listSilences({ flags, ...context }));
  alerts
    .command("unsilence <id>")
    .description("End a silence")
    .addOption(urlOption())
    .option("--json", "print JSON")
    .action(async (id: string, flags) => (await commands()).removeSilence(id, { flags, ...context }));
}
