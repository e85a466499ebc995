/** `hostscope user` and `hostscope token`: users and API tokens. */
import { Argument, type Command, Option } from "commander";
import { ROLES, type Role, TOKEN_ROLES } from "~/domain/access";
import type { Environment } from "~/server/env";
import { utcOption } from "./options";

export function addAccessCommands(
  program: Command,
  { environment, programDir }: { environment: Environment; programDir: string },
): void {
  const dataDir = () => new Option("--data-dir <folder>", "data folder (HOSTSCOPE_DATA_DIR)");
  const roleOption = (roles: readonly string[], fallback: string) =>
    new Option("--role <role>", "permissions").choices(roles).default(fallback);
  const passwordFile = () =>
    new Option("--password-file <file>", "read the password from a file, - for stdin, instead of prompting");
  const user = program.command("user").description("Manage users (works with the server running)");
  user
    .command("add <name>")
    .description("Add a user (prompts for the password)")
    .addOption(roleOption(ROLES, "viewer"))
    .addOption(passwordFile())
    .addOption(dataDir())
    .action(async (name: string, flags) => {
      const { addUser } = await import("./commands/user");
      await addUser(name, { flags, environment, programDir });
    });
  user
    .command("list")
    .description("List users")
    .addOption(dataDir())
    .addOption(utcOption())
    .option("--json", "print JSON")
    .action(async (flags) => {
      const { listUsers } = await import("./commands/user");
      await listUsers({ flags, environment, programDir });
    });
  user
    .command("remove <name>")
    .description("Remove a user and log them out everywhere")
    .addOption(dataDir())
    .action(async (name: string, flags) => {
      const { removeUser } = await import("./commands/user");
      await removeUser(name, { flags, environment, programDir });
    });
  user
    .command("password <name>")
    .description("Change a password and log the user out everywhere")
    .addOption(passwordFile())
    .addOption(dataDir())
    .action(async (name: string, flags) => {
      const { changePassword } = await import("./commands/user");
      await changePassword(name, { flags, environment, programDir });
    });
  user
    .command("role <name>")
    .description("Change a user's role")
    .addArgument(new Argument("<role>").choices(ROLES))
    .addOption(dataDir())
    .action(async (name: string, role: Role, flags) => {
      const { changeRole } = await import("./commands/user");
      await changeRole(name, role, { flags, environment, programDir });
    });

  const token = program.command("token").description("Manage API tokens (works with the server running)");
  token
    .command("create <name>")
    .description("Create a token and print it (it is shown only once)")
    .addOption(roleOption(TOKEN_ROLES, "viewer"))
    .option("--days <number>", "days until it expires, 0 = never", "90")
    .addOption(dataDir())
    .addOption(utcOption())
    .option("--json", "print JSON")
    .action(async (name: string, flags) => {
      const { createToken } = await import("./commands/token");
      await createToken(name, { flags, environment, programDir });
    });
  token
    .command("list")
    .description("List tokens (without their secrets)")
    .addOption(dataDir())
    .addOption(utcOption())
    .option("--json", "print JSON")
    .action(async (flags) => {
      const { listTokens } = await import("./commands/token");
      await listTokens({ flags, environment, programDir });
    });
  token
    .command("revoke <id>")
    .description("Revoke a token")
    .addOption(dataDir())
    .action(async (id: string, flags) => {
      const { revokeToken } = await import("./commands/token");
      await revokeToken(id, { flags, environment, programDir });
    });
}
