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
  /** Points of each history of the load that the server was asked for. */
  const points: number[] = [];
  page.on("response", async (response) => {
    if (!response.url().includes(METRIC)) return;
    type Answer = { result?: { data?: { name?: string; timestamps?: number[] } } };
    const answers = (await response.json().catch(() => [])) as Answer[];
    for (const { result } of answers) if (result?.data?.name?.endsWith(METRIC)) points.push(result.data.timestamps?.length ?? 0);
  });
  const to = Date.now() - 1000;
  const range = (from: number) => `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  await page.goto(`${server.url}/performance?section=CPU&${range(to - 60_000)}`);
  const box = await settledBox(page, LOAD);
  await dragOver(page, LOAD);
  await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
  await expect.poll(() => points.length).toBe(2);
  await settledBox(page, LOAD);
  await page.goBack();
  await settledBox(page, LOAD);
  expect(points).toHaveLength(2);
  expect(Math.max(...points)).toBeLessThanOrEqual(2 * box.width);
});

test("pointing at a chart tells every series of the moment, the largest first, and moves nothing", async ({ page }) => {
  await page.goto(server.url);
  const heading = page.getByRole("heading", { name: "Filesystems" });
  const told = page.getByTestId("tooltip").getByRole("row");
  await settledBox(page, /^Memory:/);
  const plot = await chart(page, /^Memory:/)
    .locator(".u-over")
    .boundingBox();
  const before = await heading.boundingBox();
  await page.mouse.move((plot?.x ?? 0) + (plot?.width ?? 0) - 3, (plot?.y ?? 0) + 60);
  await expect(told).toHaveCount(2);
  expect(await heading.boundingBox()).toEqual(before);
});

test("a legend hides a series and shows one alone, by mouse and by key, and the address keeps it", async ({ page }) => {
  await page.goto(server.url);
  const iowait = page.getByRole("button", { name: /^I\/O wait/ });
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

test("the legend of a long live range follows the stream, not the means that are drawn", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=24h&section=CPU`);
  await settledBox(page, /^Context switches:/);
  const legend = page.locator("[data-chart='system.cpu.context_switches'] ul").first();
  await expect(legend).toHaveText(/\d/);
  await expect(page.locator("[data-chart='system.cpu.context_switches']")).toContainText("2 min average, legend: now");
  // From here on no mean arrives.
  await page.route(/metrics\.history/, () => {});
  const shown = (await legend.textContent()) ?? "";
  await expect(legend).not.toHaveText(shown);
});

test("a limit's value stands right of the plot, an alert is a sign above the charts that leads to it", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  const card = await settledBox(page, LOAD);
  const limit = chart(page, LOAD).locator("[data-threshold] [data-label]");
  await expect(limit).toHaveText("0.0001");
  const [label, plot] = [await limit.boundingBox(), await chart(page, LOAD).locator(".u-over").boundingBox()];
  expect(Math.ceil(label?.x ?? 0)).toBeGreaterThanOrEqual(Math.floor((plot?.x ?? 0) + (plot?.width ?? 0)));
  expect((label?.x ?? 0) + (label?.width ?? 0)).toBeLessThanOrEqual(card.x + card.width);
  await expect(chart(page, LOAD).locator("[data-stretch=warning]")).toHaveCount(1);
  await expect(chart(page, /^CPU usage:/).locator("[data-stretch]")).toHaveCount(0);
  await expect(page.getByTestId("hairline")).toHaveCount(0);
  // From the heading on, Tab reaches the signs.
  const sign = page.getByTestId("event-sign").last();
  await sign.getByRole("button").hover();
  await expect(chart(page, LOAD).getByTestId("hairline").first()).toBeAttached();
  await sign.getByRole("button").click();
  await sign.getByRole("link", { name: /any load/ }).click();
  await expect(page).toHaveURL(/alerts\?alert=/);
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText("Started");
});

test("arrow keys walk through a chart and a voice says the values; the table has the same numbers", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  await settledBox(page, LOAD);
  await page.getByRole("group", { name: /^Load, 1 minute: arrow keys/ }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  const voice = page.getByTestId("chart-voice");
  await expect(voice).toContainText(/Load, 1 minute [\d.]+/);
  const said = (await voice.textContent())?.split("Load, 1 minute ")[1] ?? "";
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Load, 1 minute: more" }).click();
  await page.getByRole("button", { name: "View as table" }).click();
  await expect(page.getByRole("dialog").getByRole("cell", { name: said, exact: true }).first()).toBeVisible();
});

