/** An interface as it is now; null is "no reading". */
export interface InterfaceRow {
  name: string;
  /** A default route leads over it. */
  isDefault: boolean;
  up: boolean | null;
  /** Bits per second, null where the link has no speed. */
  speed: number | null;
  receiveBytesPerSecond: number | null;
  transmitBytesPerSecond: number | null;
  receiveUtilization: number | null;
  transmitUtilization: number | null;
  receivePacketsPerSecond: number | null;
  transmitPacketsPerSecond: number | null;
  errorsPerSecond: number | null;
  dropsPerSecond: number | null;
}

export interface ListeningPort {
  transport: "tcp" | "udp";
  family: "ipv4" | "ipv6";
  address: string;
  port: number;
  /** Null when the process belongs to another user whose descriptors we may not see. */
  pid: number | null;
  process: string | null;
}

/** The sockets of a process that are of one kind and in one state. */
export interface SocketUse {
  /** Null for sockets of processes that may not be seen, and those that belong to none. */
  pid: number | null;
  transport: "tcp" | "udp";
  family: "ipv4" | "ipv6";
  state: string;
  connections: number;
  /** Bytes that wait in their queues to be sent, or to be read by it. */
  queuedBytes: number;
}

/** A socket that waits for others, without a connection of its own. */
export const isBound = ({ state }: Pick<SocketUse, "state">) => state === "listen" || state === "unconnected";

/** The connections of a process with one remote address and port. */
export interface Conversation {
  /** Null when the process belongs to another user whose descriptors we may not see. */
  pid: number | null;
  process: string | null;
  transport: "tcp" | "udp";
  /** Incoming: to a port on which something listens here. Local: both ends are here, and the process is the one that connected. */
  direction: "incoming" | "outgoing" | "local";
  remoteAddress: string;
  /** Of the service: the local port of incoming ones, the remote port of the others. */
  port: number;
  connections: number;
  queuedBytes: number;
}

/** Adds up connections of the same process, direction, address and port; most first. */
export function conversationsOf(found: readonly Conversation[]): Conversation[] {
  const sums = new Map<string, Conversation>();
  for (const one of found) {
    const { pid, transport, direction, remoteAddress, port } = one;
    const key = `${pid} ${transport} ${direction} ${remoteAddress} ${port}`;
    const sum = sums.get(key);
    if (!sum) sums.set(key, { ...one });
    else {
      sum.connections += one.connections;
      sum.queuedBytes += one.queuedBytes;
    }
  }
  return [...sums.values()].sort(
    (a, b) => b.connections - a.connections || a.remoteAddress.localeCompare(b.remoteAddress) || a.port - b.port,
  );
}

/** The machine's way to the world first, loopback last, others by name. */
export function compareInterfaces(
  a: Pick<InterfaceRow, "name" | "isDefault">,
  b: Pick<InterfaceRow, "name" | "isDefault">,
): number {
  const rank = ({ name, isDefault }: Pick<InterfaceRow, "name" | "isDefault">) => (isDefault ? 0 : name === "lo" ? 2 : 1);
  return rank(a) - rank(b) || a.name.localeCompare(b.name, "en", { numeric: true });
}
