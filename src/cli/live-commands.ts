/** The monitor, processes, logs, annotations and channels. Each command's code is loaded on demand. */
import { Argument, type Command, Option } from "commander";
import type { CommandContext } from "./command-context";
import type { ShellName } from "./commands/completion";
import { countArgument, urlOption, utcOption, withFormats, withRange, withServer } from "./options";

export function addLiveCommands(program: Command, context: CommandContext): void {
  program
    .command("monitor")
    .description("Live full-screen view (one line per interval if not a TTY)")
    .addOption(urlOption())
    .option("--local", "read the kernel directly, without a server")
    .option("--interval <seconds>", "update interval", countArgument, 1)
    .option("--once", "print one line and exit")
    .option("--count <number>", "exit after this many lines", countArgument)
    .option("--json", "print one JSON object per interval (NDJSON)")
    .action(async (flags) => {
      const { monitor } = await import("./commands/monitor");
      await monitor({ flags, ...context });
    });

  withFormats(program.command("processes").description("List processes, now or at a past second"))
    .addOption(utcOption())
    .addOption(new Option("--sort <by>", "sort order, highest first").choices(["cpu", "memory", "io"]).default("cpu"))
    .option("--limit <number>", "maximum number of rows", countArgument, 20)
    .option("--at <moment>", "show the processes at a past time: 03:12, 2h ago, or a date with a time")
    .option("--tree", "show a tree; parents include their children")
    .option("--filter <terms>", "only matching processes: nginx -worker user:root cpu>5% memory>100MB state:zombie")
    .action(async (flags) => {
      const { processes } = await import("./commands/processes");
      await processes({ flags, ...context });
    });

  withFormats(program.command("machines").description("List all machines (needs `fleet` in the configuration)")).action(
    async (flags) => {
      const { machines } = await import("./commands/machines");
      await machines({ flags, ...context });
    },
  );

  withRange(withFormats(program.command("mark [text]")), "24")
    .description("Add a mark to all charts, or list the marks of a time range")
    .addOption(utcOption())
    .option("--at <moment>", "time of the mark (default: now)")
    .option("--remove <id>", "remove a mark")
    .action(async (text: string | undefined, flags) => {
      const { mark } = await import("./commands/mark");
      await mark(text, { flags, ...context });
    });

  const notify = withFormats(program.command("notify").description("List notification channels and recent notifications"))
    .addOption(utcOption())
    .action(async (flags) => {
      const { notifications } = await import("./commands/notify");
      await notifications({ flags, ...context });
    });
  withServer(notify.command("test <channel>").description("Send a test notification")).action(async (channel: string, flags) => {
    const { sendTest } = await import("./commands/notify");
    await sendTest(channel, { flags, ...context });
  });

  program
    .command("logs")
    .description("Show the log of the server on this machine")
    .addOption(utcOption())
    .option("--alerts", "show the alert log")
    .option("-f, --follow", "keep printing new lines")
    .option("-n, --lines <number>", "number of lines to show", countArgument, 50)
    .option("--json", "print the lines as written, one JSON object each")
    .action(async (flags) => {
      const { logs } = await import("./commands/logs");
      await logs({ flags, ...context });
    });

  program
    .command("completion")
    .description("Print a shell completion script")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .action(async (shell: ShellName) => {
      const { completionScript } = await import("./commands/completion");
      process.stdout.write(completionScript(shell, program));
    });
}
