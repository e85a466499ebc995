import { expect, type Page, test } from "../helpers/hydrated";
import { chart, dragOver, settledBox, withHistory } from "../helpers/page";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer({
    config: `
alerts:
  rules:
    - {name: any load, metric: system.cpu.load_average.1m, window: 0, warning: 0.0001}
`,
  });
  await withHistory(server, 12);
});

// A request that a route still handles when its test ends would fail the next test.
test.afterEach(({ page }) => page.unrouteAll({ behavior: "ignoreErrors" }));

test.afterAll(() => server[Symbol.asyncDispose]());

const LOAD = /^Load, 1 minute:/;
const METRIC = "load_average.1m";
const seconds = (page: Page) => chart(page, LOAD).locator("[data-seconds]").getAttribute("data-seconds").then(Number);

test("dragging over a chart zooms all of them; Back, Esc and a double click each take one zoom back", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  await dragOver(page, LOAD);
  await expect(page).toHaveURL(/from=.*&to=/);
  const first = page.url();
  await expect.poll(() => seconds(page)).toBeLessThan(150);
  await dragOver(page, LOAD);
  await expect(page).not.toHaveURL(first);
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(first);
  await page.goBack();
  await expect(page).toHaveURL(/range=5m/);
  await dragOver(page, LOAD);
  await expect(page).toHaveURL(/from=/);
  const box = await settledBox(page, LOAD);
  await page.mouse.dblclick(box.x + box.width / 2, box.y + 60);
  await expect(page).toHaveURL(/range=5m/);
});

test("a closed range is drawn again without asking the server, and no answer has more points than can be seen", async ({
  page,
}) => {
  const asked: string[] = [];
  const points: number[] = [];
  page.on("response", async (response) => {
    if (!response.url().includes(METRIC)) return;
    asked.push(response.url());
    for (const one of await response.json().catch(() => []))
      points.push((one as { result?: { data?: { timestamps?: number[] } } }).result?.data?.timestamps?.length ?? 0);
  });
  const to = Date.now() - 1000;
  const range = (from: number) => `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  await page.goto(`${server.url}/performance?section=CPU&${range(to - 60_000)}`);
  const box = await settledBox(page, LOAD);
  await dragOver(page, LOAD);
  await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
  await expect.poll(() => asked.length).toBeGreaterThan(1);
  await settledBox(page, LOAD);
  const before = asked.length;
  await page.goBack();
  await settledBox(page, LOAD);
  expect(asked.length).toBe(before);
  expect(Math.max(...points)).toBeLessThanOrEqual(2 * box.width);
});

test("pointing at a chart tells every series of the moment, the largest first, and moves nothing", async ({ page }) => {
  await page.goto(server.url);
  const heading = page.getByRole("heading", { name: "Filesystems" });
  const told = page.getByTestId("tooltip").getByRole("listitem");
  const box = await settledBox(page, /^Memory:/);
  const before = await heading.boundingBox();
  await page.mouse.move(box.x + box.width - 6, box.y + 70);
  await expect(told).toHaveCount(2);
  expect(await heading.boundingBox()).toEqual(before);
});

test("a legend hides a series and shows one alone, by mouse and by key, and the address keeps it", async ({ page }) => {
  await page.goto(server.url);
  const iowait = page.getByRole("button", { name: /^iowait/ });
  await iowait.click();
  await expect(iowait).toHaveAttribute("aria-pressed", "false");
  await expect(chart(page, /^CPU: user .*system/)).toBeVisible();
  const user = page.getByRole("button", { name: /^user/ });
  const system = page.getByRole("button", { name: /^system/ });
  await user.click({ modifiers: ["Control"] });
  await expect(system).toHaveAttribute("aria-pressed", "false");
  await page.reload();
  await expect(system).toHaveAttribute("aria-pressed", "false");
  await user.focus();
  await page.keyboard.press("Control+Enter");
  await expect(system).toHaveAttribute("aria-pressed", "true");
});

test("limits stand on the chart as lines, an alert as a flag that leads to it", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  await settledBox(page, LOAD);
  const flag = page.getByRole("link", { name: /^warning: any load/ }).first();
  await expect(flag).toBeVisible();
  await flag.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/alerts\?alert=/);
  await expect(page.getByRole("list", { name: "Timeline" })).toContainText("began at");
});

test("arrow keys walk through a chart and a voice says the values; the table has the same numbers", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  await settledBox(page, LOAD);
  await page.getByRole("group", { name: /^Load, 1 minute: arrow keys/ }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  const voice = page.getByTestId("chart-voice");
  await expect(voice).toContainText(/load [\d.]+/);
  const said = (await voice.textContent())?.split("load ")[1] ?? "";
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Load, 1 minute: more" }).click();
  await page.getByRole("button", { name: "View as table" }).click();
  await expect(page.getByRole("dialog").getByRole("cell", { name: said, exact: true }).first()).toBeVisible();
});

test("clicking a moment shows its processes, what changed since the minutes before, and the tree as it was", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  const box = await settledBox(page, LOAD);
  await page.mouse.click(box.x + box.width - 8, box.y + 60);
  await expect(page.getByRole("heading", { name: /^Processes at / })).toBeVisible();
  await expect(page).toHaveURL(/at=2/);
  await page.getByRole("button", { name: "Memory", exact: true }).last().click();
  await expect(page.getByRole("listitem").filter({ hasText: "hostscope" }).first()).toBeVisible();
  await page.getByRole("button", { name: "Tree" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: /^\S/ }).first()).toBeVisible();
  await page.getByRole("link", { name: "Whole table" }).click();
  await expect(page.getByRole("button", { name: "Back to now" })).toBeVisible();
});

test("every metric has a chart that can be found by name, and the time before can be laid under it", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m`);
  await page.getByLabel("Find a chart").fill("context switches");
  await expect(chart(page, /^Context switches:/)).toBeVisible();
  await page.getByRole("button", { name: "Compare with before" }).click();
  await expect(page.getByText(/broken lines: the time before/)).toBeVisible();
  await page.getByLabel("Find a chart").fill("by core");
  await expect(chart(page, /^CPU by core:/)).toBeVisible();
});