test("clicking a moment shows its processes, what changed since the minutes before, and the tree as it was", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  const box = await settledBox(page, LOAD);
  await page.mouse.click(box.x + box.width - 80, box.y + 60);
  await expect(page.getByRole("heading", { name: /^Processes at / })).toBeVisible();
  await expect(page).toHaveURL(/at=2.*metric=system\.cpu\.load_average\.1m/);
  const table = page.getByRole("table", { name: "Processes at that time" });
  await expect(table.getByRole("columnheader", { name: "Change in 5 min" })).toBeVisible();
  await page.getByTestId("moment").getByRole("button", { name: "Memory" }).click();
  await expect(table.getByRole("rowheader").filter({ hasText: "hostscope" }).first()).toBeVisible();
  await page.getByRole("button", { name: "Tree" }).click();
  await expect(table.getByRole("rowheader").first()).toBeVisible();
  await page.getByRole("link", { name: "View all", exact: true }).click();
  await expect(page).toHaveURL(/processes\?at=2/);
});

test("the card of a moment lies beside its chart, and the address keeps whose moment it is", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=Memory`);
  const box = await settledBox(page, /^Memory:/);
  await page.mouse.click(box.x + box.width - 80, box.y + 60);
  const heading = page.getByRole("heading", { name: "Top contributors to Memory" });
  await expect(heading).toBeVisible();
  const clicked = await settledBox(page, /^Memory:/);
  const card = await page.getByTestId("moment").boundingBox();
  expect(card?.y).toBeGreaterThanOrEqual(clicked.y + clicked.height);
  await page.reload();
  await expect(heading).toBeVisible();
});

test("a mark is made at the moment that was clicked, is a sign above the charts, and can be undone", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  const box = await settledBox(page, LOAD);
  await page.mouse.click(box.x + box.width - 90, box.y + 60);
  await page.getByTestId("moment").getByRole("textbox", { name: "Mark" }).fill("cache cleared");
  await page.getByTestId("moment").getByRole("button", { name: "Add mark" }).click();
  const around = page.getByRole("list", { name: "Events around that time" });
  await expect(around).toContainText("cache cleared");
  await page.getByRole("status", { name: "Messages" }).getByRole("button", { name: "Undo" }).click();
  await expect(around.getByText("cache cleared")).toHaveCount(0);
});

test("a heat map zooms like the others, Esc takes it back, and it names the core under the pointer", async ({ page }) => {
  const cores = /^CPU usage by core:/;
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  const box = await settledBox(page, cores);
  await page.mouse.move(box.x + box.width - 70, box.y + 14);
  await expect(page.getByTestId("tooltip")).toContainText(/core 0 *[\d.]+%/);
  await dragOver(page, cores);
  await expect(page).toHaveURL(/from=.*&to=/);
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/range=5m/);
});

test("the tooltip is beside the pointer wherever that is, at any width", async ({ page }) => {
  const to = Date.now() - 1000;
  const range = `from=${new Date(to - 10_000).toISOString()}&to=${new Date(to).toISOString()}`;
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`${server.url}/performance?${range}&section=Memory`);
    await settledBox(page, /^Memory:/);
    const plot = chart(page, /^Memory:/).locator(".u-over");
    // Away from the bar and the messages at the bottom of a phone.
    await plot.evaluate((element) => element.scrollIntoView({ block: "center" }));
    const box = await plot.boundingBox();
    if (!box) throw new Error("no plot");
    for (const share of [0.2, 0.5, 0.7, 0.9]) {
      const pointer = { x: box.x + box.width * share, y: box.y + 60 };
      await page.mouse.move(pointer.x, pointer.y);
      const tooltip = await page.getByTestId("tooltip").boundingBox();
      if (!tooltip) throw new Error("no tooltip");
      const covers =
        pointer.x >= tooltip.x &&
        pointer.x <= tooltip.x + tooltip.width &&
        pointer.y >= tooltip.y &&
        pointer.y <= tooltip.y + tooltip.height;
      expect(covers, `${width} px, at ${share}`).toBe(false);
      expect(tooltip.x).toBeGreaterThanOrEqual(0);
      expect(tooltip.x + tooltip.width).toBeLessThanOrEqual(width);
    }
    await expect(page.getByTestId("crosshair-time")).toHaveCount(1);
  }
});

test("a chart is pinned to Overview and taken from there again", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  await settledBox(page, LOAD);
  await page.getByRole("button", { name: "Load, 1 minute: more" }).click();
  await page.getByRole("button", { name: "Pin to Overview" }).click();
  await page.goto(server.url);
  const pinned = page.getByRole("region", { name: "Pinned charts" });
  await pinned.scrollIntoViewIfNeeded();
  await expect(pinned.getByRole("figure", { name: LOAD })).toBeVisible();
  await pinned.getByRole("button", { name: "Load, 1 minute: more" }).click();
  await pinned.getByRole("button", { name: "Unpin from Overview" }).click();
  await expect(pinned).toHaveCount(0);
});

test("charts can be put in an order of one's own", async ({ page }) => {
  const titles = () => page.getByRole("region", { name: "CPU", exact: true }).locator("[data-chart] h2").allTextContents();
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  await settledBox(page, LOAD);
  const place = (await titles()).indexOf("Load, 1 minute");
  await page.getByRole("button", { name: "Load, 1 minute: more" }).click();
  await page.getByRole("button", { name: "Move up" }).click();
  await expect.poll(async () => (await titles()).indexOf("Load, 1 minute")).toBe(place - 1);
  await page.reload();
  await settledBox(page, LOAD);
  expect((await titles()).indexOf("Load, 1 minute")).toBe(place - 1);
});

test("charts without activity are folded away, and found by name, metric and label", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m&section=Network`);
  const fold = page.getByRole("button", { name: /charts? without activity/ });
  await expect(fold).toBeVisible();
  await expect(page.getByRole("heading", { name: "SYN cookies" })).toHaveCount(0);
  await fold.click();
  await expect(page.getByRole("heading", { name: "SYN cookies" })).toBeVisible();
  for (const text of ["syn cookies", "syncookies", "failed"]) {
    await page.getByLabel("Find a chart").fill(text);
    await expect(page.getByRole("heading", { name: "SYN cookies" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "Network traffic" })).toHaveCount(0);
  }
  await page.getByLabel("Find a chart").fill("nothing of that name");
  await expect(page.getByText("No matching charts")).toBeVisible();
});

