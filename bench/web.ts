/**
 * The cost of the first dashboard in a browser, beside Netdata's page over the same minutes: bytes, requests, main thread, and
 * memory while live.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import { CHROMIUM_ARGUMENTS, ensureChromium } from "../tests/helpers/chromium";
import { transfers, withHistory } from "../tests/helpers/page";
import { startServer } from "../tests/helpers/server";
import { NETDATA_URL, startNetdata } from "./live-peers";
import { atMost, table, writeResult } from "./results";

const LIVE_MINUTES = 10;
const SCROLL_MS = 4000;

interface Looked {
  page: Page;
  /** Size of the scripts, without response headers. */
  scriptBytes: number;
  requests: number;
  firstChartMs: number;
  /** Main-thread seconds, and the heap after a garbage collection. */
  metrics: () => Promise<{ taskSeconds: number; heapBytes: number }>;
}

/** A page in which functions of this file can run: the compiler of the bench marks them with a helper of its own. */
async function newPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript("globalThis.__name = (value) => value");
  return page;
}

/** Opens a page and waits for its first chart. */
async function look(browser: Browser, url: string, firstChart: (page: Page) => Promise<unknown>): Promise<Looked> {
  const page = await newPage(browser);
  await page.route(/./, (route) =>
    /^(http:\/\/127\.0\.0\.1|data:|blob:)/.test(route.request().url()) ? route.fallback() : route.abort(),
  );
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const fetched = await transfers(page);
  const started = performance.now();
  await page.goto(url);
  await firstChart(page);
  const firstChartMs = performance.now() - started;
  await page.waitForTimeout(5000);
  const requests = fetched();
  const scripts = requests.filter(({ type }) => type === "Script");
  return {
    page,
    scriptBytes: scripts.reduce((sum, { bytes }) => sum + bytes, 0),
    requests: requests.length,
    firstChartMs,
    metrics: async () => {
      await session.send("HeapProfiler.collectGarbage");
      const { metrics } = await session.send("Performance.getMetrics");
      const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
      return { taskSeconds: of("TaskDuration"), heapBytes: of("JSHeapUsedSize") };
    },
  };
}

/** Opens the process table with two thousand static rows. */
async function twoThousand(browser: Browser, url: string): Promise<Page> {
  const page = await newPage(browser);
  await page.route(/processes\.list/, async (route) => {
    const response = await route.fetch();
    const answers = (await response.json()) as { result?: { data?: { total: number; processes: { pid: number }[] } } }[];
    for (const { result } of answers) {
      const rows = result?.data?.processes;
      const first = rows?.[0];
      if (!rows || !first || !result?.data) continue;
      while (rows.length < 2000) rows.push({ ...first, pid: 100_000 + rows.length });
      result.data.total = rows.length;
    }
    await route.fulfill({ response, json: answers });
  });
  await page.goto(`${url}/processes?paused=1`);
  await page.getByRole("heading", { level: 1 }).filter({ hasText: "2,000" }).waitFor();
  // tsx marks functions with a helper that a page does not have.
  return page;
}

/** Milliseconds from typing a filter until the page shows the remaining count: the least of nine, to exclude other load. */
async function filtering(browser: Browser, url: string): Promise<number> {
  const page = await twoThousand(browser, url);
  const times = await page.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>('input[type="search"]');
    const heading = document.querySelector("h1");
    if (!input || !heading) throw new Error("no filter");
    const type = (text: string) => {
      const started = performance.now();
      const done = new Promise<number>((resolve) => {
        const observer = new MutationObserver(() => {
          observer.disconnect();
          resolve(performance.now() - started);
        });
        observer.observe(heading, { subtree: true, characterData: true, childList: true });
      });
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, text);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      return done;
    };
    const found: number[] = [];
    for (let turn = 0; turn < 9; turn++) {
      if (turn > 0) await type("");
      found.push(await type("pid=100500"));
    }
    return found;
  });
  await page.close();
  return Math.min(...times);
}

