/** Builds the Prisma client, the documentation and the bundles in dist/, and Next's build, each only when its sources have changed. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { isNewEnough, tooOld } from "./node.mjs";

export const PROGRAM_DIR = dirname(import.meta.dirname);
const STAMPS = join(PROGRAM_DIR, "dist", "stamps.json");
const GENERATED = join("src", "server", "store", "generated");
const NO_CALLS = { NEXT_TELEMETRY_DISABLED: "1", CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" };

/** The sources of each product: files and folders below the program's folder. */
const SOURCES = {
  prisma: ["prisma/schema.prisma", "package-lock.json", "bin/prepare.mjs"],
  docs: ["docs", "package-lock.json", "bin/prepare.mjs", "bin/render-docs.mjs"],
  bundles: ["src/cli", "src/server", "src/domain", "src/trpc", "tsconfig.json", "package-lock.json", "bin/prepare.mjs"],
  next: [
    "src",
    "public",
    "instrumentation.ts",
    "next.config.mjs",
    "postcss.config.mjs",
    "prisma/schema.prisma",
    "tsconfig.json",
    "package-lock.json",
    "bin/prepare.mjs",
  ],
};

/** @param {string} path @returns {string[]} */
function filesBelow(path) {
  const full = join(PROGRAM_DIR, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => (join(path, name) === GENERATED || name.endsWith(".test.ts") ? [] : filesBelow(join(path, name))));
}

/** Hashes a product's sources: content decides, not time stamps. @param {keyof typeof SOURCES} product */
export function sourceHash(product) {
  const hash = createHash("sha256").update(process.version);
  for (const source of SOURCES[product]) {
    for (const path of filesBelow(source)) {
      hash
        .update(`${relative(".", path)}\0`)
        .update(readFileSync(join(PROGRAM_DIR, path)))
        .update("\0");
    }
  }
  return hash.digest("hex");
}

/** @returns {Record<string, string>} */
function readStamps() {
  try {
    return JSON.parse(readFileSync(STAMPS, "utf8"));
  } catch {
    return {};
  }
}

/**
 * @param {keyof typeof SOURCES} product
 * @param {string} output what must exist besides an unchanged hash
 * @param {string} variant which of several of its kind
 * @param {() => Promise<void>} make
 */
async function makeIfChanged(product, output, variant, make) {
  const hash = sourceHash(product);
  const name = `${product}${variant}`;
  if (readStamps()[name] === hash && existsSync(join(PROGRAM_DIR, output))) return;
  await make();
  mkdirSync(dirname(STAMPS), { recursive: true });
  writeFileSync(STAMPS, JSON.stringify({ ...readStamps(), [name]: hash }));
}

/**
 * Runs a program of a dependency with this Node. Its output is shown only when it fails.
 * @param {string} script @param {string[]} args @param {Record<string, string>} [environment]
 */
function run(script, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(PROGRAM_DIR, "node_modules", script), ...args], {
      cwd: PROGRAM_DIR,
      env: { ...process.env, ...NO_CALLS, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(undefined) : reject(new Error(`${script} ${args.join(" ")} failed:\n${output}`)),
    );
  });
}

/** True when node_modules matches the lockfile. npm keeps its own copy of what it installed. */
export function isInstalled() {
  /** @param {string} path @returns {Record<string, { version?: string, optional?: boolean }> | null} */
  const packages = (path) => {
    try {
      return JSON.parse(readFileSync(join(PROGRAM_DIR, path), "utf8")).packages;
    } catch {
      return null;
    }
  };
  const wanted = packages("package-lock.json");
  const installed = packages("node_modules/.package-lock.json");
  // An installed package has no lockfile beside it: npm has checked it already.
  if (!wanted) return true;
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "" || optional) return true;
    return installed[path] === undefined
      ? !existsSync(join(PROGRAM_DIR, path)) && isDev(wanted[path])
      : installed[path].version === version;
  });
}

/** @param {unknown} entry */
function isDev(entry) {
  return Boolean(entry && typeof entry === "object" && "dev" in entry && entry.dev);
}

