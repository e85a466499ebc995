import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { loginsIn, openUsers, parseSession, parseUtmp, readUsers } from "./users";

const USER = 7;
const BOOT = 2;

interface Record {
  type: number;
  name: string;
  pid?: number;
}

/** A record of struct utmp: 384 bytes as on x86, 400 as on 64-bit ARM. */
function record(size: 384 | 400, { type, name, pid = 1 }: Record): Buffer {
  const one = Buffer.alloc(size);
  one.writeInt16LE(type, 0);
  one.writeInt32LE(pid, 4);
  one.write("pts/0", 8);
  one.write(name, 44);
  one.write("192.0.2.1", 76);
  if (size === 384) one.writeInt32LE(1000, 340);
  else one.writeBigInt64LE(1000n, 344);
  return one;
}

const ANN = { name: "ann", terminal: "pts/0", from: "192.0.2.1", since: 1_000_000 };

/** A host with its files of /run, in the folder that is its root. */
function hostWith(run: { [path: string]: string | Buffer }) {
  const host = new FakeProc();
  mkdirSync(join(host.folder, "run/systemd"), { recursive: true });
  for (const [path, content] of Object.entries(run)) {
    mkdirSync(join(host.folder, "run", path, ".."), { recursive: true });
    writeFileSync(join(host.folder, "run", path), content);
  }
  host.process(1);
  return { host, roots: { ...host.roots, host: host.folder }, [Symbol.dispose]: () => host[Symbol.dispose]() };
}

test.each([384, 400] as const)("logins are records of users, not of boots, in records of %s bytes", (size) => {
  const file = [record(size, { type: BOOT, name: "reboot" }), record(size, { type: USER, name: "ann" })];
  expect(parseUtmp(Buffer.concat(file))).toEqual([{ ...ANN, pid: 1 }]);
  // A record that is being written.
  expect(parseUtmp(Buffer.concat([...file, Buffer.alloc(100, 7)]))).toHaveLength(1);
});

test("25 records of one form are as long as 24 of the other: what stands in them decides", () => {
  const many = (size: 384 | 400, count: number) =>
    Buffer.concat(new Array(count).fill(record(size, { type: USER, name: "ann" })));
  expect(many(384, 25)).toHaveLength(many(400, 24).length);
  expect(parseUtmp(many(384, 25))).toHaveLength(25);
  expect(parseUtmp(many(400, 24))).toHaveLength(24);
});

test("a login whose process is gone has ended", () => {
  const logins = [record(384, { type: USER, name: "ann" }), record(384, { type: USER, name: "bob", pid: 4242 })];
  using host = hostWith({ utmp: Buffer.concat(logins) });
  expect(readUsers(host.roots)).toEqual([ANN]);
});

test("without utmp the sessions of systemd-logind tell, without greeters, managers and sessions that end", () => {
  const session = (more: string) => `# This is private data.\nUID=1000\nUSER=ann\nREALTIME=1000000000\n${more}`;
  using host = hostWith({
    "systemd/sessions/1": session("STATE=active\nCLASS=user\nTTY=tty2\n"),
    "systemd/sessions/2": session("STATE=active\nCLASS=manager\n"),
    "systemd/sessions/3": session("STATE=closing\nCLASS=user\n"),
    "systemd/sessions/c1": session("STATE=online\nCLASS=greeter\n"),
    "systemd/sessions/4": session("STATE=online\nCLASS=user\nREMOTE=1\nREMOTE_HOST=192.0.2.1\nTTY=pts/0\n"),
  });
  expect(readUsers(host.roots)).toEqual([{ ...ANN, terminal: "tty2", from: "" }, ANN]);
  expect(parseSession("")).toBeNull();
});

test("where nothing tells of logins there is no number, and the reason is told", () => {
  using host = hostWith({});
  const users = openUsers(host.roots);
  expect(users.collect({ at: 0, elapsedMs: undefined, isWatched: true })).toEqual([]);
  expect(users.absences).toEqual([
    { what: "logged-in users", reason: "neither utmp nor systemd-logind sessions on this system" },
  ]);
});

test("a recorded host does not tell who is logged in on this machine", () => {
  using host = new FakeProc();
  const users = openUsers(host.roots);
  expect(users.collect({ at: 0, elapsedMs: undefined, isWatched: true })).toEqual([]);
  expect(users.absences ?? []).toEqual([]);
});

test("logins of a time are those of wtmp, ended ones included, and of now, each once", () => {
  const log = [1, 2, 3].map((hour) => {
    const one = record(384, { type: USER, name: hour === 3 ? "ann" : `user${hour}`, pid: 4242 });
    one.writeInt32LE(3600 * hour, 340);
    return one;
  });
  const now = record(384, { type: USER, name: "ann" });
  now.writeInt32LE(3 * 3600, 340);
  using host = hostWith({ utmp: now, "../var/log/wtmp": Buffer.concat(log) });
  const names = (from: number, to: number) =>
    loginsIn(host.roots, { from: from * 3_600_000, to: to * 3_600_000 }).map(({ name }) => name);
  expect(names(0, 9)).toEqual(["user1", "user2", "ann"]);
  expect(names(2, 3)).toEqual(["user2", "ann"]);
  expect(names(4, 9)).toEqual([]);
});

test("of a long wtmp the last records are read", () => {
  const old = record(384, { type: USER, name: "old" });
  const log = Buffer.concat([...new Array(2000).fill(old), record(384, { type: USER, name: "last" })]);
  using host = hostWith({ "../var/log/wtmp": log });
  const logins = loginsIn(host.roots, { from: 0, to: 2_000_000 });
  expect(logins.map(({ name }) => name)).toEqual(["old", "last"]);
});
