/** Keeps data, logs and configuration private: tightens the modes of what is surely ours, and warns about the rest. */
import { chmodSync, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "~/domain/errors";

const OURS = /^(?:hostscope\.db|lock\.db|server\.json|auth\.secret|monitor\.log|alerts\.log|.*\.monitor\.log|.*\.alerts\.log)/;
const FOR_OTHERS = 0o077;

const octal = (mode: number) => (mode & 0o777).toString(8).padStart(4, "0");

/** Returns one line for each file or folder that others could read. */
export function tightenModes({ configPath, folders }: { configPath: string; folders: readonly string[] }): string[] {
  const lines = [narrow(configPath, 0o600, true)];
  for (const folder of new Set(folders)) {
    const names = namesIn(folder);
    const ours = names.filter((name) => OURS.test(name));
    for (const name of ours) lines.push(narrow(join(folder, name), 0o600, true));
    // Only warn about a folder with other files in it: it may be shared on purpose.
    lines.push(narrow(folder, 0o700, ours.length === names.length));
  }
  return lines.filter((line) => line !== null);
}

/**
 * Throws a StartError for a link with the name of one of our files in a folder of another user: they would choose the file that we write
 * to and whose mode we change.
 */
export function refuseForeignLinks(folders: readonly string[]): void {
  const own = process.getuid?.();
  if (own === undefined) return;
  for (const folder of folders) {
    const owner = statSync(folder, { throwIfNoEntry: false })?.uid;
    if (owner === undefined || owner === own || owner === 0) continue;
    const link = namesIn(folder).find((name) => OURS.test(name) && lstatSync(join(folder, name)).isSymbolicLink());
    if (link === undefined) continue;
    throw new StartError(
      78,
      `${join(folder, link)} is a symbolic link in a folder of another user (uid ${owner}). Remove it, or use another folder.`,
    );
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function narrow(path: string, mode: number, surelyOurs: boolean): string | null {
  try {
    const found = statSync(path);
    const isLink = lstatSync(path).isSymbolicLink();
    if ((found.mode & FOR_OTHERS) === 0 || !(found.isFile() || found.isDirectory())) return null;
    const was = octal(found.mode);
    if (surelyOurs && !isLink) {
      try {
        chmodSync(path, mode);
        return `Changed permissions of ${path} from ${was} to ${octal(mode)}`;
      } catch {
        // Another owner or a read-only disk: warn and let the user decide.
      }
    }
    return `warning: other users can access ${path} (${was}); run \`chmod ${octal(mode)} ${path}\``;
  } catch {
    return null;
  }
}
