/** Passes the front door's verdict on a request to handlers, procedures and pages. */
import { type Actor, type Caller, MACHINE_HEADER, type TokenRole, tokenRoleOf } from "~/domain/access";
import { AppError } from "~/domain/errors";
import { getRuntime, type Runtime } from "../runtime";

/** Header that carries the verdict. The front door deletes one that a client sends. */
export const ACCESS_HEADER = "x-hostscope-access";

export interface ForwardedAccess {
  /** Null for a client that is not logged in; it gets public paths only. */
  role: TokenRole | null;
  actor: Actor;
  /** True when a trusted proxy says that the client uses https. */
  secure: boolean;
}

/** `<secret of this process>:<role>:<actor and secure, base64url JSON>`. Clients cannot forge it: they do not know the secret. */
export function accessHeader({ role, actor, secure }: ForwardedAccess, secret: string): string {
  return `${secret}:${role ?? "nobody"}:${Buffer.from(JSON.stringify({ actor, secure })).toString("base64url")}`;
}

/** Which other machine a request is about; null for this one. */
export function machineFrom(headers: { get(name: string): string | null }): string | null {
  const name = headers.get(MACHINE_HEADER);
  return name === null ? null : decodeURIComponent(name);
}

/** The runtime of this machine, or of another one that is shown here; throws an AppError for one that cannot be. */
export async function runtimeOf(machine: string | null): Promise<Runtime> {
  const here = getRuntime();
  if (machine === null) return here;
  const fleet = here.fleet();
  if (fleet) return fleet.machine(machine);
  throw new AppError("not_found", "No fleet engine is configured. Set `fleet.query_url` (see docs/fleet.md).");
}

/** Null when the request did not come through the front door. */
export function readAccessHeader(header: string | null, secret: string): ForwardedAccess | null {
  if (header === null || !header.startsWith(`${secret}:`)) return null;
  const [role = "", who = ""] = header.slice(secret.length + 1).split(":", 2);
  const { actor, secure } = JSON.parse(Buffer.from(who, "base64url").toString()) as Omit<ForwardedAccess, "role">;
  return { role: role === "nobody" ? null : tokenRoleOf(role), actor, secure };
}

/** Null for a request without a role. */
export function callerFrom(header: string | null, secret: string): Caller | null {
  const passed = readAccessHeader(header, secret);
  return passed === null || passed.role === null ? null : { role: passed.role, actor: passed.actor };
}

export function roleFrom(header: string | null, secret: string): TokenRole | null {
  return callerFrom(header, secret)?.role ?? null;
}
