import { mkdtempSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ConfigFile } from "./config-file";
import { parseConfig } from "./load";
import type { Config } from "./schema";

const opened: ConfigFile[] = [];
afterEach(() => {
  for (const file of opened.splice(0)) file.close();
});

function open(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-config-"));
  const path = join(folder, "config.yaml");
  writeFileSync(path, text, { mode: 0o600 });
  const seen: { configs: Config[]; mistakes: (readonly string[])[] } = { configs: [], mistakes: [] };
  const file = new ConfigFile({
    path,
    name: "config.yaml",
    variable: () => undefined,
    before: parseConfig("before", "", () => undefined),
    onChange: (config) => seen.configs.push(config),
    onMistakes: (mistakes) => seen.mistakes.push(mistakes),
  });
  opened.push(file);
  return { file, path, folder, seen };
}

test("a saved file is in force when it is read again", () => {
  const { file, path, seen } = open("");
  writeFileSync(path, "alerts:\n  group_wait: 1s\n");
  file.reload();
  expect(file.config.alerts.group_wait).toBe(1);
  expect(seen.configs).toHaveLength(1);
});

test("a file that is saved, or put in the place of the old one, is in force by itself", async () => {
  const { file, path, folder } = open("");
  writeFileSync(path, "alerts:\n  group_wait: 1s\n");
  await expect.poll(() => file.config.alerts.group_wait).toBe(1);
  writeFileSync(join(folder, "new.yaml"), "alerts:\n  group_wait: 2s\n");
  renameSync(join(folder, "new.yaml"), path);
  await expect.poll(() => file.config.alerts.group_wait).toBe(2);
});

test("a broken file leaves the configuration before it in force and says where its mistake is", () => {
  const { file, path, seen } = open("alerts:\n  group_wait: 1s\n");
  writeFileSync(path, "alerts:\n  group_wit: 1s\n");
  file.reload();
  expect(file.config.alerts.group_wait).toBe(1);
  expect(file.mistakes[0]).toMatch(/^config\.yaml:2:3 alerts\.group_wit: no such setting/);
  writeFileSync(path, "alerts:\n  group_wait: 2s\n");
  file.reload();
  expect(file.mistakes).toEqual([]);
  expect(seen.mistakes.at(-1)).toEqual([]);
});

test("a change from the API is written whole, keeps the file's rights and is in force", () => {
  const { file, path, folder } = open("# mine\n");
  file.edit([{ path: ["alerts", "group_wait"], value: "3s" }]);
  expect(readFileSync(path, "utf8")).toContain("# mine");
  expect(file.config.alerts.group_wait).toBe(3);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["config.yaml"]);
});

test("a change that is not valid changes nothing and names the setting", () => {
  const { file, path } = open("# mine\n");
  expect(() => file.edit([{ path: ["alerts", "group_wait"], value: "soon" }])).toThrow(/alerts\.group_wait: expected a duration/);
  expect(readFileSync(path, "utf8")).toBe("# mine\n");
});

test("a change that was made on an older file is refused", () => {
  const { file, path } = open("");
  const { etag } = file;
  writeFileSync(path, "alerts:\n  group_wait: 1s\n");
  expect(() => file.edit([{ path: ["alerts", "group_wait"], value: "9s" }], { ifMatch: etag })).toThrow(
    /has changed in the meantime/,
  );
});

test("a link keeps pointing to its file", () => {
  const { path, folder } = open("");
  const link = join(folder, "link.yaml");
  symlinkSync(path, link);
  const file = new ConfigFile({
    path: link,
    name: "link.yaml",
    variable: () => undefined,
    before: parseConfig("before", "", () => undefined),
    onChange: () => {},
    onMistakes: () => {},
  });
  opened.push(file);
  file.edit([{ path: ["logging", "level"], value: "warn" }]);
  expect(readFileSync(path, "utf8")).toContain("level: warn");
});

test("a file that was broken a moment after it was read leaves what was read in force", () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-config-"));
  const path = join(folder, "config.yaml");
  writeFileSync(path, "alerts: [");
  const before = parseConfig("before", "alerts:\n  group_wait: 7s\n", () => undefined);
  const mistakes: (readonly string[])[] = [];
  const onMistakes = (found: readonly string[]) => mistakes.push(found);
  const file = new ConfigFile({ path, name: "config.yaml", variable: () => undefined, before, onChange: () => {}, onMistakes });
  opened.push(file);
  expect(file.config.alerts.group_wait).toBe(7);
  expect(mistakes).toHaveLength(1);
});
