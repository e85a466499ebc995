import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./helpers/patience.ts";

/** Compares with other programs, one load after another. Not part of `npm test`: needs those programs and a dedicated machine. */
export default defineConfig({
  resolve: { alias: { "~": new URL("../src", import.meta.url).pathname } },
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["tests/accuracy/**/*.test.ts"],
    testTimeout: 5 * 60_000,
    hookTimeout: PATIENCE_MS,
    globalSetup: "tests/helpers/prepare.ts",
    fileParallelism: false,
  },
});
