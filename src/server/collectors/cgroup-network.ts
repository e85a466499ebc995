/** Traffic of a container with its own network namespace, read through one of its processes. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { isVirtualInterface } from "~/domain/derive";
import type { Reading } from "~/domain/sample";
import { parseNetDev } from "./network";
import { type KernelFile, readKernelFile } from "./procfs";

/** A process of the cgroup, or of one directly below it. */
function someProcess(folder: string): string | null {
  const first = (path: string) => {
    try {
      return /^\d+/.exec(readFileSync(`${path}/cgroup.procs`, "latin1"))?.[0] ?? null;
    } catch {
      return null;
    }
  };
  const own = first(folder);
  if (own !== null) return own;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const found = entry.isDirectory() ? first(`${folder}/${entry.name}`) : null;
      if (found !== null) return found;
    }
  } catch {
    // The group is gone.
  }
  return null;
}

export interface ContainerNetwork {
  file: KernelFile;
  /** `net:[4026532]`: the containers of a pod have the same. */
  namespace: string;
}

/** Null when the container shares our network namespace, is empty, or may not be inspected. */
export function findContainerNetwork(proc: string, folder: string): ContainerNetwork | null {
  const pid = someProcess(folder);
  if (pid === null) return null;
  try {
    const namespace = readlinkSync(`${proc}/${pid}/ns/net`);
    if (namespace === readlinkSync(`${proc}/self/ns/net`)) return null;
    return { file: { path: `${proc}/${pid}/net/dev`, whole: true }, namespace };
  } catch {
    return null;
  }
}

/** Bytes over its uplinks: not over lo, nor over the bridges and pairs of containers inside it, if it has other links. */
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
  const uplinks = moved.filter((one) => !isVirtualInterface(nameOf(one)));
  const bytes = { receive: 0, transmit: 0 };
  for (const { labels, value } of uplinks.length > 0 ? uplinks : moved) {
    const direction = labels?.["network.io.direction"];
    if (direction === "receive" || direction === "transmit") bytes[direction] += value;
  }
  return bytes;
}
