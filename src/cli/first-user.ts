/** Requires a user who can log in before the server listens on the network. */
import { StartError } from "~/domain/errors";
import type { FolderInput } from "./auth-folder";
import { addUser } from "./commands/user";
import { ask, canAsk } from "./prompt";

const TRIES = 3;

/** Asks for a name and a password on a terminal; without one, throws a StartError with exit code 78. */
export async function makeFirstUser(host: string, input: FolderInput): Promise<void> {
  if (!canAsk()) {
    const folder = input.flags.dataDir === undefined ? "" : ` --data-dir ${input.flags.dataDir}`;
    throw new StartError(
      78,
      `Listening on ${host} requires a login, and there is no user yet. Run \`hostscope user add NAME --role admin${folder}\` first.`,
    );
  }
  process.stderr.write(`Listening on ${host} requires a login, and there is no user yet.\n`);
  for (let left = TRIES; left > 0; left--) {
    const name = (await ask("Name of the first admin [admin]: ")) || "admin";
    try {
      await addUser(name, { ...input, flags: { ...input.flags, role: "admin" } });
      return;
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  throw new StartError(78, "No user was created. Run `hostscope user add NAME --role admin` first.");
}
