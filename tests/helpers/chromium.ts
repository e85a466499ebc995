/** Finds a Chromium for the browser tests, and installs one when there is none. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { ensurePrograms } from "./debian";
import { PATIENCE_MS } from "./patience";

const KNOWN = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Path of an installed browser, undefined when there is none. Prefers Playwright's own, which matches its version. */
function findChromium(): string | undefined {
  return [chromium.executablePath(), ...KNOWN].find((path) => existsSync(path));
}

/** Path of the browser, installed if needed. Throws with the command to run when that fails. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found) return found;
  // Try the one that needs no root first.
  process.stderr.write("No Chromium found for the browser tests: npx playwright install chromium\n");
  spawnSync("npx", ["playwright", "install", "chromium"], { stdio: "ignore", timeout: PATIENCE_MS });
  if (!findChromium()) ensurePrograms("chromium");
  const installed = findChromium();
  if (installed) return installed;
  throw new Error("the browser tests need a Chromium: run `npx playwright install --with-deps chromium`");
}

/** For Debian's Chromium as root, without network connections of its own. */
export const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
