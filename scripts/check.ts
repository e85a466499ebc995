/** `npm run check`: all checks that do not run the program. Runs every one, then shows the failures. */
import { spawn } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Step {
  name: string;
  run: () => Promise<string | null>;
}

/** Runs a command; null when it succeeds, else its output. */
function command(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(`node_modules/.bin/${program}`, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) => resolve(code === 0 ? null : output.trim() || `exit ${code}`));
  });
}

/** Finds missing paths and npm scripts in the documents: `code spans` with a slash, relative links, and `npm run x`. */
function deadReferences(): string | null {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const made = /^(config\/config\.yaml|data|logs|dist|\.next|node_modules)(\/|$)/;
  const dead: string[] = [];
  for (const document of globSync(["*.md", "docs/*.md"])) {
    const text = readFileSync(document, "utf8");
    for (const [, script] of text.matchAll(/npm run ([a-z][\w:-]*)/g)) {
      if (script && !(script in scripts)) dead.push(`${document}: npm run ${script}`);
    }
    const spans = [...text.matchAll(/`((?:src|bin|tests|scripts|bench|prisma|config|plugins|docs)\/[\w./[\]@-]*)`/g)];
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)];
    for (const path of [...spans.map(([, path = ""]) => path), ...links.map(([, path = ""]) => join(dirname(document), path))]) {
      if (!made.test(path) && !existsSync(path)) dead.push(`${document}: ${path}`);
    }
  }
  return dead.length === 0 ? null : `no such file or script:\n${dead.join("\n")}`;
}

const STEPS: readonly Step[] = [
  { name: "format and lint", run: () => command("biome", ["check", "--error-on-warnings", "."]) },
  { name: "types", run: () => command("tsc", ["--noEmit", "-p", "."]) },
  { name: "layers", run: () => command("vitest", ["run", "tests/architecture.test.ts"]) },
  { name: "dead code", run: () => command("knip", []) },
  { name: "database schema and migrations", run: () => command("tsx", ["scripts/migration.ts", "--check"]) },
  { name: "lockfile", run: () => command("tsx", ["scripts/lockfile.ts"]) },
  { name: "generated documents", run: () => command("tsx", ["scripts/docs.ts", "--check"]) },
  { name: "paths in the documents", run: async () => deadReferences() },
];

const started = performance.now();
const results = await Promise.all(STEPS.map(async ({ name, run }) => ({ name, failure: await run() })));
for (const { name, failure } of results) {
  console.log(`${failure === null ? "ok    " : "FAILED"} ${name}`);
  if (failure !== null) console.log(failure);
}
console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`);
process.exit(results.some(({ failure }) => failure !== null) ? 1 : 0);
