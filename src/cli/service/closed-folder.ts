import { realpathSync, type Stats, statSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";

export interface ServiceUser {
  uid: number;
  gid: number;
}

function mayEnter({ uid, gid, mode }: Stats, user: ServiceUser | null): boolean {
  if (user?.uid === uid) return (mode & 0o100) !== 0;
  return (mode & (user?.gid === gid ? 0o010 : 0o001)) !== 0;
}

/**
 * The first folder on the way to one of the files that a user may not enter, also behind links; null for a user that there is not yet. Words that
 * are no paths are skipped.
 */
export function findClosedFolder(files: readonly string[], user: ServiceUser | null): string | null {
  const folders = files
    .filter((file) => isAbsolute(file))
    .flatMap((file) => [file, realpathSync(file)])
    .flatMap(foldersTo);
  return folders.find((folder) => !mayEnter(statSync(folder), user)) ?? null;
}

/** From the root down. */
function foldersTo(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...foldersTo(folder), folder];
}
