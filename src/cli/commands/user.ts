import { readFileSync } from "node:fs";
import type { Role } from "~/domain/access";
import { type FolderInput, withAuth } from "../auth-folder";
import { CliError, columns, printJson } from "../output";
import { askNewPassword, canAsk } from "../prompt";

export interface UserInput extends FolderInput {
  flags: FolderInput["flags"] & { role?: Role; passwordFile?: string };
}

async function newPassword(name: string, file: string | undefined): Promise<string> {
  if (file !== undefined) {
    try {
      return readFileSync(file === "-" ? 0 : file, "utf8").replace(/\r?\n$/, "");
    } catch (error) {
      throw new CliError(
        2,
        `the password file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unreadable"})`,
      );
    }
  }
  if (!canAsk())
    throw new CliError(2, "there is no terminal to ask for the password: name a file with --password-file, or - for stdin");
  return askNewPassword(name);
}

export async function addUser(name: string, input: UserInput): Promise<void> {
  const password = await newPassword(name, input.flags.passwordFile);
  const role = input.flags.role ?? "admin";
  await withAuth(input, async (auth, note) => {
    await auth.users.add({ name, password, role });
    note("access.addUser", name, { what: "role", from: null, to: role });
  });
  process.stderr.write(`${name} may log in now, as ${role}\n`);
}

export async function listUsers(input: UserInput): Promise<void> {
  const users = await withAuth(input, (auth) => auth.users.list());
  const rows = users.map((user) => ({ ...user, createdAt: new Date(user.createdAt).toISOString() }));
  if (input.flags.json) printJson(rows);
  else if (rows.length === 0) process.stderr.write("there is no user yet: hostscope user add NAME\n");
  else
    process.stdout.write(`${columns([["NAME", "ROLE", "SINCE"], ...rows.map((row) => [row.name, row.role, row.createdAt])])}\n`);
}

export async function removeUser(name: string, input: UserInput): Promise<void> {
  await withAuth(input, async (auth, note) => {
    const role = await auth.users.remove(name);
    note("access.removeUser", name, { what: "role", from: role, to: null });
  });
  process.stderr.write(`${name} is gone, and every login of that name\n`);
}

export async function changePassword(name: string, input: UserInput): Promise<void> {
  const password = await newPassword(name, input.flags.passwordFile);
  await withAuth(input, async (auth, note) => {
    await auth.users.setPassword(name, password);
    note("access.setPassword", name);
  });
  process.stderr.write(`${name} has a new password, and has to log in again\n`);
}

export async function changeRole(name: string, role: Role, input: UserInput): Promise<void> {
  await withAuth(input, async (auth, note) => {
    const before = await auth.users.setRole(name, role);
    note("access.setRole", name, { what: "role", from: before, to: role });
  });
  process.stderr.write(`${name} is ${role} now\n`);
}
