import type { Page } from "@playwright/test";
import { expect, test } from "../helpers/hydrated";
import { startWithUsers } from "../helpers/login";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";

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

const alertRow = (page: Page) =>
  page
    .getByRole("listitem")
    .filter({ has: page.getByRole("button", { name: /^Details of any process/ }) })
    .first();
const tab = (page: Page, name: string) => page.getByRole("group", { name: "View" }).getByRole("button", { name });
interface Stored {
  id: string;
  rule: string;
  state: string;
  acknowledgedBy: string | null;
}

/** The alert as a fresh page has it: nothing waits in the browser. */
const stored = async () => {
  const { alerts } = await getJson<{ alerts: Stored[] }>(`${server.url}/api/alerts?hours=1`);
  return alerts.find(({ rule }) => rule === "any process");
};

/** The alert is over, by hand: its condition goes on. */
async function resolveAlert(): Promise<void> {
  const { id } = await eventually(async () => stored());
  const response = await fetch(`${server.url}/api/alerts/${id}/resolve`, { method: "POST", body: "{}" });
  expect(response.status).toBe(200);
}

test("an alert shows on Overview by itself, in the bell and in the tab, and leads to the Alerts page", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByRole("link", { name: "1 active alert", exact: true })).toBeVisible();
  await expect(page).toHaveTitle(/^\(1\) ⚠ /);
  const card = page
    .locator("[data-card]")
    .getByRole("link", { name: /^any process at/ })
    .first();
  await expect(card).toBeVisible();
  await page.getByRole("link", { name: /^View all / }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Alerts");
  await expect(alertRow(page)).toContainText("warning");
  await expect(alertRow(page)).toContainText("(threshold 1)");
});

test("an alert is acknowledged with a note and resolved at once, and each is taken back", async ({ page }) => {
  await page.goto(`${server.url}/alerts`);
  const row = alertRow(page);
  await row.getByLabel("Note").fill("known");
  await row.getByRole("button", { name: "Acknowledge" }).click();
  await expect(row).toContainText(/Acknowledged by local, .*: known/);
  expect(await stored()).toMatchObject({ acknowledgedBy: "local" });
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row.getByRole("button", { name: "Acknowledge" })).toBeVisible();
  expect(await stored()).toMatchObject({ acknowledgedBy: null });

  await row.getByRole("button", { name: "Resolve" }).click();
  await expect(page.getByText("No active alerts")).toBeVisible();
  expect(await stored()).toMatchObject({ state: "resolved" });
  await page.getByRole("status", { name: "Messages" }).getByText("Resolved:").locator("..").getByRole("button").click();
  await expect(row.getByRole("button", { name: "Resolve" })).toBeVisible();
  expect(await stored()).toMatchObject({ state: "firing" });

  await row.getByRole("button", { name: "Resolve" }).click();
  await tab(page, "History").click();
  await expect(alertRow(page)).toContainText("resolved");
  await expect(page.getByText("Mean time to resolve")).toBeVisible();
});

test("while nothing fires the page says what watches, what was last, and sends a test", async ({ page }) => {
  await resolveAlert();
  await page.goto(`${server.url}/alerts`);
  await expect(page.getByText(/^\d+ rules enabled$/)).toBeVisible();
  await expect(page.getByText(/^Last resolved .*\d{2}:\d{2}:\d{2}: any process at/)).toBeVisible();
  // The server has just been started: there are no alerts of a week before to compare with.
  await expect(page.getByText("no earlier data")).toBeVisible();
  await page.getByRole("button", { name: "Send test" }).click();
  await expect(page.getByText("Delivered: exit 0")).toBeVisible();
  await page.getByRole("button", { name: "View rules" }).click();
  await expect(page.getByText("Leave them alone.")).toBeVisible();
});

