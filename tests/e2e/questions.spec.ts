/** The questions of somebody who opens the page for the first time, with the clicks that each answer takes. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "@playwright/test";
import { expect, type Page, test } from "../helpers/hydrated";
import { withHistory } from "../helpers/page";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";

/** A filesystem that every machine has. */
const MOUNTPOINT = execFileSync("df", ["--output=target", tmpdir()], { encoding: "utf8" }).trim().split("\n").at(-1) ?? "/";

const CONFIG = `
alerts:
  rules:
    - {name: memory, metric: system.memory.utilization, aggregate: last, window: 0, warning: 0.1%, for: 0s}
    - name: disk
      metric: system.filesystem.utilization
      match: {system.filesystem.mountpoint: ${JSON.stringify(MOUNTPOINT)}}
      aggregate: last
      window: 0
      critical: 0.1%
      for: 0s
`;

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer({ config: CONFIG });
  await withHistory(server, 4);
});

test.afterAll(() => server[Symbol.asyncDispose]());

async function fires(rule: string): Promise<boolean> {
  const { alerts } = await getJson<{ alerts: { rule: string }[] }>(`${server.url}/api/alerts?state=firing&hours=1`);
  return alerts.some((alert) => alert.rule === rule);
}

/** Clicks, and counts them. */
function clicker() {
  let count = 0;
  return {
    click: async (target: Locator) => {
      count++;
      await target.click();
    },
    clicks: () => count,
  };
}

const headline = (page: Page) => page.getByRole("heading", { level: 2 }).first();

test("what is wrong now takes no click: the worst finding is the headline, and the cards agree", async ({ page }) => {
  await eventually(() => fires("memory"));
  await eventually(() => fires("disk"));
  await page.goto(server.url);
  await expect(headline(page)).toContainText(/^Critical: *\S+ at \d+(\.\d)?%.* \+ \d+ more$/);
  await expect(headline(page)).toContainText(`${MOUNTPOINT} at`);
  const key = page.getByRole("region", { name: "Key figures" });
  await expect(key.locator("[data-card]").filter({ has: page.getByRole("link", { name: "Memory" }) })).toContainText("warning");
  await expect(
    page
      .getByRole("listitem")
      .filter({ hasText: /^critical/ })
      .first(),
  ).toContainText(MOUNTPOINT);
  await expect(page.getByRole("link", { name: "2 active alerts", exact: true })).toBeVisible();
  await expect(page).toHaveTitle(/^\(2\) ⚠ /);
});

test("what was at a time takes two clicks: the search, and the time that was typed", async ({ page }) => {
  const { click, clicks } = clicker();
  await page.goto(server.url);
  await click(page.getByRole("button", { name: "Search (Ctrl+K)" }));
  await page.keyboard.type("2s ago");
  await click(page.getByRole("option", { name: /^Go to / }));
  await expect(page).toHaveURL(/\/processes\?.*at=/);
  await expect(page.getByRole("row").nth(3)).toBeVisible();
  expect(clicks()).toBeLessThanOrEqual(2);
});

test("silencing an alert for two hours takes two clicks, from Overview", async ({ page }) => {
  const { click, clicks } = clicker();
  await page.goto(server.url);
  await click(page.getByRole("button", { name: /^Silence: Memory at/ }));
  await click(page.getByRole("button", { name: "2 hours", exact: true }));
  await expect(page.getByText(/^Silenced until /)).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Memory at" }).first()).toContainText("silenced");
  await expect(page.getByRole("link", { name: "1 active alert", exact: true })).toBeVisible();
  expect(clicks()).toBe(2);
  const silences = await getJson<{ rule: string; window: { until: string } }[]>(`${server.url}/api/alerts/silences`);
  const hours = (Date.parse(silences.find(({ rule }) => rule === "memory")?.window.until ?? "") - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(1.9);
  expect(hours).toBeLessThanOrEqual(2);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("link", { name: "2 active alerts", exact: true })).toBeVisible();
});

/** Writes ten megabytes a second into a file that it keeps open, until it is killed or has written a gigabyte. */
const FILL_DISK = `import { openSync, writeSync } from "node:fs";
const file = openSync(process.argv[2], "w");
const part = Buffer.alloc(2 ** 20, 7);
let left = 1000;
const timer = setInterval(() => (left-- > 0 ? writeSync(file, part) : clearInterval(timer)), 100);
`;

test("which process filled the disk takes at most two clicks, and is right", async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-fill-"));
  const script = join(folder, "fill_disk.mjs");
  writeFileSync(script, FILL_DISK);
  // In a session of its own: it is no part of what the test runner does.
  const filler = spawn(process.execPath, [script, join(folder, "debug.log")], { stdio: "ignore", detached: true });
  try {
    const disk = `{name: disk, metric: system.filesystem.utilization, match: {system.filesystem.mountpoint: ${JSON.stringify(MOUNTPOINT)}}`;
    await using filling = await startServer({
      config: `alerts:\n  rules:\n    - ${disk}, aggregate: last, window: 0, critical: 0.1%, for: 5s}\n`,
    });
    await eventually(async () => {
      type Listed = { alerts: { rule: string; cause: { name: string }[] }[] };
      const { alerts } = await getJson<Listed>(`${filling.url}/api/alerts?state=firing&hours=1`);
      return alerts.some(({ rule, cause }) => rule === "disk" && cause.length > 0);
    });
    const { click, clicks } = clicker();
    await page.goto(filling.url);
    await click(page.getByRole("link", { name: new RegExp(`^${MOUNTPOINT} at `) }).first());
    const causes = page.getByRole("region", { name: "Top contributors" }).first();
    await expect(causes).toContainText("fill_disk.mjs");
    await expect(causes).toContainText(join(folder, "debug.log"));
    expect(clicks()).toBeLessThanOrEqual(2);
  } finally {
    filler.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});
