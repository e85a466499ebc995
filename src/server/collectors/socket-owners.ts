/** Who listens and who talks to whom: sockets by the process that has them open. Read on request only, and in slices. */
import { opendirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import ipaddr from "ipaddr.js";
import { type Conversation, conversationsOf, isBound, type ListeningPort, type SocketUse } from "~/domain/network";
import { printable } from "~/domain/printable";
import { shownName } from "~/domain/process-group";
import { ofHost, type Roots } from "../roots";
import { parseSocket, SOCKET_TABLES, type Socket } from "./connections";

/** Descriptors of one process that are looked at, and of all: a program can have half a million. */
const MOST_DESCRIPTORS = 5000;
const MOST_DESCRIPTORS_OF_ALL = 200_000;
/** A descriptor takes some microseconds, a line of a table as well. */
const DESCRIPTORS_A_SLICE = 500;
const LINES_A_SLICE = 1000;
/** Sockets of each table that are looked at. */
const MOST_SOCKETS = 50_000;

interface FoundSocket extends Socket {
  transport: "tcp" | "udp";
  family: "ipv4" | "ipv6";
}

type Slices<Result> = Generator<undefined, Result>;

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

/** Maps socket inodes to the pid that has them open, as far as permissions and limits allow. */
function* socketOwners(proc: string, wanted: ReadonlySet<string>): Slices<Map<string, number>> {
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

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // Without that protocol, or not to be read.
    return "";
  }
}

interface Tables {
  found: FoundSocket[];
  /** A table has more sockets than are looked at. */
  isCut: boolean;
}

function* readSockets(roots: Roots): Slices<Tables> {
  const found: FoundSocket[] = [];
  let isCut = false;
  for (const { name, transport, family } of SOCKET_TABLES) {
    const lines = textOf(`${ofHost(roots, "net")}/${name}`).split("\n", MOST_SOCKETS + 2);
    isCut ||= lines.length > MOST_SOCKETS + 1 && lines.pop() !== "";
    for (const [index, line] of lines.entries()) {
      if (index % LINES_A_SLICE === LINES_A_SLICE - 1) yield;
      const socket = parseSocket(line, transport);
      if (socket) found.push({ ...socket, transport, family });
    }
    yield;
  }
  return { found, isCut };
}

function statesOf(sockets: readonly FoundSocket[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { transport, state } of sockets) {
    const key = `${transport} ${state}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** A socket in TIME_WAIT belongs to no process any more. */
const isConnected = (socket: Socket) => !isBound(socket) && socket.inode !== "0";

const utf8Of = (path: string) => printable(Buffer.from(textOf(path), "latin1").toString("utf8").replaceAll("\0", " ").trim());

/** What people call a process, such as its script; each is read once. */
function processNames(proc: string): (pid: number) => string {
  const known = new Map<number, string>();
  return (pid) => {
    const name = known.get(pid) ?? shownName({ name: utf8Of(`${proc}/${pid}/comm`), command: utf8Of(`${proc}/${pid}/cmdline`) });
    known.set(pid, name);
    return name;
  };
}

/** All sockets by process and state, most first. */
export function* readSocketUse(roots: Roots): Slices<SocketUse[]> {
  const { found } = yield* readSockets(roots);
  const owners = yield* socketOwners(roots.proc, new Set(found.flatMap(({ inode }) => (inode === "0" ? [] : inode))));
  const uses = new Map<string, SocketUse>();
  for (const [index, { inode, transport, family, state, queuedBytes }] of found.entries()) {
    if (index % LINES_A_SLICE === LINES_A_SLICE - 1) yield;
    const pid = owners.get(inode) ?? null;
    const key = `${pid} ${transport} ${family} ${state}`;
    const use = uses.get(key) ?? { pid, transport, family, state, connections: 0, queuedBytes: 0 };
    use.connections++;
    use.queuedBytes += queuedBytes;
    uses.set(key, use);
  }
  return [...uses.values()].sort((a, b) => b.connections - a.connections || (a.pid ?? 0) - (b.pid ?? 0));
}

/** What is open on the network, by process. */
export interface OpenSockets {
  /** Listening TCP ports and bound UDP ports. */
  listening: ListeningPort[];
  conversations: Conversation[];
  /** All sockets by transport and state, "tcp established"; null when there are too many to look at. */
  states: ReadonlyMap<string, number> | null;
}

/** `::ffff:10.0.0.2` is the address 10.0.0.2 on a socket that takes both families. */
const plain = (address: string) => ipaddr.process(address).toString();

interface End {
  socket: FoundSocket;
  direction: Conversation["direction"];
}

/** Each connection once, with its direction: of one within this machine the end that connected. */
function* endsOf(connected: readonly FoundSocket[], bound: readonly FoundSocket[]): Slices<End[]> {
  const served = new Set(bound.map(({ transport, port }) => `${transport} ${port}`));
  const isServed = ({ transport, port }: FoundSocket) => served.has(`${transport} ${port}`);
  const known = new Map<string, { socket: FoundSocket; otherKey: string }>();
  for (const [index, socket] of connected.entries()) {
    if (index % LINES_A_SLICE === LINES_A_SLICE - 1) yield;
    const here = `${plain(socket.address)} ${socket.port}`;
    const there = `${plain(socket.remoteAddress)} ${socket.remotePort}`;
    known.set(`${socket.transport} ${here} ${there}`, { socket, otherKey: `${socket.transport} ${there} ${here}` });
  }
  return [...known].flatMap(([key, { socket, otherKey }]): End[] => {
    const other = known.get(otherKey);
    if (other === undefined || otherKey === key) return [{ socket, direction: isServed(socket) ? "incoming" : "outgoing" }];
    const [isHere, isThere] = [isServed(socket), isServed(other.socket)];
    // Where neither or both look like the service, the order decides.
    const isService = isHere === isThere ? key > otherKey : isHere;
    return isService ? [] : [{ socket, direction: "local" }];
  });
}

export function* readOpenSockets(roots: Roots): Slices<OpenSockets> {
  const { found, isCut } = yield* readSockets(roots);
  const sockets = found.filter((socket) => isBound(socket) || isConnected(socket));
  const owners = yield* socketOwners(roots.proc, new Set(sockets.map(({ inode }) => inode)));
  const nameOf = processNames(roots.proc);
  const ownerOf = ({ inode }: Socket) => {
    const pid = owners.get(inode) ?? null;
    return { pid, process: pid === null ? null : nameOf(pid) };
  };
  const bound = sockets.filter(isBound);
  yield;
  const listening = bound
    .map((socket) => {
      const { address, port, transport, family } = socket;
      return { transport, family, address, port, ...ownerOf(socket) };
    })
    .sort((a, b) => a.port - b.port || a.transport.localeCompare(b.transport));
  yield;
  const ends = yield* endsOf(sockets.filter(isConnected), bound);
  const conversations = conversationsOf(
    ends.map(({ socket, direction }) => {
      const { transport, port, remotePort, queuedBytes } = socket;
      return {
        ...ownerOf(socket),
        transport,
        direction,
        remoteAddress: plain(socket.remoteAddress),
        port: direction === "incoming" ? port : remotePort,
        connections: 1,
        queuedBytes,
      };
    }),
  );
  return { listening, conversations, states: isCut ? null : statesOf(found) };
}
