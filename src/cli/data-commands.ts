/** Commands on the data folder: backup, restore and doctor. */
import { type Command, Option } from "commander";
import type { ProgramContext } from "./command-context";
import { urlOption } from "./options";

export function addDataCommands(program: Command, { environment, programDir, version }: ProgramContext): void {
  const dataDir = () => new Option("--data-dir <folder>", "folder of the database (HOSTSCOPE_DATA_DIR)");
  program
    .command("backup [file]")
    .description("copy the database into one file, also while the server runs")
    .addOption(dataDir())
    .action(async (file: string | undefined, flags) => {
      const { backup } = await import("./commands/backup");
      backup(file, { flags, environment, programDir });
    });
  program
    .command("restore <file>")
    .description("put a backup in the place of the database, which is kept; the server must not run")
    .addOption(dataDir())
    .option("--with-access", "users and tokens of the backup too, also those that were removed or revoked since")
    .action(async (file: string, flags) => {
      const { restoreBackup } = await import("./commands/backup");
      restoreBackup(file, { flags, environment, programDir });
    });
  program
    .command("upgrade-check <folder>")
    .description("Say what a start of this version will do to a data folder, without touching it")
    .action(async (folder: string) => {
      const { upgradeCheck } = await import("./commands/upgrade-check");
      upgradeCheck(folder, { programDir, version });
    });
  program
    .command("doctor")
    .description("look for what keeps Hostscope from working; the output belongs into a report")
    .addOption(urlOption())
    .option("--config <file>", "configuration file (HOSTSCOPE_CONFIG)")
    .addOption(dataDir())
    .option("--log-dir <folder>", "folder of the logs (HOSTSCOPE_LOG_DIR)")
    .option("--json", "as JSON")
    .action(async (flags) => {
      const { doctor } = await import("./commands/doctor");
      await doctor({ flags, environment, programDir, version });
    });
}
