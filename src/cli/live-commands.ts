/** The monitor, processes, logs, marks and channels. Each command's code is loaded on demand. */
import { Argument, type Command, Option } from "commander";
import type { CommandContext } from "./command-context";
import type { ShellName } from "./commands/completion";
import { countArgument, urlOption, withFormats, withRange, withServer } from "./options";

export function addLiveCommands(program: Command, context: CommandContext): void {
  program
    .command("monitor")
    .description("live, on the whole terminal; one line an interval where no terminal is")
    .addOption(urlOption())
    .option("--local", "read the kernel here, without a server")
    .option("--interval <seconds>", "between updates", countArgument, 1)
    .option("--once", "one line, then end")
    .option("--count <number>", "so many lines, then end", countArgument)
    .option("--json", "one JSON object an interval (NDJSON)")
    .action(async (flags) => {
      const { monitor } = await import("./commands/monitor");
      await monitor({ flags, ...context });
    });

  withFormats(program.command("processes").description("the process table, now or at a past second"))
    .addOption(new Option("--sort <by>", "heaviest first by").choices(["cpu", "memory", "io"]).default("cpu"))
    .option("--limit <number>", "so many rows", countArgument, 20)
    .option("--at <moment>", "as it was at 03:12, 2h ago, or a date with a time")
    .option("--tree", "parents with the sums of their children")
    .option("--filter <words>", "only those with these words in name, command, user or pid")
    .action(async (flags) => {
      const { processes } = await import("./commands/processes");
      await processes({ flags, ...context });
    });

  withRange(withFormats(program.command("mark [text]")), "24")
    .description("draw a line on all charts; without a text list what is marked")
    .option("--at <moment>", "when it happened; now without it")
    .option("--remove <id>", "take a mark away")
    .action(async (text: string | undefined, flags) => {
      const { mark } = await import("./commands/mark");
      await mark(text, { flags, ...context });
    });

  const notify = withFormats(program.command("notify").description("the channels, and what was sent through them")).action(
    async (flags) => {
      const { notifications } = await import("./commands/notify");
      await notifications({ flags, ...context });
    },
  );
  withServer(notify.command("test <channel>").description("send a test through a channel")).action(
    async (channel: string, flags) => {
      const { sendTest } = await import("./commands/notify");
      await sendTest(channel, { flags, ...context });
    },
  );

  program
    .command("logs")
    .description("the log of the server on this machine")
    .option("--alerts", "the log of alerts")
    .option("-f, --follow", "and what comes")
    .option("-n, --lines <number>", "so many of the last lines", countArgument, 50)
    .option("--json", "as it is written: one JSON object a line")
    .action(async (flags) => {
      const { logs } = await import("./commands/logs");
      await logs({ flags, ...context });
    });

  program
    .command("completion")
    .description("print the completion for a shell")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .action(async (shell: ShellName) => {
      const { completionScript } = await import("./commands/completion");
      process.stdout.write(completionScript(shell, program));
    });
}
