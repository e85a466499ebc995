/** What the first dashboard costs a browser: bytes, requests, main thread and memory while live. */
import { chromium } from "@playwright/test";
import { CHROMIUM_ARGUMENTS, ensureChromium } from "../tests/helpers/chromium";
import { withHistory } from "../tests/helpers/page";
import { startServer } from "../tests/helpers/server";
import { table, writeResult } from "./results";

const LIVE_MS = 30_000;

await using server = await startServer();
await withHistory(server, 30);
const browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGUMENTS });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
const session = await page.context().newCDPSession(page);
await session.send("Network.enable");
await session.send("Performance.enable");
const requests = new Map<string, { url: string; type: string; head: number; bytes: number }>();
session.on("Network.requestWillBeSent", ({ requestId, type, request: { url } }) => {
  if (!url.startsWith("data:")) requests.set(requestId, { url, type: type ?? "", head: 0, bytes: 0 });
});
session.on("Network.responseReceived", ({ requestId, response }) => {
  const request = requests.get(requestId);
  if (request) request.head = response.encodedDataLength;
});
session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
  const request = requests.get(requestId);
  if (request) request.bytes = encodedDataLength - request.head;
});

const started = performance.now();
await page.goto(server.url);
await page.getByRole("figure", { name: /^CPU:/ }).locator("[data-points]").waitFor();
const firstChartMs = performance.now() - started;
await page.waitForTimeout(5000);
const scriptBytes = [...requests.values()].filter(({ type }) => type === "Script").reduce((sum, { bytes }) => sum + bytes, 0);
const loaded = requests.size;

async function metrics(): Promise<Record<string, number>> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics: all } = await session.send("Performance.getMetrics");
  return Object.fromEntries(all.map(({ name, value }) => [name, value]));
}

const before = await metrics();
await page.waitForTimeout(LIVE_MS);
const after = await metrics();
const grown = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
await browser.close();

writeResult(
  "First dashboard in Chromium",
  table(
    ["what", "measured", "budget"],
    [
      ["JavaScript on the wire, headers included, KB", (scriptBytes / 1000).toFixed(1), 220],
      ["requests", loaded, 15],
      ["first chart with data, ms after the navigation", firstChartMs.toFixed(0), 3000],
      ["main thread while live, %", ((100 * grown("TaskDuration")) / (LIVE_MS / 1000)).toFixed(2), 5],
      ["heap growth in half a minute, MB", (grown("JSHeapUsedSize") / 1e6).toFixed(2), "10 in ten minutes"],
    ],
  ),
);
