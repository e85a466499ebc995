import { expect, test } from "vitest";
import type { Actor, Role } from "~/domain/access";
import type { ProcessDetails } from "~/domain/process-details";
import { configSchema } from "../config/schema";
import { visibleCommand, visibleDetails } from "./visible";

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

const actors: Record<string, Actor> = {
  local: { kind: "local", name: "local", id: null, address: "127.0.0.1" },
  user: { kind: "user", name: "anna", id: "1", address: "192.0.2.1" },
};

function seen(role: Role, actor: "local" | "user", { runsAsRoot = false, viewersSee = false } = {}) {
  const config = configSchema.parse({ security: { viewers_see_arguments: viewersSee } });
  const caller = { role, actor: actors[actor] as Actor, runtime: { config, runsAsRoot } };
  const { executable, workingDirectory, readBytes, openFiles, arguments: argv, unread } = visibleDetails(details, caller);
  const { command } = visibleCommand(caller)({ command: "/usr/bin/python3 /srv/app.py --customer 4711" });
  return { all: [executable, workingDirectory, readBytes, openFiles].every((field) => field !== null), argv, command, unread };
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

test("a server that runs as root does not hand on to every local account what /proc refuses it", () => {
  const local = seen("admin", "local", { runsAsRoot: true });
  expect(local).toMatchObject({ all: false, argv: details.arguments });
  expect(local.unread.executable).toBe("the server runs as root: log in as an administrator to see it");
});
