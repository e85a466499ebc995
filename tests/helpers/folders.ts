/** Temporary folders of a test file. */
import { rmSync } from "node:fs";
import { afterAll } from "vitest";
import { temporaryFolder } from "./server";

/** Makes folders that are removed after the last test of the file. */
export function removedFolders(): () => string {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = temporaryFolder();
    folders.push(folder);
    return folder;
  };
}
