import { spawn } from "node:child_process";
import { expect, type Page, test } from "../helpers/hydrated";
import { countDrawing } from "../helpers/page";
import { type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer();
});

// A request that a route still handles when its test ends would fail the next test.
test.afterEach(({ page }) => page.unrouteAll({ behavior: "ignoreErrors" }));

test.afterAll(() => server[Symbol.asyncDispose]());

const rows = (page: Page) => page.getByRole("row");
const header = (page: Page, name: RegExp) => page.getByRole("columnheader", { name });

test("a column sorts in three states and stays so while the table goes on", async ({ page }) => {
  await page.goto(`${server.url}/processes`);
  await expect(rows(page).nth(3)).toBeVisible();
  const pid = header(page, /^pid/);
  await pid.getByRole("button").click();
  await expect(pid).toHaveAttribute("aria-sort", "descending");
  await pid.getByRole("button").click();
  await expect(pid).toHaveAttribute("aria-sort", "ascending");
  await expect(rows(page).nth(1)).toContainText(/ 1|1root/);
  const refreshed = page.waitForResponse(/processes\.list/);
  await refreshed;
  await expect(pid).toHaveAttribute("aria-sort", "ascending");
  await pid.getByRole("button").click();
  await expect(pid).toHaveAttribute("aria-sort", "none");
});

test("two thousand processes are fewer than a hundred rows, and a filter makes only the rows that it shows", async ({ page }) => {
  const drawn = await countDrawing(page);
  await page.route(/processes\.list/, async (route) => {
    const response = await route.fetch();
    const answers = (await response.json()) as {
      result?: { data?: { total: number; processes: { pid: number; startedAt: string }[] } };
    }[];
    for (const { result } of answers) {
      const table = result?.data?.processes;
      const first = table?.[0];
      if (!table || !first || !result?.data) continue;
      while (table.length < 2000) table.push({ ...first, pid: 100_000 + table.length });
      result.data.total = table.length;
    }
    await route.fulfill({ response, json: answers });
  });
  await page.goto(`${server.url}/processes?paused=1`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("2000");
  const inView = await rows(page).count();
  expect(inView).toBeLessThan(100);
  const filter = page.getByLabel("Filter processes");
  const heading = page.getByRole("heading", { level: 1 });
  const before = await drawn();
  await filter.fill("pid=100500");
  await expect(heading).toContainText("1 of 2000");
  await expect(rows(page)).toHaveCount(2);
  expect((await drawn()).rows - before.rows).toBeLessThanOrEqual(1);
  await filter.fill("");
  await expect(heading).toHaveText(/^Processes 2000/);
  await expect(rows(page)).toHaveCount(inView);
  const after = await drawn();
  expect(after.rows - before.rows).toBeLessThanOrEqual(inView);
  // The clock and the slider create formats of their own; one per row would be a hundred.
  expect(after.dateFormats - before.dateFormats).toBeLessThan(inView);
});

test("the tree folds by mouse and by arrow key, and all at once", async ({ page }) => {
  await page.goto(`${server.url}/processes?tree=1`);
  const grid = page.getByRole("treegrid", { name: "Processes" });
  await expect(grid.getByRole("row").nth(2)).toContainText(/\+\d+:/);
  const counted = page.getByRole("heading", { level: 1 });
  const before = await counted.textContent();
  await grid.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await expect(grid.getByRole("row").nth(1)).toHaveAttribute("aria-expanded", "false");
  await expect(counted).not.toHaveText(before ?? "");
  await page.keyboard.press("ArrowRight");
  await expect(grid.getByRole("row").nth(1)).toHaveAttribute("aria-expanded", "true");
  await page.getByRole("button", { name: "Fold all", exact: true }).click();
  await expect(grid.locator('[aria-level="2"]')).toHaveCount(0);
  await page.getByRole("button", { name: "Unfold all" }).click();
  await expect(grid.locator('[aria-level="2"]').first()).toBeVisible();
});

test("a filter that fits nothing says so and can be cleared; Ctrl and a click copy the pid", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${server.url}/processes?q=no+such+process`);
  await expect(page.getByText("No process matches “no such process”")).toBeVisible();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByLabel("Filter processes").fill(`pid=${server.pid}`);
  await rows(page)
    .nth(1)
    .click({ modifiers: ["Control"] });
  await expect(page.getByText(`pid ${server.pid} is copied`)).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(String(server.pid));
});

test("a process shows what it is, its parents and its history, and says when it has exited", async ({ page }) => {
  const child = spawn("sleep", ["300"]);
  await page.goto(`${server.url}/processes?q=pid%3D${child.pid}`);
  await rows(page).nth(1).click();
  const panel = page.getByRole("complementary", { name: `Process ${child.pid}` });
  await expect(panel).toContainText("sleep 300");
  await expect(panel.getByRole("heading", { name: "Parents" })).toBeVisible();
  await expect(panel).toContainText("open files");
  child.kill("SIGKILL");
  await expect(panel.getByRole("status")).toContainText(/exited \d/);
  await expect(panel).toContainText("sleep 300");
  await page.keyboard.press("Tab");
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(panel).toBeHidden();
});

test("rows keep their places under the pointer", async ({ page }) => {
  await page.goto(`${server.url}/processes?sort=cpu.down`);
  await expect(rows(page).nth(5)).toBeVisible();
  await rows(page).nth(3).hover();
  const pids = () => page.getByRole("row").locator("div:nth-child(2)").allTextContents();
  const before = (await pids()).slice(1, 12);
  await page.waitForResponse(/processes\.list/);
  await page.waitForResponse(/processes\.list/);
  const after = await pids();
  // Processes that ended are gone; the others keep their order.
  const stayed = before.filter((pid) => after.includes(pid));
  expect(after.filter((pid) => stayed.includes(pid))).toEqual(stayed);
});

test("columns can be chosen and stay chosen", async ({ page }) => {
  await page.goto(`${server.url}/processes`);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "threads" }).check();
  await page.reload();
  await expect(header(page, /threads/)).toBeVisible();
});
