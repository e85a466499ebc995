/** Commands about alerts, silences and causes. */
import { type Command, Option } from "commander";
import type { CommandContext } from "./command-context";
import { countArgument, urlOption, withFormats, withRange } from "./options";
import { addSilenceCommands } from "./settings-commands";

export function addAlertCommands(program: Command, { environment, programDir }: CommandContext): void {
  const alerts = withRange(withFormats(program.command("alerts").description("alerts of the last hours")), "24")
    .option("--limit <number>", "so many at most", countArgument)
    .addOption(new Option("--state <state>", "only those").choices(["firing", "resolved"]))
    .addOption(new Option("--severity <severity>", "only those").choices(["info", "warning", "critical"]))
    .action(async (flags) => {
      const { listAlerts } = await import("./commands/alerts");
      await listAlerts({ flags, environment, programDir });
    });
  for (const [name, action, description] of [
    ["ack", "acknowledge", "acknowledge an alert: reminders stop"],
    ["resolve", "resolve", "end an alert by hand"],
  ] as const) {
    const command = alerts
      .command(`${name} <id>`)
      .description(description)
      .addOption(urlOption())
      .option("--note <text>", "why")
      .option("--json", "as JSON")
      .action(async (id: string, flags) => {
        const { changeAlert } = await import("./commands/alerts");
        await changeAlert(action, id, { flags, environment, programDir });
      });
    if (action === "acknowledge") command.option("--for <duration>", "how long, such as 2h; then it reminds");
  }
  addSilenceCommands(alerts, { environment, programDir });
}

export function addExplainCommand(program: Command, { environment, programDir }: CommandContext): void {
  program
    .command("explain")
    .description("what was different in a stretch of time: who, which metrics, what happened")
    .addOption(urlOption())
    .option("--from <moment>", "03:12, 2h ago, or a date with a time; 15 minutes before the end without it")
    .option("--to <moment>", "the end; now without it")
    .option("--json", "as JSON")
    .action(async (flags) => {
      const { explain } = await import("./commands/explain");
      await explain({ flags, environment, programDir });
    });
}

export function addWhyCommand(program: Command, { environment, programDir }: CommandContext): void {
  program
    .command("why <metric>")
    .description("which processes explain cpu, memory, swap, disk, filesystem or any metric")
    .addOption(urlOption())
    .option("--at <moment>", "03:12, 2h ago, or a date with a time; now without it")
    .option("--json", "as JSON")
    .action(async (metric: string, flags) => {
      const { why } = await import("./commands/why");
      await why(metric, { flags, environment, programDir });
    });
}
