/** The page is never wrong about alerts, nor about how old it is. */
import type { Page } from "@playwright/test";
import { expect, test } from "../helpers/hydrated";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";

const CONFIG = `
alerts:
  rules:
    - {name: queue, metric: queue_length, aggregate: last, window: 0, warning: 10, for: 0s}
`;
let server: StartedServer;

test.beforeEach(async () => {
  server = await startServer({ config: CONFIG });
});

test.afterEach(() => server[Symbol.asyncDispose]());

const pill = (page: Page) => page.getByTestId("status");
const bell = (page: Page, text: string) => page.getByRole("link", { name: text, exact: true });

async function push(url: string, value: number): Promise<void> {
  const items = [{ metric: "queue_length", value }];
  const response = await fetch(`${url}/api/metrics/custom`, { method: "POST", body: JSON.stringify(items) });
  expect(response.status).toBe(200);
}

const firing = async (url: string) =>
  (await getJson<{ alerts: unknown[] }>(`${url}/api/alerts?state=firing&hours=1`)).alerts.length;

const show = (page: Page, state: "hidden" | "visible") =>
  page.evaluate((value) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);

test("a tab that was hidden over an alert has it when it is shown, and has its end", async ({ page }) => {
  await page.goto(server.url);
  await expect(bell(page, "No active alerts")).toBeVisible();
  const left = page.waitForEvent("requestfailed", { predicate: (request) => request.url().includes("/api/stream") });
  await show(page, "hidden");
  await left;
  await push(server.url, 99);
  await eventually(async () => (await firing(server.url)) === 1);
  await show(page, "visible");
  await expect(bell(page, "1 active alert")).toBeVisible();
  await expect(page).toHaveTitle(/^\(1\) ⚠ /);
  await expect(page.getByText("queue at").first()).toBeVisible();
  const leftAgain = page.waitForEvent("requestfailed", { predicate: (request) => request.url().includes("/api/stream") });
  await show(page, "hidden");
  await leftAgain;
  await push(server.url, 1);
  await eventually(async () => (await firing(server.url)) === 0);
  await show(page, "visible");
  await expect(bell(page, "No active alerts")).toBeVisible();
});

test("a page whose server was restarted has the alerts of now", async ({ page }) => {
  await page.goto(server.url);
  await expect(pill(page)).toContainText("Live");
  const { folder, port } = server;
  await server.kill("SIGTERM");
  await expect(pill(page)).toContainText("Reconnecting");
  server = await startServer({ config: CONFIG, folder, port });
  await push(server.url, 99);
  await expect(pill(page)).toContainText("Live");
  await expect(bell(page, "1 active alert")).toBeVisible();
});

for (const [text, ahead] of [
  ["ahead", 3_600_000],
  ["behind", -3_600_000],
] as const) {
  test(`a browser whose clock is an hour ${text} is judged by the server's`, async ({ page }) => {
    await page.addInitScript((ms) => {
      const real = Date.now.bind(Date);
      Date.now = () => real() + ms;
    }, ahead);
    await page.goto(server.url);
    await expect(pill(page)).toContainText("Live");
    await fetch(`${server.url}/api/monitoring/stop`, { method: "POST" });
    await expect(pill(page)).toContainText("Stopped");
    await fetch(`${server.url}/api/monitoring/start`, { method: "POST" });
    await expect(pill(page)).toContainText("Live");
  });
}

/** Lets time pass for the page only. */
const ageBy = (page: Page, ms: number) =>
  page.evaluate((by) => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + by;
  }, ms);

test("monitoring that was stopped for two minutes is shown as stopped, not as stale, and goes on", async ({ page }) => {
  await page.goto(server.url);
  await expect(pill(page)).toContainText("Live");
  await fetch(`${server.url}/api/monitoring/stop`, { method: "POST" });
  await expect(pill(page)).toContainText("Stopped");
  await ageBy(page, 120_000);
  await expect(page.getByText("Monitoring is stopped").first()).toBeVisible();
  await expect(pill(page)).toContainText("Stopped");
  await fetch(`${server.url}/api/monitoring/start`, { method: "POST" });
  await expect(pill(page)).toContainText("Live");
});

test("an open page follows an interval of a minute: two minutes without a sample are not stale, four are", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByText("Sampling every second")).toBeVisible();
  const changes = [{ path: "monitoring.interval", value: 60 }];
  await fetch(`${server.url}/api/config`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ changes }),
  });
  await expect(page.getByText("Sampling every 60 s")).toBeVisible();
  await expect(pill(page)).toContainText(/Live|Connecting/);
  await ageBy(page, 240_000);
  await expect(pill(page)).toContainText(/(2|3)\d\d s old/);
});