test("an alert that is over keeps its severity, names its worst value, and opens over the whole width", async ({ page }) => {
  await resolveAlert();
  await page.goto(`${server.url}/alerts?tab=History`);
  const row = alertRow(page);
  await expect(row).toContainText("warning");
  await expect(row).toContainText("resolved");
  await row.getByRole("button", { name: /^Details/ }).click();
  const timeline = row.getByRole("region", { name: "Timeline" });
  await expect(timeline).toContainText(/Started \(threshold 1, peak \d+\)/);
  await expect(timeline).toContainText("Resolved");
  await expect(row.getByRole("region", { name: "What to do" })).toContainText("Leave them alone.");
  const [chart, whole] = await Promise.all([row.getByRole("figure").first().boundingBox(), row.boundingBox()]);
  expect(chart?.width ?? 0).toBeGreaterThan(0.85 * (whole?.width ?? Number.POSITIVE_INFINITY));
});

test("the Active tab opens while an alert that is over is open in History", async ({ page }) => {
  await resolveAlert();
  const id = (await stored())?.id;
  await page.goto(`${server.url}/alerts?alert=${id}`);
  await expect(tab(page, "History")).toHaveAttribute("aria-pressed", "true");
  await expect(alertRow(page).getByRole("region", { name: "Timeline" })).toContainText("Resolved");
  await tab(page, "Active").click();
  await expect(tab(page, "Active")).toHaveAttribute("aria-pressed", "true");
  await expect(page).toHaveURL(`${server.url}/alerts`);
});

test("a link opens an alert that is older than the list, and says so when there is none", async ({ page }) => {
  await resolveAlert();
  const id = (await stored())?.id;
  // The list ends before it.
  await page.route(/alerts\.list/, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    await route.fulfill({ response, body: text.replace(/"alerts":\[.*?\],"page"/g, '"alerts":[],"page"') });
  });
  await page.goto(`${server.url}/alerts?alert=${id}`);
  await expect(alertRow(page).getByRole("region", { name: "Timeline" })).toContainText("Resolved");
  await page.goto(`${server.url}/alerts?alert=mwv8q5gv-d0aec339`);
  await expect(page.getByText(/There is no alert mwv8q5gv-d0aec339/)).toBeVisible();
});

test("the strip of a week shows hours without data as such", async ({ page }) => {
  await resolveAlert();
  await page.goto(`${server.url}/alerts?tab=History&zone=utc`);
  const { historySince } = await getJson<{ historySince: string }>(`${server.url}/api/host`);
  const start = new Date(historySince).toISOString().slice(11, 19);
  await expect(page.getByText(/3 h per block, history from .* \d\d:\d\d:\d\d/)).toContainText(start);
  await page.goto(`${server.url}/?zone=utc`);
  await expect(page.getByText("History from")).toContainText(start);
  await page.goto(`${server.url}/alerts?tab=History`);
  await expect(page.getByTitle(/no data$/)).toHaveCount(55);
});

test("a rule is written while the last day shows what it would have done", async ({ page }) => {
  await page.goto(`${server.url}/alerts?tab=Rules`);
  await page.getByRole("button", { name: "New rule" }).click();
  const editor = page.getByRole("dialog", { name: "New rule" });
  const top = async () => (await editor.boundingBox())?.y;
  const before = await top();
  await editor.getByLabel("Name").fill("my threads");
  await editor.getByLabel("Metric").fill("threads");
  await expect(editor.getByText("Unknown metric “threads”")).toBeVisible();
  await expect(editor.getByRole("button", { name: "Save" })).toBeDisabled();
  await editor.getByLabel("Metric").fill("system.thread.count");
  await editor.getByLabel("Window", { exact: true }).fill("0s");
  await editor.getByLabel("Hold for").fill("0s");
  await editor.getByLabel("Warning threshold").fill("many");
  await expect(editor.getByText("Enter a number such as 90% or 50MB")).toBeVisible();
  await expect(editor.getByRole("button", { name: "Save" })).toBeDisabled();
  await editor.getByLabel("Warning threshold").fill("1");
  await expect(editor.getByTestId("backtest")).toContainText("Would have fired 1 time in the last 24 h");
  expect(await top()).toBe(before);
  await editor.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Rule saved")).toBeVisible();
  const row = page.getByRole("listitem").filter({ hasText: "my threads" });
  await expect(row).toContainText("custom");
  await expect(row).toContainText("Warning if ≥ 1");
  await row.getByRole("button", { name: "Delete" }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: "Delete" }).click();
  await expect(row).toHaveCount(0);
});

