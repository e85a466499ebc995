/** The Containers page on a recorded host with an engine of its own, and the three pages in the pseudo-language. */
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { startEngine } from "../helpers/engine";
import { expect, type Page, test } from "../helpers/hydrated";
import { type StartedServer, startServer, temporaryFolder } from "../helpers/server";

const RECORDED = resolve("tests/fixtures/hosts/constructed/cgroup-v2-containers");
const WEB = "3f2a91c07d44";

const root = temporaryFolder();
let engine: Awaited<ReturnType<typeof startEngine>>;
let server: StartedServer;

test.beforeAll(async () => {
  for (const name of ["proc", "sys"]) symlinkSync(join(RECORDED, name), join(root, name));
  mkdirSync(join(root, "run"), { recursive: true });
  engine = await startEngine(join(root, "run/docker.sock"), [
    { Id: WEB.padEnd(64, "0"), Names: ["/shop-web-1"], Image: "nginx:1.27", Status: "Up 3 hours (unhealthy)", RestartCount: 2 },
    {
      Id: "c0ffee000001".padEnd(64, "0"),
      Names: ["/nightly"],
      Image: "backup:3",
      State: "exited",
      Status: "Exited (137) 2 hours ago",
    },
  ]);
  server = await startServer({ env: { HOSTSCOPE_HOST_ROOT: root } });
});

test.afterEach(({ page }) => page.unrouteAll({ behavior: "ignoreErrors" }));

test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
});

const table = (page: Page) => page.getByRole("table", { name: "Containers" });

test("containers are a page with state, health, limits and restarts, and lead to their processes", async ({ page }) => {
  await page.goto(server.url);
  await page.getByRole("navigation").getByRole("link", { name: "Containers" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Containers");
  const web = table(page).getByRole("row", { name: /shop-web-1/ });
  await expect(web).toContainText("nginx:1.27");
  await expect(web).toContainText("running · unhealthy");
  await expect(web).toContainText("152 MiB");
  await expect(web).toContainText("of 256 MiB");
  await expect(web).toContainText("of 150%");
  await expect(web.getByRole("cell").last()).toHaveText("2");
  await expect(table(page).getByRole("row", { name: /nightly/ })).toContainText("exited (137)");
  await web.getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(`q=container(:|%3A)${WEB}`));
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await expect(page.getByRole("main").getByRole("status")).toHaveCount(0);
});

test("three hundred containers with long names fit at 390 px and wide, and a filter finds one", async ({ page }) => {
  await page.route(/containers\.list/, async (route) => {
    const response = await route.fetch();
    const answers = (await response.json()) as { result?: { data?: { containers: { id: string; name: string }[] } } }[];
    for (const { result } of answers) {
      const list = result?.data?.containers;
      const first = list?.[0];
      if (!list || !first) continue;
      while (list.length < 300) list.push({ ...first, id: `c${list.length}`, name: `${"long-name-".repeat(20)}${list.length}` });
    }
    await route.fulfill({ response, json: answers });
  });
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`${server.url}/containers`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("300 containers");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    for (const cell of await table(page).getByRole("row").nth(1).getByRole("cell").all()) {
      const box = await cell.boundingBox();
      if (box) expect(box.x + box.width).toBeLessThanOrEqual(width);
    }
  }
  await page.getByLabel("Filter containers").fill("long-name 277");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("1 of 300 containers");
});

test("without containers there is no such entry in the menu", async ({ page }) => {
  const bare = resolve("tests/fixtures/hosts/recorded/firecracker-vm");
  await using other = await startServer({
    env: { HOSTSCOPE_PROC_ROOT: join(bare, "proc"), HOSTSCOPE_SYS_ROOT: join(bare, "sys") },
  });
  await page.goto(other.url);
  await expect(page.getByRole("navigation").getByRole("link", { name: "Network" })).toBeVisible();
  await expect(page.getByRole("navigation").getByRole("link", { name: "Containers" })).toHaveCount(0);
});

test("nothing on Processes, Network and Containers is left out of the language", async ({ page }) => {
  await using pseudo = await startServer({ env: { HOSTSCOPE_HOST_ROOT: root }, config: "ui: {language: en-XA}\n" });
  const NAMES = "h1, h2, h3, th, label, [role=columnheader], button, figcaption";
  for (const path of ["/processes", "/processes?tree=1&q=foo:bar", "/network", "/containers"]) {
    await page.goto(`${pseudo.url}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("[");
    await expect(page.locator("main").getByRole("status", { name: /Loading|~/ })).toHaveCount(0);
    const texts = await page.locator("main").locator(NAMES).allInnerTexts();
    expect(texts.length).toBeGreaterThan(5);
    expect(
      texts.filter((text) => /[a-z]{2}/i.test(text) && !text.includes("[")),
      path,
    ).toEqual([]);
  }
});
