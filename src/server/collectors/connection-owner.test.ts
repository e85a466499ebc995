import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { userInfo } from "node:os";
import { expect, test } from "vitest";
import { hidesProcesses, uidOfConnection, userOfConnection } from "./connection-owner";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const line = (local: string, remote: string, state: string, uid: number) =>
  `   7: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 1907327 1 0000000025960fe1 20 4 30 10 -1`;
const client = { address: "127.0.0.1", port: 40_000 };
const connection = { id: 1, client, server: { address: "127.0.0.1", port: 5000 } };

test.each([
  ["the client's end", line("0100007F:9C40", "0100007F:1388", "01", 1000), 1000],
  ["the server's end", line("0100007F:1388", "0100007F:9C40", "01", 0), null],
  ["another server's client", line("0100007F:9C40", "0100007F:1389", "01", 1000), null],
  ["the same ports to another address, which is the server's own", line("0100007F:9C40", "0B00007F:1388", "01", 0), null],
  ["another address", line("0200007F:9C40", "0100007F:1388", "01", 1000), null],
  ["a socket that its process has closed, which counts as root's", line("0100007F:9C40", "0100007F:1388", "05", 0), null],
])("of a table with %s", (_name, row, uid) => {
  expect(uidOfConnection([`${HEAD}\n${row}\n`], connection)).toBe(uid);
});

test("an IPv4 client of a server that listens on all addresses, and an IPv6 client", () => {
  const v4 = `${HEAD}\n${line("0100007F:9C40", "0100007F:1388", "01", 33)}\n`;
  const mapped = {
    ...connection,
    client: { ...client, address: "::ffff:127.0.0.1" },
    server: { address: "::ffff:127.0.0.1", port: 5000 },
  };
  expect(uidOfConnection([v4, ""], mapped)).toBe(33);
  const loopback = "00000000000000000000000001000000";
  const v6 = `${HEAD}\n${line(`${loopback}:9C40`, `${loopback}:1388`, "01", 34)}\n`;
  expect(
    uidOfConnection(["", v6], { ...connection, client: { ...client, address: "::1" }, server: { address: "::1", port: 5000 } }),
  ).toBe(34);
});

test("a real connection is of the user who runs this", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const ends = { id: 1, client: { address: "127.0.0.1", port: socket.localPort ?? 0 }, server: { address: "127.0.0.1", port } };
  expect(userOfConnection(ends, { proc: "/proc", sys: "/sys", host: "" })).toBe(userInfo().username);
  socket.destroy();
  server.close();
});

test.each([
  ["proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0", false],
  ["proc /proc proc rw,relatime,hidepid=2,gid=5 0 0", true],
  ["proc /proc proc rw,hidepid=invisible 0 0", true],
  ["proc /proc proc rw,hidepid=off 0 0", false],
  ["proc /mnt/proc proc rw,hidepid=2 0 0", false],
])("%s hides the processes of others: %s", (line, hides) => {
  expect(hidesProcesses("/proc", `sysfs /sys sysfs rw 0 0\n${line}\n`)).toBe(hides);
});
