/** Identifies the container or systemd unit of a cgroup by its path. Pure. */

export type CgroupKind =
  | { kind: "container"; runtime: string; id: string | null; name: string | null }
  | { kind: "unit"; unit: string };

const HEX = "[0-9a-f]{64}";

/** Last component of a container's cgroup path, by runtime. The systemd driver appends .scope, cgroupfs does not. */
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`^docker-(${HEX})\\.scope$`), "docker"],
  [new RegExp(`^libpod-(${HEX})(?:\\.scope)?$`), "podman"],
  [new RegExp(`^cri-containerd-(${HEX})\\.scope$`), "containerd"],
  [new RegExp(`^crio-(${HEX})(?:\\.scope)?$`), "cri-o"],
  [new RegExp(`^nerdctl-(${HEX})\\.scope$`), "containerd"],
  [new RegExp(`^(${HEX})$`), ""],
];
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/^lxc\.payload\.(.+)$/, "lxc"],
  [/^machine-(.+)\.scope$/, "systemd-nspawn"],
];

/** Runtime of a container whose folder is a bare id, from the folders above it. */
function runtimeAbove(folders: readonly string[]): string | null {
  const has = (pattern: RegExp) => folders.some((one) => pattern.test(one));
  if (has(/^kubepods/)) return "kubernetes";
  if (has(/^docker$/)) return "docker";
  if (has(/^libpod_parent$/)) return "podman";
  if (has(/^(default|k8s\.io|moby|containerd)$/)) return "containerd";
  return null;
}

/** Null for slices, sessions and other groups that are neither a container nor a service. */
export function identifyCgroup(path: string): CgroupKind | null {
  const parts = path.split("/").filter(Boolean);
  const last = parts.at(-1);
  if (last === undefined) return null;
  const above = parts.slice(0, -1);
  for (const [pattern, runtime] of BY_NAME) {
    const id = pattern.exec(last)?.[1];
    const owner = runtime || (id === undefined ? null : runtimeAbove(above));
    if (id !== undefined && owner) return { kind: "container", runtime: owner, id, name: null };
  }
  for (const [pattern, runtime] of NAMED) {
    const name = pattern.exec(last)?.[1];
    if (name !== undefined) return { kind: "container", runtime, id: null, name: unescapeUnit(name) };
  }
  if (above.at(-1) === "lxc") return { kind: "container", runtime: "lxc", id: null, name: last };
  return last.endsWith(".service") ? { kind: "unit", unit: unescapeUnit(last) } : null;
}

/** systemd escapes characters that are not allowed in a unit name, such as \x2d. */
function unescapeUnit(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const SHORT_ID = 12;

/** `docker 3f2a91c07d44`, `lxc web`, `nginx.service`. */
function shortName(found: CgroupKind): string {
  if (found.kind === "unit") return found.unit;
  return `${found.runtime} ${found.name ?? found.id?.slice(0, SHORT_ID) ?? ""}`;
}

/** Parses /proc/PID/cgroup. A process may be in a group below its container's: the innermost container wins, then the unit. */
export function groupName(text: string): string | null {
  let unit: string | null = null;
  for (const line of text.split("\n")) {
    const path = line.slice(line.indexOf(":", line.indexOf(":") + 1) + 1);
    const parts = path.split("/");
    for (let length = parts.length; length > 1; length--) {
      const found = identifyCgroup(parts.slice(0, length).join("/"));
      if (found?.kind === "container") return shortName(found);
      if (found) unit ??= shortName(found);
    }
  }
  return unit;
}
