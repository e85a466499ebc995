import { spawn } from "node:child_process";
import { expect, type Page, test } from "../helpers/hydrated";
import { countDrawing } from "../helpers/page";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";

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
  const pid = header(page, /^PID/);
  await pid.getByRole("button").click();
  await expect(pid).toHaveAttribute("aria-sort", "descending");
  await pid.getByRole("button").click();
  await expect(pid).toHaveAttribute("aria-sort", "ascending");
  await expect(rows(page).nth(1)).toContainText(/1root/);
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
  await page.goto(`${server.url}/processes?paused=1&group=0`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("2,000 processes");
  const inView = await rows(page).count();
  expect(inView).toBeLessThan(100);
  const filter = page.getByLabel("Filter processes");
  const heading = page.getByRole("heading", { level: 1 });
  const before = await drawn();
  await filter.fill("pid=100500");
  await expect(heading).toContainText("1 of 2,000");
  await expect(rows(page)).toHaveCount(2);
  expect((await drawn()).rows - before.rows).toBeLessThanOrEqual(1);
  await filter.fill("");
  await expect(heading).toHaveText(/^Processes 2,000/);
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
  await page.getByRole("button", { name: "Collapse all" }).click();
  await expect(grid.locator('[aria-level="2"]')).toHaveCount(0);
  await page.getByRole("button", { name: "Expand all" }).click();
  await expect(grid.locator('[aria-level="2"]').first()).toBeVisible();
});

test("Ctrl and a click copy the pid over plain http from another machine, where browsers have no clipboard", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
    document.addEventListener("copy", () => {
      document.documentElement.dataset.copied = (document.activeElement as HTMLTextAreaElement).value;
    });
  });
  await page.goto(`${server.url}/processes?q=pid%3D${server.pid}`);
  await rows(page)
    .nth(1)
    .click({ modifiers: ["Control"] });
  await expect(page.getByText(`PID ${server.pid} copied`)).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-copied", String(server.pid));
});

test("Enter opens the process that the arrow keys are at, also after the table was read again", async ({ page }) => {
  await page.goto(`${server.url}/processes?group=0&sort=pid.up`);
  const grid = page.getByRole("grid", { name: "Processes" });
  await expect(rows(page).nth(3)).toBeVisible();
  const heads = await grid.getByRole("columnheader").allTextContents();
  await grid.focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  await expect(grid).toHaveAttribute("aria-activedescendant", "process-2");
  const cells = page.locator("#process-2").getByRole("gridcell");
  const pid = await cells.nth(heads.findIndex((head) => head.startsWith("PID"))).textContent();
  await page.waitForResponse(/processes\.list/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`pid=${pid}(&|$)`));
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
  await expect(page.getByText(`PID ${server.pid} copied`)).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(String(server.pid));
});

test("a process shows what it is, its parents and its history, and says when it has exited", async ({ page }) => {
  const child = spawn("sleep", ["300"]);
  await page.goto(`${server.url}/processes?q=pid%3D${child.pid}`);
  await page.getByRole("row", { name: `sleep 300 ${child.pid}` }).click();
  const panel = page.getByRole("complementary", { name: `Process ${child.pid}` });
  await expect(panel).toContainText("sleep 300");
  await expect(panel.getByRole("heading", { name: "Parents" })).toBeVisible();
  await expect(panel).toContainText("Open files");
  child.kill("SIGKILL");
  await expect(panel.getByRole("status")).toContainText(/Ended \d/);
  await expect(panel).toContainText("sleep 300");
  await page.keyboard.press("Tab");
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(panel).toBeHidden();
});

test("rows keep their places under the pointer", async ({ page }) => {
  await page.goto(`${server.url}/processes?sort=cpu.down&group=0`);
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
  await page.getByRole("checkbox", { name: "Threads" }).check();
  await page.reload();
  await expect(header(page, /Threads/)).toBeVisible();
});