/** What CommonJS packages expect, in an ES module. */
const NODE_GLOBALS = `import { createRequire as nodeRequire } from "node:module";
const require = nodeRequire(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

/** Prisma's client imports its WebAssembly as a text in base64, which would stay in memory (src/server/store/file/query-compiler.ts). */
function readWasmFromFile() {
  const client = join(PROGRAM_DIR, GENERATED, "internal", "class.ts");
  const source = readFileSync(client, "utf8");
  const loads = /const \{ wasm \} = await import\("([^"]+)\.mjs"\)\s+return await decodeBase64AsWasm\(wasm\)/;
  if (!loads.test(source)) throw new Error("the Prisma client loads its WebAssembly in another way: adapt bin/prepare.mjs");
  const reads = `const { readQueryCompiler } = await import("../../file/query-compiler")\n    return readQueryCompiler("$1.js")`;
  writeFileSync(client, source.replace(loads, reads));
}

/** Builds the Prisma client, the documentation and the bundles: half a second after a change, a few milliseconds otherwise. */
export async function prepareBundles() {
  await makeIfChanged("prisma", join(GENERATED, "client.ts"), "", async () => {
    // `generate` requires a schema engine but does not use it; any executable keeps it from downloading one.
    await run("prisma/build/index.js", ["generate"], { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath });
    readWasmFromFile();
  });
  await makeIfChanged("docs", join("dist", "docs", "contents.json"), "", async () => {
    const { renderDocs } = await import("./render-docs.mjs");
    renderDocs(join(PROGRAM_DIR, "docs"), join(PROGRAM_DIR, "dist", "docs"));
  });
  await makeIfChanged("bundles", join("dist", "cli.mjs"), "", async () => {
    const { build, stop } = await import("esbuild");
    for (const name of existsSync(join(PROGRAM_DIR, "dist")) ? readdirSync(join(PROGRAM_DIR, "dist")) : []) {
      if (name.endsWith(".mjs")) rmSync(join(PROGRAM_DIR, "dist", name));
    }
    await build({
      absWorkingDir: PROGRAM_DIR,
      entryPoints: {
        cli: "src/cli/main.ts",
        "collector-thread": "src/server/worker/collector-thread.ts",
        "reader-thread": "src/server/reader/reader-thread.ts",
        render: "src/server/reports/render/child.ts",
      },
      outdir: "dist",
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node22",
      // What is loaded from node_modules as it is. All else is bundled without its comments: sources stay in memory.
      external: [
        "next",
        "better-sqlite3",
        "esbuild",
        "systeminformation",
        "react-devtools-core",
        "@react-pdf/renderer",
        "fontkit",
        "subset-font",
        "@zxcvbn-ts/language-common",
      ],
      minifyWhitespace: true,
      legalComments: "none",
      banner: { js: NODE_GLOBALS },
      logLevel: "silent",
    });
    // The script embedded in HTML reports.
    await build({
      absWorkingDir: PROGRAM_DIR,
      entryPoints: { "report-page": "src/server/reports/page/script.ts" },
      outdir: "dist",
      bundle: true,
      minify: true,
      format: "iife",
      platform: "browser",
      target: "es2023",
      logLevel: "silent",
    });
    // Its service would stay as a child of the server.
    await stop();
  });
}

/** Writes a file of Brotli beside each script and style, which src/server/http/compressed-files.ts sends. @param {string} folder */
function compressFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.(?:js|css)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
  }
}

/** Where the pages below a path are built; those of a server of its own are in .next. @param {string} basePath */
function pagesFolder(basePath) {
  return basePath === "" ? ".next" : join(".next-paths", encodeURIComponent(basePath.slice(1)));
}

/** What next.config.mjs reads. @param {string} basePath @returns {Record<string, string>} */
function pagesEnvironment(basePath) {
  return basePath === "" ? {} : { HOSTSCOPE_BASE_PATH: basePath, HOSTSCOPE_PAGES: pagesFolder(basePath) };
}

/**
 * Next's production build, for pages at the root or below a path such as `/monitor`. Calls `announce` before a build that takes a while.
 * @param {() => void} announce @param {string} [basePath]
 */
export async function prepareBuild(announce, basePath = "") {
  // The server in this process reads next.config.mjs too.
  Object.assign(process.env, pagesEnvironment(basePath));
  await makeIfChanged("next", join(pagesFolder(basePath), "BUILD_ID"), basePath, async () => {
    announce();
    if (basePath !== "") {
      mkdirSync(join(PROGRAM_DIR, ".next-paths"), { recursive: true });
      writeFileSync(join(PROGRAM_DIR, ".next-paths", "tsconfig.json"), JSON.stringify({ extends: "../tsconfig.json" }));
    }
    const name = { HOSTSCOPE_BUILD_ID: sourceHash("next").slice(0, 20) };
    await run("next/dist/bin/next", ["build"], { ...pagesEnvironment(basePath), ...name });
    compressFiles(join(PROGRAM_DIR, pagesFolder(basePath), "static"));
  });
}

if (process.argv[1] === import.meta.filename) {
  // Every npm script starts here.
  if (!isNewEnough()) {
    process.stderr.write(tooOld());
    process.exit(78);
  }
  try {
    await prepareBundles();
    if (process.argv.includes("--pages")) await prepareBuild(() => process.stderr.write("Building the pages\n"));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
