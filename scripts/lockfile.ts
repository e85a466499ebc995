/**
 * Fails when package-lock.json is incomplete. If an optional package of another platform is missing, `npm ci` refuses the file
 * there; a package without a checksum is installed unverified; a package for another libc that does not say so is installed for
 * nothing.
 */
import { readFileSync } from "node:fs";

interface Entry {
  version?: string;
  integrity?: string;
  inBundle?: boolean;
  optionalDependencies?: Record<string, string>;
  os?: string | string[];
  libc?: string[];
}

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Entry> };

/** Resolves a dependency as npm does: below its dependant, then at each level above. */
function isThere(dependant: string, name: string): boolean {
  for (let place = dependant; ; place = place.slice(0, Math.max(0, place.lastIndexOf("/node_modules/")))) {
    if (packages[place === "" ? `node_modules/${name}` : `${place}/node_modules/${name}`]) return true;
    if (!place.includes("/node_modules/")) return packages[`node_modules/${name}`] !== undefined;
  }
}

const faults: string[] = [];
for (const [path, { integrity, inBundle, optionalDependencies, libc }] of Object.entries(packages)) {
  if (path !== "" && integrity === undefined && !inBundle) faults.push(`${path} has no checksum`);
  if (/linux.*-(musl|gnu)$/.test(path) && libc === undefined) faults.push(`${path} does not say its libc`);
  for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
    if (/^\d/.test(version) && !isThere(path, name)) faults.push(`${name} of ${path} is missing`);
  }
}
if (faults.length > 0) {
  console.error(
    `${faults.join("\n")}\nremove those entries and run \`npm install --package-lock-only\` with a registry that has them`,
  );
  process.exit(1);
}
