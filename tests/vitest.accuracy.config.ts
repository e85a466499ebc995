import { defineConfig } from "vitest/config";

/** Beside other programs, one load after the other. Not part of `npm test`: it needs those programs and a machine that is not shared. */
export default defineConfig({
  resolve: { alias: { "~": new URL("../src", import.meta.url).pathname } },
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["tests/accuracy/**/*.test.ts"],
    testTimeout: 5 * 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
