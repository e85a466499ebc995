/** Traffic of a container with its own network namespace, read through one of its processes. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
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

/** Null when the container shares our network namespace, is empty, or may not be inspected. */
export function findContainerNetDev(proc: string, folder: string): KernelFile | null {
  const pid = someProcess(folder);
  if (pid === null) return null;
  try {
    const shared = readlinkSync(`${proc}/${pid}/ns/net`) === readlinkSync(`${proc}/self/ns/net`);
    return shared ? null : { path: `${proc}/${pid}/net/dev`, whole: true };
  } catch {
    return null;
  }
}

/** Bytes over all interfaces except lo. */
export function readContainerNetDev(file: KernelFile): { receive: number; transmit: number } | null {
  let readings: Reading[];
  try {
    readings = parseNetDev(readKernelFile(file));
  } catch {
    // The process has exited; the next look picks another one.
    return null;
  }
  const bytes = { receive: 0, transmit: 0 };
  for (const { metric, labels, value } of readings) {
    const direction = labels?.["network.io.direction"];
    if (metric !== "system.network.io" || labels?.["network.interface.name"] === "lo") continue;
    if (direction === "receive" || direction === "transmit") bytes[direction] += value;
  }
  return bytes;
}
