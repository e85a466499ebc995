/** `hostscope user` and `hostscope token`: users and API tokens. */
import { Argument, type Command, Option } from "commander";
import { ROLES, type Role, TOKEN_ROLES } from "~/domain/access";
import type { Environment } from "~/server/env";

export function addAccessCommands(
  program: Command,
  { environment, programDir }: { environment: Environment; programDir: string },
): void {
  const dataDir = () => new Option("--data-dir <folder>", "folder of the database (HOSTSCOPE_DATA_DIR)");
  const roleOption = (roles: readonly string[], fallback: string) =>
    new Option("--role <role>", "what they may do").choices(roles).default(fallback);
  const passwordFile = () => new Option("--password-file <file>", "instead of asking; - for stdin");
  const user = program.command("user").description("who may log in; works on the data folder, beside a running server too");
  user
    .command("add <name>")
    .description("asks for the password")
    .addOption(roleOption(ROLES, "admin"))
    .addOption(passwordFile())
    .addOption(dataDir())
    .action(async (name: string, flags) => {
      const { addUser } = await import("./commands/user");
      await addUser(name, { flags, environment, programDir });
    });
  user
    .command("list")
    .description("all users")
    .addOption(dataDir())
    .option("--json", "as JSON")
    .action(async (flags) => {
      const { listUsers } = await import("./commands/user");
      await listUsers({ flags, environment, programDir });
    });
  user
    .command("remove <name>")
    .description("ends every login of that name")
    .addOption(dataDir())
    .action(async (name: string, flags) => {
      const { removeUser } = await import("./commands/user");
      await removeUser(name, { flags, environment, programDir });
    });
  user
    .command("password <name>")
    .description("a new password; ends every login of that name")
    .addOption(passwordFile())
    .addOption(dataDir())
    .action(async (name: string, flags) => {
      const { changePassword } = await import("./commands/user");
      await changePassword(name, { flags, environment, programDir });
    });
  user
    .command("role <name>")
    .description("change what somebody may do")
    .addArgument(new Argument("<role>").choices(ROLES))
    .addOption(dataDir())
    .action(async (name: string, role: Role, flags) => {
      const { changeRole } = await import("./commands/user");
      await changeRole(name, role, { flags, environment, programDir });
    });

  const token = program.command("token").description("keys for programs; works on the data folder, beside a running server too");
  token
    .command("create <name>")
    .description("prints the token, this once")
    .addOption(roleOption(TOKEN_ROLES, "viewer"))
    .option("--days <number>", "how long it holds, 0 for ever", "90")
    .addOption(dataDir())
    .option("--json", "as JSON")
    .action(async (name: string, flags) => {
      const { createToken } = await import("./commands/token");
      await createToken(name, { flags, environment, programDir });
    });
  token
    .command("list")
    .description("all tokens, without the secret part")
    .addOption(dataDir())
    .option("--json", "as JSON")
    .action(async (flags) => {
      const { listTokens } = await import("./commands/token");
      await listTokens({ flags, environment, programDir });
    });
  token
    .command("revoke <id>")
    .description("make a token worthless")
    .addOption(dataDir())
    .action(async (id: string, flags) => {
      const { revokeToken } = await import("./commands/token");
      await revokeToken(id, { flags, environment, programDir });
    });
}
