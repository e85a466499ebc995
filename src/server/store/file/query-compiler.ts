/**
 * Prisma's WebAssembly comes as a JavaScript module with one text of two megabytes in base64. Imported, the text and its source stay in
 * memory for good; read, they go when it is compiled. The generated client calls this (bin/prepare.mjs).
 */
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export function readQueryCompiler(module: string): WebAssembly.Module {
  const packed = readFileSync(pathOf(module), "latin1");
  const start = packed.indexOf('"') + 1;
  return new WebAssembly.Module(Buffer.from(packed.slice(start, packed.indexOf('"', start)), "base64"));
}

/** Below the program, wherever its code was bundled to. */
function pathOf(module: string): string {
  const [, program = ""] = process.argv;
  for (const from of [program, join(process.cwd(), "here")]) {
    try {
      return createRequire(from === program ? realpathSync(from) : from).resolve(module);
    } catch {
      // Not below that one.
    }
  }
  throw new Error(`${module} is not installed: run \`npm ci\``);
}
