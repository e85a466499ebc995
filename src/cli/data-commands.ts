/** Commands on the data folder: backup, restore and doctor. */
import { type Command, Option } from "commander";
import type { ProgramContext } from "./command-context";
import { urlOption } from "./options";

export function addDataCommands(program: Command, { environment, programDir, version }: ProgramContext): void {
  const dataDir = () => new Option("--data-dir <folder>", "data folder (HOSTSCOPE_DATA_DIR)");
  program
    .command("backup [file]")
    .description("Back up the database to a file (works with the server running)")
    .addOption(dataDir())
    .action(async (file: string | undefined, flags) => {
      const { backup } = await import("./commands/backup");
      backup(file, { flags, environment, programDir });
    });
  program
    .command("restore <file>")
    .description("Restore a backup (the current database is kept; stop the server first)")
    .addOption(dataDir())
    .option("--with-access", "also restore users and tokens, including those removed or revoked since")
    .action(async (file: string, flags) => {
      const { restoreBackup } = await import("./commands/backup");
      await restoreBackup(file, { flags, environment, programDir });
    });
  program
    .command("upgrade-check <folder>")
    .description("Show what this version will change in a data folder (changes nothing)")
    .action(async (folder: string) => {
      const { upgradeCheck } = await import("./commands/upgrade-check");
      upgradeCheck(folder, { programDir, version });
    });
  program
    .command("doctor")
    .description("Check the installation (include its output in bug reports)")
    .addOption(urlOption())
    .option("--config <file>", "configuration file (HOSTSCOPE_CONFIG)")
    .addOption(dataDir())
    .option("--log-dir <folder>", "log folder (HOSTSCOPE_LOG_DIR)")
    .option("--json", "print JSON")
    .action(async (flags) => {
      const { doctor } = await import("./commands/doctor");
      await doctor({ flags, environment, programDir, version });
    });
}
