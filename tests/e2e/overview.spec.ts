import { expect, type Page, test } from "../helpers/hydrated";
import { countDrawing, transfers, watch, withHistory } from "../helpers/page";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer();
  await eventually(async () => (await getJson<{ timestamp: string | null }>(`${server.url}/api/metrics/current`)).timestamp);
});

test.afterAll(() => server[Symbol.asyncDispose]());

const pill = (page: Page) => page.getByTestId("status");
const cpuChart = (page: Page) => page.getByRole("figure", { name: /^CPU:/ });
const pointsOf = (page: Page) => cpuChart(page).locator("[data-points]").getAttribute("data-points").then(Number);

test("the first visit loads at most twelve files, and 220 KB of JavaScript", async ({ page }) => {
  const fetched = await transfers(page);
  await page.goto(server.url);
  await expect(pill(page)).toContainText("Live");
  await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
  await expect.poll(() => pointsOf(page)).toBeGreaterThan(1);
  const scripts = fetched().filter(({ type }) => type === "Script");
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(220_000);
  // Fifteen requests with two for data and the stream. On a busy machine the page may ask for its data a second time.
  const files = fetched().filter(({ type }) => type !== "Fetch" && type !== "EventSource");
  expect(files.length).toBeLessThanOrEqual(12);
});

test("the page is live, with data on the first chart", async ({ page }) => {
  const { complaints } = watch(page, server);
  await page.goto(server.url);
  await expect(pill(page)).toContainText("Live");
  await expect(cpuChart(page)).toBeVisible();
  await expect(page.getByRole("heading", { level: 2 }).first()).not.toBeEmpty();
  const before = await pointsOf(page);
  await expect.poll(() => pointsOf(page)).toBeGreaterThan(before + 1);
  expect(complaints).toEqual([]);
});

test("the first answer already holds numbers, without any script", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(server.url);
  await expect(page.getByText(/^\d[\d.]*\s(MiB|GiB) of\s/)).toBeVisible();
  await context.close();
});

test("the top processes name those that run here", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByRole("row", { name: /hostscope/ }).first()).toBeVisible();
});

test("pointing at one chart shows the same moment on all of them", async ({ page }) => {
  await page.goto(server.url);
  await expect(cpuChart(page)).toBeVisible();
  await expect.poll(() => pointsOf(page)).toBeGreaterThan(2);
  // With its thresholds a chart has another width.
  await expect(cpuChart(page).locator("[data-threshold]").first()).toBeAttached();
  const plot = cpuChart(page).locator(".u-over");
  const width = await plot.evaluate((element) => element.clientWidth);
  // The newest points are on the right.
  await plot.hover({ position: { x: width - 3, y: 60 } });
  await expect(page.getByTestId("crosshair-time")).toHaveText(/^\d{2}:\d{2}:\d{2}$/);
  /** Where the crosshair of each chart is, in percent of its plot. */
  const crosshairs = () =>
    page.locator(".u-over").evaluateAll((plots) =>
      plots.map((element) => {
        const box = element.getBoundingClientRect();
        const line = element.querySelector(".u-cursor-x")?.getBoundingClientRect();
        return line ? Math.round(((line.left - box.left) / box.width) * 100) : null;
      }),
    );
  await expect.poll(async () => new Set(await crosshairs()).size).toBe(1);
  expect(await crosshairs()).toHaveLength(4);
});

test("a server that dies and comes back leaves the open page live, without a reload and without double points", async ({
  page,
}) => {
  const own = await startServer();
  await page.goto(own.url);
  await expect(pill(page)).toContainText("Live");
  await expect.poll(() => pointsOf(page)).toBeGreaterThan(3);
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  await own.kill("SIGKILL");
  await expect(pill(page)).toContainText("Reconnecting");
  const again = await startServer({ folder: own.folder, port: own.port });
  await expect(pill(page)).toContainText("Live");
  const before = await pointsOf(page);
  await expect.poll(() => pointsOf(page)).toBeGreaterThan(before + 1);
  expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
  // At most one point per second, plus one that marks the gap.
  const seconds = Number(await cpuChart(page).locator("[data-points]").getAttribute("data-seconds"));
  expect(await pointsOf(page)).toBeLessThanOrEqual(seconds + 2);
  await again[Symbol.asyncDispose]();
});

