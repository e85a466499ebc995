/** Child process that makes one report. Reads the request from standard input and writes the file to standard output. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { deserialize } from "node:v8";
import { type RenderRequest, renderReport } from "./render";

const require = createRequire(import.meta.url);
const beside = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

async function main(): Promise<Buffer> {
  return renderReport(deserialize(await buffer(process.stdin)) as RenderRequest, {
    page: () => ({ script: beside("report-page.js"), style: beside("report-page.css") }),
    fontFolder: () => join(dirname(require.resolve("geist/font")), "fonts", "geist-sans"),
    resolve: (path) => require.resolve(path),
  });
}

main().then(
  (file) => process.stdout.end(file),
  (error: unknown) => {
    process.stderr.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  },
);