/** Milliseconds of main-thread work in the second after a tab is shown again that was hidden for 15 s. */
async function returning({ page, metrics }: Looked): Promise<number> {
  const show = (state: "hidden" | "visible") =>
    page.evaluate((value) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
  await show("hidden");
  await page.waitForTimeout(24_000);
  const before = await metrics();
  await show("visible");
  await page.waitForTimeout(1000);
  return 1000 * ((await metrics()).taskSeconds - before.taskSeconds);
}

/** Milliseconds between frames while the process table scrolls: the median and the worst of a hundred. */
async function scrolling(browser: Browser, url: string): Promise<{ middle: number; worst: number }> {
  const page = await twoThousand(browser, url);
  await page.mouse.move(700, 600);
  const frames = page.evaluate(async (duration) => {
    const gaps: number[] = [];
    let last = performance.now();
    for (const end = last + duration; last < end; ) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      gaps.push(now - last);
      last = now;
    }
    return gaps;
  }, SCROLL_MS);
  for (let turn = 0; turn < SCROLL_MS / 25; turn++) {
    await page.mouse.wheel(0, 120);
    await page.waitForTimeout(16);
  }
  const gaps = (await frames).sort((a, b) => a - b);
  await page.close();
  return { middle: gaps[gaps.length >> 1] ?? Number.NaN, worst: gaps[Math.floor(gaps.length * 0.99)] ?? Number.NaN };
}

const folder = mkdtempSync(join(tmpdir(), "hostscope-web-"));
await using server = await startServer();
let netdata: ChildProcess | undefined;
const browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGUMENTS });
try {
  netdata = await startNetdata(folder);
  await withHistory(server, 15);
  const { middle, worst } = await scrolling(browser, server.url);
  const filtered = await filtering(browser, server.url);
  const ours = await look(browser, server.url, (page) =>
    page.getByRole("figure", { name: /^CPU:/ }).locator("[data-points]").waitFor(),
  );
  const theirs = await look(browser, NETDATA_URL, (page) => page.locator("canvas").first().waitFor());
  const before = [await ours.metrics(), await theirs.metrics()];
  await ours.page.waitForTimeout(LIVE_MINUTES * 60_000);
  const after = [await ours.metrics(), await theirs.metrics()];
  const work = [0, 1].map((index) => (after[index]?.taskSeconds ?? 0) - (before[index]?.taskSeconds ?? 0));
  const heap = [0, 1].map((index) => (after[index]?.heapBytes ?? 0) - (before[index]?.heapBytes ?? 0));
  const seconds = LIVE_MINUTES * 60;
  const charts = await ours.page.getByRole("figure").locator("[data-points]").count();
  const returned = await returning(ours);
  /** Only our value is checked against the budget; Netdata's is shown for comparison. */
  const row = (what: string, [own = Number.NaN, other]: readonly number[], digits: number, budget: number) => [
    what,
    atMost(what, own, budget, digits),
    other?.toFixed(digits) ?? "",
    budget,
  ];
  writeResult(
    "First dashboard in Chromium",
    table(
      ["what", "Hostscope", "Netdata", "budget"],
      [
        row("JavaScript on the wire, KB", [ours.scriptBytes / 1000, theirs.scriptBytes / 1000], 1, 220),
        row("requests", [ours.requests, theirs.requests], 0, 15),
        row("first chart, ms after the navigation", [ours.firstChartMs, theirs.firstChartMs], 0, 3000),
        row(
          `main thread over ${LIVE_MINUTES} minutes, %`,
          work.map((value) => (100 * value) / seconds),
          2,
          5,
        ),
        row("work of a second, a chart, ms", [(1000 * (work[0] ?? Number.NaN)) / seconds / charts], 1, 16),
        row(
          `heap growth in ${LIVE_MINUTES} minutes, MB`,
          heap.map((bytes) => bytes / 1e6),
          2,
          10,
        ),
        row("work after 24 hidden seconds, ms", [returned], 0, 1000),
        row("a filter over 2,000 processes, ms", [filtered], 0, 50),
        row("between frames while 2,000 processes are scrolled, ms, middle", [middle], 1, 20),
        row("the same, worst of a hundred", [worst], 1, 40),
      ],
    ),
  );
} finally {
  await browser.close();
  netdata?.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
