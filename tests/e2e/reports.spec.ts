import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "../helpers/hydrated";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;
let folder: string;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-report-"));
  server = await startServer({
    config: `
reports:
  schedules:
    - {name: nightly, cron: "30 2 * * *", time_zone: Europe/Berlin, format: csv, hours: 24, folder: ${folder}}
`,
  });
  await eventually(async () => {
    const { series } = await getJson<{ series: { values: (number | null)[] }[] }>(
      `${server.url}/api/metrics/history/system.memory.utilization?hours=0.1&points=2000`,
    );
    return (series[0]?.values.filter((value) => value !== null).length ?? 0) > 10;
  });
});

test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("a report is made, shown while it is made, opened, and deleted after a question", async ({ page, context }) => {
  await page.goto(`${server.url}/reports`);
  await expect(page.getByText("No reports yet")).toBeVisible();
  await page.getByRole("button", { name: "HTML" }).click();
  await page.getByRole("button", { name: "Generate and save" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Manual report" });
  await expect(row.getByRole("link", { name: "Download" })).toBeVisible();
  await expect(row).toContainText("KiB");
  const problems: string[] = [];
  const opening = context.waitForEvent("page");
  await row.getByRole("link", { name: "Open" }).click();
  const report = await opening;
  report.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await expect(report.getByRole("heading", { level: 2, name: "Summary" })).toBeVisible();
  await expect(report.locator("figure canvas").first()).toBeVisible();
  expect(problems).toEqual([]);
  await report.close();
  await row.getByRole("button", { name: /^Delete/ }).click();
  await row.getByRole("button", { name: "Delete report" }).click();
  await expect(row).toHaveCount(0);
});

test("a schedule says when it comes in words, and can be run now", async ({ page }) => {
  await page.goto(`${server.url}/reports`);
  const schedule = page.getByRole("listitem").filter({ hasText: "nightly" }).filter({ hasText: "Every day at 02:30" });
  await expect(schedule).toContainText("Next:");
  await schedule.getByRole("button", { name: "Run now" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: /nightly.*on a schedule/ })).toContainText("Delivered: ");
});

test("the HTML report opens from disk without a request, its charts zoom together and its tables sort", async ({ page }) => {
  const path = join(folder, "report.html");
  const response = await page.request.get(`${server.url}/api/export/report?format=html&hours=1`);
  const { writeFileSync } = await import("node:fs");
  writeFileSync(path, await response.body());
  const requests: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  const address = pathToFileURL(path).href;
  await page.goto(address);
  expect(requests).toEqual([address]);

  const figures = page.locator("figure[data-seconds]");
  const figure = figures.first();
  await figure.scrollIntoViewIfNeeded();
  const whole = Number(await figure.getAttribute("data-seconds"));
  const box = await figure.locator(".u-over").boundingBox();
  if (!box) throw new Error("the chart is not drawn");
  await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + 40, { steps: 5 });
  await page.mouse.up();
  await expect.poll(async () => Number(await figure.getAttribute("data-seconds"))).toBeLessThan(whole * 0.6);
  expect(await figures.nth(1).getAttribute("data-seconds")).toBe(await figure.getAttribute("data-seconds"));
  await figure.getByRole("button", { name: "Whole period" }).click();
  await expect(figure).toHaveAttribute("data-seconds", String(whole));

  const table = page.locator("#cpu table").first();
  const head = table.getByRole("columnheader").nth(1);
  await head.getByRole("button").click();
  await expect(head).toHaveAttribute("aria-sort", "descending");
  const means = await table
    .locator("tbody tr td:nth-child(2)")
    .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset.value)));
  expect(means).toEqual([...means].sort((a, b) => b - a));
  expect(problems).toEqual([]);
});

test("a phone reads the HTML report: the page does not scroll sideways, and no word is broken", async ({ page }) => {
  const path = join(folder, "phone.html");
  const response = await page.request.get(`${server.url}/api/export/report?format=html&hours=1`);
  const { writeFileSync } = await import("node:fs");
  writeFileSync(path, await response.body());
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(pathToFileURL(path).href);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const broken = await page.evaluate(() => {
    const found: string[] = [];
    const range = document.createRange();
    for (const cell of document.querySelectorAll("td, th, dt, li, h3, p")) {
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (const word of (node.textContent ?? "").matchAll(/[\p{L}\d]{2,20}/gu)) {
          range.setStart(node, word.index);
          range.setEnd(node, word.index + word[0].length);
          if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) found.push(word[0]);
        }
      }
    }
    return found;
  });
  expect(broken).toEqual([]);
});
