/** Root acts as the owner of a data folder: a service without root could not open what root leaves there. */
import { lstatSync, type Stats, statSync } from "node:fs";
import { databasePathIn } from "./data-folder";

/**
 * Runs `use` with the rights of the user whose database it is, or whose folder as long as there is none. Where this process is not root, or
 * may not change its user, as in a container without capabilities, with its own.
 */
export async function asOwner<T>(dataDir: string, use: () => T | Promise<T>): Promise<T> {
  const becomeRoot = becomeOwner(dataDir);
  try {
    return await use();
  } finally {
    becomeRoot();
  }
}

function becomeOwner(dataDir: string): () => void {
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
