/** The page of all machines, on a made-up engine with a thousand of them. */
import { type FakeEngine, startFakeEngine } from "../helpers/fake-engine";
import { expect, type Page, test } from "../helpers/hydrated";
import { boxFaults } from "../helpers/page-boxes";
import { type StartedServer, startServer } from "../helpers/server";

const COUNT = 1000;

let engine: FakeEngine;
let server: StartedServer;

const configOf = ({ url }: FakeEngine, more = "") => `${more}fleet:\n  query_url: ${url}\n  labels: [env, region]\n`;

test.beforeAll(async () => {
  engine = await startFakeEngine(COUNT);
  server = await startServer({ config: configOf(engine) });
});

test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const table = (page: Page) => page.getByRole("table", { name: "Machines" });
const rows = (page: Page) => table(page).getByRole("row");
const row = (page: Page, name: string) => table(page).getByRole("row", { name: new RegExp(`^${name} `) });
const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const filter = (page: Page) => page.getByLabel("Filter machines");
const column = (page: Page, name: RegExp) => table(page).getByRole("columnheader", { name });

/** Once the thousand are there. */
async function open(page: Page, search = ""): Promise<void> {
  await page.goto(`${server.url}/machines${search}`);
  await expect(rows(page).nth(1)).toBeVisible();
}

test("a thousand machines are fewer than a hundred rows, the worst on top, and lead to the machine", async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 1000 });
  await page.goto(server.url);
  const first = page.getByRole("navigation").getByRole("link").first();
  await expect(first).toHaveText("Machines");
  await first.click();
  await expect(heading(page)).toHaveText("Machines 1,000 machines");
  await expect(page).toHaveTitle(/^(\(\d+\) ⚠ )?Machines/);
  expect(await rows(page).count()).toBeLessThan(100);
  await expect(rows(page).nth(1)).toContainText("web-0");
  const worst = row(page, "web-0");
  for (const text of ["up", "97%", "/var", "full in 3 d", "I/O", "node build.js (ann), 3.9\u00a0cores", "0.3.0", "live · eu"])
    await expect(worst).toContainText(text);
  await expect(worst.getByRole("link", { name: "web-0", exact: true })).toHaveAttribute("href", "/?machine=web-0");
  await expect(worst.getByRole("link", { name: "Open on web-0" })).toHaveAttribute("href", "http://web-0.example:5000/");
  await expect(worst.getByRole("link", { name: /^1\s*critical/ })).toHaveAttribute("href", "/?machine=web-0");
  await expect(worst.getByRole("link", { name: /node build.js/ })).toHaveAttribute("href", "/?machine=web-0");
  await expect(row(page, "db-1")).toContainText(/silent for [56] min/);
  await expect(row(page, "cache-2")).toContainText("late");
  await expect(row(page, "build-3")).toContainText("postgres (pg), 7.3\u00a0GiB");
  // The last row is there once one goes to it.
  await table(page)
    .getByRole("rowgroup")
    .last()
    .evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(row(page, "web-996")).toBeVisible();
  expect(await rows(page).count()).toBeLessThan(100);
});

test("a column sorts in three states, which the address keeps", async ({ page }) => {
  await open(page);
  const cpu = column(page, /^CPU/);
  await cpu.getByRole("button").click();
  await expect(cpu).toHaveAttribute("aria-sort", "descending");
  await expect(page).toHaveURL(/sort=cpu.down/);
  await expect(rows(page).nth(1)).toContainText("web-0");
  await cpu.getByRole("button").click();
  await expect(cpu).toHaveAttribute("aria-sort", "ascending");
  await page.reload();
  await expect(cpu).toHaveAttribute("aria-sort", "ascending");
  await expect(rows(page).nth(1)).toContainText("2%");
  await cpu.getByRole("button").click();
  await expect(cpu).toHaveAttribute("aria-sort", "none");
  await expect(page).not.toHaveURL(/sort=/);
});

