import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { TreeKills } from "./cgroup-kills";

const folder = mkdtempSync(join(tmpdir(), "hostscope-kills-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a kill counts once, whether its group stays, cannot be read for once, or is removed", () => {
  const child = join(folder, "child");
  mkdirSync(child);
  const kills = new TreeKills();
  const count = (ofChild: number) => kills.count(folder, (group) => (group === child ? ofChild : 1));
  expect(count(3)).toBe(4);
  expect(count(Number.NaN)).toBe(4);
  expect(count(3)).toBe(4);
  rmSync(child, { recursive: true });
  expect(count(Number.NaN)).toBe(4);
});
