/** Commands that change what is watched and sent: `config`, and the silences of `alerts`. */
import type { Command } from "commander";
import type { CommandContext } from "./command-context";
import { urlOption } from "./options";

export function addConfigCommands(program: Command, context: CommandContext): void {
  const config = program.command("config").description("read, check and change the configuration");
  const commands = () => import("./commands/config");
  config
    .command("check [file]")
    .description("look for mistakes in the configuration file, without a server")
    .action(async (file: string | undefined, flags) => (await commands()).checkConfig(file, { flags, ...context }));
  config
    .command("path")
    .description("where the configuration file is")
    .action(async (flags) => (await commands()).printConfigPath({ flags, ...context }));
  config
    .command("schema")
    .description("JSON Schema of the configuration file, for editors")
    .action(async () => (await commands()).printConfigSchema());
  config
    .command("show")
    .description("every setting in force and where it comes from; secrets are hidden")
    .addOption(urlOption())
    .option("--json", "as JSON")
    .action(async (flags) => (await commands()).showConfig({ flags, ...context }));
  config
    .command("set <path> <value>")
    .description("write a setting into the file of a running server; it is in force at once")
    .addOption(urlOption())
    .option("--json", "as JSON")
    .action(async (path: string, value: string, flags) => (await commands()).setConfig(path, value, { flags, ...context }));
  config
    .command("unset <path>")
    .description("take a setting out of the file: its default holds again")
    .addOption(urlOption())
    .option("--json", "as JSON")
    .action(async (path: string, flags) => (await commands()).setConfig(path, null, { flags, ...context }));
}

export function addSilenceCommands(alerts: Command, context: CommandContext): void {
  const commands = () => import("./commands/silences");
  alerts
    .command("silence")
    .description("tell nobody of an alert for a while")
    .addOption(urlOption())
    .option("--rule <name>", "name of a rule, * stands for anything", "*")
    .option("--match <label=value...>", "only of series with these labels")
    .option("--hours <number>", "for how long", "1")
    .option("--note <text>", "why")
    .option("--json", "as JSON")
    .action(async (flags) => (await commands()).addSilence({ flags, ...context }));
  alerts
    .command("silences")
    .description("silences that have not ended")
    .addOption(urlOption())
    .option("--json", "as JSON")
    .action(async (flags) => (await commands()).listSilences({ flags, ...context }));
  alerts
    .command("unsilence <id>")
    .description("end a silence")
    .addOption(urlOption())
    .option("--json", "as JSON")
    .action(async (id: string, flags) => (await commands()).removeSilence(id, { flags, ...context }));
}