test("every metric has a chart that can be found by name, and the period before can be laid under it", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=5m`);
  await page.getByLabel("Find a chart").fill("context switches");
  await expect(chart(page, /^Context switches:/)).toBeVisible();
  await page.getByRole("button", { name: "About Context switches" }).click();
  await expect(page.getByText(/When it is high: Many short tasks/)).toBeVisible();
  await page.getByRole("button", { name: "Compare with previous period" }).click();
  await expect(page.getByText(/no earlier data/)).toBeVisible();
  await page.getByLabel("Find a chart").fill("by core");
  await expect(chart(page, /^CPU usage by core:/)).toBeVisible();
  await expect(page.getByText(/no earlier data/)).toHaveCount(0);
});

test("a theme that is switched while paused redraws the charts in its colours", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(`${server.url}/performance?range=5m&section=CPU`);
  await settledBox(page, LOAD);
  await page.keyboard.press("p");
  await expect(page.getByTestId("status")).toContainText("Paused");
  /** Pixels of the chart in the page's blue, as it is now. */
  const inBlue = () =>
    chart(page, LOAD)
      .locator("canvas")
      .evaluate((canvas: HTMLCanvasElement) => {
        const wanted = getComputedStyle(document.documentElement).getPropertyValue("--series-blue").trim();
        const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(wanted.slice(at, at + 2), 16));
        const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        let count = 0;
        for (let at = 0; at < data.length; at += 4) {
          const away =
            Math.abs((data[at] ?? 0) - red) + Math.abs((data[at + 1] ?? 0) - green) + Math.abs((data[at + 2] ?? 0) - blue);
          if (away < 24 && (data[at + 3] ?? 0) > 200) count++;
        }
        return { wanted, isDrawn: count > 0 };
      });
  const light = await inBlue();
  expect(light.isDrawn).toBe(true);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(async () => (await inBlue()).wanted).not.toBe(light.wanted);
  await expect.poll(async () => (await inBlue()).isDrawn).toBe(true);
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
  await expect(page.getByText("Couldn't display this card")).toHaveCount(1);
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
