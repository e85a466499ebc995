import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { refuseForeignLinks, tightenModes } from "./file-modes";

let folder: string;
let target: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-modes-"));
  target = `${folder}-target`;
  writeFileSync(target, "x", { mode: 0o644 });
  chmodSync(target, 0o644);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(target);
});

test("what is surely ours is closed to others, and what a link leads to is left alone", () => {
  const own = join(folder, "alerts.log");
  writeFileSync(own, "x");
  chmodSync(own, 0o644);
  symlinkSync(target, join(folder, "monitor.log"));
  const lines = tightenModes({ configPath: "/nowhere", folders: [folder] });
  expect(statSync(own).mode & 0o777).toBe(0o600);
  expect(statSync(target).mode & 0o777).toBe(0o644);
  expect(lines.find((line) => line.includes("monitor.log"))).toContain("warning");
});

test.skipIf(process.getuid?.() !== 0)("a link in a folder of another user is refused, one in an own folder is not", () => {
  symlinkSync(target, join(folder, "monitor.log"));
  expect(() => refuseForeignLinks([folder, "/nowhere"])).not.toThrow();
  chownSync(folder, 65_534, 65_534);
  expect(() => refuseForeignLinks([folder])).toThrow("is a symbolic link in a folder of another user");
});
