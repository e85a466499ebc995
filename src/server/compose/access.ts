/** Authentication for the front door, the login page and the procedures. Opened on first use. */
import { createHash } from "node:crypto";
import type { Auth, AuthRequest, Credentials, Identity } from "../auth/auth";
import { LoginThrottle } from "../auth/login-throttle";
import type { StartupOptions } from "../startup-options";

/** How long identities are cached. A login or token that another process revoked may still work for this long. */
const REMEMBER_MS = 5000;
const MAX_REMEMBERED = 1000;
/**
 * How long a statement waits for another process's lock, which usually lasts a millisecond or two. better-auth's statements
 * cannot be retried from outside.
 */
const LOCK_WAIT_MS = 50;

export interface AccessService {
  identify(credentials: Credentials): Promise<Identity | null>;
  handle(path: string, request: AuthRequest): Promise<Response>;
  users(): Promise<Auth["users"]>;
  tokens(): Promise<Auth["tokens"]>;
  devices(): Promise<Auth["devices"]>;
  /** Of passwords: at the login, and where one says the current password to change it. */
  throttle: LoginThrottle;
  /** Clears the cached identities. Call it after a change of users, logins or tokens. */
  forget(): void;
  close(): Promise<void>;
}

export function composeAccess({ databasePath, dataDir }: Pick<StartupOptions, "databasePath" | "dataDir">): AccessService {
  let opened: Promise<Auth> | undefined;
  const open = () => {
    opened ??= import("../auth/auth").then(({ Auth }) => Auth.open({ databasePath, dataDir, timeoutMs: LOCK_WAIT_MS }));
    // If the database was locked or missing for a moment, the next request tries again.
    opened.catch(() => (opened = undefined));
    return opened;
  };
  const remembered = new Map<string, { until: number; identity: Promise<Identity | null> }>();

  return {
    identify(credentials) {
      const now = Date.now();
      const { authorization = "", cookie = "", secure } = credentials;
      const key = createHash("sha256")
        .update(JSON.stringify([authorization, cookie, secure]))
        .digest("base64");
      const known = remembered.get(key);
      // If the clock was set back, do not use entries from the future.
      if (known && known.until > now && known.until <= now + REMEMBER_MS) return known.identity;
      const identity = open().then((auth) => auth.identify(credentials, now));
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(key, { until: now + REMEMBER_MS, identity });
      identity.catch(() => remembered.delete(key));
      return identity;
    },
    handle: async (path, request) => (await open()).handle(path, request),
    users: async () => (await open()).users,
    tokens: async () => (await open()).tokens,
    devices: async () => (await open()).devices,
    throttle: new LoginThrottle(),
    forget: () => remembered.clear(),
    close: async () => (await opened)?.close(),
  };
}
