import { realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";

/** The first folder on the way to one of the files that only its owner and group may enter, also behind links. Words that are no paths are skipped. */
export function findClosedFolder(files: readonly string[]): string | null {
  const folders = files
    .filter((file) => isAbsolute(file))
    .flatMap((file) => [file, realpathSync(file)])
    .flatMap(foldersTo);
  return folders.find((folder) => (statSync(folder).mode & 0o001) === 0) ?? null;
}

/** From the root down. */
function foldersTo(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...foldersTo(folder), folder];
}
