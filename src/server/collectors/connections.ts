/** Connections by state. */
import ipaddr from "ipaddr.js";
import type { NotMeasured } from "~/domain/host";
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

export const SOCKET_TABLES = [
  { name: "tcp", transport: "tcp", family: "ipv4" },
  { name: "tcp6", transport: "tcp", family: "ipv6" },
  { name: "udp", transport: "udp", family: "ipv4" },
  { name: "udp6", transport: "udp", family: "ipv6" },
] as const;

export interface Socket {
  address: string;
  port: number;
  remoteAddress: string;
  remotePort: number;
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

const ENDPOINT = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{1,4})$/i;

function parseEndpoint(text: string | undefined): { address: string; port: number } | null {
  const [, address, port] = ENDPOINT.exec(text ?? "") ?? [];
  return address === undefined || port === undefined
    ? null
    : { address: parseHexAddress(address), port: Number.parseInt(port, 16) };
}

/** UDP has no states: a bound socket is "unconnected", a connected one "established". */
function stateOf(code: string | undefined, transport: "tcp" | "udp"): string | undefined {
  return transport === "udp" ? (code === "01" ? "established" : "unconnected") : TCP_STATES[code ?? ""];
}

/** One line of /proc/net/{tcp,tcp6,udp,udp6}; null for the heading. */
export function parseSocket(line: string, transport: "tcp" | "udp"): Socket | null {
  const [, localText, remoteText, code, queues = "", , , , , inode] = line.trim().split(/\s+/);
  const [local, remote] = [parseEndpoint(localText), parseEndpoint(remoteText)];
  const state = stateOf(code, transport);
  if (!local || !remote || !code || !inode || state === undefined) return null;
  // tx_queue:rx_queue
  const queuedBytes = queues.split(":").reduce((sum, hex) => sum + (Number.parseInt(hex, 16) || 0), 0);
  return { ...local, remoteAddress: remote.address, remotePort: remote.port, state, inode, queuedBytes };
}

/** `sl: local remote code`, without parsing the addresses: a table can have many thousand lines. */
const CODE = /^ *\d+: [0-9A-F]+:[0-9A-F]+ [0-9A-F]+:[0-9A-F]+ ([0-9A-F]{2}) /gim;

export function countStates(bytes: Buffer, transport: "tcp" | "udp"): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, code] of bytes.toString("latin1").matchAll(CODE)) {
    const state = stateOf(code, transport);
    if (state !== undefined) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

/** A table's sockets by state, or why it cannot be read; null without that protocol, such as IPv6. */
function readTable(file: KernelFile, transport: "tcp" | "udp"): ReadonlyMap<string, number> | string | null {
  try {
    return countStates(readKernelFile(file), transport);
  } catch (error) {
    return isMissing(error) ? null : reasonOf(error);
  }
}

const COUNTED: Record<"tcp" | "udp", readonly string[]> = {
  tcp: [...new Set(Object.values(TCP_STATES))],
  udp: ["established", "unconnected"],
};

export function openConnections(roots: Roots): Collector {
  const files = SOCKET_TABLES.map((table) => {
    const file: KernelFile = { path: `${ofHost(roots, "net")}/${table.name}` };
    return { ...table, file };
  });
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
        const states = readTable(file, transport);
        if (typeof states === "string") unread.push({ what: file.path, reason: states });
        if (states === null || typeof states === "string") continue;
        known.add(transport);
        for (const [state, count] of states) {
          const key = `${transport} ${state}`;
          counts.set(key, (counts.get(key) ?? 0) + count);
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
