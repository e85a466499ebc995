/** Finds cgroups, and which of them are containers or systemd units. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { type Labels, seriesKey } from "~/domain/sample";
import type { Roots } from "../roots";
import { type CgroupKind, identifyCgroup } from "./cgroup-name";

/** Folders of one group by controller; all the same in version 2. */
export interface CgroupFolders {
  version: 1 | 2;
  cpu: string;
  cpuacct: string;
  memory: string;
  io: string;
  pids: string;
}

export interface FoundCgroup {
  path: string;
  kind: CgroupKind["kind"];
  labels: Labels;
}

const MAX_DEPTH = 10;
const MAX_FOLDERS = 5000;

/** The cgroup version whose controllers are in use; null without cgroups. */
export function cgroupVersion({ sys }: Roots): 1 | 2 | null {
  if (existsSync(`${sys}/fs/cgroup/cgroup.controllers`)) return 2;
  return ["memory", "cpuacct"].some((name) => existsSync(`${sys}/fs/cgroup/${name}`)) ? 1 : null;
}

export function foldersOf({ sys }: Roots, version: 1 | 2, path: string): CgroupFolders {
  const base = `${sys}/fs/cgroup`;
  const at = (controller: string) => (version === 2 ? base + path : `${base}/${controller}${path}`);
  return { version, cpu: at("cpu"), cpuacct: at("cpuacct"), memory: at("memory"), io: at("blkio"), pids: at("pids") };
}

function labelsOf(found: CgroupKind, path: string): Labels {
  if (found.kind === "unit") {
    // Two users may run units of the same name.
    const user = /\/user@(\d+)\.service\//.exec(path)?.[1];
    return { "systemd.unit": found.unit, ...(user !== undefined && { "user.id": user }) };
  }
  return {
    "container.runtime": found.runtime,
    ...(found.id !== null && { "container.id": found.id.slice(0, 12) }),
    ...(found.name !== null && { "container.name": found.name }),
  };
}

/** Containers are not descended into. A unit can hold others: those of a user, and the containers of podman or containerd. */
const mayHoldMore = (found: CgroupKind | null) => found?.kind !== "container";

/** A cgroup directory has two links plus one per subdirectory: leaves need not be listed. */
function hasFolders(path: string): boolean {
  try {
    return statSync(path).nlink !== 2;
  } catch {
    return false;
  }
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    // Removed since its parent was listed.
    return [];
  }
}

/** The folder of a group and those of the groups below it, the nearest first; at most so many. */
export function* groupsFrom(folder: string, most: number): Generator<string> {
  const folders = [folder];
  for (let at = 0; at < Math.min(folders.length, most); at++) {
    const group = folders[at] as string;
    yield group;
    if (hasFolders(group)) for (const name of foldersIn(group)) folders.push(`${group}/${name}`);
  }
}

/** Containers first, then units, each sorted by path, so that a limit always cuts off the same ones. */
export function findCgroups({ sys }: Roots, version: 1 | 2): FoundCgroup[] {
  const bases = (version === 2 ? [""] : ["/memory", "/cpuacct"]).map((name) => `${sys}/fs/cgroup${name}`);
  const found = new Map<string, FoundCgroup>();
  const waiting = bases.map((base) => ({ base, path: "", depth: 0 }));
  for (let visited = 0; visited < MAX_FOLDERS; visited++) {
    const next = waiting.pop();
    if (!next) break;
    if (next.depth >= MAX_DEPTH || !hasFolders(next.base + next.path)) continue;
    for (const name of foldersIn(next.base + next.path)) {
      const path = `${next.path}/${name}`;
      const kind = identifyCgroup(path);
      if (kind) found.set(path, { path, kind: kind.kind, labels: labelsOf(kind, path) });
      if (mayHoldMore(kind)) waiting.push({ base: next.base, path, depth: next.depth + 1 });
    }
  }
  const sorted = [...found.values()].sort((a, b) => a.kind.localeCompare(b.kind) || a.path.localeCompare(b.path));
  const seen = new Set<string>();
  return sorted.filter(({ kind, labels }) => {
    const key = seriesKey({ metric: kind, labels });
    return !seen.has(key) && seen.add(key);
  });
}
