/** `npm run test:node 22`: runs `npm test` on another Node, which npm installs into a temporary folder. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

/** For each major version, one that passed. */
const VERSIONS: Readonly<Record<string, string>> = { "22": "22.23.5", "24": "24.21.0", "26": "26.12.1" };

const [major = ""] = process.argv.slice(2);
const version = VERSIONS[major];
if (version === undefined) {
  console.error(`usage: npm run test:node ${Object.keys(VERSIONS).join("|")}`);
  process.exit(2);
}
const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), "hostscope-node-"));
try {
  writeFileSync(join(folder, "package.json"), '{"private": true}');
  const installed = spawnSync("npm", ["install", "--no-save", `${name}@${version}`], { cwd: folder, stdio: "inherit" });
  if (installed.status !== 0) throw new Error(`npm could not install ${name}@${version}`);
  const bin = join(folder, "node_modules", name, "bin");
  const node = join(bin, "node");
  const env = { ...process.env, HOSTSCOPE_NODE: node, PATH: `${bin}${delimiter}${process.env.PATH}` };
  console.log(`Node ${spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim()}`);
  const { status } = spawnSync(node, [resolve("node_modules/tsx/dist/cli.mjs"), "scripts/test.ts"], { env, stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
