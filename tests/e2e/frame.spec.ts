import { hostname } from "node:os";
import { expect, type Page, test } from "../helpers/hydrated";
import { chart, watch, withHistory } from "../helpers/page";
import { getJson, type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer({ config: "server: {links: [{name: web-02, url: 'http://127.0.0.1:9/'}]}" });
  await withHistory(server, 3);
});

test.afterAll(() => server[Symbol.asyncDispose]());

test("a pause holds the page, counts how far it is behind, and catches up without a gap", async ({ page }) => {
  const past = page.waitForResponse((response) => response.url().includes("metrics.history"));
  await page.goto(server.url);
  await expect(page.getByTestId("status")).toContainText("Live");
  // What was before the page was opened is drawn as it arrives, also after a pause.
  await (await past).finished();
  await page.keyboard.press("p");
  const button = page.getByRole("button", { name: /^Resume \(\d+ s behind\)$/ });
  await expect(button).toBeVisible();
  await expect(page).toHaveURL(/paused=1/);
  await expect(page).toHaveTitle(/^⏸ /);
  const points = () => chart(page, /^CPU:/).locator("[data-points]").getAttribute("data-points").then(Number);
  const held = await points();
  await expect(button).toHaveText(/[3-9] s behind/);
  expect(await points()).toBe(held);
  await page.keyboard.press(" ");
  await expect.poll(points).toBeGreaterThanOrEqual(held + 3);
  await expect(page).not.toHaveURL(/paused/);
});

test("a range is chosen, typed in words or refused with a reason", async ({ page }) => {
  await page.goto(server.url);
  await page.getByRole("button", { name: /^Time range/ }).click();
  await page.getByRole("button", { name: "Last hour" }).click();
  await expect(page).toHaveURL(/range=1h/);
  await page.getByRole("button", { name: "Time range: Last hour" }).click();
  const field = page.getByLabel("Range", { exact: true });
  for (const [text, meaning] of [
    ["now-90m", /to now/],
    ["yesterday", / to /],
    ["2026-11-24T10:00:00Z/2026-11-24T11:00:00Z", /2026/],
  ] as const) {
    await field.fill(text);
    await expect(page.locator("#range-meaning")).toHaveText(meaning);
  }
  await field.fill("the day before");
  await expect(page.locator("#range-meaning")).toContainText("Can't read “the day before”");
  await expect(page.getByRole("button", { name: "Apply" })).toBeDisabled();
  await field.fill("now-90m");
  await field.press("Enter");
  await expect(page).toHaveURL(/range=now-90m/);
  await expect(chart(page, /^CPU:/)).toBeVisible();
});

test("the address alone brings the same view to another browser, a relative range stays relative", async ({ page, browser }) => {
  await page.goto(`${server.url}/processes`);
  await page.getByLabel("Filter processes").fill("user:root");
  await page
    .getByRole("columnheader", { name: /^Memory/ })
    .getByRole("button")
    .click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Time range/ }).click();
  await page.getByRole("button", { name: "Last 6 hours" }).click();
  const other = await (await browser.newContext()).newPage();
  await other.goto(page.url());
  await expect(other.getByLabel("Filter processes")).toHaveValue("user:root");
  await expect(other.getByRole("columnheader", { name: /^Memory/ })).toHaveAttribute("aria-sort", "descending");
  await expect(other.getByRole("button", { name: "Time range: Last 6 hours" })).toBeVisible();
  await other.getByRole("link", { name: "Performance" }).click();
  await expect(other).toHaveURL(/performance\?.*range=6h/);
  await other.context().close();
});

test("the clocks change everywhere at once between the browser's, the machine's and UTC", async ({ browser }) => {
  const context = await browser.newContext({ timezoneId: "Asia/Tokyo" });
  const page = await context.newPage();
  await page.goto(server.url);
  const since = page.locator("time").first();
  await expect(page.getByTestId("status")).toContainText("Live");
  await page.getByRole("button", { name: /^Time range/ }).click();
  await page.getByLabel("Time zone").selectOption("browser");
  await expect(page.getByText("Asia/Tokyo")).toBeVisible();
  const tokyo = await since.textContent();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Time range/ }).click();
  await page.getByLabel("Time zone").selectOption("utc");
  await expect(since).not.toHaveText(tokyo ?? "");
  await expect(since).toHaveAttribute("datetime", /Z$/);
  await expect(page).toHaveURL(/zone=utc/);
  await context.close();
});

test("the palette goes to pages, ranges, processes and actions, and remembers them", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByTestId("status")).toContainText("Live");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search" }).fill("network");
  await page.getByRole("option", { name: "Network page" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Network");
  await page.keyboard.press("Control+k");
  await expect(page.getByText("Recent", { exact: true })).toBeVisible();
  await expect(page.getByRole("group", { name: "Recent" }).getByRole("option", { name: "Network page" })).toBeVisible();
  await page.getByRole("combobox", { name: "Search" }).fill("hostscope.mjs");
  await expect(page.getByRole("option", { name: /hostscope\.mjs.* process$/ }).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("combobox", { name: "Search" })).toBeHidden();
});

