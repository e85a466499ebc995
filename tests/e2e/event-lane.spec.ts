import { expect, type Page, test } from "../helpers/hydrated";
import { settledBox, withHistory } from "../helpers/page";
import { type StartedServer, startServer } from "../helpers/server";

const MARKS = 500;
const DAY_MS = 86_400_000;

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer({
    config: `
alerts:
  rules:
    - {name: any load, metric: system.cpu.load_average.1m, window: 0, info: 0.0001, warning: 0.00011, critical: 0.00012}
    - {name: some memory, metric: system.memory.utilization, window: 0, warning: 0.9, critical: 0.91}
`,
  });
  await withHistory(server, 12);
  const now = Date.now();
  for (let index = 0; index < MARKS; index++) {
    // Half of them spread over the day, half of them within its last hour.
    const back = index % 2 === 0 ? (index / MARKS) * DAY_MS : (index / MARKS) * 3_600_000;
    const body = JSON.stringify({ text: `deployed 1.${index}`, timestamp: new Date(now - back).toISOString() });
    const { status } = await fetch(`${server.url}/api/marks`, { method: "POST", body });
    expect(status).toBe(200);
  }
});

test.afterAll(() => server[Symbol.asyncDispose]());

/** Pairs of labels of which one is over the other, and labels that reach out of their card or the window. */
function mistakes(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const labels = [
      ...document.querySelectorAll(
        '[data-testid="event-sign"], [data-label], [data-card] h2, [data-card] ul > li:not(.invisible) > button',
      ),
    ].map((element) => ({
      text: (element.textContent || element.getAttribute("data-testid") || "").slice(0, 40),
      card: element.closest("[data-card], section")?.getBoundingClientRect(),
      box: element.getBoundingClientRect(),
    }));
    const found: string[] = [];
    for (const [index, { text, box, card }] of labels.entries()) {
      if (box.left < 0 || box.right > innerWidth) found.push(`${text} is outside of the window`);
      if (card && (box.left < card.left - 0.5 || box.right > card.right + 0.5)) found.push(`${text} is cut`);
      for (const other of labels.slice(index + 1)) {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (across > 0.5 && down > 0.5) found.push(`${text} is over ${other.text}`);
      }
    }
    return found;
  });
}

for (const [path, name] of [
  ["/", /^Memory:/],
  ["/performance", /^CPU usage:/],
] as const) {
  test(`a moment is at one place on the lane and on all charts of a column of ${path}`, async ({ page }) => {
    await page.setViewportSize({ width: 1360, height: 900 });
    await page.goto(`${server.url}${path}?range=15m`);
    await settledBox(page, name);
    await expect(page.getByTestId("event-sign").first()).toBeVisible();
    const edgesOf = (selector: string) =>
      page.locator(selector).evaluateAll((all) =>
        all.map((one) => {
          const { left, right } = one.getBoundingClientRect();
          return `${Math.round(left)} to ${Math.round(right)}`;
        }),
      );
    const [lane] = await edgesOf("[data-testid=event-lane]");
    const plots = await edgesOf("[data-card] .u-over");
    expect(plots.length).toBeGreaterThan(3);
    expect(plots.filter((_edges, index) => index % 2 === 0)).toContain(lane);
    expect(new Set(plots).size).toBe(2);
  });
}

for (const width of [390, 1440, 2560]) {
  test(`with 500 marks no label is over another or cut at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ["/", "/performance?section=CPU", "/performance?section=Memory"]) {
      await page.goto(`${server.url}${path}${path.includes("?") ? "&" : "?"}range=24h`);
      await settledBox(page, path === "/" || path.endsWith("Memory") ? /^Memory:/ : /^Load, 1 minute:/);
      const signs = page.getByTestId("event-sign");
      await expect(signs.first()).toBeVisible();
      expect(await mistakes(page), `${path} at ${width} px`).toEqual([]);
    }
    const counts = await page.getByTestId("event-sign").allTextContents();
    const total = counts.reduce((sum, text) => sum + (text === "" ? 1 : Number(text)), 0);
    // The oldest may have left the range meanwhile; there are also the start and the alerts.
    expect(total).toBeGreaterThan(MARKS - 10);
  });
}

test("a sign of many lists them, newest first, and a wide page has three columns and a phone one", async ({ page }) => {
  await page.setViewportSize({ width: 2560, height: 900 });
  await page.goto(`${server.url}/performance?section=CPU&range=24h`);
  await settledBox(page, /^Load, 1 minute:/);
  const columns = () =>
    page
      .getByRole("region", { name: "CPU", exact: true })
      .locator("[data-chart]")
      .evaluateAll((cards) => new Set(cards.map((card) => Math.round(card.getBoundingClientRect().left))).size);
  expect(await columns()).toBe(3);
  const many = page.getByTestId("event-sign").last();
  await many.getByRole("button").click();
  await expect(many.getByRole("listitem").filter({ hasText: "deployed 1." }).first()).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await columns()).toBe(1);
});

test("every button of the Events card says what it is, to the pointer and to screen readers", async ({ page }) => {
  await page.goto(`${server.url}/?range=24h`);
  const card = page.getByRole("region", { name: "Events" });
  await expect(card.getByTestId("event-sign").first()).toBeVisible();
  const names = await card
    .getByRole("button")
    .evaluateAll((all) => all.map((one) => [one.getAttribute("aria-label"), one.getAttribute("title")]));
  expect(names.length).toBeGreaterThan(1);
  for (const [name, title] of names) {
    expect(name).toMatch(/\w/);
    expect(title).toBe(name);
  }
});
