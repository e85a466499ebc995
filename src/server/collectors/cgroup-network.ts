/** Traffic of a container that has a network of its own: as one of its processes sees it. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Reading } from "~/domain/sample";
import { parseNetDev } from "./network";
import { type KeptFile, readKept } from "./procfs";

/** A process of the group, or of one directly below it. */
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

/** Null when the container shares our network, is empty, or may not be looked into. */
export function findNetwork(proc: string, folder: string): KeptFile | null {
  const pid = someProcess(folder);
  if (pid === null) return null;
  try {
    const shared = readlinkSync(`${proc}/${pid}/ns/net`) === readlinkSync(`${proc}/self/ns/net`);
    return shared ? null : { path: `${proc}/${pid}/net/dev`, whole: true };
  } catch {
    return null;
  }
}

/** Bytes over all its interfaces but the loopback. */
export function readNetwork(file: KeptFile): { receive: number; transmit: number } | null {
  let readings: Reading[];
  try {
    readings = parseNetDev(readKept(file));
  } catch {
    // Its process has ended; another is looked for soon.
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
