import { expect, test } from "../helpers/hydrated";
import { withHistory } from "../helpers/page";
import { type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer();
  await withHistory(server, 4);
});

test.afterAll(() => server[Symbol.asyncDispose]());

test("the menu leads to every page, and each has its heading", async ({ page }) => {
  await page.goto(server.url);
  for (const name of ["Performance", "Processes", "Network", "Alerts", "Settings"]) {
    await page.getByRole("navigation").getByRole("link", { name }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
    await expect(page.getByRole("navigation").getByRole("link", { name })).toHaveAttribute("aria-current", "page");
  }
});

test("the slider shows the table of a past moment and leads back", async ({ page }) => {
  await page.goto(`${server.url}/processes`);
  await expect(page.getByRole("row").nth(3)).toBeVisible();
  const slider = page.getByLabel("Time", { exact: true });
  const live = page.getByRole("main").getByRole("button", { name: "Live", exact: true });
  await slider.focus();
  for (let press = 0; press < 3; press++) await slider.press("ArrowLeft");
  await expect(live).toBeVisible();
  await expect(page.getByRole("row").nth(3)).toBeVisible();
  await live.click();
  await expect(live).toBeHidden();
});

test("the network page names who listens and who talks to whom; the loopback interface is last", async ({ page }) => {
  await page.goto(`${server.url}/network`);
  await expect(page.getByText(`127.0.0.1:${server.port}`)).toBeVisible();
  const interfaces = page.getByRole("table", { name: "Interfaces" });
  await expect(interfaces.getByRole("row").last()).toContainText("lo");
  const talks = page.getByRole("table", { name: "Connections by process and address" });
  // The browser that shows this page, and not once more the server's end of its connections.
  await expect(talks.getByRole("row", { name: new RegExp(`local 127\\.0\\.0\\.1 ${server.port}`) }).first()).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(talks).toBeVisible();
  const isWider = () => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(await isWider()).toBe(false);
});

test("no page shows a number with more digits than anyone reads, or one that is none", async ({ page }) => {
  for (const path of ["/", "/performance", "/processes", "/network", "/alerts", "/reports", "/settings"]) {
    await page.goto(`${server.url}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
    const wrong = /\d\.\d{5}|\bNaN\b|\bundefined\b|\bInfinity\b|\[object/;
    // As it is seen: the cells of a row are no one number.
    await expect(page.locator("main"), path).not.toContainText(wrong, { useInnerText: true });
  }
});
