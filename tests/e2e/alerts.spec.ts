import { expect, test } from "@playwright/test";
import { type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer({
    config: `
alerts:
  rules:
    - name: any process
      metric: system.process.count
      match: {process.state: sleeping}
      window: 0
      warning: 1
      remedy: Leave them alone.
`,
  });
});

test.afterAll(() => server[Symbol.asyncDispose]());

test("an alert shows on Overview by itself and leads to the Alerts page", async ({ page }) => {
  await page.goto(server.url);
  const card = page.getByText("any process at").first();
  await expect(card).toBeVisible({ timeout: 15_000 });
  await page.getByRole("link", { name: /^All / }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Alerts");
  await expect(page.getByRole("listitem").filter({ hasText: "any process" })).toContainText("warning");
});

test("an alert is acknowledged with a note and then resolved into the history", async ({ page }) => {
  await page.goto(`${server.url}/alerts`);
  const row = page.getByRole("listitem").filter({ hasText: "any process" }).first();
  await row.getByLabel("Note").fill("known");
  await row.getByRole("button", { name: "Acknowledge" }).click();
  await expect(row).toContainText("acknowledged by local: known");
  await row.getByRole("button", { name: "Resolve" }).click();
  await page.getByRole("button", { name: "History" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "any process" }).first()).toContainText("resolved");
});

test("the rules say what they watch, when they fire and what to do", async ({ page }) => {
  await page.goto(`${server.url}/alerts`);
  await page.getByRole("button", { name: "Rules" }).click();
  const cpu = page.getByRole("listitem").filter({ hasText: "system.cpu.utilization" }).first();
  await expect(cpu).toContainText("warning above 80 %, critical above 95 %, over 5 min, for 1 min");
  await expect(page.getByRole("listitem").filter({ hasText: "any process" })).toContainText("Leave them alone.");
});

test("a channel's test shows what the far side said", async ({ page }) => {
  await page.goto(`${server.url}/alerts`);
  await page.getByRole("button", { name: "Channels" }).click();
  await page.getByRole("button", { name: "Send test" }).first().click();
  await expect(page.getByText("delivered: written")).toBeVisible();
});
