/** Commands that change what is watched and told: `config` and the silences of `alerts`. */
import { type Command, Option } from "commander";
import type { Environment } from "~/server/env";

interface Surroundings {
  environment: Environment;
  programDir: string;
}

const url = () => new Option("--url <url>", "address of the server (HOSTSCOPE_URL)");

export function addConfigCommands(program: Command, surroundings: Surroundings): void {
  const config = program.command("config").description("read, check and change the configuration");
  const commands = () => import("./commands/config");
  config
    .command("check [file]")
    .description("look for mistakes in the configuration file, without a server")
    .action(async (file: string | undefined, flags) => (await commands()).checkConfig(file, { flags, ...surroundings }));
  config
    .command("path")
    .description("where the configuration file is")
    .action(async (flags) => (await commands()).printConfigPath({ flags, ...surroundings }));
  config
    .command("schema")
    .description("JSON Schema of the configuration file, for editors")
    .action(async () => (await commands()).printConfigSchema());
  config
    .command("show")
    .description("every setting in force and where it comes from; secrets are hidden")
    .addOption(url())
    .option("--json", "as JSON")
    .action(async (flags) => (await commands()).showConfig({ flags, ...surroundings }));
  config
    .command("set <path> <value>")
    .description("write a setting into the file of a running server; it is in force at once")
    .addOption(url())
    .option("--json", "as JSON")
    .action(async (path: string, value: string, flags) => (await commands()).setConfig(path, value, { flags, ...surroundings }));
  config
    .command("unset <path>")
    .description("take a setting out of the file: its default holds again")
    .addOption(url())
    .option("--json", "as JSON")
    .action(async (path: string, flags) => (await commands()).setConfig(path, null, { flags, ...surroundings }));
}

export function addSilenceCommands(alerts: Command, surroundings: Surroundings): void {
  const commands = () => import("./commands/silences");
  alerts
    .command("silence")
    .description("tell nobody of an alert for a while")
    .addOption(url())
    .option("--rule <name>", "name of a rule, * stands for anything", "*")
    .option("--match <label=value...>", "only of series with these labels")
    .option("--hours <number>", "for how long", "1")
    .option("--note <text>", "why")
    .option("--json", "as JSON")
    .action(async (flags) => (await commands()).addSilence({ flags, ...surroundings }));
  alerts
    .command("silences")
    .description("silences that have not ended")
    .addOption(url())
    .option("--json", "as JSON")
    .action(async (flags) => (await commands()).listSilences({ flags, ...surroundings }));
  alerts
    .command("unsilence <id>")
    .description("end a silence")
    .addOption(url())
    .option("--json", "as JSON")
    .action(async (id: string, flags) => (await commands()).removeSilence(id, { flags, ...surroundings }));
}