test("a deletion that can still be undone is sent when the page is left", async ({ page }) => {
  const names = async () => (await getJson<{ name: string }[]>(`${server.url}/api/alerts/rules`)).map(({ name }) => name);
  const rule = { name: "soon gone", metric: "system.thread.count", window: "1m", for: "5m", warning: 1e9 };
  const made = await fetch(`${server.url}/api/alerts/rules`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(rule),
  });
  expect(made.status).toBe(200);
  await page.goto(`${server.url}/alerts?tab=Rules`);
  const row = page.getByRole("listitem").filter({ hasText: "soon gone" });
  await row.getByRole("button", { name: "Delete" }).click();
  await expect(row).toHaveCount(0);
  expect(await names()).toContain("soon gone");
  await page.goto("about:blank");
  await expect.poll(names).not.toContain("soon gone");
});

test("a new rule does not take the place of a built-in one of its name", async ({ page }) => {
  await page.goto(`${server.url}/alerts?tab=Rules`);
  await page.getByRole("button", { name: "New rule" }).click();
  const editor = page.getByRole("dialog", { name: "New rule" });
  await editor.getByLabel("Name").fill("cpu");
  await editor.getByRole("button", { name: "Save" }).click();
  await expect(editor.getByRole("alert").filter({ hasText: "A rule named cpu already exists" })).toBeVisible();
});

test("70 is 70% for a share, in the form, in the list and in the API", async ({ page }) => {
  await page.goto(`${server.url}/alerts?tab=Rules`);
  await page.getByRole("button", { name: "New rule" }).click();
  const editor = page.getByRole("dialog", { name: "New rule" });
  await editor.getByLabel("Name").fill("busy");
  await editor.getByLabel("Warning threshold").fill("70");
  await expect(editor.getByText("= 70%")).toBeVisible();
  await editor.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "busy" }).filter({ hasText: "custom" });
  await expect(row).toContainText("Warning if > 70% (1 min average, for at least 1 min)");
  const rules = (await (await fetch(`${server.url}/api/alerts/rules`)).json()) as { name: string; thresholds: object }[];
  expect(rules.find(({ name }) => name === "busy")?.thresholds).toEqual({ warning: 0.7 });
  await row.getByRole("button", { name: "Edit busy" }).click();
  const change = page.getByRole("dialog", { name: "Edit busy" });
  await expect(change.getByLabel("Warning threshold")).toHaveValue("70%");
});

test("a silence is made for some hours and ended", async ({ page }) => {
  await page.goto(`${server.url}/alerts?tab=Silences`);
  await expect(page.getByText("No silences")).toBeVisible();
  const form = page.locator("form");
  await form.getByLabel("Rule").selectOption("disk");
  await form.getByLabel("Note").fill("moving data");
  await form.getByRole("button", { name: "Silence", exact: true }).click();
  const row = page.getByRole("row").filter({ hasText: "moving data" });
  await expect(row).toContainText("until");
  await row.getByRole("button", { name: "End" }).click();
  await expect(row).toHaveCount(0);
});

test("the fields of a form stand in line, whatever kind of silence it is", async ({ page }) => {
  await page.goto(`${server.url}/alerts?tab=Silences`);
  const form = page.locator("form");
  await form.getByLabel("Type").selectOption("weekly");
  const boxes = await Promise.all(
    ["Rule", "Type", "Name", "From"].map(async (name) => form.getByLabel(name).first().boundingBox()),
  );
  expect(new Set(boxes.map((box) => box?.y)).size).toBe(1);
  expect(new Set(boxes.map((box) => Math.round(box?.width ?? 0))).size).toBe(1);
});

test("the rules say what they watch, when they fire and what to do", async ({ page }) => {
  await page.goto(`${server.url}/alerts`);
  await tab(page, "Rules").click();
  const cpu = page.getByRole("listitem").filter({ hasText: "system.cpu.utilization" }).first();
  await expect(cpu).toContainText("Warning if > 80%, critical if > 95% (5 min average, for at least 1 min)");
  await expect(page.getByRole("listitem").filter({ hasText: "disk filling" })).toContainText(
    "Warning if it will be full within 8 h",
  );
  await expect(page.getByRole("listitem").filter({ hasText: "any process" })).toContainText("Leave them alone.");
});

