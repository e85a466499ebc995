/** Commands about alerts, silences and causes. */
import { type Command, Option } from "commander";
import type { CommandContext } from "./command-context";
import { countArgument, urlOption, utcOption, withFormats, withRange } from "./options";
import { addSilenceCommands } from "./settings-commands";

export function addAlertCommands(program: Command, { environment, programDir }: CommandContext): void {
  const alerts = withRange(withFormats(program.command("alerts").description("List alerts")), "24")
    .addOption(utcOption())
    .option("--limit <number>", "maximum number of alerts", countArgument)
    .addOption(new Option("--state <state>", "only alerts in this state").choices(["firing", "resolved"]))
    .addOption(new Option("--severity <severity>", "only alerts of this severity").choices(["info", "warning", "critical"]))
    .action(async (flags) => {
      const { listAlerts } = await import("./commands/alerts");
      await listAlerts({ flags, environment, programDir });
    });
  for (const [name, action, description] of [
    ["ack", "acknowledge", "Acknowledge an alert (stops reminders)"],
    ["resolve", "resolve", "Resolve an alert manually"],
  ] as const) {
    const command = alerts
      .command(`${name} <id>`)
      .description(description)
      .addOption(urlOption())
      .option("--note <text>", "comment")
      .option("--json", "print JSON")
      .action(async (id: string, flags) => {
        const { changeAlert } = await import("./commands/alerts");
        await changeAlert(action, id, { flags, environment, programDir });
      });
    if (action === "acknowledge")
      command.option("--for <duration>", "how long, such as 2h (default: until it resolves)").addOption(utcOption());
  }
  addSilenceCommands(alerts, { environment, programDir });
}

export function addExplainCommand(program: Command, { environment, programDir }: CommandContext): void {
  program
    .command("explain")
    .description("Show what changed in a time range: processes, metrics and events")
    .addOption(urlOption())
    .addOption(utcOption())
    .option("--from <moment>", "start: 03:12, 2h ago, or a date with a time (default: 15 minutes before the end)")
    .option("--to <moment>", "end, in the same form (default: now)")
    .option("--json", "print JSON")
    .action(async (flags) => {
      const { explain } = await import("./commands/explain");
      await explain({ flags, environment, programDir });
    });
}

export function addWhyCommand(program: Command, { environment, programDir }: CommandContext): void {
  program
    .command("why <metric>")
    .description("Show which processes contribute to cpu, memory, swap, disk, filesystem or any other metric")
    .addOption(urlOption())
    .addOption(utcOption())
    .option("--at <moment>", "time: 03:12, 2h ago, or a date with a time (default: now)")
    .option("--json", "print JSON")
    .action(async (metric: string, flags) => {
      const { why } = await import("./commands/why");
      await why(metric, { flags, environment, programDir });
    });
}
