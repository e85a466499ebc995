import { defineConfig } from "@playwright/test";
import { CHROMIUM_ARGUMENTS, ensureChromium } from "./tests/helpers/chromium";

export default defineConfig({
  testDir: "tests/e2e",
  workers: 2,
  retries: 0,
  timeout: 60_000,
  reporter: process.env.HOSTSCOPE_TEST_REPORT ? [["json", { outputFile: process.env.HOSTSCOPE_TEST_REPORT }], ["list"]] : "list",
  use: { launchOptions: { executablePath: ensureChromium(), args: CHROMIUM_ARGUMENTS } },
});
