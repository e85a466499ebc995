/** Root acts as the owner of a data folder: a service without root could not open what root leaves there. */
import { lstatSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { databasePathIn } from "./data-folder";
import { CliError } from "./output";
import { findClosedFolder } from "./service/closed-folder";

interface Folders {
  dataDir: string;
  programDir: string;
}

/**
 * Runs `use` with the rights of the user whose database it is, or whose folder as long as there is none. Where this process is not root, or
 * may not change its user, as in a container without capabilities, with its own. Throws when the owner may not read the program. Root gives
 * away no files afterwards instead: the owner of the folder decides what they are.
 */
export async function asOwner<T>(folders: Folders, use: () => T | Promise<T>): Promise<T> {
  const becomeRoot = becomeOwner(folders);
  try {
    return await use();
  } finally {
    becomeRoot();
  }
}

function becomeOwner({ dataDir, programDir }: Folders): () => void {
  const stay = () => {};
  const { geteuid, getegid, getgroups, seteuid, setegid, setgroups } = process;
  if (!geteuid || !getegid || !getgroups || !seteuid || !setegid || !setgroups || geteuid() !== 0) return stay;
  const owner = ownerOf(dataDir);
  if (owner === undefined || owner.uid === 0) return stay;
  const [gid, groups] = [getegid(), getgroups()];
  const becomeRoot = () => {
    seteuid(0);
    setegid(gid);
    setgroups(groups);
  };
  if (!isPermitted(() => setgroups([owner.gid]))) return stay;
  const closed = findClosedFolder([join(programDir, "package.json")], owner);
  if (closed !== null) {
    setgroups(groups);
    throw new CliError(
      1,
      `The owner of ${dataDir} may not enter ${closed}, so this command cannot run as that user. Move the program to a folder such as /opt.`,
    );
  }
  setegid(owner.gid);
  if (isPermitted(() => seteuid(owner.uid))) return becomeRoot;
  becomeRoot();
  return stay;
}

function isPermitted(change: () => void): boolean {
  try {
    change();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
    return false;
  }
}

function ownerOf(dataDir: string): Stats | undefined {
  try {
    return lstatSync(databasePathIn(dataDir), { throwIfNoEntry: false }) ?? statSync(dataDir, { throwIfNoEntry: false });
  } catch {
    // Root without its capabilities may not look into the folder; the command then says what it cannot do there.
    return undefined;
  }
}