test("a channel's test shows how it ended", async ({ page }) => {
  await page.goto(`${server.url}/alerts?tab=Channels`);
  await page.getByRole("button", { name: "Send test" }).first().click();
  await expect(page.getByText("Delivered: exit 0")).toBeVisible();
});

test("a severity is told by a word and an icon as well as by its colour, whatever colours one sees", async ({ page }) => {
  await resolveAlert();
  const session = await page.context().newCDPSession(page);
  await page.goto(`${server.url}/alerts?tab=History`);
  const row = alertRow(page);
  for (const type of ["none", "protanopia", "deuteranopia", "tritanopia", "achromatopsia"] as const) {
    await session.send("Emulation.setEmulatedVisionDeficiency", { type });
    for (const word of ["warning", "resolved"]) {
      const badge = row.getByText(word, { exact: true });
      await expect(badge).toBeVisible();
      await expect(badge.locator("svg")).toBeVisible();
    }
  }
});

test("a viewer sees no button that would be refused", async ({ page }) => {
  const open = await startWithUsers("security:\n  auth: required\n");
  await using _server = open.server;
  await page.setExtraHTTPHeaders({ authorization: `Bearer ${open.tokens.viewer}` });
  await page.goto(`${open.server.url}/alerts?tab=Rules`);
  await expect(page.getByText("system.cpu.utilization").first()).toBeVisible();
  for (const name of [/^New/, /^Edit/, /^Turn/, /^Delete/]) {
    await expect(page.getByRole("main").getByRole("button", { name })).toHaveCount(0);
  }
  await tab(page, "Silences").click();
  await expect(page.getByText("No silences")).toBeVisible();
  await expect(page.getByRole("main").locator("form")).toHaveCount(0);
  await tab(page, "Channels").click();
  await expect(page.getByText("No notifications yet")).toBeVisible();
  await expect(page.getByRole("main").getByRole("button", { name: "New channel" })).toHaveCount(0);
});

/** Texts of the page's content that are not of the pseudo-language and no data. */
async function untranslated(page: Page, isData: (text: string) => boolean): Promise<string[]> {
  const texts = await page.getByRole("main").evaluate((main) => {
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const isShown = node.parentElement?.closest("[data-card] canvas, svg, option, time, script, style") === null;
      if (isShown && node.textContent) found.push(node.textContent.trim());
    }
    return found;
  });
  return texts.filter((text) => /[a-z]{2}/i.test(text) && !text.includes("[") && !text.includes("]") && !isData(text));
}

test("every text of the Alerts page is in the words of its language", async ({ page }) => {
  await using other = await startServer({
    config: `
ui: {language: en-XA}
alerts:
  rules:
    - {name: any process, metric: system.process.count, match: {process.state: sleeping}, window: 0, warning: 1, remedy: Leave them alone.}
notifications:
  command: {argv: [/bin/echo, paged]}
`,
  });
  const rules = await getJson<Record<"name" | "metric" | "description" | "remedy", string>[]>(`${other.url}/api/alerts/rules`);
  const alerts = await eventually(async () => {
    const answer = await getJson<{ alerts: { cause: { name: string }[]; refusal: string | null }[] }>(
      `${other.url}/api/alerts?hours=1`,
    );
    return answer.alerts.length > 0 && answer.alerts;
  });
  const names = new Set([
    ...rules.flatMap(({ name, metric, description, remedy }) => [name, metric, ...`${description} ${remedy}`.split("`")]),
    ...alerts.flatMap(({ cause, refusal }) => [...cause.map(({ name }) => name), refusal ?? ""]),
  ]);
  const isData = (text: string) =>
    names.has(text) ||
    [...names].some((name) => name.trim() === text) ||
    /^any process at |^(command|exit 0.*|local|paged|[A-Z][a-z]{2} \d{1,2})$/.test(text);
  for (const name of ["Active", "History", "Rules", "Silences", "Channels"]) {
    await page.goto(`${other.url}/alerts?tab=${name}`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("[");
    await expect(page.getByRole("status", { name: /^\[Lóáđíñĝ/ })).toHaveCount(0);
    expect(await untranslated(page, isData), name).toEqual([]);
  }
});
