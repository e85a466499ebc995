/**
 * `npm run release`: makes what people install, in release/. The same sources give the same bytes.
 *   npm run release -- linux-x64        only for that platform
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FLAGS } from "../bin/node.mjs";
import { tarball, writeSums } from "./release/archives";
import { makeDeb } from "./release/deb";
import { licensesOf } from "./release/licenses";
import { installNode, PLATFORMS, type Platform, run, runsOn } from "./release/platforms";
import { copyProgram, programFiles } from "./release/program";

const ROOT = resolve(".");
const RELEASE = join(ROOT, "release");
const STAGE = join(RELEASE, "stage");
const BESIDE = ["LICENSE", "README.md", "CHANGELOG.md"];

interface Manifest {
  version: string;
  description: string;
  license: string;
  engines: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

const LAUNCHER = `#!/bin/sh
# Starts Hostscope on the Node that comes with it.
home=$(dirname "$(readlink -f "$0")")
HOSTSCOPE_NODE=$home/node/bin/node
export HOSTSCOPE_NODE
exec "$HOSTSCOPE_NODE" ${FLAGS.join(" ")} "$home/lib/bin/hostscope.mjs" "$@"
`;

interface Facts {
  manifest: Manifest;
  files: readonly string[];
  licenses: string;
  epoch: number;
}

function stageFolder(name: string): string {
  const folder = join(STAGE, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function copyBeside(folder: string, licenses: string): void {
  for (const name of BESIDE) copyFileSync(join(ROOT, name), join(folder, name));
  writeFileSync(join(folder, "licenses.txt"), licenses);
}

/** Needs nothing installed: Node is inside. Returns the names of its archive and its folder. */
function makeTarball(platform: Platform, { manifest, files, licenses, epoch }: Facts): { archive: string; unpacked: string } {
  const name = `hostscope-${manifest.version}-${platform.name}`;
  const folder = stageFolder(name);
  const own = files.filter((path) => runsOn(platform, path));
  copyProgram(ROOT, join(folder, "lib"), own, manifest);
  for (const path of own.filter((one) => one.endsWith(".node")))
    run(platform.strip, ["--strip-unneeded", join(folder, "lib", path)]);
  installNode(ROOT, platform, join(folder, "node"));
  writeFileSync(join(folder, "hostscope"), LAUNCHER);
  chmodSync(join(folder, "hostscope"), 0o755);
  copyBeside(folder, licenses);
  tarball(STAGE, name, join(RELEASE, `${name}.tar.gz`), epoch);
  return { archive: `${name}.tar.gz`, unpacked: folder };
}

/** `npx hostscope start` builds nothing: the package has the modules of the program inside, and npm adds the Node of the platform. */
function makeNpmPackage({ manifest, files, licenses, epoch }: Facts): string {
  const { version, description, license, engines, optionalDependencies } = manifest;
  const folder = join(stageFolder("npm"), "package");
  copyProgram(ROOT, join(folder, "lib"), files, manifest);
  const bin = { hostscope: "lib/bin/hostscope.mjs" };
  const own = { name: "hostscope", version, description, license, type: "module", engines, bin, optionalDependencies };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(own, null, 2)}\n`);
  copyBeside(folder, licenses);
  const name = `hostscope-${version}.tgz`;
  tarball(join(STAGE, "npm"), "package", join(RELEASE, name), epoch);
  return name;
}

interface Sbom {
  serialNumber?: string;
  metadata: { timestamp?: string; component: { name: string } };
}

/** CycloneDX, of what is shipped; without the moment, the number and the name of the folder that npm gives each. */
function writeSbom(version: string): string {
  const text = run("npm", ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--package-lock-only"]);
  const { serialNumber: _, metadata, ...rest } = JSON.parse(text) as Sbom;
  const { timestamp: _at, component, ...about } = metadata;
  const own = { ...about, component: { ...component, name: "hostscope" } };
  const name = `hostscope-${version}.cdx.json`;
  writeFileSync(join(RELEASE, name), `${JSON.stringify({ ...rest, metadata: own }, null, 2)}\n`);
  return name;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PLATFORMS.some((platform) => platform.name === name));
if (unknown.length > 0) {
  process.stderr.write(`no platform ${unknown.join(", ")}: ${PLATFORMS.map(({ name }) => name).join(", ")}\n`);
  process.exit(64);
}
rmSync(RELEASE, { recursive: true, force: true });
mkdirSync(STAGE, { recursive: true });
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const facts: Facts = {
  manifest,
  files: await programFiles(ROOT),
  licenses: licensesOf(ROOT),
  epoch: Number(process.env.SOURCE_DATE_EPOCH ?? run("git", ["log", "-1", "--format=%ct"]).trim()),
};
const made = [makeNpmPackage(facts), writeSbom(manifest.version)];
for (const platform of PLATFORMS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const { archive, unpacked } = makeTarball(platform, facts);
  made.push(
    archive,
    makeDeb({ root: ROOT, unpacked, release: RELEASE, version: manifest.version, epoch: facts.epoch }, platform),
  );
}
writeSums(RELEASE, made);
rmSync(STAGE, { recursive: true });
for (const name of [...made, "SHA256SUMS"]) process.stdout.write(`release/${name}\n`);