test("stopped monitoring says so and greys what is old; it starts again by itself", async ({ page }) => {
  const own = await startServer();
  await page.goto(own.url);
  await expect(pill(page)).toContainText("Live");
  await fetch(`${own.url}/api/monitoring/stop`, { method: "POST" });
  await expect(pill(page)).toContainText("Stopped");
  await expect(page.getByRole("heading", { level: 2 }).first()).toContainText("Monitoring is stopped");
  await expect(cpuChart(page)).toHaveClass(/stale/);
  await fetch(`${own.url}/api/monitoring/start`, { method: "POST" });
  await expect(pill(page)).toContainText("Live");
  await own[Symbol.asyncDispose]();
});

test("a range that is over is told by what was then, and nothing on the page is live", async ({ page }) => {
  await withHistory(server, 4);
  await page.goto(`${server.url}/?from=-1h&to=-2s`);
  await expect(pill(page)).toContainText("Past");
  await expect(page.getByRole("heading", { level: 2 }).first()).toHaveText("No alerts in this time range");
  const figures = page.getByRole("region", { name: "Key figures" });
  await expect(figures).toContainText("Averages from");
  await expect(figures.locator("[data-card]").first()).toContainText(/peak \d/);
  await expect(page.getByRole("row", { name: /hostscope/ }).first()).toBeVisible();
  await page.getByRole("button", { name: "Back to live" }).click();
  await expect(pill(page)).toContainText("Live");
  await expect(figures).toContainText("Now");
  // These are read when somebody looks, and not kept.
  await page.goto(`${server.url}/network?from=-1h&to=-2s`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("tables show the current state");
});

test("every card leads on", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByRole("region", { name: "Key figures" }).getByRole("link")).toHaveCount(6);
  for (const name of ["Filesystems", "Top processes", "Machine"]) {
    await expect(page.getByRole("heading", { name }).getByRole("link")).toBeVisible();
  }
});

test("the theme goes round and stays over a reload, without an error", async ({ page }) => {
  const { complaints } = watch(page, server);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(server.url);
  await page.getByRole("button", { name: /Switch to light/ }).click();
  await page.getByRole("button", { name: /Switch to dark/ }).click();
  await expect(page.locator("html")).toHaveClass(/dark/);
  await page.reload();
  await expect(page.locator("html")).toHaveClass(/dark/);
  await expect(cpuChart(page)).toBeVisible();
  expect(complaints).toEqual([]);
});

/** Simulates hiding or showing the tab. */
const show = (page: Page, state: "hidden" | "visible") =>
  page.evaluate((value) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);

test("a hidden tab gives its connection back; shown again it draws every second that it missed, all at once", async ({
  page,
}) => {
  const drawn = await countDrawing(page);
  await page.goto(server.url);
  await expect(pill(page)).toContainText("Live");
  const charts = await page.getByRole("figure").locator("[data-points]").count();
  const left = page.waitForEvent("requestfailed", { predicate: (request) => request.url().includes("/api/stream") });
  await show(page, "hidden");
  await left;
  const held = await pointsOf(page);
  const tick = async () =>
    Date.parse((await getJson<{ timestamp: string }>(`${server.url}/api/metrics/current`)).timestamp) / 1000;
  const hiddenAt = await tick();
  await eventually(async () => (await tick()) >= hiddenAt + 8);
  const before = await drawn();
  await show(page, "visible");
  // History that is read meanwhile may end a moment earlier, for a moment.
  let points = 0;
  const most = async () => (points = Math.max(points, await pointsOf(page)));
  await expect.poll(most).toBeGreaterThanOrEqual(held + 8);
  // What was drawn first: a tick in between counts for the points only.
  const { canvases } = await drawn();
  await most();
  // Each chart is drawn once for the missed ticks and once for each tick after that.
  expect(canvases - before.canvases).toBeLessThanOrEqual(charts * (points - held - 6));
  await expect(pill(page)).toContainText("Live");
});

test("a second of live charts draws each of them once", async ({ page }) => {
  const drawn = await countDrawing(page);
  await page.goto(server.url);
  await expect(pill(page)).toContainText("Live");
  await expect.poll(() => pointsOf(page)).toBeGreaterThan(2);
  const charts = await page.getByRole("figure").locator("[data-points]").count();
  const [from, before] = [await pointsOf(page), await drawn()];
  await expect.poll(() => pointsOf(page)).toBeGreaterThanOrEqual(from + 8);
  const [after, to] = [await drawn(), await pointsOf(page)];
  expect(after.canvases - before.canvases).toBeGreaterThanOrEqual(charts);
  expect(after.canvases - before.canvases).toBeLessThanOrEqual(charts * (to - from + 1));
});
