import { expect, type Page, test } from "@playwright/test";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer();
  await eventually(async () => {
    const { timestamps, series } = await getJson<{ timestamps: number[]; series: { values: (number | null)[] }[] }>(
      `${server.url}/api/metrics/history/system.memory.utilization?hours=0.1&points=2000`,
    );
    return timestamps.filter((_time, index) => (series[0]?.values[index] ?? null) !== null).length > 8;
  }, 20_000);
});

test.afterAll(() => server[Symbol.asyncDispose]());

test("the menu leads to every page, and each has its heading", async ({ page }) => {
  await page.goto(server.url);
  for (const name of ["Performance", "Processes", "Network"]) {
    await page.getByRole("navigation").getByRole("link", { name }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
    await expect(page.getByRole("link", { name })).toHaveAttribute("aria-current", "page");
  }
});

test("the process table can be filtered, sorted and shown as a tree", async ({ page }) => {
  await page.goto(`${server.url}/processes`);
  const rows = page.getByRole("table").getByRole("row");
  await expect(rows.nth(3)).toBeVisible();
  await page.getByLabel("Filter processes").fill("name:node command:hostscope");
  await expect(rows.nth(1)).toContainText("hostscope");
  await page.getByLabel("Filter processes").fill("no such process anywhere");
  await expect(page.getByText("No process matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("columnheader", { name: /pid/ }).getByRole("button").click();
  await expect(page.getByRole("columnheader", { name: /pid/ })).toHaveAttribute("aria-sort", "descending");
  await page.getByRole("button", { name: "Tree" }).click();
  await expect(rows.nth(1)).toContainText(/\+\d+:/);
});

test("two hundred processes and more cost fewer than a hundred rows in the page", async ({ page }) => {
  await page.goto(`${server.url}/processes`);
  await expect(page.getByRole("table").getByRole("row").nth(3)).toBeVisible();
  expect(await page.getByRole("table").getByRole("row").count()).toBeLessThan(100);
});

test("the slider shows the table of a past moment and leads back", async ({ page }) => {
  await page.goto(`${server.url}/processes`);
  await expect(page.getByRole("table").getByRole("row").nth(3)).toBeVisible();
  const slider = page.getByLabel("Moment");
  await slider.focus();
  for (let press = 0; press < 3; press++) await slider.press("ArrowLeft");
  await expect(page.getByRole("button", { name: "Back to now" })).toBeVisible();
  await expect(page.getByRole("table").getByRole("row").nth(3)).toBeVisible();
  await page.getByRole("button", { name: "Back to now" }).click();
  await expect(page.getByRole("button", { name: "Back to now" })).toBeHidden();
});

/** Where a chart is once every chart of the page has come: those without readings go away and move the others. */
async function settledBox(page: Page, name: RegExp) {
  const chart = page.getByRole("figure", { name });
  await expect(chart).toBeVisible();
  await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
  const box = await chart.boundingBox();
  if (!box) throw new Error("the chart is not on the page");
  return box;
}

test("dragging over a chart zooms all of them, and Back undoes it", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m`);
  const box = await settledBox(page, /^Load, 1 minute:/);
  await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=.*&to=/);
  await page.goBack();
  await expect(page).toHaveURL(/range=5m/);
});

test("clicking a moment shows the processes of that second", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m`);
  const box = await settledBox(page, /^Load, 1 minute:/);
  await page.mouse.click(box.x + box.width - 6, box.y + 60);
  await expect(page.getByRole("heading", { name: /^Processes at / })).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "hostscope" }).first()).toBeVisible();
});

test("the network page names who listens", async ({ page }) => {
  await page.goto(`${server.url}/network`);
  await expect(page.getByText(`127.0.0.1:${server.port}`)).toBeVisible();
  await expect(page.getByRole("cell", { name: "lo", exact: true })).toBeVisible();
});

for (const path of ["performance", "processes", "network"]) {
  test(`${path} does not scroll sideways on a phone`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 800 });
    await page.goto(`${server.url}/${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
}
