#!/usr/bin/env -S node --v8-pool-size=1 --max-semi-space-size=2 --max-old-space-size=192
import { handOver, isNewEnough, tooOld } from "./node.mjs";

await handOver();
if (!isNewEnough()) {
  process.stderr.write(tooOld());
  process.exit(78);
}

const { isInstalled, prepareBuild, prepareBundles, PROGRAM_DIR } = await import("./prepare.mjs");
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
// Not a literal, so that the type checker does not look into generated code.
const { main } = await import(new URL("../dist/cli.mjs", import.meta.url).href);
await main({ argv: process.argv, programDir: PROGRAM_DIR, prepareBuild });
