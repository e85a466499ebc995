import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./helpers/patience.ts";

/** The long tests: many kills, long polls, comparisons under load. They measure, so they run one at a time. */
export default defineConfig({
  resolve: { alias: { "~": new URL("../src", import.meta.url).pathname } },
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["tests/full/**/*.test.ts"],
    testTimeout: 75 * 60_000,
    hookTimeout: PATIENCE_MS,
    globalSetup: "tests/helpers/prepare.ts",
    fileParallelism: false,
  },
});
