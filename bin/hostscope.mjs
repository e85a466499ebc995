#!/usr/bin/env -S MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 node --v8-pool-size=1 --max-semi-space-size=2 --max-old-space-size=192 --liftoff-only --no-memory-reducer --expose-gc
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { handOver, isNewEnough, tooOld } from "./node.mjs";

const PROGRAM_DIR = dirname(import.meta.dirname);

await handOver();
if (!isNewEnough()) {
  process.stderr.write(tooOld());
  process.exit(78);
}

/** A checkout is built here, and again when its sources have changed. */
async function preparedCheckout() {
  const { isInstalled, prepareBuild, prepareBundles } = await import("./prepare.mjs");
  const starts = process.argv[2] === "start" || process.argv[2] === "open";
  if (starts && !isInstalled()) {
    process.stderr.write("node_modules does not match package-lock.json: run `npm ci`\n");
    process.exit(78);
  }
  try {
    await prepareBundles();
  } catch (error) {
    process.stderr.write(`Hostscope could not be built: ${error instanceof Error ? error.message : error}\n`);
    process.exit(70);
  }
  return prepareBuild;
}

/** What scripts/release.ts makes is built, and has nothing to build with. */
const isReleased = existsSync(join(PROGRAM_DIR, "release.json"));
const prepareBuild = isReleased ? async () => {} : await preparedCheckout();
// Not a literal, so that the type checker does not look into generated code.
const { main } = await import(new URL("../dist/cli.mjs", import.meta.url).href);
await main({ argv: process.argv, programDir: PROGRAM_DIR, prepareBuild });
