/** The files that the program needs to run, and nothing that it is built with. */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { nodeFileTrace } from "@vercel/nft";

/** Loaded where it is there, to build or to resize images, or read by people: the running program does neither. */
const NOT_RUN =
  /node_modules\/(?:@next\/swc-|@img\/|@esbuild\/|@types\/|(?:sharp|typescript|esbuild|caniuse-lite)\/|next\/dist\/compiled\/(?:babel|terser)\/)|\.(?:map|d\.[mc]?ts|md)$/;
/** Of what Next writes, what it writes for its own build. */
const NOT_OF_PAGES =
  /^\.next\/(?:cache|types|diagnostics|trace|trace-build|turbopack|build|node_modules)(?:\/|$)|\.nft\.json$|\.map$/;
const WHOLE_FOLDERS = ["dist", "public", join("prisma", "migrations")];
const SINGLE = ["bin/hostscope.mjs", "bin/node.mjs", "config/config.example.yaml", "next.config.mjs"];

/** Where Next reads its configuration, it wants this to be there. */
const NEXT_CONFIGURATION = join("node_modules", "next", "dist", "compiled", "webpack");

/** Read as a file, which no tracing sees (src/server/store/file/query-compiler.ts). */
const QUERY_COMPILER = ["package.json", "runtime/query_compiler_small_bg.sqlite.wasm-base64.js"].map((name) =>
  join("node_modules/@prisma/client", name),
);

/** Fonts of reports, read as files too. */
const FONTS = join("node_modules", "@fontsource-variable");
const READ_OF_FONTS = /(?:^|\/)(?:package\.json|unicode\.json|LICENSE|files\/.*-wght-normal\.woff2)$/;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** What the modules of the program load, and what Next says that each page loads. Relative paths. */
async function modulesOf(root: string): Promise<string[]> {
  const entries = [...filesBelow(join(root, "dist")).map((name) => join("dist", name)), ...SINGLE]
    .filter((path) => path.endsWith(".mjs"))
    .map((path) => join(root, path));
  const { fileList } = await nodeFileTrace(entries, { base: root, processCwd: root, ignore: (path) => NOT_RUN.test(path) });
  const found = new Set(fileList);
  for (const list of filesBelow(join(root, ".next")).filter((name) => name.endsWith(".nft.json"))) {
    const path = join(root, ".next", list);
    const { files } = JSON.parse(readFileSync(path, "utf8")) as { files: string[] };
    for (const file of files) found.add(relative(root, resolve(dirname(path), file)));
  }
  return [...found].filter((path) => path.startsWith("node_modules/") && !NOT_RUN.test(path));
}

/** Relative paths of everything that runs, sorted. */
export async function programFiles(root: string): Promise<string[]> {
  const pages = filesBelow(join(root, ".next"))
    .map((name) => join(".next", name))
    .filter((path) => !NOT_OF_PAGES.test(path));
  const whole = WHOLE_FOLDERS.flatMap((folder) => filesBelow(join(root, folder)).map((name) => join(folder, name)));
  const configuration = filesBelow(join(root, NEXT_CONFIGURATION)).map((name) => join(NEXT_CONFIGURATION, name));
  const fonts = filesBelow(join(root, FONTS))
    .filter((name) => READ_OF_FONTS.test(name))
    .map((name) => join(FONTS, name));
  const all = new Set([...(await modulesOf(root)), ...configuration, ...pages, ...whole, ...fonts, ...QUERY_COMPILER, ...SINGLE]);
  return [...all].filter((path) => statSync(join(root, path)).isFile() && !path.endsWith("stamps.json")).sort();
}

/**
 * What Next writes anew at each build and nothing here uses: there are no server actions and no drafts of pages. In one file it is a text
 * in a text.
 */
const UNUSED_KEYS = /(\\?")(previewModeId|previewModeSigningKey|previewModeEncryptionKey|encryptionKey)\1: ?\1[^"\\]*\1/g;

/**
 * Next's bundler calls what it does not bundle by a name with a hash, `pino-28069d5257187539`, and links it below .next. Archives of npm
 * have no links: the modules are called by their own names again.
 */
const HASHED = /"((?:@[\w.-]+\/)?[a-z][\w.-]*)-[0-9a-f]{16}(?=["/])/g;

const nameOf = (root: string) => (called: string, name: string) =>
  existsSync(join(root, ".next", "node_modules", called.slice(1))) ? `"${name}` : called;

/** Copies the program to `target`, the same bytes wherever it was built. */
export function copyProgram(root: string, target: string, files: readonly string[], { version }: { version: string }): void {
  for (const path of files) {
    const to = join(target, path);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(root, path), to, { dereference: true });
    // The launcher starts Node, which reads all of these; npm makes its command executable itself.
    chmodSync(to, 0o644);
  }
  for (const path of files.filter((name) => /^\.next\/.*\.js(?:on)?$/.test(name))) {
    const text = readFileSync(join(target, path), "utf8");
    const fixed = text.replaceAll(root, ".").replace(UNUSED_KEYS, "$1$2$1:$1unused$1").replace(HASHED, nameOf(root));
    if (fixed !== text) writeFileSync(join(target, path), fixed);
  }
  const manifest = { name: "hostscope", version, private: true, type: "module" };
  writeFileSync(join(target, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(target, "release.json"), `${JSON.stringify({ version })}\n`);
}
