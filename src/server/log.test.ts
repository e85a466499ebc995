import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openLineLog } from "./log";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-log-"));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const lines = (name: string) =>
  readFileSync(join(folder, name), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { text: string }).text);

test("a log that logrotate has moved goes on in a new file, after a signal at once", async () => {
  const log = openLineLog(folder, "alerts.log");
  log.write({ text: "one" });
  await vi.waitFor(() => expect(lines("alerts.log")).toEqual(["one"]));
  renameSync(join(folder, "alerts.log"), join(folder, "alerts.log.1"));
  log.reopen();
  log.write({ text: "two" });
  await log.close();
  expect([lines("alerts.log.1"), lines("alerts.log")]).toEqual([["one"], ["two"]]);
});

test("without a signal a moved file is noticed", async () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const log = openLineLog(folder, "alerts.log");
  log.write({ text: "one" });
  await vi.waitFor(() => expect(lines("alerts.log")).toEqual(["one"]));
  now += 6000;
  log.write({ text: "two" });
  await vi.waitFor(() => expect(lines("alerts.log")).toEqual(["one", "two"]));
  renameSync(join(folder, "alerts.log"), join(folder, "alerts.log.1"));
  now += 6000;
  log.write({ text: "three" });
  await log.close();
  expect([lines("alerts.log.1"), lines("alerts.log")]).toEqual([["one", "two"], ["three"]]);
  vi.restoreAllMocks();
});
