/** Who makes a request, and what they may do. */
export const ROLES = ["viewer", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** A pusher sends metrics and marks, and nothing else. Only tokens have that role. */
export const TOKEN_ROLES = [...ROLES, "pusher"] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];

/** The role that a stored name stands for; an unknown name gets the least. */
export function tokenRoleOf(name: string): TokenRole {
  return TOKEN_ROLES.find((role) => role === name) ?? "pusher";
}

export interface Actor {
  /** `local` is anyone on this machine, without a login. */
  kind: "local" | "user" | "token";
  name: string;
  /** Id of the login or the token; null for `local`. */
  id: string | null;
  /** The client's address, as far as it can be trusted. */
  address: string;
  /** The request was made on this machine, and through no proxy. */
  onThisMachine: boolean;
  /** Only for `local`. */
  connection?: LocalConnection;
}

/** A TCP connection within this machine. */
export interface LocalConnection {
  /** Told apart from earlier connections with the same port. */
  id: number;
  client: { address: string; port: number };
  server: { address: string; port: number };
}

export interface Caller {
  role: TokenRole;
  actor: Actor;
}

export interface UserEntry {
  name: string;
  role: Role;
  /** Epoch milliseconds, as all times here. */
  createdAt: number;
}

export interface LoginEntry {
  id: string;
  user: string;
  address: string;
  userAgent: string;
  createdAt: number;
  /** Accurate to ten minutes. */
  lastUsedAt: number;
  expiresAt: number;
}

export interface TokenEntry {
  id: string;
  name: string;
  role: TokenRole;
  createdBy: string;
  createdAt: number;
  lastUsedAt: number | null;
  expiresAt: number | null;
}

/** The address in audit entries of commands on the data folder. */
export const COMMAND_LINE = "command line";

/** A change or a login, attempted or done. */
export interface AuditEntry {
  at: number;
  actor: string;
  address: string;
  /** Name of the procedure, `login` or `logout`. */
  action: string;
  /** What the action applies to, as the request named it. */
  target: string;
  /** `ok` or the error code. */
  result: string;
  changes: readonly AuditChange[];
}

/** One thing that a write has changed. Secrets are hidden. */
export interface AuditChange {
  /** Path of a setting, or a field of what was changed. */
  what: string;
  /** As JSON; null if it was not there before, or is not there any more. */
  from: unknown;
  to: unknown;
}

/** Calls that one request may hold. */
export const MOST_CALLS = 10;

/** Header within this process: which machine a request is about. The front door takes it from `machine` in the address. */
export const MACHINE_HEADER = "x-hostscope-machine";

/** Header in which our pages say where the browser has them from: `location.host`. */
export const LOCATION_HEADER = "x-hostscope-location";

export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 128;
export const USER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Names that the audit log gives to requests without a login. */
export function isReservedName(name: string): boolean {
  return ["local", "nobody"].includes(name.toLowerCase());
}

/** What is wrong with a new password; null if it is acceptable. */
export function passwordTrouble(password: string, userName: string): string | null {
  if (password.length < MIN_PASSWORD) return `The password must have at least ${MIN_PASSWORD} characters.`;
  if (password.length > MAX_PASSWORD) return `The password is longer than ${MAX_PASSWORD} characters.`;
  if (new Set(password).size < 5) return "The password has too few different characters.";
  const plain = password.toLowerCase();
  if (userName.length > 3 && plain.includes(userName.toLowerCase())) return "The password contains the user name.";
  return null;
}
