import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findClosedFolder } from "./closed-folder";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-closed-"));
  chmodSync(folder, 0o755);
  for (const name of ["home", "home/hostscope", "opt"]) mkdirSync(join(folder, name));
  for (const name of ["home/hostscope", "opt"]) writeFileSync(join(folder, name, "program"), "");
  symlinkSync(join(folder, "home/hostscope/program"), join(folder, "opt/link"));
  for (const name of ["home/hostscope", "opt"]) chmodSync(join(folder, name), 0o711);
  chmodSync(join(folder, "home"), 0o750);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["opt/program", null],
  ["home/hostscope/program", "home"],
  ["opt/link", "home"],
])("on the way to %s others may not enter %s", (path, closed) => {
  expect(findClosedFolder(["start", join(folder, path)], null)).toBe(closed && join(folder, closed));
  expect(findClosedFolder(["start", join(folder, path)], { uid: 65_534, gid: 65_534 })).toBe(closed && join(folder, closed));
});

test("a folder that is open to the service's user or group is not closed", () => {
  const { uid, gid } = statSync(folder);
  const program = join(folder, "home/hostscope/program");
  expect(findClosedFolder([program], { uid, gid: 65_534 })).toBeNull();
  expect(findClosedFolder([program], { uid: 65_534, gid })).toBeNull();
});
