import { defineConfig } from "@playwright/test";
import { CHROMIUM_ARGUMENTS, ensureChromium } from "./tests/helpers/chromium";
import { PATIENCE_MS, TEST_PATIENCE_MS } from "./tests/helpers/patience";

export default defineConfig({
  testDir: "tests/e2e",
  workers: 2,
  retries: 0,
  timeout: TEST_PATIENCE_MS,
  expect: { timeout: PATIENCE_MS },
  reporter: process.env.HOSTSCOPE_TEST_REPORT ? [["json", { outputFile: process.env.HOSTSCOPE_TEST_REPORT }], ["list"]] : "list",
  use: { launchOptions: { executablePath: ensureChromium(), args: CHROMIUM_ARGUMENTS } },
});
