/** Traffic of a container with its own network namespace, read through one of its processes. */
import { readFileSync, readlinkSync } from "node:fs";
import { isVirtualInterface } from "~/domain/derive";
import type { Reading } from "~/domain/sample";
import { ofHost, type Roots } from "../roots";
import { groupsFrom } from "./cgroup-tree";
import { parseNetDev } from "./network";
import { closeKernelFile, type KernelFile, readKernelFile } from "./procfs";

/** Groups of one container that are searched for a process. */
const MOST_GROUPS = 32;

export interface ContainerNetwork {
  file: KernelFile;
  pid: string;
  /** `net:[4026532]`: the containers of a pod have the same. */
  namespace: string;
}

function firstProcess(folder: string): string | null {
  try {
    return /^\d+/.exec(readFileSync(`${folder}/cgroup.procs`, "latin1"))?.[0] ?? null;
  } catch {
    return null;
  }
}

/** Null when the process has exited or may not be inspected. */
function namespaceAt(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}

/**
 * The first process of each group, groups near the container's first: below them, services may have namespaces of their own. That of
 * systemd-nspawn has a supervisor in the host's namespace beside the processes of the container, which are two levels down.
 */
function findNetwork(roots: Roots, folder: string): ContainerNetwork | null {
  const host = namespaceAt(ofHost(roots, "ns/net"));
  if (host === null) return null;
  for (const group of groupsFrom(folder, MOST_GROUPS)) {
    const pid = firstProcess(group);
    const namespace = pid === null ? null : namespaceAt(`${roots.proc}/${pid}/ns/net`);
    if (pid !== null && namespace !== null && namespace !== host)
      return { file: { path: `${roots.proc}/${pid}/net/dev`, shortLines: true }, pid, namespace };
  }
  return null;
}

/**
 * The known one while its process is in that namespace, otherwise that of another process. An open net/dev stays readable after its
 * process has exited and keeps the namespace alive, but without its uplinks: it is closed. Null when the container shares the host's
 * network, is empty, or may not be inspected.
 */
export function containerNetwork(roots: Roots, folder: string, known: ContainerNetwork | null): ContainerNetwork | null {
  if (known && namespaceAt(`${roots.proc}/${known.pid}/ns/net`) === known.namespace) return known;
  if (known) closeKernelFile(known.file);
  return findNetwork(roots, folder);
}

/**
 * Bytes over its uplinks: not over lo, nor over the bridges and pairs of containers inside it, if it has other links. Null when only lo
 * is left, as after the last process has exited.
 */
export function readContainerNetDev(file: KernelFile): { receive: number; transmit: number } | null {
  let readings: Reading[];
  try {
    readings = parseNetDev(readKernelFile(file));
  } catch {
    // The process has exited; the next look picks another one.
    return null;
  }
  const nameOf = ({ labels }: Reading) => labels?.["network.interface.name"] ?? "";
  const moved = readings.filter((one) => one.metric === "system.network.io" && nameOf(one) !== "lo");
  if (moved.length === 0) return null;
  const uplinks = moved.filter((one) => !isVirtualInterface(nameOf(one)));
  const bytes = { receive: 0, transmit: 0 };
  for (const { labels, value } of uplinks.length > 0 ? uplinks : moved) {
    const direction = labels?.["network.io.direction"];
    if (direction === "receive" || direction === "transmit") bytes[direction] += value;
  }
  return bytes;
}
