/** What of a process a caller may see. */
import type { Actor, Role } from "~/domain/access";
import { programAndScript } from "~/domain/command-line";
import type { ProcessDetails } from "~/domain/process-details";
import type { Runtime } from "../runtime";

type Sees = { role: Role; runtime: Pick<Runtime, "config" | "runsAsRoot"> };

/** Viewers see the program and its script, unless `security.viewers_see_arguments` is set. */
function seesArguments({ role, runtime }: Sees): boolean {
  return role === "admin" || runtime.config.security.viewers_see_arguments;
}

export function visibleCommand(caller: Sees): <Row extends { command: string }>(row: Row) => Row {
  if (seesArguments(caller)) return (row) => row;
  return (row) => ({ ...row, command: programAndScript(row.command) });
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

/**
 * A server that runs as root reads what /proc refuses to others: it hands that on to administrators who have logged in, and not to
 * every account of this machine, which needs no login.
 */
export function visibleDetails(details: ProcessDetails, caller: Sees & { actor: Actor }): ProcessDetails {
  const shown: ProcessDetails = seesArguments(caller)
    ? details
    : { ...details, arguments: programAndScript(details.arguments.join(" ")).split(" ").filter(Boolean) };
  const seesAll = caller.role === "admin" && !(caller.actor.kind === "local" && caller.runtime.runsAsRoot);
  if (seesAll) return shown;
  const why = caller.role === "admin" ? "the server runs as root: log in as an administrator to see it" : "needs the admin role";
  return {
    ...shown,
    ...Object.fromEntries(PRIVATE.map((field) => [field, null])),
    unread: { ...shown.unread, ...Object.fromEntries(PRIVATE.map((field) => [field, why])) },
  };
}
