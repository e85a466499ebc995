/** Who may come in: what the front door, the log-in page and the procedures ask. Nothing is opened before somebody needs it. */
import { createHash } from "node:crypto";
import type { Auth, AuthRequest, Credentials, Identity } from "../auth/auth";
import type { StartupOptions } from "../startup-options";

/** So long a revoked login or token may still work, when it was revoked by another process. */
const REMEMBER_MS = 5000;
const MAX_REMEMBERED = 1000;
/** better-auth's statements cannot be tried again from outside. A foreign lock lasts a millisecond or two. */
const LOCK_WAIT_MS = 50;

export interface Access {
  identify(credentials: Credentials): Promise<Identity | null>;
  handle(path: string, request: AuthRequest): Promise<Response>;
  users(): Promise<Auth["users"]>;
  tokens(): Promise<Auth["tokens"]>;
  /** After a change of users, logins or tokens: nobody is remembered. */
  forget(): void;
  close(): Promise<void>;
}

export function composeAccess({ databasePath, dataDir }: Pick<StartupOptions, "databasePath" | "dataDir">): Access {
  let opened: Promise<Auth> | undefined;
  const open = () => {
    opened ??= import("../auth/auth").then(({ Auth }) => Auth.open({ databasePath, dataDir, timeoutMs: LOCK_WAIT_MS }));
    // A database that was locked or gone for a moment is tried again by the next request.
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
      // A clock that was set back must not keep anybody in.
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
    forget: () => remembered.clear(),
    close: async () => (await opened)?.close(),
  };
}