test("a chart's numbers leave as a command, a table of values and a picture", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  await settledBox(page, LOAD);
  const more = page.getByRole("button", { name: "Load, 1 minute: more" });
  await more.click();
  await page.getByRole("button", { name: "Copy as curl" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^curl '.*load_average\.1m\?from=/);
  for (const [name, ending] of [
    ["Save as CSV", /\.csv$/],
    ["Save as PNG", /\.png$/],
  ] as const) {
    await more.click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name }).click();
    expect((await download).suggestedFilename()).toMatch(ending);
  }
});

test("one broken card says so in its place and the others go on", async ({ page }) => {
  await page.route(/metrics\.history/, async (route) => {
    const response = await route.fetch();
    const answers = (await response.json()) as { result?: { data: { name?: string; series?: unknown } } }[];
    for (const { result } of answers) if (result?.data.name === "system.cpu.context_switches") result.data.series = 5;
    await route.fulfill({ response, json: answers });
  });
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  await expect(page.getByText("This card could not be drawn.")).toHaveCount(1);
  await expect(chart(page, LOAD)).toBeVisible();
});

test("what was not measured is a hole in the chart and a dash in its table, no zero and no line", async ({ page }) => {
  const { url } = server;
  await fetch(`${url}/api/monitoring/stop`, { method: "POST" });
  const uptime = async () => (await getJson<{ uptimeSeconds: number }>(`${url}/api/health`)).uptimeSeconds;
  const stoppedAt = await uptime();
  await eventually(async () => (await uptime()) >= stoppedAt + 4);
  await fetch(`${url}/api/monitoring/start`, { method: "POST" });
  await withHistory(server, 2);
  await page.goto(`${url}/performance?range=5m&section=CPU`);
  await settledBox(page, LOAD);
  await page.getByRole("button", { name: "Load, 1 minute: more" }).click();
  await page.getByRole("button", { name: "View as table" }).click();
  const hole = page.getByRole("dialog").getByRole("row").filter({ hasText: "–" }).first();
  await expect(hole).toBeVisible();
  await expect(hole.getByRole("cell")).toHaveText(["–"]);
});

test("what was different in a range is a sentence whose parts lead to what they rest on", async ({ page }) => {
  await fetch(`${server.url}/api/marks`, { method: "POST", body: JSON.stringify({ text: "deployed 1.4" }) });
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  await page.getByRole("button", { name: "What was different?" }).click();
  await expect(page).toHaveURL(/explain=1/);
  const summary = page.getByTestId("summary");
  await expect(summary).toContainText("deployed 1.4");
  await summary.getByRole("link", { name: /deployed 1.4/ }).click();
  await expect(page.getByRole("region", { name: "What happened" })).toContainText("deployed 1.4");
});
