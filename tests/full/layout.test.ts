/**
 * No text lies on another, is cut or leaves the page: on every page, from 320 to 3840 px, light and dark, in English, German and the
 * pseudo-language, on a host with 500 marks, 60 alerts, 200 interfaces, 300 containers and names of 200 characters.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHROMIUM_ARGUMENTS, ensureChromium } from "../helpers/chromium";
import { withHistory } from "../helpers/page";
import { type BoxFaults, boxFaults } from "../helpers/page-boxes";
import { PATIENCE_MS } from "../helpers/patience";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";

const PAGES = ["", "performance", "processes", "network", "containers", "machines", "alerts", "reports", "settings"] as const;
const WIDTHS = [320, 390, 1440, 2560, 3840] as const;
const LOOKS = [
  { language: "en", colorScheme: "light" },
  { language: "de", colorScheme: "dark" },
  { language: "en-XA", colorScheme: "light" },
] as const;
const [MARKS, ALERTS, INTERFACES, CONTAINERS, LONG] = [500, 60, 200, 300, 200];
const longName = (what: string) => `${what} ${"with a name that goes on and on ".repeat(10)}`.slice(0, LONG).trim();

const NET_HEADER =
  "Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";

function crowdedHost(folder: string): void {
  cpSync("tests/fixtures/hosts/recorded/firecracker-vm", folder, { recursive: true, dereference: true });
  const lines = Array.from(
    { length: INTERFACES },
    (_, index) => `  enp${index}s0f${index % 9}np1: ${index}000 ${index} 0 0 0 0 0 0 500 9 0 0 0 0 0 0`,
  );
  writeFileSync(join(folder, "proc/net/dev"), `${NET_HEADER}${lines.join("\n")}\n`);
  const slice = join(folder, "sys/fs/cgroup/system.slice");
  mkdirSync(slice, { recursive: true });
  writeFileSync(join(folder, "sys/fs/cgroup/cgroup.controllers"), "cpu io memory pids\n");
  for (let index = 0; index < CONTAINERS; index++) {
    const one = join(slice, `docker-${index.toString(16).padStart(64, "0")}.scope`);
    mkdirSync(one);
    writeFileSync(
      join(one, "cpu.stat"),
      "usage_usec 1000\nuser_usec 600\nsystem_usec 400\nnr_periods 9\nnr_throttled 3\nthrottled_usec 500\n",
    );
    writeFileSync(join(one, "memory.current"), `${1e8 + index * 1e6}\n`);
    writeFileSync(join(one, "memory.max"), "536870912\n");
    writeFileSync(join(one, "memory.stat"), "anon 4096\nfile 4096\ninactive_file 4096\n");
    writeFileSync(join(one, "io.stat"), "");
    writeFileSync(join(one, "pids.current"), "7\n");
    writeFileSync(join(one, "pids.max"), "max\n");
  }
}

const config = (language: string) => `ui: {language: ${language}}
alerts:
  rules:
    - name: ${JSON.stringify(longName("A rule").slice(0, 100))}
      metric: jobs_failed
      for: 0s
      warning: 1
      critical: 1000
custom_metrics:
  jobs: {textfile: ${join(host, "jobs.prom")}, interval: 1s}
`;

const host = mkdtempSync(join(tmpdir(), "hostscope-layout-"));
const servers = new Map<string, StartedServer>();

async function crowded(language: string): Promise<StartedServer> {
  const server = await startServer({
    config: config(language),
    env: { HOSTSCOPE_PROC_ROOT: join(host, "proc"), HOSTSCOPE_SYS_ROOT: join(host, "sys") },
  });
  const now = Date.now();
  for (let index = 0; index < MARKS; index++) {
    const body = JSON.stringify({
      text: longName(`deployment ${index}`),
      timestamp: new Date(now - index * 170_000).toISOString(),
    });
    await fetch(`${server.url}/api/marks`, { method: "POST", body });
  }
  await withHistory(server);
  await eventually(async () => {
    const { alerts } = await getJson<{ alerts: unknown[] }>(`${server.url}/api/alerts?state=firing&limit=200`);
    return alerts.length >= ALERTS;
  });
  return server;
}

beforeAll(async () => {
  crowdedHost(host);
  const lines = Array.from({ length: ALERTS }, (_, index) => `jobs_failed{job="${longName(`job ${index}`)}"} ${index + 1}`);
  writeFileSync(join(host, "jobs.prom"), `${lines.join("\n")}\n`);
  for (const { language } of LOOKS) servers.set(language, await crowded(language));
}, 4 * PATIENCE_MS);

afterAll(async () => {
  for (const server of servers.values()) await server[Symbol.asyncDispose]();
  rmSync(host, { recursive: true, force: true });
});

/** Once all that the page asks for has arrived. */
async function faultsOf(page: Page, url: string): Promise<BoxFaults> {
  await page.goto(url);
  await page.locator("main h1, main h2, main table, main form").first().waitFor();
  await page
    .getByRole("status", { name: /Load|geladen|Ļóáđ/ })
    .first()
    .waitFor({ state: "hidden" });
  await page.evaluate(() => document.fonts.ready);
  return page.evaluate(boxFaults);
}

test.each(LOOKS)("every page at every width in $language, $colorScheme", async ({ language, colorScheme }) => {
  const server = servers.get(language) as StartedServer;
  await using browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGUMENTS });
  const found: string[] = [];
  for (const width of WIDTHS) {
    const page = await browser.newPage({ viewport: { width, height: 1000 }, colorScheme });
    page.setDefaultTimeout(PATIENCE_MS);
    for (const name of PAGES) {
      const faults = await faultsOf(page, `${server.url}/${name}?range=24h&paused=1`);
      for (const [kind, texts] of Object.entries(faults) as [string, string[]][])
        for (const text of texts) found.push(`/${name} at ${width}, ${kind}: ${text}`);
    }
    await page.close();
  }
  expect(found).toEqual([]);
});
