import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { expect, type Page, test } from "../helpers/hydrated";
import { PASSWORD, startWithUsers } from "../helpers/login";
import { getJson, type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer({
    config: `# mine
server:
  port: 5999
alerts:
  group_wait: 20s # short
  disabled: [iowait]
notifications:
  heartbeat:
    url: https://hc.example.org/ping/secret-path
    enabled: false
`,
  });
});

test.afterAll(() => server[Symbol.asyncDispose]());

const file = () => readFileSync(join(server.folder, "config.yaml"), "utf8");
const fieldOf = (page: Page, path: string) => page.locator(`li[id="${path}"]`);

test("a setting shows its unit, its default and its key, is changed in its field, and the file keeps its comments", async ({
  page,
}) => {
  await page.goto(`${server.url}/settings`);
  const field = fieldOf(page, "alerts.group_wait");
  await expect(field.getByLabel("Group wait", { exact: true })).toHaveValue("20");
  await expect(field.getByLabel("Group wait: unit")).toHaveValue("second");
  await expect(field).toContainText("Default: 30 seconds");
  await field.getByLabel("Group wait", { exact: true }).fill("2");
  await field.getByLabel("Group wait: unit").selectOption("minute");
  await field.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Group wait saved")).toBeVisible();
  expect(file()).toContain("group_wait: 2m # short");
  await field.getByLabel("Group wait", { exact: true }).fill("soon");
  await field.getByRole("button", { name: "Save" }).click();
  await expect(field.getByRole("alert")).toContainText("Enter a number");
  await field.getByRole("button", { name: "Cancel" }).click();
  await field.getByRole("button", { name: "Group wait: use default" }).click();
  await expect(field.getByLabel("Group wait", { exact: true })).toHaveValue("30");
  expect(file()).not.toContain("group_wait");
});

test("a value at its default has no button to set it there, and what the server refuses is said in the field", async ({
  page,
}) => {
  await page.goto(`${server.url}/settings`);
  const field = fieldOf(page, "retention.max_size");
  await expect(field.getByLabel("Maximum size", { exact: true })).toHaveValue("1");
  await expect(field.getByRole("button")).toHaveCount(0);
  await field.getByLabel("Maximum size", { exact: true }).fill("1");
  await field.getByLabel("Maximum size: unit").selectOption("MiB");
  await field.getByRole("button", { name: "Save" }).click();
  await expect(field.getByRole("alert")).toContainText("at least 16MiB");
});

test("the interval applies at once; what needs a restart says so, and which value is in force", async ({ page }) => {
  await page.goto(`${server.url}/settings`);
  await expect(fieldOf(page, "monitoring.interval")).not.toContainText("restart");
  await expect(fieldOf(page, "security.rate_limit")).toContainText("Applies after a restart");
  await expect(fieldOf(page, "security.rate_limit")).toContainText("Can only be set in the file");
  const port = fieldOf(page, "server.port");
  await expect(port).toContainText(/0Set by the option --port; the file says 5999/);
  await expect(port.getByRole("textbox")).toHaveCount(0);
});

test("an address leads to its section, and the menu to each of them", async ({ page }) => {
  await page.goto(`${server.url}/settings#about`);
  await expect(page.getByRole("heading", { name: "About" })).toBeInViewport();
  await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Retention" }).click();
  await expect(page).toHaveURL(/#retention$/);
  await expect(page.getByRole("heading", { name: "Retention" })).toBeInViewport();
  await expect(page.getByRole("navigation", { name: "Sections" }).locator("[aria-current]")).toHaveText("Retention");
});

test("the file is shown as it stands, its secrets hidden, and a stored secret is in no field", async ({ page }) => {
  await page.goto(`${server.url}/settings#file`);
  const text = page.getByRole("region", { name: "Configuration file" }).locator("pre");
  await expect(text).toContainText("# mine");
  await expect(text).toContainText("disabled: [iowait]");
  await expect(page.getByRole("main")).not.toContainText("secret-path");
  const url = fieldOf(page, "notifications.heartbeat.url").getByRole("textbox");
  await expect(url).toHaveValue("");
  await expect(url).toHaveAttribute("placeholder", "Stored; leave empty to keep it");
});

test("rules that are not as shipped are named, and lead to Alerts", async ({ page }) => {
  await page.goto(`${server.url}/settings#rules`);
  await expect(page.locator("#rules")).toContainText("Disabled rulesiowait");
  await page.locator("#rules").getByRole("link", { name: "Edit rules on the Alerts page" }).click();
  await expect(page).toHaveURL(/\/alerts\?tab=Rules$/);
});

test("the language of the pages is chosen, and is there at once", async ({ page }) => {
  await page.goto(`${server.url}/settings#display`);
  await fieldOf(page, "ui.language").getByRole("combobox").selectOption("de");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Einstellungen");
  expect(file()).toContain("language: de");
  await fieldOf(page, "ui.language").getByRole("combobox").selectOption("en");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings");
});

test("storage says what each kind takes and for how long it is kept", async ({ page }) => {
  await page.goto(`${server.url}/settings#retention`);
  await expect(page.getByRole("row", { name: /^Minutes/ })).toContainText("90 days");
});

test("without a login, Access says how tokens are made on the machine", async ({ page }) => {
  await page.goto(`${server.url}/settings#access`);
  await expect(page.getByText("hostscope token create NAME")).toBeVisible();
});

test("About says what Hostscope itself costs and whether it is well", async ({ page }) => {
  await page.goto(`${server.url}/settings#about`);
  await expect(page.getByText("Hostscope memory")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Sampling: OK" })).toBeVisible();
});

test("mail for a disk that will be full takes at most four clicks from an empty configuration", async ({ page }) => {
  const received: string[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, _session, done) => {
      let text = "";
      stream.on("data", (part) => (text += part));
      stream.on("end", () => {
        received.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  await using empty = await startServer();
  await page.goto(empty.url);
  await page.evaluate(() => {
    const counted = window as Window & { clicks?: number };
    document.addEventListener("click", () => (counted.clicks = (counted.clicks ?? 0) + 1), { capture: true });
  });
  await page.getByRole("navigation").getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: /^(New|Add) channel/ }).click();
  const editor = page.getByRole("dialog");
  await editor.getByLabel(/^SMTP server/).fill("127.0.0.1");
  await editor.getByLabel(/^SMTP port/).fill(String((smtp.server.address() as AddressInfo).port));
  await editor.getByLabel(/^(To addresses|Recipients|To)/).fill("admin@example.org");
  await editor.getByRole("button", { name: "Save" }).click();
  await expect(editor).toHaveCount(0);
  expect(await page.evaluate(() => (window as Window & { clicks?: number }).clicks)).toBeLessThanOrEqual(4);

  const rules = await getJson<{ name: string; enabled: boolean; channels: string[] | null }[]>(`${empty.url}/api/alerts/rules`);
  expect(rules.find(({ name }) => name === "disk filling")).toMatchObject({ enabled: true, channels: null });
  await fetch(`${empty.url}/api/notifications/test`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channel: "email" }),
  });
  await expect.poll(() => received.length).toBeGreaterThan(0);
  await new Promise<void>((resolve) => smtp.close(resolve));
});

