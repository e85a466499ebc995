import { expect, test } from "vitest";
import type { Actor, Role } from "~/domain/access";
import type { Conversation } from "~/domain/network";
import type { ProcessDetails } from "~/domain/process-details";
import { configSchema } from "../config/schema";
import { visibleConversations, visibleDetails, visiblePorts, visibleProcess } from "./visible";

const details = {
  pid: 7,
  arguments: ["/usr/bin/python3", "/srv/app.py", "--customer", "4711"],
  executable: "/usr/bin/python3.11",
  workingDirectory: "/srv/secret",
  readBytes: 4096,
  openFiles: 12,
  user: "anna",
  unread: {},
} as Partial<ProcessDetails> as ProcessDetails;

const connection = { id: 1, client: { address: "127.0.0.1", port: 40_000 }, server: { address: "127.0.0.1", port: 5000 } };

const actors: Record<string, Actor> = {
  local: { kind: "local", name: "local", id: null, address: "127.0.0.1", onThisMachine: true, connection },
  user: { kind: "user", name: "anna", id: "1", address: "192.0.2.1", onThisMachine: false },
};

function seen(
  role: Role,
  actor: "local" | "user",
  { runsAsRoot = false, viewersSee = false, asking = null as string | null, hidesProcesses = false } = {},
) {
  const config = configSchema.parse({ security: { viewers_see_arguments: viewersSee } });
  const userOfConnection = () => asking;
  const caller = { role, actor: actors[actor] as Actor, runtime: { config, runsAsRoot, hidesProcesses, userOfConnection } };
  const { executable, workingDirectory, readBytes, openFiles, arguments: argv, unread } = visibleDetails(details, caller);
  const row = { user: "anna", command: "/usr/bin/python3 /srv/app.py --customer 4711", readBytesPerSecond: 9, openFiles: 3 };
  const { command, user: _user, ...io } = visibleProcess(caller)(row);
  return {
    all: [executable, workingDirectory, readBytes, openFiles].every((field) => field !== null),
    argv,
    command,
    unread,
    io,
  };
}

test("an administrator sees everything", () => {
  expect(seen("admin", "user", { runsAsRoot: true })).toMatchObject({ all: true, argv: details.arguments, unread: {} });
  expect(seen("admin", "local")).toMatchObject({ all: true, argv: details.arguments });
});

test("a viewer sees program and script, and nothing that the kernel keeps private", () => {
  const viewer = seen("viewer", "user");
  expect(viewer).toMatchObject({
    all: false,
    argv: ["/usr/bin/python3", "/srv/app.py"],
    command: "/usr/bin/python3 /srv/app.py",
  });
  expect(viewer.unread.workingDirectory).toBe("needs the admin role");
  expect(seen("viewer", "user", { viewersSee: true })).toMatchObject({ all: false, argv: details.arguments });
});

test.each(["root", "anna"])("a server that runs as root shows %s without a login what the kernel shows them", (asking) => {
  expect(seen("admin", "local", { runsAsRoot: true, asking })).toMatchObject({ all: true, io: { readBytesPerSecond: 9 } });
});

test.each(["ben", null])("a server that runs as root does not hand on to %s what /proc refuses them", (asking) => {
  const local = seen("admin", "local", { runsAsRoot: true, asking });
  expect(local).toMatchObject({ all: false, argv: details.arguments });
  expect(local.io).toEqual({ readBytesPerSecond: null, openFiles: null });
  expect(seen("viewer", "user", { runsAsRoot: true }).io).toEqual({ readBytesPerSecond: null, openFiles: null });
  expect(seen("admin", "user", { runsAsRoot: true }).io).toEqual({ readBytesPerSecond: 9, openFiles: 3 });
  expect(seen("viewer", "user").io).toEqual({ readBytesPerSecond: 9, openFiles: 3 });
  expect(local.unread.executable).toBe("the server runs as root: log in as an administrator to see it");
});

test("where /proc hides the processes of others, their arguments are hidden from local accounts", () => {
  const hidden = { runsAsRoot: true, hidesProcesses: true };
  expect(seen("admin", "local", { ...hidden, asking: "ben" })).toMatchObject({
    argv: ["/usr/bin/python3", "/srv/app.py"],
    command: "/usr/bin/python3 /srv/app.py",
  });
  expect(seen("admin", "local", { ...hidden, asking: "anna" })).toMatchObject({ argv: details.arguments });
  expect(seen("admin", "user", hidden)).toMatchObject({ argv: details.arguments });
});

test("which process listens is shown to those who may look into all of them", () => {
  const port = { transport: "tcp", family: "ipv4", address: "0.0.0.0", port: 22, pid: 7, process: "sshd" } as const;
  const config = configSchema.parse({});
  const ask = (asking: string | null) =>
    visiblePorts([port], {
      role: "admin",
      actor: actors.local as Actor,
      runtime: { config, runsAsRoot: true, hidesProcesses: false, userOfConnection: () => asking },
    });
  expect(ask("root")).toEqual([port]);
  expect(ask("ben")).toEqual([{ ...port, pid: null, process: null }]);
});

test("whose connections they are is shown to the same; for others, those with one address are one row", () => {
  const one: Conversation = {
    pid: 7,
    process: "nginx",
    transport: "tcp",
    direction: "incoming",
    remoteAddress: "10.0.0.2",
    port: 80,
    connections: 2,
    queuedBytes: 5,
  };
  const talks = [one, { ...one, pid: 8, connections: 1 }, { ...one, pid: 9, remoteAddress: "10.0.0.3" }];
  const ask = (asking: string | null) =>
    visibleConversations(talks, {
      role: "admin",
      actor: actors.local as Actor,
      runtime: { config: configSchema.parse({}), runsAsRoot: true, hidesProcesses: false, userOfConnection: () => asking },
    });
  expect(ask("root")).toEqual(talks);
  expect(ask("ben")).toEqual([
    { ...one, pid: null, process: null, connections: 3, queuedBytes: 10 },
    { ...one, pid: null, process: null, remoteAddress: "10.0.0.3" },
  ]);
});
