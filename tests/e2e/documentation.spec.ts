import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { watch } from "../helpers/page";
import { type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer();
});

test.afterAll(() => server[Symbol.asyncDispose]());

test("the list leads from page to page, and says where one is", async ({ page }) => {
  const { complaints } = watch(page, server);
  await page.goto(`${server.url}/docs`);
  const list = page.getByRole("navigation", { name: "Documentation" });
  await list.getByRole("link", { name: "Who did it" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Who did it" })).toBeVisible();
  await expect(list.getByRole("link", { name: "Who did it" })).toHaveAttribute("aria-current", "page");
  await page.getByRole("link", { name: /^Next:/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Alerts" })).toBeVisible();
  expect(complaints).toEqual([]);
});

test("on a phone the list is folded, and no page is wider than the screen", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const name of ["", "/alerts", "/api", "/metrics", "/cli", "/threat-model", "/who-did-it"]) {
    await page.goto(`${server.url}/docs${name}`);
    await expect(page.getByRole("navigation", { name: "Documentation" })).toBeHidden();
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wider, name).toBe(0);
  }
  await page.getByText("Pages", { exact: true }).click();
  await expect(page.getByRole("navigation", { name: "Documentation" })).toBeVisible();
});

for (const scheme of ["light", "dark"] as const) {
  test(`a page in ${scheme} has what an assistive program needs`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    for (const name of ["", "/alerts"]) {
      await page.goto(`${server.url}/docs${name}`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
    }
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe(scheme === "light" ? "rgb(250, 250, 250)" : "rgb(11, 11, 13)");
  });
}

test("the theme that was chosen on the other pages holds here", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(`${server.url}/docs`);
  await page.evaluate(() => localStorage.setItem("theme", "dark"));
  await page.reload();
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(11, 11, 13)");
});
