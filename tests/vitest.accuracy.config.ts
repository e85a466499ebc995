import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./helpers/patience.ts";

/** Beside other programs, one load after the other. Not part of `npm test`: it needs those programs and a machine that is not shared. */
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
