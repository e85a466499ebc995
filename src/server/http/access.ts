/** The front door's verdict on a request, as it is passed on to handlers, procedures and pages. */
import type { Actor, Caller, Role } from "~/domain/access";

/** The header of the verdict; an incoming one is deleted. */
export const ACCESS_HEADER = "x-hostscope-access";

export interface ForwardedAccess {
  /** Null for somebody who has not logged in and asks for the login page. */
  role: Role | null;
  actor: Actor;
  /** The client speaks https, with us or with a trusted proxy. */
  secure: boolean;
}

/** `<secret of this process>:<role>:<who, base64url>`: only the front door knows the secret. */
export function accessHeader({ role, actor, secure }: ForwardedAccess, secret: string): string {
  return `${secret}:${role ?? "nobody"}:${Buffer.from(JSON.stringify({ actor, secure })).toString("base64url")}`;
}

/** Null when the request did not come through the front door. */
export function readAccessHeader(header: string | null, secret: string): ForwardedAccess | null {
  if (header === null || !header.startsWith(`${secret}:`)) return null;
  const [role, who = ""] = header.slice(secret.length + 1).split(":", 2);
  const { actor, secure } = JSON.parse(Buffer.from(who, "base64url").toString()) as Omit<ForwardedAccess, "role">;
  return { role: role === "admin" || role === "viewer" ? role : null, actor, secure };
}

/** Who asks; null for somebody who may see nothing. */
export function callerFrom(header: string | null, secret: string): Caller | null {
  const passed = readAccessHeader(header, secret);
  return passed === null || passed.role === null ? null : { role: passed.role, actor: passed.actor };
}

/** The role that the front door gave a request, null when it gave none. */
export function roleFrom(header: string | null, secret: string): Role | null {
  return callerFrom(header, secret)?.role ?? null;
}