test("single keys work, are listed under ?, do nothing while one types, and can be switched off", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByTestId("status")).toContainText("Live");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Processes");
  await page.keyboard.press("/");
  await expect(page.getByLabel("Filter processes")).toBeFocused();
  await page.keyboard.type("p3");
  await expect(page.getByLabel("Filter processes")).toHaveValue("p3");
  await expect(page).not.toHaveURL(/paused|range/);
  await page.getByLabel("Filter processes").blur();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet).toContainText("Back half a range");
  await sheet.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await page.keyboard.press("3");
  await expect(page).not.toHaveURL(/range/);
});

test("all is reached by keyboard: the skip link comes first, panels close with Esc and give the focus back", async ({ page }) => {
  await page.goto(server.url);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#content")).toBeFocused();
  const picker = page.getByRole("button", { name: /^Time range/ });
  await picker.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Range", { exact: true })).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await expect(page.getByLabel("Range", { exact: true })).toBeHidden();
  await expect(picker).toBeFocused();
});

test("a kiosk shows the page alone with the host's name, Esc leaves it, and paper leaves the frame away", async ({ page }) => {
  await page.goto(`${server.url}/?kiosk=1`);
  await expect(chart(page, /^CPU:/)).toBeVisible();
  await expect(page.getByRole("navigation")).toHaveCount(0);
  await expect(page.getByRole("banner")).toContainText(hostname());
  await page.keyboard.press("Escape");
  await expect(page.getByRole("navigation")).toBeVisible();
  await expect(page).not.toHaveURL(/kiosk/);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("navigation")).toBeHidden();
  await expect(page.getByRole("button", { name: "Pause" })).toBeHidden();
});

test("the host's name opens a menu of the other machines", async ({ page }) => {
  await page.goto(server.url);
  await page.getByRole("button", { name: /^Machine:/ }).click();
  await expect(page.getByRole("link", { name: "web-02" })).toHaveAttribute("href", "http://127.0.0.1:9/");
});

test("the page can be installed: its manifest names icons that are there", async ({ page, request }) => {
  await page.goto(server.url);
  const address = await page.locator('link[rel="manifest"]').getAttribute("href");
  const manifest = (await (await request.get(`${server.url}${address}`)).json()) as { icons: { src: string }[] };
  const at = (src: string) => new URL(src, `${server.url}${address}`).href;
  for (const { src } of manifest.icons) expect((await request.get(at(src))).status()).toBe(200);
});

test("an unknown address stays in the frame and leads back", async ({ page }) => {
  const answer = await page.goto(`${server.url}/no-such-page`);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("navigation")).toBeVisible();
  await page.getByRole("link", { name: "Back to Overview" }).click();
  await expect(chart(page, /^CPU:/)).toBeVisible();
});

test("networks are shown in bits when one wants that, and it stays so", async ({ page }) => {
  const { complaints } = watch(page, server);
  await page.goto(`${server.url}/settings#display`);
  await page.getByLabel("Network rates").selectOption("bits");
  await page.goto(`${server.url}/network`);
  await expect(page.getByRole("row", { name: /^lo / })).toContainText(/bit\/s/);
  expect(complaints).toEqual([]);
});

test("values that are too old are called stale with their age and keep standing there", async ({ page }) => {
  await page.clock.install();
  await page.goto(server.url);
  await expect(page.getByTestId("status")).toContainText("Live");
  await page.clock.setFixedTime(Date.now() + 20_000);
  await page.clock.runFor(1500);
  await expect(page.getByTestId("status")).toContainText(/^(1|2)\d s old/);
  await expect(page.getByTitle(/^\d+(\.\d)?%$/).first()).toHaveClass(/stale/);
});

test("what is typed right after opening the palette is in it, best first", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByTestId("status")).toContainText("Live");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("disk");
  const field = page.getByRole("combobox", { name: "Search" });
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("disk");
  await expect(page.getByRole("option").first()).toContainText(/disk/i);
  for (const [typed, best] of [
    ["theme dark", "Theme: dark"],
    ["pause", "Pause / resume"],
    ["mail", "Settings"],
    ["retention.raw", /^Samples.*retention\.raw/],
    ["90m", / to now/],
    ["03:12", /^Go to .*3:12:00/],
    ["silence disk 2h", "Silence disk for 2 h"],
  ] as const) {
    await field.fill(typed);
    await expect(page.getByRole("option").first()).toContainText(best);
  }
  await field.fill("qwertz");
  await expect(page.getByText("No results")).toBeVisible();
  await field.fill("retention.raw");
  await page.getByRole("option", { name: /^Samples/ }).click();
  await expect(page).toHaveURL(/\/settings(?:\?[^#]*)?#retention\.raw$/);
  await expect(page.locator('li[id="retention.raw"]')).toBeInViewport();
});

test("a time is jumped to by g, and by typing it; the page shows its processes", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByTestId("status")).toContainText("Live");
  await page.keyboard.press("g");
  const field = page.getByLabel("Time", { exact: true });
  await expect(field).toBeFocused();
  await field.fill("tomorrow");
  await expect(page.locator("#jump-meaning")).toContainText("Can't read “tomorrow”");
  await field.fill("2s ago");
  await field.press("Enter");
  await expect(page).toHaveURL(/\/processes\?.*at=/);
  await expect(page.getByRole("row").nth(3)).toBeVisible();
  await page.goto(`${server.url}/network`);
  await page.keyboard.type("03:12");
  await expect(field).toHaveValue("03:12");
  await expect(page).not.toHaveURL(/range/);
});

