import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replaceFile, replaceFileSync } from "./replace-file";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-replace-"));
  path = join(folder, "file");
  writeFileSync(path, "old");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a failure half way leaves the old file and nothing beside it", () => {
  const fill = (temporary: string) => {
    writeFileSync(temporary, "ne");
    throw new Error("no room");
  };
  expect(() => replaceFileSync(path, fill)).toThrow("no room");
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("what a crash left behind is in nobody's way", async () => {
  writeFileSync(`${path}.partial`, "a longer half of something");
  replaceFileSync(path, (temporary) => writeFileSync(temporary, "new", { flag: "wx" }));
  expect(readFileSync(path, "utf8")).toBe("new");
  writeFileSync(`${path}.partial`, "a longer half of something");
  await replaceFile(path, Buffer.from("newer"));
  expect(readFileSync(path, "utf8")).toBe("newer");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("a folder that is not there is an error of the caller", async () => {
  await expect(replaceFile(join(folder, "none", "file"), Buffer.from("new"))).rejects.toThrow("ENOENT");
});
