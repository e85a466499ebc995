/** Sockets of this machine's own kernel, and of a made-up /proc. */
import { once } from "node:events";
import { mkdirSync, symlinkSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { runAtOnce } from "../slices";
import { readOpenSockets, readSocketUse } from "./socket-owners";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const line = (local: string, remote: string, { code, inode }: { code: string; inode: number }) =>
  `   0: ${local} ${remote} ${code} 00000000:00000000 00:00000000 00000000  0  0 ${inode} 1 0000000000000000 100`;

function open(host: FakeProc, pid: number, inodes: readonly number[]): void {
  const folder = join(host.roots.proc, String(pid), "fd");
  mkdirSync(folder, { recursive: true });
  for (const inode of inodes) symlinkSync(`socket:[${inode}]`, join(folder, String(inode)));
}

test("connections are told by process and remote address: those to a port that is listened on are incoming", () => {
  using host = new FakeProc();
  host.write("7/comm", "nginx\n");
  host.write("8/comm", "MainThread\n");
  host.write("8/cmdline", "/usr/bin/node\0/opt/sync.js\0--token=x\0");
  open(host, 7, [1, 2, 3]);
  open(host, 8, [4]);
  host.write(
    "net/tcp",
    [
      HEAD,
      line("0100000A:0050", "00000000:0000", { code: "0A", inode: 1 }),
      line("0100000A:0050", "0200000A:9C40", { code: "01", inode: 2 }),
      line("0100000A:0050", "0200000A:9C41", { code: "01", inode: 3 }),
      line("0100000A:A000", "0300000A:01BB", { code: "01", inode: 4 }),
      line("0100000A:A001", "0300000A:01BB", { code: "01", inode: 5 }),
      line("0100000A:A002", "0300000A:01BB", { code: "06", inode: 0 }),
    ].join("\n"),
  );
  host.write(
    "net/tcp6",
    [HEAD, line("0000000000000000FFFF00000100000A:0050", "0000000000000000FFFF00000200000A:9C42", { code: "01", inode: 9 })].join(
      "\n",
    ),
  );
  const { listening, conversations } = runAtOnce(readOpenSockets(host.roots));
  expect(listening).toEqual([{ transport: "tcp", family: "ipv4", address: "10.0.0.1", port: 80, pid: 7, process: "nginx" }]);
  const shared = { transport: "tcp", queuedBytes: 0 };
  expect(conversations).toEqual([
    { ...shared, pid: 7, process: "nginx", direction: "incoming", remoteAddress: "10.0.0.2", port: 80, connections: 2 },
    { ...shared, pid: null, process: null, direction: "incoming", remoteAddress: "10.0.0.2", port: 80, connections: 1 },
    { ...shared, pid: 8, process: "node sync.js", direction: "outgoing", remoteAddress: "10.0.0.3", port: 443, connections: 1 },
    { ...shared, pid: null, process: null, direction: "outgoing", remoteAddress: "10.0.0.3", port: 443, connections: 1 },
  ]);
});

test("a connection within this machine is told once, by the end that connected", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect(port, "127.0.0.1");
  await Promise.all([once(client, "connect"), once(server, "connection")]);
  const { conversations } = runAtOnce(readOpenSockets({ proc: "/proc", sys: "/sys" }));
  const own = conversations.filter((one) => one.pid === process.pid && one.port === port);
  expect(own.map(({ direction, remoteAddress, connections }) => [direction, remoteAddress, connections])).toEqual([
    ["local", "127.0.0.1", 1],
  ]);
  client.destroy();
  server.close();
});

test("the ends of a connection within this machine find each other across address families", () => {
  using host = new FakeProc();
  host.write("7/comm", "server\n");
  host.write("8/comm", "client\n");
  open(host, 7, [1, 2]);
  open(host, 8, [3, 4]);
  host.write(
    "net/tcp",
    [
      HEAD,
      line("0100007F:A000", "0100007F:0050", { code: "01", inode: 3 }),
      // Its other end is closed already.
      line("0100007F:A001", "0100007F:0050", { code: "08", inode: 4 }),
    ].join("\n"),
  );
  host.write(
    "net/tcp6",
    [
      HEAD,
      line("00000000000000000000000000000000:0050", "00000000000000000000000000000000:0000", { code: "0A", inode: 1 }),
      line("0000000000000000FFFF00000100007F:0050", "0000000000000000FFFF00000100007F:A000", { code: "01", inode: 2 }),
    ].join("\n"),
  );
  const { conversations, states } = runAtOnce(readOpenSockets(host.roots));
  // The same read counts both ends.
  expect(states).toEqual(new Map(Object.entries({ "tcp established": 2, "tcp close_wait": 1, "tcp listen": 1 })));
  expect(conversations.map(({ process, direction, port }) => [process, direction, port])).toEqual([
    ["client", "local", 80],
    ["client", "outgoing", 80],
  ]);
});

test("the use of sockets has those of processes that may not be seen, and of none", () => {
  using host = new FakeProc();
  open(host, 7, [1, 2, 3]);
  const queued = line("0100000A:0050", "0200000A:9C41", { code: "01", inode: 3 }).replace(
    "00000000:00000000",
    "00000010:00000000",
  );
  host.write(
    "net/tcp",
    [
      HEAD,
      line("0100000A:0050", "00000000:0000", { code: "0A", inode: 1 }),
      line("0100000A:0050", "0200000A:9C40", { code: "01", inode: 2 }),
      queued,
      line("0100000A:A001", "0300000A:01BB", { code: "01", inode: 5 }),
      line("0100000A:A002", "0300000A:01BB", { code: "06", inode: 0 }),
    ].join("\n"),
  );
  const told = runAtOnce(readSocketUse(host.roots)).map(({ pid, state, connections, queuedBytes }) => [
    pid,
    state,
    connections,
    queuedBytes,
  ]);
  expect(told).toEqual([
    [7, "established", 2, 16],
    [null, "established", 1, 0],
    [null, "time_wait", 1, 0],
    [7, "listen", 1, 0],
  ]);
});
