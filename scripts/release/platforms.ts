/** What differs from platform to platform: Node, and the native module of SQLite. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Platform {
  name: "linux-x64" | "linux-arm64";
  /** As Debian calls it. */
  debian: "amd64" | "arm64";
  /** Of binutils. */
  strip: string;
}

export const PLATFORMS: readonly Platform[] = [
  { name: "linux-x64", debian: "amd64", strip: "x86_64-linux-gnu-strip" },
  { name: "linux-arm64", debian: "arm64", strip: "aarch64-linux-gnu-strip" },
];

/** Native modules of other platforms are left out. */
export function runsOn({ name }: Platform, path: string): boolean {
  const prebuilt = /better-sqlite3\/prebuilds\/(.+)\.node$/.exec(path)?.[1];
  return prebuilt === undefined || prebuilt === name;
}

export function run(
  command: string,
  args: readonly string[],
  { cwd, env }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): string {
  const done = spawnSync(command, args, { encoding: "utf8", cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 28 });
  if (done.error) throw new Error(`${command} did not run: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

/** The Node that package-lock.json names for the platform, checked against its checksum and stripped of its symbols. */
export function installNode(root: string, platform: Platform, target: string): void {
  const name = `node-${platform.name}`;
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version: string; integrity: string }>;
  };
  const locked = packages[`node_modules/${name}`];
  if (!locked) throw new Error(`package-lock.json does not name ${name}`);
  const folder = mkdtempSync(join(tmpdir(), "hostscope-node-"));
  try {
    const archive = join(folder, run("npm", ["pack", "--silent", `${name}@${locked.version}`], { cwd: folder }).trim());
    const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (integrity !== locked.integrity) throw new Error(`${name}@${locked.version} is not what package-lock.json names`);
    run("tar", ["-xzf", archive, "-C", folder]);
    mkdirSync(join(target, "bin"), { recursive: true });
    for (const [from, to] of [
      ["package/bin/node", "bin/node"],
      ["package/LICENSE", "LICENSE"],
    ] as const) {
      copyFileSync(join(folder, from), join(target, to));
    }
    run(platform.strip, ["--strip-unneeded", join(target, "bin", "node")]);
    chmodSync(join(target, "bin", "node"), 0o755);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
