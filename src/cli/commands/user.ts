import { readFileSync } from "node:fs";
import type { Role } from "~/domain/access";
import { type FolderInput, withAuth } from "../auth-folder";
import { CliError, printJson, table } from "../output";
import { placesOf } from "../places";
import { askNewPassword, canAsk } from "../prompt";
import { timeText } from "../time";

export interface UserInput extends FolderInput {
  flags: FolderInput["flags"] & { role?: Role; passwordFile?: string };
}

async function newPassword(name: string, file: string | undefined): Promise<string> {
  if (file !== undefined) {
    try {
      return readFileSync(file === "-" ? 0 : file, "utf8").replace(/\r?\n$/, "");
    } catch (error) {
      throw new CliError(2, `Cannot read the password file ${file} (${(error as NodeJS.ErrnoException).code ?? "unreadable"}).`);
    }
  }
  if (!canAsk())
    throw new CliError(2, "There is no terminal to prompt for the password. Use --password-file with a file, or - for stdin.");
  return askNewPassword(name);
}

export async function addUser(name: string, input: UserInput): Promise<void> {
  const password = await newPassword(name, input.flags.passwordFile);
  const role = input.flags.role ?? "viewer";
  await withAuth(input, async (auth, note) => {
    await auth.users.add({ name, password, role });
    note("access.addUser", name, { what: "role", from: null, to: role });
  });
  process.stderr.write(`Created user ${name} (${role}) in ${placesOf(input).dataDir}\n`);
}

export async function listUsers(input: UserInput): Promise<void> {
  const users = await withAuth(input, (auth) => auth.users.list());
  const rows = users.map((user) => ({ ...user, createdAt: new Date(user.createdAt).toISOString() }));
  if (input.flags.json) printJson(rows);
  else if (rows.length === 0) process.stderr.write("No users yet. Add one with `hostscope user add NAME`.\n");
  else
    process.stdout.write(
      `${table(
        ["NAME", "ROLE", "CREATED"],
        rows.map((row) => [row.name, row.role, timeText(row.createdAt)]),
      )}\n`,
    );
}

export async function removeUser(name: string, input: UserInput): Promise<void> {
  await withAuth(input, async (auth, note) => {
    const role = await auth.users.remove(name);
    note("access.removeUser", name, { what: "role", from: role, to: null });
  });
  process.stderr.write(`Removed user ${name} and logged them out everywhere\n`);
}

export async function changePassword(name: string, input: UserInput): Promise<void> {
  const password = await newPassword(name, input.flags.passwordFile);
  await withAuth(input, async (auth, note) => {
    await auth.users.setPassword(name, password);
    note("access.setPassword", name);
  });
  process.stderr.write(`Changed the password of ${name} and logged them out everywhere\n`);
}

export async function changeRole(name: string, role: Role, input: UserInput): Promise<void> {
  await withAuth(input, async (auth, note) => {
    const before = await auth.users.setRole(name, role);
    note("access.setRole", name, { what: "role", from: before, to: role });
  });
  process.stderr.write(`${name} is now ${role === "admin" ? "an admin" : "a viewer"}\n`);
}
