/** Finds a Chromium for the browser tests, and installs one where there is none. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const KNOWN = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Path of an installed browser; undefined when there is none. Playwright's own comes first: it is the one it was made for. */
function findChromium(): string | undefined {
  return [chromium.executablePath(), ...KNOWN].find((path) => existsSync(path));
}

/** Ways to get one, the one that needs no rights first. */
const INSTALLERS: readonly (readonly [string, ...string[]])[] = [
  ["npx", "playwright", "install", "chromium"],
  ["apt-get", "install", "-y", "chromium"],
];

/** The browser's path, after installing one if need be. Throws with the line to run when that fails. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found) return found;
  for (const [program, ...args] of INSTALLERS) {
    process.stderr.write(`No Chromium found for the browser tests: ${program} ${args.join(" ")}\n`);
    if (program === "apt-get") spawnSync("apt-get", ["update"], { stdio: "ignore" });
    spawnSync(program, args, { stdio: "ignore", timeout: 180_000, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(
    "the browser tests need a Chromium: run `npx playwright install --with-deps chromium` or install your distribution's package",
  );
}

/** Debian's Chromium as root, without any connection of its own. */
export const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
