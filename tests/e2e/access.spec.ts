import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "../helpers/hydrated";
import { watch, withHistory } from "../helpers/page";
import { type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer();
  await withHistory(server, 3);
});

// A request that a route still handles when its test ends would fail the next test.
test.afterEach(({ page }) => page.unrouteAll({ behavior: "ignoreErrors" }));

test.afterAll(() => server[Symbol.asyncDispose]());

const PAGES = ["/", "/performance", "/processes", "/network", "/alerts", "/alerts?tab=Rules", "/settings"];

for (const colorScheme of ["light", "dark"] as const) {
  test(`no page has a serious barrier in ${colorScheme} mode`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    for (const path of PAGES) {
      await page.goto(`${server.url}${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(serious.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
  });
}

test("no page scrolls sideways at 320 pixels, at 200 % zoom or with wide text", async ({ page }) => {
  for (const [width, spaced] of [
    [320, false],
    [720, true],
  ] as const) {
    await page.setViewportSize({ width, height: 700 });
    for (const path of PAGES) {
      await page.goto(`${server.url}${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
      if (spaced) {
        await page.evaluate(() => {
          document.body.style.letterSpacing = "0.12em";
          document.body.style.wordSpacing = "0.16em";
          document.body.style.lineHeight = "1.5";
        });
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${path} at ${width}`).toBeLessThanOrEqual(width);
    }
  }
});

test("what can be touched on a phone is at least 24 pixels high and wide", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(server.url);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, a[href], input, select")]
      .map((element) => ({ box: element.getBoundingClientRect(), name: element.textContent?.slice(0, 30), element }))
      .filter(({ box, element }) => box.width > 0 && box.height > 0 && !element.closest("td, .skip-link"))
      .filter(({ box }) => box.height < 24 || box.width < 24)
      .map(({ name, box }) => `${name} ${box.width}x${box.height}`),
  );
  expect(small).toEqual([]);
});

test("less motion, forced colours and more contrast are honoured without an error", async ({ page }) => {
  const { complaints } = watch(page, server);
  await page.emulateMedia({ reducedMotion: "reduce", forcedColors: "active", contrast: "more" });
  await page.goto(server.url);
  await expect(page.getByTestId("status")).toContainText("Live");
  const duration = await page.evaluate(() => getComputedStyle(document.querySelector("button") as Element).transitionDuration);
  expect(Number.parseFloat(duration)).toBe(0);
  expect(complaints).toEqual([]);
});

/** Makes one procedure of each batch fail; the others answer normally. */
async function refuse(
  page: Page,
  procedure: string,
  { status, code, message }: { status: number; code: string; message: string },
) {
  await page.route(/\/api\/trpc\//, async (route) => {
    const names = (new URL(route.request().url()).pathname.split("/").at(-1) ?? "").split(",");
    if (!names.includes(procedure)) return route.fallback();
    const response = await route.fetch();
    const answers = (await response.json()) as unknown[];
    answers[names.indexOf(procedure)] = { error: { message, code: -32000, data: { code, httpStatus: status } } };
    return route.fulfill({ status: 207, json: answers });
  });
}

test("what failed says so with a way to try again, and works after it", async ({ page }) => {
  await refuse(page, "network.get", { status: 503, code: "SERVICE_UNAVAILABLE", message: "down for a moment" });
  await page.goto(`${server.url}/network?paused=1`);
  await expect(page.getByRole("alert").filter({ hasText: "down for a moment" })).toBeVisible();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("cell", { name: "lo", exact: true })).toBeVisible();
});

test("what may not be seen says so and offers no second try", async ({ page }) => {
  await refuse(page, "config.get", { status: 403, code: "FORBIDDEN", message: "Only admins can do this." });
  await page.goto(`${server.url}/settings`);
  await expect(page.getByRole("alert").filter({ hasText: "Only admins can do this" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
});

test("a page that breaks stays in its frame; another page is there, and it can be tried again", async ({ page }) => {
  await page.route(/\/api\/trpc\//, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    return route.fulfill({ response, body: text.replaceAll('"processes":[', '"processes":0,"other":[') });
  });
  await page.goto(`${server.url}/processes`);
  await expect(page.getByRole("alert").filter({ hasText: "Couldn't display this page" })).toBeVisible();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.getByRole("navigation").getByRole("link", { name: "Network" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Network");
});

test("pages come without jumping: what loads has its size from the start", async ({ page }) => {
  for (const path of ["/", "/network", "/settings"]) {
    await page.goto(`${server.url}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let total = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) total += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(total)));
        }),
    );
    expect(shift, path).toBeLessThan(0.05);
  }
});