test("a filter takes units and exclusions, and says what of it cannot be read", async ({ page }) => {
  await page.goto(`${server.url}/processes?group=0`);
  const filter = page.getByLabel("Filter processes");
  const said = page.getByRole("main").getByRole("status");
  await filter.fill(`pid:${server.pid} memory>1MB cpu<10000% -nosuchword`);
  await expect(rows(page)).toHaveCount(2);
  await expect(said).toHaveCount(0);
  await filter.fill(`pid:${server.pid} foo:bar`);
  await expect(said).toContainText("No field “foo”");
  await expect(said).toContainText("Fields: name, command, user");
  await expect(rows(page)).toHaveCount(2);
  await filter.fill("cpu>abc");
  await expect(said).toContainText("cpu takes a percentage, such as cpu>5%");
  await filter.fill("state:tired");
  await expect(said).toContainText("zombie");
});

test("equal processes are one row that opens into them", async ({ page }) => {
  // No pid is as large: the filter finds those too.
  const seconds = 5_000_000 + (process.pid % 1000);
  const sleepers = [1, 2, 3].map(() => spawn("sleep", [String(seconds)]));
  try {
    await page.goto(`${server.url}/processes?q=${seconds}`);
    const group = page.getByRole("row", { name: /sleep ×3/ });
    await expect(group).toHaveAttribute("aria-expanded", "false");
    await expect(rows(page)).toHaveCount(2);
    // What a row of several does not have is one sign in all columns.
    const dashes = group.getByText("–", { exact: true });
    await expect(dashes).toHaveCount(2);
    const faces = await dashes.evaluateAll((all) => all.map((one) => getComputedStyle(one).fontFamily));
    expect(new Set(faces).size).toBe(1);
    await group.click();
    await expect(group).toHaveAttribute("aria-expanded", "true");
    await expect(rows(page)).toHaveCount(5);
    await page.getByRole("button", { name: "Group", exact: true }).click();
    await expect(rows(page)).toHaveCount(4);
  } finally {
    for (const sleeper of sleepers) sleeper.kill("SIGKILL");
  }
});

test("a process that has ended is in the table of its time, and says so", async ({ page }) => {
  const child = spawn("sleep", ["300"]);
  interface Table {
    timestamp: string;
    processes: { pid: number }[];
  }
  const table = () => getJson<Table>(`${server.url}/api/processes?limit=10000`);
  const has = ({ processes }: Table) => processes.some(({ pid }) => pid === child.pid);
  const { timestamp } = await eventually(async () => {
    const now = await table();
    return has(now) && now;
  });
  child.kill("SIGKILL");
  await eventually(async () => !has(await table()));
  await page.goto(`${server.url}/processes?at=${timestamp}&q=pid:${child.pid}`);
  await expect(rows(page).nth(1)).toContainText("ended");
});

test("the start of the time slider is a moment that has a table", async ({ page }) => {
  await page.goto(`${server.url}/processes?range=24h`);
  await expect(page.getByText(/^History from/)).toBeVisible();
  await page.getByLabel("Time", { exact: true }).press("Home");
  await expect(page).toHaveURL(/at=/);
  await expect(rows(page).nth(3)).toBeVisible();
  await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
});

for (const width of [320, 390])
  test(`at ${width} px a process shows name, CPU and memory, and nothing scrolls sideways`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`${server.url}/processes`);
    await expect(rows(page).nth(3)).toBeVisible();
    await expect(page.getByRole("columnheader")).toHaveText([/^Name/, /^CPU/, /^Memory/]);
    for (const cell of await rows(page).nth(1).getByRole("gridcell").all()) {
      const box = await cell.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    }
    const isWider = () => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(await isWider()).toBe(false);
  });

test("no row is cut at the lower edge, and beside an open process no column is", async ({ page }) => {
  await page.goto(`${server.url}/processes?group=0`);
  const body = page.getByRole("rowgroup");
  for (const height of [600, 721, 844, 1307]) {
    await page.setViewportSize({ width: 1440, height });
    await expect(rows(page).nth(3)).toBeVisible();
    expect(((await body.boundingBox())?.height ?? 1) % 30).toBe(0);
  }
  await rows(page).nth(1).click();
  const panel = page.getByRole("complementary", { name: /^Process / });
  await expect(panel).toBeVisible();
  const left = (await panel.boundingBox())?.x ?? 0;
  for (const cell of await rows(page).nth(1).getByRole("gridcell").all()) {
    const box = await cell.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThan(left);
  }
});
