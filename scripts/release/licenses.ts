/** The licences of everything that is bundled or shipped, as their authors ask for. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface LockedPackage {
  version?: string;
  dev?: boolean;
}

function licenseTextIn(folder: string): string | null {
  const name = readdirSync(folder).find((one) => /^(?:licen[cs]e|copying)(?:[.-].*)?$/i.test(one));
  return name === undefined ? null : readFileSync(join(folder, name), "utf8").trim();
}

/** One part a package, sorted by its path in the lockfile: name, version, declared licence, text. */
export function licensesOf(root: string): string {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, LockedPackage>;
  };
  const parts = Object.entries(packages).flatMap(([path, { dev, version }]) => {
    const folder = join(root, path);
    if (path === "" || dev || !existsSync(join(folder, "package.json"))) return [];
    const { license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { license?: string };
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    return [
      `${name} ${version ?? ""} (${license ?? "see its text"})\n\n${licenseTextIn(folder) ?? "It comes without a text."}\n`,
    ];
  });
  return parts.join(`\n${"-".repeat(80)}\n\n`);
}
