/** Connections by state, and listening ports with the process that listens. */
import { opendirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import ipaddr from "ipaddr.js";
import type { NotMeasured } from "~/domain/host";
import type { ListeningPort, SocketUse } from "~/domain/network";
import type { Reading } from "~/domain/sample";
import { ofHost, type Roots } from "../roots";
import type { Collector, Tick } from "./collector";
import { reasonOf } from "./kernel-files";
import { isMissing, type KernelFile, readKernelFile } from "./procfs";

/**
 * The kernel walks its whole hash table for each read. The table grows with the machine's memory, so a read usually takes
 * milliseconds. Reads may take this share of the time; sockstat counts the sockets in use each second.
 */
const WATCHED = { mostOfTime: 1 / 5000, atLeastEveryMs: 60_000 };
const UNWATCHED = { mostOfTime: 1 / 20_000, atLeastEveryMs: 300_000 };
const AT_MOST_EVERY_MS = 10_000;

/** Pause after a reading that took `tookMs`. */
export function pauseAfter(tookMs: number, isWatched: boolean): number {
  const { mostOfTime, atLeastEveryMs } = isWatched ? WATCHED : UNWATCHED;
  return Math.min(Math.max(tookMs / mostOfTime, AT_MOST_EVERY_MS), atLeastEveryMs);
}

const TCP_STATES: Record<string, string> = {
  "01": "established",
  "02": "syn_sent",
  "03": "syn_received",
  "04": "fin_wait_1",
  "05": "fin_wait_2",
  "06": "time_wait",
  "07": "close",
  "08": "close_wait",
  "09": "last_ack",
  "0A": "listen",
  "0B": "closing",
  "0C": "syn_received",
};

const TABLES = [
  { name: "tcp", transport: "tcp", family: "ipv4" },
  { name: "tcp6", transport: "tcp", family: "ipv6" },
  { name: "udp", transport: "udp", family: "ipv4" },
  { name: "udp6", transport: "udp", family: "ipv6" },
] as const;

export interface Socket {
  address: string;
  port: number;
  state: string;
  inode: string;
  /** Bytes that wait to be sent or read. */
  queuedBytes: number;
}

/** `0100007F` or 32 hexadecimal digits: 32-bit words in the machine's byte order, assumed to be little-endian. */
export function parseHexAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  return ipaddr.fromByteArray(words.flatMap((word) => [...Buffer.from(word, "hex").reverse()])).toString();
}

/** Parses /proc/net/{tcp,tcp6,udp,udp6}. UDP has no states: a bound socket is "unconnected", a connected one "established". */
export function parseSockets(bytes: Buffer, transport: "tcp" | "udp"): Socket[] {
  const sockets: Socket[] = [];
  for (const line of bytes.toString("latin1").split("\n").slice(1)) {
    const [, local, , code, queues = "", , , , , inode] = line.trim().split(/\s+/);
    const [address, port] = local?.split(":") ?? [];
    if (!address || !/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/i.test(address) || !port || !code || !inode) continue;
    const state = transport === "udp" ? (code === "01" ? "established" : "unconnected") : TCP_STATES[code];
    if (state === undefined) continue;
    // tx_queue:rx_queue
    const queuedBytes = queues.split(":").reduce((sum, hex) => sum + (Number.parseInt(hex, 16) || 0), 0);
    sockets.push({ address: parseHexAddress(address), port: Number.parseInt(port, 16), state, inode, queuedBytes });
  }
  return sockets;
}

/** A table's sockets, or why it cannot be read; null without that protocol, such as IPv6. */
function readTable(file: KernelFile, transport: "tcp" | "udp"): Socket[] | string | null {
  try {
    return parseSockets(readKernelFile(file), transport);
  } catch (error) {
    return isMissing(error) ? null : reasonOf(error);
  }
}

function socketsOf(file: KernelFile, transport: "tcp" | "udp"): Socket[] {
  const sockets = readTable(file, transport);
  return Array.isArray(sockets) ? sockets : [];
}

const COUNTED: Record<"tcp" | "udp", readonly string[]> = {
  tcp: [...new Set(Object.values(TCP_STATES))],
  udp: ["established", "unconnected"],
};

