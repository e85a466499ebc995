import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../helpers/hydrated";
import { type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer({ config: "# mine\nalerts:\n  group_wait: 20s # short\n" });
});

test.afterAll(() => server[Symbol.asyncDispose]());

const file = () => readFileSync(join(server.folder, "config.yaml"), "utf8");

test("a setting shows where it comes from, is changed there, and the file keeps its comments", async ({ page }) => {
  await page.goto(`${server.url}/settings`);
  const row = page.getByRole("listitem").filter({ hasText: "alerts.group_wait" });
  await expect(row).toContainText("20s");
  await expect(row).toContainText("file, default 30 s");
  await row.getByRole("button", { name: "Change alerts.group_wait" }).click();
  await row.getByRole("textbox").fill("45s");
  await row.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("alerts.group_wait is in force")).toBeVisible();
  expect(file()).toContain("group_wait: 45s # short");
  await row.getByRole("button", { name: "Change alerts.group_wait" }).click();
  await row.getByRole("textbox").fill("soon");
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("alert")).toContainText("duration");
});

test("storage says what each kind takes and for how long it is kept", async ({ page }) => {
  await page.goto(`${server.url}/settings?section=Storage`);
  await expect(page.getByRole("row", { name: /^minutes/ })).toContainText("90 d");
});

test("without a login, Access says how tokens are made on the machine", async ({ page }) => {
  await page.goto(`${server.url}/settings?section=Access`);
  await expect(page.getByText("hostscope token create NAME")).toBeVisible();
});

test("About says what Hostscope itself costs and whether it is well", async ({ page }) => {
  await page.goto(`${server.url}/settings?section=About`);
  await expect(page.getByText("its own memory")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "sampling" })).toContainText("ok");
});
