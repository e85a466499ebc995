import { join } from "node:path";
import { expect, test } from "../helpers/hydrated";
import { chart, settledBox, watch, withHistory } from "../helpers/page";
import { openFile, type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

test.beforeAll(async () => {
  server = await startServer();
  await withHistory(server, 12);
});

test.afterAll(() => server[Symbol.asyncDispose]());

test("a range is saved from its button without command lines, and opened in the same pages", async ({ page }) => {
  await page.goto(`${server.url}/performance?range=15m&section=CPU`);
  await page.getByRole("button", { name: "Save incident" }).click();
  await expect(page.getByRole("checkbox", { name: "Leave out command lines" })).toBeChecked();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Save" }).click()]);
  expect(download.suggestedFilename()).toMatch(/^hostscope-.*\.hostscope$/);
  const file = join(server.folder, "saved.hostscope");
  await download.saveAs(file);

  await using opened = await openFile(file);
  // What the page before still asks is no complaint.
  await page.goto("about:blank");
  const { complaints } = watch(page, opened);
  await page.goto(`${opened.url}/performance?section=CPU`);
  await expect(page.getByRole("note")).toContainText(/Incident file of .+, without command lines\. No live data\./);
  await expect(page.getByTestId("status")).toContainText("Stopped");
  await settledBox(page, /^Load, 1 minute:/);
  await expect(chart(page, /^Load, 1 minute:/).locator("[data-seconds]")).toBeVisible();
  for (const [path, heading] of [
    ["/", "Overview"],
    ["/processes", "Processes"],
    ["/alerts", "Alerts"],
    ["/network", "Network"],
  ] as const) {
    await page.goto(opened.url + path);
    await expect(page.getByRole("heading", { level: 1, name: new RegExp(heading) })).toBeVisible();
    await expect(page.getByRole("note")).toBeVisible();
  }
  await page.goto(`${opened.url}/processes`);
  await expect(page.getByRole("row").nth(3)).toBeVisible();
  expect(complaints).toEqual([]);
  expect(await opened.kill("SIGINT")).toBe(0);
});