export function openConnections(roots: Roots): Collector {
  const files = TABLES.map((table) => ({ ...table, file: { path: `${ofHost(roots, "net")}/${table.name}` } as KernelFile }));
  let readAt = Number.NEGATIVE_INFINITY;
  let tookMs = 0;
  let readings: Reading[] = [];
  let absences: readonly NotMeasured[] = [];
  return {
    name: "connections",
    collect: ({ at, isWatched }: Tick) => {
      if (Math.abs(at - readAt) < pauseAfter(tookMs, isWatched)) return readings;
      readAt = at;
      const startedMs = performance.now();
      const counts = new Map<string, number>();
      const known = new Set<string>();
      const unread: NotMeasured[] = [];
      for (const { file, transport } of files) {
        const sockets = readTable(file, transport);
        if (typeof sockets === "string") unread.push({ what: file.path, reason: sockets });
        if (sockets === null || typeof sockets === "string") continue;
        known.add(transport);
        for (const { state } of sockets) {
          const key = `${transport} ${state}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      }
      if (JSON.stringify(unread) !== JSON.stringify(absences)) absences = unread;
      // Half of the sockets would be a wrong number: what is not known of a transport is not told.
      const told = (["tcp", "udp"] as const).filter(
        (one) => known.has(one) && !unread.some(({ what }) => what.includes(`/${one}`)),
      );
      readings = told.flatMap((transport) =>
        COUNTED[transport].map((state) => ({
          metric: "system.network.connection.count",
          labels: { "network.transport": transport, "network.connection.state": state },
          value: counts.get(`${transport} ${state}`) ?? 0,
        })),
      );
      tookMs = performance.now() - startedMs;
      return readings;
    },
    get absences() {
      return absences;
    },
  };
}

/** Descriptors of one process that are looked at, and of all: a program can have half a million. */
const MOST_DESCRIPTORS = 5000;
const MOST_DESCRIPTORS_OF_ALL = 200_000;
/** A descriptor takes some microseconds. */
const DESCRIPTORS_A_SLICE = 500;

/** The first descriptors of a process; none for another user's process, or one that ended. */
function* descriptorsOf(proc: string, pid: string): Generator<string> {
  let folder: ReturnType<typeof opendirSync>;
  try {
    folder = opendirSync(`${proc}/${pid}/fd`);
  } catch {
    return;
  }
  try {
    for (let count = 0; count < MOST_DESCRIPTORS; count++) {
      const entry = folder.readSync();
      if (entry === null) return;
      yield `${proc}/${pid}/fd/${entry.name}`;
    }
  } catch {
    // The process ended meanwhile.
  } finally {
    folder.closeSync();
  }
}

/** Maps socket inodes to the pid that has them open, as far as permissions and limits allow. In slices. */
function* socketOwners(proc: string, wanted: ReadonlySet<string>): Generator<undefined, Map<string, number>> {
  const owners = new Map<string, number>();
  let looked = 0;
  for (const pid of readdirSync(proc)) {
    if (owners.size === wanted.size || looked > MOST_DESCRIPTORS_OF_ALL) break;
    if (!/^\d+$/.test(pid)) continue;
    for (const path of descriptorsOf(proc, pid)) {
      if (++looked % DESCRIPTORS_A_SLICE === 0) yield;
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1];
        if (inode !== undefined && wanted.has(inode) && !owners.has(inode)) owners.set(inode, Number(pid));
      } catch {
        // Closed between the listing and now.
      }
    }
  }
  return owners;
}

function nameOf(proc: string, pid: number): string {
  try {
    return readFileSync(`${proc}/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}

/** Connections by process, most first. Reads the descriptors of every process, so only on request, and in slices. */
export function* readSocketUse(roots: Roots): Generator<undefined, SocketUse[]> {
  const sockets = TABLES.flatMap(({ name, transport }) => socketsOf({ path: `${ofHost(roots, "net")}/${name}` }, transport));
  const connected = new Map(
    sockets
      .filter(({ state, inode }) => state !== "listen" && state !== "unconnected" && inode !== "0")
      .map((socket) => [socket.inode, socket]),
  );
  yield;
  const owners = yield* socketOwners(roots.proc, new Set(connected.keys()));
  const uses = new Map<number, SocketUse>();
  for (const [inode, pid] of owners) {
    const use = uses.get(pid) ?? { pid, connections: 0, queuedBytes: 0 };
    use.connections++;
    use.queuedBytes += connected.get(inode)?.queuedBytes ?? 0;
    uses.set(pid, use);
  }
  return [...uses.values()].sort((a, b) => b.connections - a.connections || a.pid - b.pid);
}

/** Listening TCP ports and bound UDP ports. Reads the descriptors of every process, so only on request, and in slices. */
export function* readListeningPorts(roots: Roots): Generator<undefined, ListeningPort[]> {
  const sockets = TABLES.flatMap(({ name, transport, family }) =>
    socketsOf({ path: `${ofHost(roots, "net")}/${name}` }, transport)
      .filter(({ state }) => state === "listen" || state === "unconnected")
      .map((socket) => ({ ...socket, transport, family })),
  );
  const owners = yield* socketOwners(roots.proc, new Set(sockets.map(({ inode }) => inode)));
  return sockets
    .map(({ address, port, transport, family, inode }) => {
      const pid = owners.get(inode) ?? null;
      return { transport, family, address, port, pid, process: pid === null ? null : nameOf(roots.proc, pid) };
    })
    .sort((a, b) => a.port - b.port || a.transport.localeCompare(b.transport));
}
