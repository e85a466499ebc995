/** Archives with the same bytes whenever and wherever they are made: sorted, without times, users and groups. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./platforms";

/** Packs one folder below `parent` under its own name. `epoch` in seconds. */
export function tarball(parent: string, folder: string, target: string, epoch: number): void {
  const fixed = ["--sort=name", `--mtime=@${epoch}`, "--owner=0", "--group=0", "--numeric-owner", "--format=gnu"];
  const plain = target.replace(/\.(?:tar\.gz|tgz)$/, ".tar");
  run("tar", [...fixed, "--mode=u=rwX,go=rX", "-cf", plain, "-C", parent, folder]);
  run("gzip", ["--no-name", "--best", "--force", "--suffix", ".gz", plain]);
  if (`${plain}.gz` !== target) run("mv", [`${plain}.gz`, target]);
}

export function writeSums(folder: string, names: readonly string[]): void {
  const sumOf = (name: string) =>
    createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex");
  writeFileSync(
    join(folder, "SHA256SUMS"),
    names
      .toSorted()
      .map((name) => `${sumOf(name)}  ${name}\n`)
      .join(""),
  );
}