test("a filter knows labels, values and states, says what it cannot read, and stays in the address", async ({ page }) => {
  await open(page);
  await filter(page).fill("env=staging cpu>50");
  await expect(heading(page)).toHaveText(/^Machines \d+ of 1,000 machines$/);
  await expect(page).toHaveURL(/q=env%3Dstaging\+cpu%3E50/);
  await expect(rows(page).nth(1)).toContainText("staging");
  await filter(page).fill("silent");
  await expect(heading(page)).toHaveText("Machines 1 of 1,000 machines");
  await filter(page).fill("-env=live -env=staging");
  await expect(page.getByText("No machine matches “-env=live -env=staging”")).toBeVisible();
  await page.getByRole("button", { name: "Clear" }).click();
  await filter(page).fill("zone=eu");
  await expect(page.getByText("No field “zone”. Fields: name, state,")).toBeVisible();
  await expect(heading(page)).toHaveText("Machines 1,000 machines");
  await filter(page).fill("");
  await page.getByRole("button", { name: "2 firing" }).click();
  await expect(filter(page)).toHaveValue("firing");
  await expect(rows(page)).toHaveCount(3);
});

test("groups have their counts and fold", async ({ page }) => {
  await open(page);
  await page.getByLabel("Group by").selectOption("env");
  await expect(page).toHaveURL(/group=env/);
  const live = rows(page).filter({ hasText: "800 machines" });
  await expect(live).toContainText("800 machines");
  for (const text of ["798 up", "1 late", "1 silent", "2 firing"]) await expect(live).toContainText(text);
  await table(page).getByRole("button", { name: "Collapse live" }).click();
  await expect(rows(page).nth(2)).toContainText("staging");
  await page.getByRole("button", { name: "Collapse all" }).click();
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole("button", { name: "Expand all" }).click();
  await expect(rows(page).nth(2)).toContainText("web-0");
});

test("while the engine is away the last rows stay, with how old they are", async ({ page }) => {
  await using other = await startFakeEngine(3);
  await using away = await startServer({ config: configOf(other) });
  await page.goto(`${away.url}/machines`);
  await expect(rows(page)).toHaveCount(4);
  await other.close();
  await expect(page.getByText("The engine isn't responding. These values are")).toContainText(/are \d+ (s|min).* old/);
  await expect(rows(page)).toHaveCount(4);
  await page.reload();
  await expect(page.getByRole("main").getByRole("alert").first()).toContainText("engine");
  await other.open();
  await expect(rows(page)).toHaveCount(4);
  await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
});

test("alerts of all machines are listed worst first, and lead to the machine and to its own page", async ({ page }) => {
  await open(page);
  const section = page.getByRole("region", { name: "Alerts on all machines" });
  await expect(section.getByRole("listitem")).toHaveCount(3);
  const worst = section.getByRole("listitem").first();
  await expect(worst).toContainText("critical");
  await expect(worst.getByRole("link", { name: "web-0", exact: true })).toHaveAttribute("href", "/?machine=web-0");
  await expect(worst.getByRole("link", { name: "Alerts page of web-0" })).toHaveAttribute(
    "href",
    /^http:\/\/web-0\.example:5000\/alerts/,
  );
});

test("machines are compared by a metric, and a cell and a line lead to the machine with the same range", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 1000 });
  await open(page, "?range=1h");
  const section = page.getByRole("region", { name: "Compare" });
  await section.scrollIntoViewIfNeeded();
  await expect(section.getByRole("figure").first()).toHaveAccessibleName(/all machines: top 200 of 999/);
  await section.getByRole("button", { name: "Metric: CPU usage" }).click();
  await section.getByRole("combobox", { name: "Find a metric" }).fill("memory usage");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/metric=system.memory.utilization/);
  await expect(section.getByRole("heading", { name: "Memory usage, all machines" })).toBeVisible();
  await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
  const map = section.getByTestId("heat-map");
  await map.scrollIntoViewIfNeeded();
  await map.click({ position: { x: 300, y: 10 } });
  await expect(page).toHaveURL(/\/\?machine=build-3&range=1h$/);
  await page.goBack();
  await section.getByRole("group", { name: /top machines/ }).press("ArrowLeft");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/\?machine=[a-z]+-\d+&range=1h$/);
});

test("from the pages of a machine, Machines leads back to all of them, and the range stays", async ({ page }) => {
  await page.goto(`${server.url}/?machine=web-4&range=1h`);
  const entry = page.getByRole("navigation").getByRole("link", { name: "Machines" });
  await expect(entry).toHaveAttribute("href", "/machines?range=1h");
  await entry.click();
  await expect(heading(page)).toHaveText("Machines 1,000 machines");
  await expect(row(page, "web-0").getByRole("link", { name: "web-0", exact: true })).toHaveAttribute(
    "href",
    "/?machine=web-0&range=1h",
  );
});

