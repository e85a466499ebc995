/**
 * Takes screenshots of every page of the demo: light, dark and on a phone.
 *   npx tsx scripts/screenshots.ts            all of them, into test-results/screenshots
 *   npx tsx scripts/screenshots.ts --docs     those of the README, into docs/images
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "@playwright/test";
import { CHROMIUM_ARGUMENTS, ensureChromium } from "../tests/helpers/chromium";
import { startDemo } from "./demo/start";

interface Shot {
  name: string;
  path: string;
  look: "light" | "dark" | "phone";
}

const PAGES = [
  ["overview", "/"],
  ["performance", "/performance?range=24h"],
  ["processes", "/processes"],
  ["network", "/network"],
  ["alerts", "/alerts"],
  ["reports", "/reports"],
  ["settings", "/settings"],
] as const;

const LOOKS = ["light", "dark", "phone"] as const;
const ALL: readonly Shot[] = PAGES.flatMap(([name, path]) => LOOKS.map((look) => ({ name: `${name}-${look}`, path, look })));
const README = ["overview-light", "overview-dark", "performance-light", "overview-phone"];

async function take(browser: Browser, url: string, { name, path, look }: Shot, folder: string): Promise<void> {
  const size = look === "phone" ? { width: 390, height: 844 } : { width: 1360, height: 900 };
  const context = await browser.newContext({ viewport: size, colorScheme: look === "dark" ? "dark" : "light" });
  const page = await context.newPage();
  await page.goto(url + path);
  // Wait until the page is live and every placeholder is gone.
  await page.getByTestId("status").getByText("Live", { exact: true }).first().waitFor({ state: "attached" });
  await page.waitForFunction(() => document.querySelectorAll('main [role="status"][aria-label^="Loading"]').length === 0);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(folder, `${name}.jpg`), type: "jpeg", quality: 82 });
  await context.close();
}

const docs = process.argv.includes("--docs");
const folder = docs ? "docs/images" : "test-results/screenshots";
mkdirSync(folder, { recursive: true });
const server = await startDemo(["--port", "0"]);
let text = "";
const url = await new Promise<string>((resolve, reject) => {
  server.stderr.on("data", (chunk) => {
    text += chunk;
    const address = /^listening (http:\S+)$/m.exec(text)?.[1];
    if (address) resolve(address);
  });
  server.on("exit", () => reject(new Error(text)));
});
const browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGUMENTS });
try {
  for (const shot of ALL) if (!docs || README.includes(shot.name)) await take(browser, url, shot, folder);
} finally {
  await browser.close();
  server.kill("SIGTERM");
}
console.log(`pictures are in ${folder}`);
