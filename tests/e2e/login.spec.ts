import { expect, test } from "../helpers/hydrated";
import { type LoginServer, PASSWORD, startWithUsers } from "../helpers/login";

let open: LoginServer;

test.beforeAll(async () => {
  open = await startWithUsers("security:\n  auth: required\n");
});

test.afterAll(() => open.server[Symbol.asyncDispose]());

test("a login leads on to the page that was wanted, which is live; a wrong one says so and shows nothing", async ({ page }) => {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) complaints.push(message.text());
  });
  await page.goto(`${open.server.url}/processes`);
  await expect(page).toHaveURL(/\/login\?next=%2Fprocesses$/);
  await expect(page.getByRole("navigation")).toHaveCount(0);
  await page.getByLabel("Name").fill("bob");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "wrong" })).toBeVisible();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Password").press("Enter");
  await expect(page).toHaveURL(`${open.server.url}/processes`);
  await expect(page.getByTestId("status")).toContainText("Live");
  expect(complaints).toEqual([]);
  await page.getByRole("button", { name: "Log out bob (viewer)" }).click();
  await expect(page).toHaveURL(`${open.server.url}/login`);
  await page.goto(`${open.server.url}/alerts`);
  await expect(page).toHaveURL(/\/login\?next=%2Falerts$/);
});

test("a link to another site in `next` leads home", async ({ page }) => {
  await page.goto(`${open.server.url}/login?next=//evil.example/`);
  await page.getByLabel("Name").fill("ann");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(`${open.server.url}/`);
});

test("a page whose login is revoked goes back to the login", async ({ page }) => {
  await page.goto(`${open.server.url}/login?next=/network`);
  await page.getByLabel("Name").fill("bob");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByTestId("status")).toContainText("Live");
  const headers = { authorization: `Bearer ${open.tokens.admin}` };
  const { sessions } = (await (await fetch(`${open.server.url}/api/access/sessions`, { headers })).json()) as {
    sessions: { id: string; user: string }[];
  };
  for (const { id, user } of sessions) {
    if (user === "bob") await fetch(`${open.server.url}/api/access/sessions/${id}`, { method: "DELETE", headers });
  }
  await expect(page).toHaveURL(/\/login\?next=%2Fnetwork$/);
});

test("a token is shown once and can be revoked", async ({ page }) => {
  await page.goto(`${open.server.url}/login?next=/settings%23access`);
  await page.getByLabel("Name").fill("ann");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  const tokens = page.locator("form").filter({ has: page.getByRole("button", { name: "Create token" }) });
  await tokens.getByLabel("Name").fill("a script");
  await tokens.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByText("Copy it now; it won't be shown again.")).toBeVisible();
  await page.getByRole("button", { name: "Revoke a script" }).click();
  await page.getByRole("button", { name: "Revoke a script" }).click();
  await expect(page.getByRole("button", { name: "Revoke a script" })).toHaveCount(0);
});

test("the form fits a phone and is read by its labels", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`${open.server.url}/login`);
  await expect(page.getByRole("heading", { level: 1, name: "Hostscope" })).toBeVisible();
  await expect(page.getByLabel("Password")).toHaveAttribute("autocomplete", "current-password");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test("the login page has every text from the words of the language", async ({ page }) => {
  const own = await startWithUsers("security: {auth: required}\nui: {language: en-XA}\n");
  await page.goto(`${own.server.url}/login`);
  await expect(page.locator("html")).toHaveAttribute("lang", "en-XA");
  const texts = await page.locator("main :is(label, button, p)").allInnerTexts();
  expect(texts.filter((text) => text !== "" && !text.includes("["))).toEqual([]);
  await expect(page).toHaveTitle(/\[/);
  await own.server[Symbol.asyncDispose]();
});
