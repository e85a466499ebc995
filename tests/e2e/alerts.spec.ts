import { expect, test } from "../helpers/hydrated";
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
notifications:
  command:
    argv: [/bin/echo, paged]
`,
  });
});

test.afterAll(() => server[Symbol.asyncDispose]());

test("an alert shows on Overview by itself, in the bell and in the tab, and leads to the Alerts page", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByRole("link", { name: "1 alert wants attention" })).toBeVisible();
  await expect(page).toHaveTitle(/^\(1\) ⚠ /);
  const card = page.getByText("any process at").first();
  await expect(card).toBeVisible();
  await page.getByRole("link", { name: /^All / }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Alerts");
  await expect(page.getByRole("listitem").filter({ hasText: "any process" })).toContainText("warning");
});

test("an alert is acknowledged with a note, which can be taken back for five seconds, and then resolved", async ({ page }) => {
  await page.goto(`${server.url}/alerts`);
  const row = page.getByRole("listitem").filter({ hasText: "any process" }).first();
  await row.getByLabel("Note").fill("known");
  await row.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row.getByRole("button", { name: "Acknowledge" })).toBeEnabled();
  await row.getByRole("button", { name: "Acknowledge" }).click();
  await expect(row).toContainText("acknowledged by local: known");
  await expect(page.getByRole("link", { name: "No alert wants attention" })).toBeVisible();
  await row.getByRole("button", { name: "Resolve" }).click();
  await page.getByRole("button", { name: "History" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "any process" }).first()).toContainText("resolved");
  await expect(page.getByText("mean time to resolve")).toBeVisible();
});

test("a rule is written while the last day shows what it would have done", async ({ page }) => {
  await page.goto(`${server.url}/alerts?tab=Rules`);
  await page.getByRole("button", { name: "New rule" }).click();
  const editor = page.getByRole("dialog", { name: "New rule" });
  await editor.getByLabel("Name").fill("my threads");
  await editor.getByLabel("Metric").fill("system.thread.count");
  await editor.getByLabel("over").fill("0s");
  await editor.getByLabel("for", { exact: true }).fill("0s");
  await editor.getByLabel("warning").fill("many");
  await expect(editor.getByRole("button", { name: "Save" })).toBeDisabled();
  await editor.getByLabel("warning").fill("1");
  await expect(editor.getByTestId("backtest")).toContainText("Would have fired once in the last 24 h");
  await editor.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The rule my threads is in force")).toBeVisible();
  const row = page.getByRole("listitem").filter({ hasText: "my threads" });
  await expect(row).toContainText("of your own");
  await row.getByRole("button", { name: "Delete" }).click();
  await expect(row).toHaveCount(0);
});

test("a silence is made for some hours and ended", async ({ page }) => {
  await page.goto(`${server.url}/alerts?tab=Silences`);
  await page.getByLabel("Rule").selectOption("disk");
  await page.getByLabel("Note").fill("moving data");
  await page.getByRole("button", { name: "Silence", exact: true }).click();
  const row = page.getByRole("listitem").filter({ hasText: "moving data" });
  await expect(row).toContainText("until");
  await row.getByRole("button", { name: "End" }).click();
  await expect(row).toHaveCount(0);
});

test("the rules say what they watch, when they fire and what to do", async ({ page }) => {
  await page.goto(`${server.url}/alerts`);
  await page.getByRole("button", { name: "Rules" }).click();
  const cpu = page.getByRole("listitem").filter({ hasText: "system.cpu.utilization" }).first();
  await expect(cpu).toContainText("warning above 80 %, critical above 95 %, over 5 min, for 1 min");
  await expect(page.getByRole("listitem").filter({ hasText: "any process" })).toContainText("Leave them alone.");
});

test("a channel's test shows how it ended", async ({ page }) => {
  await page.goto(`${server.url}/alerts?tab=Channels`);
  await page.getByRole("button", { name: "Send test" }).first().click();
  await expect(page.getByText("delivered: exit 0")).toBeVisible();
});

test("a severity is told by a word and an icon as well as by its colour, whatever colours one sees", async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  await page.goto(`${server.url}/alerts`);
  await page.getByRole("button", { name: "History" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "any process" }).first();
  for (const type of ["none", "protanopia", "deuteranopia", "tritanopia", "achromatopsia"] as const) {
    await session.send("Emulation.setEmulatedVisionDeficiency", { type });
    const badge = row.getByText(/^(warning|resolved)$/).first();
    await expect(badge).toBeVisible();
    await expect(badge.locator("svg")).toBeVisible();
  }
});
