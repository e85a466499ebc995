import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "../helpers/hydrated";
import { type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;
/** Bodies that the stand-in of ntfy was sent. */
const sent: string[] = [];
const ntfy = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    sent.push(body);
    response.end("{}");
  });
});

test.beforeAll(async () => {
  await new Promise<void>((resolve) => ntfy.listen(0, "127.0.0.1", resolve));
  server = await startServer({
    config: `# mine
alerts:
  rules:
    - { name: any process, metric: system.process.count, match: { process.state: sleeping }, window: 0, warning: 1 }
notifications:
  telegram:
    bot_token: "1:abc" # the bot
    chat_id: "-5"
    enabled: false
`,
  });
});

test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  ntfy.close();
});

const file = () => readFileSync(join(server.folder, "config.yaml"), "utf8");

test("a channel is made, tested, changed, switched off and deleted in forms; its secret is never shown", async ({ page }) => {
  const address = `http://127.0.0.1:${(ntfy.address() as AddressInfo).port}/ops`;
  await page.goto(`${server.url}/alerts?tab=Channels`);
  await page.getByRole("button", { name: "New channel" }).click();
  const editor = page.getByRole("dialog", { name: "New channel" });
  await editor.getByLabel("Service").selectOption("ntfy");
  await editor.getByRole("button", { name: "Save" }).click();
  await expect(editor.getByText("Required", { exact: true })).toBeVisible();
  await editor.getByLabel("URL").fill(address);
  await editor.getByLabel("Name").fill("phone");
  await editor.getByLabel("info").uncheck();
  await editor.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: "Edit phone" }) });
  await row.getByRole("button", { name: "Send test" }).click();
  await expect(row).toContainText("Delivered");
  await expect(row).toContainText("working");
  expect(sent.length).toBeGreaterThan(0);
  expect(file()).toContain(address);
  expect(file()).toContain("# mine");

  await row.getByRole("button", { name: "Edit phone" }).click();
  const change = page.getByRole("dialog", { name: "Edit phone" });
  await expect(change.getByLabel("URL")).toHaveValue("");
  await expect(change.getByLabel("info")).not.toBeChecked();
  await change.getByLabel("info").check();
  await change.getByRole("button", { name: "Save" }).click();
  await expect(change).toHaveCount(0);
  expect(file()).toContain(address);

  await row.getByRole("button", { name: "Turn off" }).click();
  await expect(row).toContainText("off");
  await row.getByRole("button", { name: "Delete phone" }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toBeVisible();
});

test("a stored token stays what it is when another field is changed", async ({ page }) => {
  await page.goto(`${server.url}/alerts?tab=Channels`);
  await page.getByRole("button", { name: "Edit telegram" }).click();
  const editor = page.getByRole("dialog", { name: "Edit telegram" });
  await expect(editor.getByLabel("Bot token")).toHaveAttribute("placeholder", "Stored; leave empty to keep");
  await editor.getByLabel("Chat ID").fill("-6");
  await editor.getByRole("button", { name: "Save" }).click();
  await expect(editor).toHaveCount(0);
  expect(file()).toContain('bot_token: "1:abc" # the bot');
  expect(file()).toContain('chat_id: "-6"');
});

test("channels that are deleted one right after the other are all deleted, and no other", async ({ page }) => {
  const webhook = (name: string) => `    - { name: ${name}, url: "https://${name}.example.org/", enabled: false }\n`;
  await using own = await startServer({ config: `notifications:\n  webhook:\n${["one", "two", "three"].map(webhook).join("")}` });
  const written = () => readFileSync(join(own.folder, "config.yaml"), "utf8");
  await page.goto(`${own.url}/alerts?tab=Channels`);
  await page.getByRole("button", { name: "Delete one" }).click();
  await page.getByRole("button", { name: "Delete two" }).click();
  await expect(page.getByRole("button", { name: /^Delete / })).toHaveCount(1);
  await expect.poll(written).not.toMatch(/(one|two)\.example/);
  expect(written()).toContain("https://three.example.org/");
  await expect(page.getByRole("button", { name: "Delete three" })).toBeVisible();
});

test("a schedule is made, changed and deleted in a form", async ({ page }) => {
  await page.goto(`${server.url}/reports`);
  await page.getByRole("button", { name: "New schedule" }).click();
  const editor = page.getByRole("dialog", { name: "New schedule" });
  await editor.getByLabel("Name").fill("weekly");
  await editor.getByLabel(/^Weekday/).selectOption("Friday");
  await editor.getByLabel("Time", { exact: true }).fill("18:30");
  await editor.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "weekly" }).filter({ hasText: "Next:" });
  await expect(row).toContainText("Friday");
  await row.getByRole("button", { name: "Edit weekly" }).click();
  const change = page.getByRole("dialog", { name: "Edit weekly" });
  await expect(change.getByLabel("Time", { exact: true })).toHaveValue("18:30");
  await change.getByLabel("Frequency").selectOption("cron");
  await change.getByRole("textbox", { name: "Cron pattern" }).fill("61 * * * *");
  await change.getByRole("button", { name: "Save" }).click();
  await expect(change.getByRole("alert")).toContainText("five cron fields");
  await change.getByRole("textbox", { name: "Cron pattern" }).fill("15 6 * * 1-5");
  await change.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("15 6 * * 1-5");
  await row.getByRole("button", { name: "Delete weekly" }).click();
  await expect(row).toHaveCount(0);
});

test("an alert is silenced in two clicks, and nothing else of its rule", async ({ page }) => {
  await page.goto(`${server.url}/alerts`);
  const row = page.getByRole("listitem").filter({ hasText: "any process" }).first();
  await row.getByRole("button", { name: /^Silence/ }).click();
  await row.getByRole("button", { name: "Until tomorrow 8:00" }).click();
  await expect(row).toContainText("Silenced:");
  await page.getByRole("button", { name: "Silences" }).click();
  await expect(page.getByRole("row").filter({ hasText: "any process" })).toContainText("8:00");
});
