/** Replaces files atomically: whoever opens the path, also after a crash, finds the old content or the new one, never a part. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

const temporaryOf = (path: string) => `${path}.partial`;

/** Waits until the disk has the content of a file, or the names of a folder. */
export function flushToDisk(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A rename is safe once its folder is on the disk. Windows, and some network disks, flush no folders. */
function flushFolder(path: string): void {
  try {
    flushToDisk(dirname(path));
  } catch {
    // The file has been replaced all the same.
  }
}

/** `fill` writes a temporary file beside the path, which may be left over from a crash: removed first. */
export function replaceFileSync(path: string, fill: (temporary: string) => void): void {
  const temporary = temporaryOf(path);
  rmSync(temporary, { force: true });
  try {
    fill(temporary);
    flushToDisk(temporary);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  flushFolder(path);
}

/** For large files. Readable for the owner alone. */
export async function replaceFile(path: string, content: Buffer): Promise<void> {
  const temporary = temporaryOf(path);
  await rm(temporary, { force: true });
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  flushFolder(path);
}
