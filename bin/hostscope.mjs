#!/usr/bin/env -S node --v8-pool-size=1 --max-semi-space-size=2 --max-old-space-size=192
// Plain JavaScript that any Node can read: it says so when Node is too old for the rest.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (!((major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24)) {
  process.stderr.write(
    `Hostscope needs Node 20.19, 22.13 or 24 and later; this is ${process.version}: install a newer one from https://nodejs.org\n`,
  );
  process.exit(78);
}

const { isInstalled, prepareBuild, prepareBundles, PROGRAM_DIR } = await import("./prepare.mjs");
const starts = process.argv[2] === "start";
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
// Not a literal: the type checker would look into what is generated.
const { main } = await import(new URL("../dist/cli.mjs", import.meta.url).href);
await main({ argv: process.argv, programDir: PROGRAM_DIR, prepareBuild });