test("the palette finds the page and a machine", async ({ page }) => {
  await page.goto(server.url);
  // Before the page is live no key is heard.
  await expect(page.getByTestId("status")).toContainText("Live");
  await page.keyboard.press("Control+k");
  const search = page.getByRole("combobox", { name: "Search" });
  await search.fill("machines");
  await expect(page.getByRole("option", { name: /^Machines.*page$/ })).toBeVisible();
  await search.fill("cache-502");
  await page.getByRole("option", { name: /cache-502.*machine$/ }).click();
  await expect(page).toHaveURL(/\/\?machine=cache-502$/);
});

for (const width of [320, 390]) {
  test(`at ${width} px one sees name, state, CPU and memory, and nothing scrolls sideways`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await open(page, "?group=env");
    await expect(table(page).getByRole("columnheader")).toHaveText([/^Name/, /^CPU/, /^Memory/]);
    await expect(row(page, "db-1")).toContainText(/silent for [56] min/);
    await expect(row(page, "web-0")).toContainText("97%");
    const { overlaps, cut, outside } = await page.evaluate(boxFaults);
    expect([...overlaps, ...cut, ...outside.filter((text) => text !== "Skip to content")]).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    // Five entries: more have no room.
    await expect(page.getByRole("navigation").getByRole("listitem").filter({ visible: true })).toHaveText([
      "Machines",
      "Overview",
      "Performance",
      /^Alerts/,
      "More",
    ]);
  });
}

test("in German every text is German", async ({ page }) => {
  await using german = await startServer({ config: configOf(engine, "ui: {language: de}\n") });
  await page.goto(`${german.url}/machines?group=env&q=cpu%3Eviel`);
  await expect(heading(page)).toHaveText("Rechner 1.000 Rechner");
  await expect(page.getByText("„cpu>viel“ ist ungültig")).toBeVisible();
  await expect(page.getByRole("table", { name: "Rechner" })).toContainText("ohne Daten seit 5 min");
  await expect(page.getByRole("heading", { name: "Alarme auf allen Rechnern" })).toBeVisible();
  await page.getByRole("heading", { name: "Vergleich" }).scrollIntoViewIfNeeded();
  await expect(page.getByRole("heading", { name: "CPU-Auslastung, alle Rechner" })).toBeVisible();
});

test("no text of the page is left out of the language", async ({ page }) => {
  await using pseudo = await startServer({ config: configOf(engine, "ui: {language: en-XA}\n") });
  const NAMES = "h1, h2, h3, th, label, [role=columnheader], button, figcaption";
  await page.goto(`${pseudo.url}/machines?q=foo%3Abar&group=env`);
  await expect(page.getByRole("table").getByRole("row").nth(1)).toBeVisible();
  await page.getByRole("region").last().scrollIntoViewIfNeeded();
  await expect(page.locator("main").getByRole("status", { name: /Loading|~/ })).toHaveCount(0);
  const texts = await page.locator("main").locator(NAMES).allInnerTexts();
  expect(texts.length).toBeGreaterThan(10);
  const isName = (text: string) => /^[a-z]+-\d+\s/.test(text);
  expect(texts.filter((text) => /[a-z]{2}/i.test(text) && !text.includes("[") && !isName(text))).toEqual([]);
});

test("before any machine has written, the page says how to begin; without an engine it is in no menu", async ({ page }) => {
  await using empty = await startFakeEngine(0);
  await using waiting = await startServer({ config: configOf(empty) });
  await page.goto(`${waiting.url}/machines`);
  await expect(page.getByText("No machine has sent any data yet.")).toBeVisible();
  await expect(page.getByRole("link", { name: "How to connect machines" })).toHaveAttribute("href", "/docs/fleet");
  await using alone = await startServer();
  await page.goto(`${alone.url}/machines`);
  await expect(page.getByText("To see all machines here")).toBeVisible();
  await expect(page.getByRole("navigation").getByRole("link", { name: "Overview" })).toBeVisible();
  await expect(page.getByRole("navigation").getByRole("link", { name: "Machines" })).toHaveCount(0);
});
