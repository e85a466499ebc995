/** What of a process a caller may see. */
import type { Actor, TokenRole } from "~/domain/access";
import { programAndScript } from "~/domain/command-line";
import type { ListeningPort } from "~/domain/network";
import type { ProcessLife } from "~/domain/process";
import type { ProcessDetails } from "~/domain/process-details";
import type { Runtime } from "../runtime";

type Viewer = {
  role: TokenRole;
  actor: Pick<Actor, "kind" | "connection">;
  runtime: Pick<Runtime, "config" | "runsAsRoot" | "hidesProcesses" | "userOfConnection">;
};

/** Viewers see the program and its script, unless `security.viewers_see_arguments` is set. */
function seesArguments({ role, runtime }: Pick<Viewer, "role" | "runtime">): boolean {
  return role === "admin" || runtime.config.security.viewers_see_arguments;
}

/**
 * Whose processes the caller sees in full. A server that runs as root reads what the kernel shows only to root and the process's own user,
 * such as its I/O, which tells how long a password is that somebody types. It hands that on to administrators who have logged in; without
 * a login, to root, and to everybody of their own processes.
 */
function privateFieldsOf({ role, actor, runtime }: Viewer): (user: string) => boolean {
  if (!runtime.runsAsRoot) return () => true;
  if (role !== "admin") return () => false;
  if (actor.kind !== "local") return () => true;
  const asking = actor.connection ? runtime.userOfConnection(actor.connection) : null;
  return (user) => asking === "root" || (asking !== null && asking === user);
}

/** Which process listens is read from its descriptors, which /proc shows to root and its user only. */
export function visiblePorts(ports: readonly ListeningPort[], caller: Viewer): ListeningPort[] {
  if (seesAllIo(caller)) return [...ports];
  return ports.map((port) => ({ ...port, pid: null, process: null }));
}

/** Whether the caller may see the I/O of every process: root's is nobody else's. */
export function seesAllIo(caller: Viewer): boolean {
  return privateFieldsOf(caller)("root");
}

const IO = ["readBytesPerSecond", "writeBytesPerSecond", "openFiles", "readBytes", "writtenBytes"] as const;

/** A row of a process table, with null for the I/O that the caller may not see. */
export type VisibleRow<Row> = { [Key in keyof Row]: Key extends (typeof IO)[number] ? Row[Key] | null : Row[Key] };

export function visibleProcess(caller: Viewer): <Row extends { command: string; user: string }>(row: Row) => VisibleRow<Row> {
  const seesEveryArgument = seesArguments(caller);
  const seesPrivate = privateFieldsOf(caller);
  const { hidesProcesses } = caller.runtime;
  return <Row extends { command: string; user: string }>(row: Row) => {
    const seesIo = seesPrivate(row.user);
    const seesAll = seesEveryArgument && (seesIo || !hidesProcesses);
    if (seesAll && seesIo) return row as VisibleRow<Row>;
    const shown = { ...row, ...(!seesAll && { command: programAndScript(row.command) }) };
    if (!seesIo) for (const field of IO) if (field in shown) Object.assign(shown, { [field]: null });
    return shown as VisibleRow<Row>;
  };
}

export function visibleLife(life: ProcessLife, caller: Viewer): ProcessLife {
  const series = privateFieldsOf(caller)(life.user)
    ? life.series
    : life.series.filter(({ metric }) => metric !== "process.disk.io");
  return { ...visibleProcess(caller)(life), series };
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
  const seesPrivate = privateFieldsOf(caller)(details.user);
  const shown: ProcessDetails =
    seesArguments(caller) && (seesPrivate || !caller.runtime.hidesProcesses)
      ? details
      : { ...details, arguments: programAndScript(details.arguments.join(" ")).split(" ").filter(Boolean) };
  if (caller.role === "admin" && seesPrivate) return shown;
  const why = caller.role === "admin" ? "the server runs as root: log in as an administrator to see it" : "needs the admin role";
  return {
    ...shown,
    ...Object.fromEntries(PRIVATE.map((field) => [field, null])),
    unread: { ...shown.unread, ...Object.fromEntries(PRIVATE.map((field) => [field, why])) },
  };
}
