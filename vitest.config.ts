import { defineConfig } from "vitest/config";
import { PATIENCE_MS, TEST_PATIENCE_MS } from "./tests/helpers/patience.ts";

export default defineConfig({
  resolve: { alias: { "~": new URL("./src", import.meta.url).pathname } },
  test: {
    include: ["src/**/*.test.ts", "tests/*.test.ts", "bin/**/*.test.ts", "scripts/**/*.test.ts"],
    // Of two cores vitest would use one.
    maxWorkers: 2,
    restoreMocks: true,
    testTimeout: TEST_PATIENCE_MS,
    hookTimeout: TEST_PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    globalSetup: "tests/helpers/prepare.ts",
  },
});
