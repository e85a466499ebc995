import { COMMAND_LINE, type TokenRole } from "~/domain/access";
import { type FolderInput, withAuth } from "../auth-folder";
import { CliError, plain, printJson, table } from "../output";
import { placesOf } from "../places";
import { timeText } from "../time";

export interface TokenInput extends FolderInput {
  flags: FolderInput["flags"] & { role?: TokenRole; days?: string };
}

const DAY_MS = 86_400_000;

/** Prints the token to stdout, for scripts. It is shown only this once. */
export async function createToken(name: string, input: TokenInput): Promise<void> {
  const { days = "90", role = "viewer", json } = input.flags;
  if (!/^[0-9]{1,4}$/.test(days) || Number(days) > 3650) {
    throw new CliError(2, `--days must be a whole number from 0 (never expires) to 3650, not '${days}'.`);
  }
  if (name.trim() === "" || name.length > 100) throw new CliError(2, "The name of a token must have 1 to 100 characters.");
  const now = Date.now();
  const expiresAt = days === "0" ? null : now + Number(days) * DAY_MS;
  const { token, entry } = await withAuth(input, async (auth, note) => {
    const created = await auth.tokens.create({ name, role, createdBy: COMMAND_LINE, expiresAt }, now);
    note("access.createToken", name, { what: "role", from: null, to: role });
    return created;
  });
  const ends = expiresAt === null ? null : new Date(expiresAt).toISOString();
  if (json) printJson({ id: entry.id, name, role, token, expiresAt: ends });
  else process.stdout.write(`${token}\n`);
  process.stderr.write(
    `Created token ${plain(name)} (${role}) in ${placesOf(input).dataDir}. Use it as HOSTSCOPE_TOKEN or in an "Authorization: Bearer" header. It is not shown again and ${expiresAt === null ? "never expires" : `expires ${timeText(expiresAt)}`}.\n`,
  );
}

export async function listTokens(input: TokenInput): Promise<void> {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  const tokens = await withAuth(input, (auth) => auth.tokens.list());
  const rows = tokens.map((token) => ({
    ...token,
    createdAt: iso(token.createdAt),
    lastUsedAt: iso(token.lastUsedAt),
    expiresAt: iso(token.expiresAt),
  }));
  if (input.flags.json) {
    printJson(rows);
    return;
  }
  if (rows.length === 0) {
    process.stderr.write("No tokens yet. Create one with `hostscope token create NAME`.\n");
    return;
  }
  const when = (at: string | null) => (at === null ? "never" : timeText(at));
  const lines = rows.map((row) => [row.id, plain(row.name), row.role, when(row.lastUsedAt), when(row.expiresAt)]);
  process.stdout.write(`${table(["ID", "NAME", "ROLE", "LAST USED", "EXPIRES"], lines)}\n`);
}

export async function revokeToken(id: string, input: TokenInput): Promise<void> {
  await withAuth(input, async (auth, note) => {
    const token = await auth.tokens.revoke(id);
    note("access.revokeToken", id, { what: token.name, from: token.role, to: null });
  });
  process.stderr.write(`Revoked token ${id}\n`);
}
