/** What of a process a caller may see. */
import type { Actor, TokenRole } from "~/domain/access";
import { programAndScript } from "~/domain/command-line";
import { type Conversation, conversationsOf, type ListeningPort } from "~/domain/network";
import type { ProcessLife } from "~/domain/process";
import type { ProcessDetails } from "~/domain/process-details";
import { type Sight, seesPrivate, type VisibleRow, visibleRow } from "~/domain/sight";
import type { Runtime } from "../runtime";

type Viewer = {
  role: TokenRole;
  actor: Pick<Actor, "kind" | "connection">;
  runtime: Pick<Runtime, "config" | "runsAsRoot" | "hidesProcesses" | "userOfConnection">;
};

/** Viewers see the program and its script, unless `security.viewers_see_arguments` is set. */
export function sightOf({ role, actor, runtime }: Viewer): Sight {
  return {
    arguments: role === "admin" || runtime.config.security.viewers_see_arguments,
    privateOf: privateOf({ role, actor, runtime }),
    hidesProcesses: runtime.hidesProcesses,
  };
}

/**
 * Whose processes the caller sees in full. A server that runs as root reads what the kernel shows only to root and the process's own user,
 * such as its I/O, which tells how long a password is that somebody types. It hands that on to administrators who have logged in; without
 * a login, to root, and to everybody of their own processes.
 */
function privateOf({ role, actor, runtime }: Viewer): Sight["privateOf"] {
  if (!runtime.runsAsRoot) return "everybody";
  if (role !== "admin") return null;
  if (actor.kind !== "local") return "everybody";
  const user = actor.connection ? runtime.userOfConnection(actor.connection) : null;
  return user === "root" ? "everybody" : user === null ? null : { user };
}

/** Which process listens is read from its descriptors, which /proc shows to root and its user only. */
export function visiblePorts(ports: readonly ListeningPort[], caller: Viewer): ListeningPort[] {
  if (seesAllIo(caller)) return [...ports];
  return ports.map((port) => ({ ...port, pid: null, process: null }));
}

/** Like ports. Without their processes, connections with one address are one row. */
export function visibleConversations(conversations: readonly Conversation[], caller: Viewer): Conversation[] {
  if (seesAllIo(caller)) return [...conversations];
  return conversationsOf(conversations.map((one) => ({ ...one, pid: null, process: null })));
}

/** Whether the caller may see the I/O of every process: root's is nobody else's. */
export function seesAllIo(caller: Viewer): boolean {
  return seesPrivate(sightOf(caller), "root");
}

export function visibleProcess(caller: Viewer): <Row extends { command: string; user: string }>(row: Row) => VisibleRow<Row> {
  const sight = sightOf(caller);
  return (row) => visibleRow(row, sight);
}

export function visibleLife(life: ProcessLife, caller: Viewer): ProcessLife {
  const sight = sightOf(caller);
  const series = seesPrivate(sight, life.user) ? life.series : life.series.filter(({ metric }) => metric !== "process.disk.io");
  return { ...visibleRow(life, sight), series };
}

/** Fields that the kernel shows only to the user of a process and to root. */
const PRIVATE = [
  "executable",
  "workingDirectory",
  "readBytes",
  "writtenBytes",
  "readCalls",
  "writeCalls",
  "openFiles",
  "pssBytes",
  "swapBytes",
] as const;

export function visibleDetails(details: ProcessDetails, caller: Viewer): ProcessDetails {
  const sight = sightOf(caller);
  const seesAll = seesPrivate(sight, details.user);
  const shown: ProcessDetails =
    sight.arguments && (seesAll || !sight.hidesProcesses)
      ? details
      : { ...details, arguments: programAndScript(details.arguments.join(" ")).split(" ").filter(Boolean) };
  if (caller.role === "admin" && seesAll) return shown;
  const why = caller.role === "admin" ? "the server runs as root: log in as an administrator to see it" : "needs the admin role";
  return {
    ...shown,
    ...Object.fromEntries(PRIVATE.map((field) => [field, null])),
    unread: { ...shown.unread, ...Object.fromEntries(PRIVATE.map((field) => [field, why])) },
  };
}