test("an address that is not understood says so", async ({ page }) => {
  await page.goto(`${server.url}/?range=banana`);
  await expect(page.getByText("Can't read “banana”")).toBeVisible();
  await page.goto(`${server.url}/alerts?alert=unknown`);
  await expect(page.getByText("There is no alert “unknown”")).toBeVisible();
});

const UNITS = /\b(?:[KMGTP]?i?B|[kMGT]?bit|min|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/g;

/** Texts of a page that are in no brackets, without what comes from the machine: names, addresses, commands. */
async function unmarked(page: Page, url: string): Promise<string[]> {
  const answers = await Promise.all(
    ["/api/host", "/api/processes?limit=1000", "/api/metrics/current", "/api/marks?hours=24"].map((path) => getJson(url + path)),
  );
  const names = new Set<string>(["Hostscope"]);
  JSON.stringify(answers, (_key, value: unknown) => {
    if (typeof value === "string") for (const word of value.split(/[\s/:,]+/)) names.add(word);
    return value;
  });
  const texts = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const around = node.parentElement;
      if (
        around &&
        !around.closest("script, style, code, time, kbd, [data-card]:has(figure)") &&
        !around.textContent?.includes("[")
      )
        found.push(node.textContent ?? "");
    }
    const fields = [...document.querySelectorAll(":is([aria-label], [placeholder]):not([data-card]:has(figure) *)")];
    const labels = fields.flatMap((field) => [field.getAttribute("aria-label"), field.getAttribute("placeholder")]);
    return [...found, ...labels.filter((label) => label !== null && !label.includes("["))] as string[];
  });
  return texts.filter((text) =>
    text
      .replace(UNITS, "")
      .split(/[\s/,]+/)
      .some((word) => /[a-z]{3}/i.test(word) && !names.has(word.replace(/:$/, ""))),
  );
}

test("the frame, the palette and Overview have every text from the words of the language", async ({ page }) => {
  await using own = await startServer({ config: "ui: {language: en-XA}" });
  await withHistory(own, 2);
  await page.goto(own.url);
  await expect(page.locator("html")).toHaveAttribute("lang", "en-XA");
  await expect(page.getByTestId("status")).toContainText("[");
  expect(await unmarked(page, own.url)).toEqual([]);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("option").first()).toBeVisible();
  expect(await unmarked(page, own.url)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await unmarked(page, own.url)).toEqual([]);
});

test("a browser that asks for German gets German, with its language on the page", async ({ browser }) => {
  const context = await browser.newContext({ locale: "de-DE" });
  const page = await context.newPage();
  await page.goto(server.url);
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.getByRole("navigation")).toContainText("Übersicht");
  await expect(page).toHaveTitle(/^Übersicht/);
  await context.close();
});

test("the range, Live and Pause are where they do something, and nothing moves where they are not", async ({ page }) => {
  const pause = page.getByRole("button", { name: "Pause" });
  const search = page.getByRole("button", { name: "Search (Ctrl+K)" });
  await page.goto(`${server.url}/network`);
  await expect(pause).toBeVisible();
  const place = await search.boundingBox();
  for (const path of ["/alerts", "/reports", "/settings"]) {
    await page.goto(server.url + path);
    await expect(search).toBeVisible();
    await expect(pause).toHaveCount(0);
    await expect(page.getByTestId("status")).toBeHidden();
    expect(await search.boundingBox()).toEqual(place);
  }
  await page.goto(`${server.url}/reports`);
  await page.getByRole("button", { name: "Other range" }).click();
  await expect(page.getByRole("button", { name: /^Time range/ })).toHaveCount(1);
});

test("on a phone the pages under More mark it, and the filters of Performance are one row each", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const more = page.getByRole("button", { name: "More", exact: true });
  await page.goto(`${server.url}/network`);
  await expect(more).toHaveAttribute("aria-current", "true");
  await more.click();
  await expect(page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Network" }).last()).toHaveAttribute(
    "aria-current",
    "page",
  );
  await page.goto(`${server.url}/performance`);
  await expect(more).not.toHaveAttribute("aria-current", "true");
  const buttons = page.getByRole("group", { name: "Section" }).getByRole("button");
  await expect(buttons.nth(4)).toBeAttached();
  const tops = await buttons.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  expect(new Set(tops).size).toBe(1);
  // The end of the row fades while more of it follows.
  const row = page.getByRole("group", { name: "Section" });
  const faded = () => row.evaluate((element) => getComputedStyle(element).getPropertyValue("--fade-end"));
  await expect.poll(faded).toBe("28px");
  await row.evaluate((element) => element.scrollTo({ left: element.scrollWidth, behavior: "instant" }));
  await expect.poll(faded).toBe("0px");
  await expect(page.getByText("Esc to undo")).toBeHidden();
});
