/** Identifies the container, virtual machine or systemd unit of a cgroup by its path. Pure. */
import { shownUnitName } from "~/domain/unit-name";

export type CgroupKind =
  | { kind: "container"; runtime: string; id: string | null; name: string | null }
  | { kind: "unit"; unit: string };

const HEX = "[0-9a-f]{64}";

/**
 * Last component of a container's cgroup path, by runtime. The systemd driver makes a scope, cgroupfs does not; a runtime that is told to
 * use cgroupfs but is given a systemd path makes a folder with colons; podman below a service makes libpod-payload.
 */
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`^docker-(${HEX})(?:\\.scope)?$`), "docker"],
  [new RegExp(`^libpod-(?:payload-)?(${HEX})(?:\\.scope)?$`), "podman"],
  [new RegExp(`^cri-containerd-(${HEX})(?:\\.scope)?$`), "containerd"],
  [new RegExp(`^crio-(${HEX})(?:\\.scope)?$`), "cri-o"],
  [new RegExp(`^nerdctl-(${HEX})(?:\\.scope)?$`), "containerd"],
  [new RegExp(`:docker:(${HEX})$`), "docker"],
  [new RegExp(`:libpod:(${HEX})$`), "podman"],
  [new RegExp(`:(?:cri-containerd|nerdctl|containerd):(${HEX})$`), "containerd"],
  [new RegExp(`:crio:(${HEX})$`), "cri-o"],
  [new RegExp(`^(${HEX})$`), ""],
];
/** Containers and virtual machines that are called by their name. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/^lxc\.payload\.(.+)$/, "lxc"],
  [/^systemd-nspawn@(.+)\.service$/, "systemd-nspawn"],
  // libvirt numbers its machines: qemu-3-web, lxc-5-web.
  [/^machine-qemu(?:-|\\x2d)\d+(?:-|\\x2d)(.+)\.scope$/, "qemu"],
  [/^machine-lxc(?:-|\\x2d)\d+(?:-|\\x2d)(.+)\.scope$/, "lxc"],
  [/^qemu-\d+-(.+)\.libvirt-qemu$/, "qemu"],
  [/^(.+)\.libvirt-qemu$/, "qemu"],
  [/^machine-(.+)\.scope$/, "systemd-nspawn"],
];

/** Runtime of a container whose folder is a bare id, from the folders above it; `container` with a `--cgroup-parent` of its own. */
function runtimeAbove(folders: readonly string[]): string {
  const has = (pattern: RegExp) => folders.some((one) => pattern.test(one));
  if (has(/^kubepods/)) return "kubernetes";
  if (has(/^(docker|ecs|ecstasks.*)$/)) return "docker";
  if (has(/^libpod_parent$/)) return "podman";
  if (has(/^(default|k8s\.io|moby|containerd)$/)) return "containerd";
  return "container";
}

/** Null for slices, sessions and other groups that are neither a container nor a service. */
export function identifyCgroup(path: string): CgroupKind | null {
  const parts = path.split("/").filter(Boolean);
  const last = parts.at(-1);
  if (last === undefined) return null;
  const above = parts.slice(0, -1);
  for (const [pattern, runtime] of BY_NAME) {
    const id = pattern.exec(last)?.[1];
    if (id !== undefined) return { kind: "container", runtime: runtime || runtimeAbove(above), id, name: null };
  }
  for (const [pattern, runtime] of NAMED) {
    const name = pattern.exec(last)?.[1];
    if (name !== undefined) return { kind: "container", runtime, id: null, name: shownUnitName(name) };
  }
  if (above.at(-1) === "lxc") return { kind: "container", runtime: "lxc", id: null, name: last };
  // Proxmox numbers its machines.
  if (above.at(-1) === "qemu.slice" && /^\d+\.scope$/.test(last))
    return { kind: "container", runtime: "qemu", id: null, name: last.replace(".scope", "") };
  // systemd puts an underscore before a folder that the kernel could take for a file of its own, such as that of cpu.service.
  return last.endsWith(".service") ? { kind: "unit", unit: last.replace(/^_/, "") } : null;
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