async function logIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/login?next=/settings`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings");
}

test("a viewer sees no settings to change, and no report to make", async ({ page }) => {
  await using open = (await startWithUsers("security:\n  auth: required\n")).server;
  await logIn(page, open.url, "bob");
  await expect(page.getByText("Only admins can manage users and tokens.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Configuration file" })).toHaveCount(0);
  await expect(fieldOf(page, "retention.raw")).toHaveCount(0);
  await expect(page.getByRole("row", { name: /^Minutes/ })).toBeVisible();
  await page.goto(`${open.url}/reports`);
  await expect(page.getByRole("link", { name: "Download only" })).toBeVisible();
  await expect(page.getByText("No reports yet")).toBeVisible();
  for (const name of ["Generate and save", "New schedule"]) await expect(page.getByRole("button", { name })).toHaveCount(0);
});

test("from another machine, the form of a channel says before saving that a private address is refused", async ({ page }) => {
  await using open = (await startWithUsers("security:\n  auth: required\n")).server;
  await page.setExtraHTTPHeaders({ "x-forwarded-for": "203.0.113.9" });
  await logIn(page, open.url, "ann");
  await page.getByRole("button", { name: /^(New|Add) channel/ }).click();
  const editor = page.getByRole("dialog");
  await editor.getByRole("combobox").first().selectOption("webhook");
  await expect(editor.getByText(/only public https addresses can be set/)).toBeVisible();
  await editor.getByLabel(/^URL/).fill("http://192.168.1.5/ntfy");
  await expect(editor.getByText("This is an address on a private network: see below")).toBeVisible();
  await editor.getByRole("button", { name: "Save" }).click();
  await expect(editor).toBeVisible();
  expect(readFileSync(join(open.folder, "config.yaml"), "utf8")).not.toContain("192.168.1.5");
});

/** Names that are the same in every language. */
const NAMES = ["Hostscope", "config.yaml", "PDF", "HTML", "CSV", "JSON"];

/** Texts in no brackets that hold letters. What comes from the machine or from the file is code, a number or a time. */
async function unbracketed(page: Page, within: string): Promise<string[]> {
  return page.locator(within).evaluate((root, names) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? "";
      if (names.includes(text) || node.parentElement?.closest("code, pre, time, .numbers, .font-mono")) continue;
      let rest = text;
      while (/\[[^[\]]*\]/.test(rest)) rest = rest.replace(/\[[^[\]]*\]/g, "");
      if (/[A-Za-z]/.test(rest)) found.push(text);
    }
    return found;
  }, NAMES);
}

test("on Settings and Reports every text is of the words of the pages", async ({ page }) => {
  await using pseudo = await startServer({ config: "ui:\n  language: en-XA\n" });
  await page.goto(`${pseudo.url}/reports`);
  await expect(page.getByRole("status", { name: /^\[Lóáđíñĝ/ })).toHaveCount(0);
  expect(await unbracketed(page, "main")).toEqual([]);
  await page.goto(`${pseudo.url}/settings`);
  await expect(page.locator('li[id="retention.raw"]')).toBeVisible();
  await expect(page.getByRole("status", { name: /^\[Ļ|^\[L/ })).toHaveCount(0);
  for (const section of ["rules", "retention", "access", "network", "reports", "monitoring", "display", "file", "about"])
    expect(await unbracketed(page, `#${section}`), section).toEqual([]);
});
