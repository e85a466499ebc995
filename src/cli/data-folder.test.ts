import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "~/server/store/file/database";
import { migrationsOf, prepareDatabase } from "./data-folder";

let folder: string;
let path: string;
const NOW = Date.UTC(2026, 10, 22, 3, 12);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-data-"));
  path = join(folder, "hostscope.db");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function withContent(): void {
  expect(prepareDatabase(path, migrationsOf("."), NOW)).toBeNull();
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  const insert = database.prepare("INSERT INTO settings (name, value, changed_at) VALUES (?, ?, 0)");
  for (let row = 0; row < 2000; row++) insert.run(`name ${row}`, "x".repeat(100));
  database.close();
}

/** Overwrites bytes in the middle of the file. */
function overwrite(from: number, length: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, from, from + length);
  writeFileSync(path, bytes);
}

test.each([
  ["no database at all", () => writeFileSync(path, "a letter, not a database, and long enough to be taken for one ".repeat(100))],
  ["a broken head", () => overwrite(0, 100)],
  ["a broken list of tables", () => overwrite(100, 3996)],
  ["broken pages", () => overwrite(40_960, 81_920)],
  ["a file that was cut off", () => truncateSync(path, readFileSync(path).length / 2)],
])("%s is kept aside as it is, and a new database begins", (_name, damage) => {
  withContent();
  damage();
  const before = readFileSync(path);
  const replaced = prepareDatabase(path, migrationsOf("."), NOW);
  expect(replaced?.keptAs).toBe(`${path}.damaged-2026-11-22T03-12-00Z`);
  // Skip the first page: SQLite writes to it when it opens the file.
  expect(
    readFileSync(replaced?.keptAs ?? "")
      .subarray(4096)
      .equals(before.subarray(4096)),
  ).toBe(true);
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  expect(database.prepare("SELECT count(*) FROM settings").pluck().get()).toBe(0);
  database.close();
  expect(prepareDatabase(path, migrationsOf("."), NOW + 1000)).toBeNull();
});

test("a whole database is left alone", () => {
  withContent();
  expect(prepareDatabase(path, migrationsOf("."), NOW)).toBeNull();
  expect(readdirSync(folder).filter((name) => name.includes("damaged"))).toEqual([]);
  expect(existsSync(path)).toBe(true);
});
