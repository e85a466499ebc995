import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useUtc } from "../time";
import { lastLines, readable } from "./logs";

test("the last lines are those, however long the file and its lines are", () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-logs-"));
  const path = join(folder, "monitor.log");
  const lines = Array.from({ length: 3000 }, (_, index) => `${index} ${"ü".repeat(index % 200)}`);
  writeFileSync(path, `${lines.join("\n")}\n`);
  expect(lastLines(path, 3).lines).toEqual(lines.slice(-3));
  expect(lastLines(path, 2500).lines).toEqual(lines.slice(-2500));
  expect(lastLines(path, 9999).lines).toEqual(lines);
  writeFileSync(path, "");
  expect(lastLines(path, 3).lines).toEqual([]);
  rmSync(folder, { recursive: true });
});

test.each([
  ['{"level":40,"time":1700000000000,"msg":"disk slow"}', "2023-11-14 22:13:20Z warning  disk slow"],
  [
    '{"level":50,"time":1700000000000,"msg":"failed","err":{"message":"EIO"},"path":"/a"}',
    "2023-11-14 22:13:20Z error    failed: EIO  path=/a",
  ],
  ["not json \u001b[2J", "not json \ufffd[2J"],
])("%s is shown readable", (line, shown) => {
  useUtc(true);
  expect(readable(line)).toBe(shown);
  useUtc(false);
});
