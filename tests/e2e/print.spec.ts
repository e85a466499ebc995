import { expect, type Page, test } from "../helpers/hydrated";
import { withHistory } from "../helpers/page";
import { type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.use({ colorScheme: "dark" });

test.beforeAll(async () => {
  server = await startServer();
  await withHistory(server, 8);
});

test.afterAll(() => server[Symbol.asyncDispose]());

/** What the browser does before it lays a page out for paper, A4 between its margins. */
async function prepare(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.setViewportSize({ width: 703, height: 1000 });
}

const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

/** How often a colour is in the first chart: that of the lines of the light theme's grid, or of the dark one's. */
function gridPixels(page: Page, color: readonly number[]): Promise<number> {
  return page.evaluate((wanted) => {
    const canvas = document.querySelector<HTMLCanvasElement>("figure canvas");
    const { data } = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    let found = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (wanted.every((value, index) => data[at + index] === value) && data[at + 3] === 255) found++;
    }
    return found;
  }, color);
}

const LIGHT = [0xe6, 0xe6, 0xe9];
const DARK = [0x26, 0x26, 0x2b];

test("a printed page is its content in light colours, its charts drawn for the paper", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  await expect(page.locator("figure canvas").first()).toBeVisible();
  expect(await gridPixels(page, DARK)).toBeGreaterThan(100);
  await prepare(page);
  expect(await ground(page)).toBe("rgb(255, 255, 255)");
  await expect.poll(() => gridPixels(page, LIGHT)).toBeGreaterThan(100);
  expect(await gridPixels(page, DARK)).toBe(0);
  for (const frame of ["nav", "header", "input"]) await expect(page.locator(frame).first()).toBeHidden();
  const outside = await page.evaluate(
    () =>
      [...document.querySelectorAll("main canvas, main table, main [data-card]")].filter(
        (one) => one.getBoundingClientRect().right > innerWidth + 1,
      ).length,
  );
  expect(outside).toBe(0);

  await page.emulateMedia({ media: "screen", colorScheme: "dark" });
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await expect.poll(() => gridPixels(page, DARK)).toBeGreaterThan(100);
});

test("the printed process table has all of its rows, as wide as the paper", async ({ page }) => {
  await page.goto(`${server.url}/processes`);
  const grid = page.getByRole("treegrid", { name: "Processes" });
  await expect(grid.getByRole("row").nth(3)).toBeVisible();
  await prepare(page);
  const rows = Number(await grid.getAttribute("aria-rowcount"));
  await expect(grid.getByRole("row")).toHaveCount(rows);
  const outside = await grid.evaluate(
    (element) =>
      [...element.querySelectorAll('[role="gridcell"]')].filter((cell) => cell.getBoundingClientRect().right > innerWidth + 1)
        .length,
  );
  expect(outside).toBe(0);
  // Each below the one before it, none on top of another.
  const overlapping = await grid.evaluate((element) => {
    const boxes = [...element.querySelectorAll('[role="row"]')].map((row) => row.getBoundingClientRect());
    return boxes.filter((box, index) => index > 0 && box.top < (boxes[index - 1] as DOMRect).bottom - 1).length;
  });
  expect(overlapping).toBe(0);
});
