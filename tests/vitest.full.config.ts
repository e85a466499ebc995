import { defineConfig } from "vitest/config";

/** The long proofs: many kills, long polls, comparisons under load. One after the other, since they measure. */
export default defineConfig({
  resolve: { alias: { "~": new URL("../src", import.meta.url).pathname } },
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["tests/full/**/*.test.ts"],
    testTimeout: 30 * 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
