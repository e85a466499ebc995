import { defineConfig } from "vitest/config";
import { PATIENCE_MS, TEST_PATIENCE_MS } from "./helpers/patience.ts";

export default defineConfig({
  resolve: { alias: { "~": new URL("../src", import.meta.url).pathname } },
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["tests/integration/**/*.test.ts"],
    testTimeout: TEST_PATIENCE_MS,
    hookTimeout: TEST_PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    globalSetup: "tests/helpers/prepare.ts",
    // Each file starts servers of its own; two cores can run two files at once.
    maxWorkers: 2,
  },
});
