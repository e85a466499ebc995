import { z } from "zod";
import { MAX_PASSWORD, ROLES, TOKEN_ROLES, USER_NAME } from "~/domain/access";
import { AppError } from "~/domain/errors";
import { mayReachPrivate } from "../change-settings";
import { adminProcedure, type Context, loggedInProcedure, outputSchema, router, viewerProcedure } from "../trpc";
import * as response from "./access-responses";

const name = z.string().regex(USER_NAME, "expected letters, digits and . _ -, at most 64");
const password = z.string().max(MAX_PASSWORD);
const role = z.enum(ROLES);
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "expected an id");
const DAY_MS = 86_400_000;

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

/** The user whose logins the caller may see. Null means all, for administrators. A viewer's token has no logins and sees none. */
function whoseLogins({ role: callerRole, actor }: Context): string | null {
  if (callerRole === "admin") return null;
  return actor.kind === "user" ? actor.name : "";
}

/** The last administrator can only be removed on the machine itself, with `hostscope user`. */
async function keepAnAdmin(users: Awaited<ReturnType<Context["runtime"]["access"]["users"]>>, user: string): Promise<void> {
  if (await users.isLastAdmin(user)) {
    throw new AppError("conflict", `${user} is the only admin. Add another one first.`);
  }
}

/** Runs a change of users, logins or tokens, then clears the cache of identities. */
async function changing<T>({ runtime }: Context, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } finally {
    runtime.access.forget();
  }
}

function parseAuditCursor(text: string): { at: number; id: number } {
  const [, at, id] = /^(\d{1,15}):(\d{1,15})$/.exec(Buffer.from(text, "base64url").toString("latin1")) ?? [];
  if (at !== undefined && id !== undefined) return { at: Number(at), id: Number(id) };
  throw new AppError("bad_request", "cursor: not from this list", [
    { parameter: "cursor", detail: "expected page.next of the previous page" },
  ]);
}

export const accessRouter = router({
  /** The caller and their role. `open` is true for a request from this machine that needs no login. */
  me: viewerProcedure
    .meta({ rest: { method: "GET", path: "/access/me", summary: "The caller and their role" } })
    .output(outputSchema(response.me))
    .query(({ ctx }) => ({
      role: ctx.role,
      name: ctx.actor.name,
      kind: ctx.actor.kind,
      open: ctx.actor.kind === "local",
      address: ctx.actor.address,
      privateTargets: ctx.role === "admin" && mayReachPrivate(ctx),
    })),

  users: adminProcedure
    .meta({ rest: { method: "GET", path: "/access/users", summary: "All users and their roles" } })
    .output(outputSchema(response.users))
    .query(async ({ ctx }) => {
      const users = await (await ctx.runtime.access.users()).list();
      return { users: users.map((user) => ({ ...user, createdAt: iso(user.createdAt) })) };
    }),

  addUser: loggedInProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/access/users",
        summary: "Adds a user",
        example: { name: "ada", password: "correct horse battery staple", role: "viewer" },
      },
    })
    .input(z.strictObject({ name, password, role: role.default("viewer") }))
    .output(outputSchema(response.user))
    .mutation(async ({ ctx, input }) => {
      const user = await (await ctx.runtime.access.users()).add(input);
      ctx.noteChanges({ what: "role", from: null, to: input.role });
      return { ...user, createdAt: iso(user.createdAt) };
    }),

  removeUser: loggedInProcedure
    .meta({ rest: { method: "DELETE", path: "/access/users/{name}", summary: "Removes a user and ends their sessions" } })
    .input(z.strictObject({ name }))
    .output(outputSchema(z.object({ removed: z.string() })))
    .mutation(({ ctx, input }) =>
      changing(ctx, async () => {
        const users = await ctx.runtime.access.users();
        await keepAnAdmin(users, input.name);
        const role = await users.remove(input.name);
        ctx.noteChanges({ what: "role", from: role, to: null });
        return { removed: input.name };
      }),
    ),

  /** Also ends the user's other logins. */
  setPassword: loggedInProcedure
    .meta({
      rest: {
        method: "PUT",
        path: "/access/users/{name}/password",
        summary: "Sets a password and ends the user's other sessions",
      },
    })
    .input(z.strictObject({ name, password }))
    .output(outputSchema(z.object({ changed: z.string() })))
    .mutation(({ ctx, input }) =>
      changing(ctx, async () => {
        await (await ctx.runtime.access.users()).setPassword(input.name, input.password, ctx.actor.id);
        return { changed: input.name };
      }),
    ),

  changePassword: viewerProcedure
    .meta({
      rest: { method: "PUT", path: "/access/password", summary: "Changes your password and ends your other sessions" },
    })
    .input(z.strictObject({ current: z.string().max(MAX_PASSWORD), password }))
    .output(outputSchema(z.object({ changed: z.string() })))
    .mutation(({ ctx, input }) =>
      changing(ctx, async () => {
        const { kind, name: user, id: keepLogin } = ctx.actor;
        if (kind !== "user") throw new AppError("conflict", "Only a user who has logged in can change a password.");
        const { throttle } = ctx.runtime.access;
        const attempt = { account: user.toLowerCase(), network: `login ${keepLogin}`, device: null };
        const waitMs = throttle.waitMs(attempt, performance.now());
        if (waitMs > 0) {
          const seconds = Math.ceil(waitMs / 1000);
          throw new AppError("rate_limited", `Too many wrong passwords. Try again in ${seconds} s.`);
        }
        throttle.failed(attempt, performance.now());
        await (await ctx.runtime.access.users()).changePassword(user, { ...input, keepLogin });
        throttle.succeeded(attempt);
        return { changed: user };
      }),
    ),

  setRole: loggedInProcedure
    .meta({ rest: { method: "PUT", path: "/access/users/{name}/role", summary: "Changes a user's role" } })
    .input(z.strictObject({ name, role }))
    .output(outputSchema(z.object({ name: z.string(), role })))
    .mutation(({ ctx, input }) =>
      changing(ctx, async () => {
        const users = await ctx.runtime.access.users();
        if (input.role !== "admin") await keepAnAdmin(users, input.name);
        const before = await users.setRole(input.name, input.role);
        ctx.noteChanges({ what: "role", from: before, to: input.role });
        return input;
      }),
    ),

  /** The caller's own logins. Administrators see everybody's. */
  sessions: viewerProcedure
    .meta({ rest: { method: "GET", path: "/access/sessions", summary: "Your sessions; admins see everyone's" } })
    .output(outputSchema(response.sessions))
    .query(async ({ ctx }) => {
      const logins = await (await ctx.runtime.access.users()).logins(whoseLogins(ctx), Date.now());
      return {
        sessions: logins.map((login) => ({
          ...login,
          current: login.id === ctx.actor.id,
          createdAt: iso(login.createdAt),
          lastUsedAt: iso(login.lastUsedAt),
          expiresAt: iso(login.expiresAt),
        })),
      };
    }),

  revokeSession: viewerProcedure
    .meta({ rest: { method: "DELETE", path: "/access/sessions/{id}", summary: "Ends a session" } })
    .input(z.strictObject({ id }))
    .output(outputSchema(z.object({ revoked: z.string() })))
    .mutation(({ ctx, input }) =>
      changing(ctx, async () => {
        await (await ctx.runtime.access.users()).endLogin(input.id, whoseLogins(ctx));
        return { revoked: input.id };
      }),
    ),

  tokens: adminProcedure
    .meta({ rest: { method: "GET", path: "/access/tokens", summary: "All tokens, without their secrets" } })
    .output(outputSchema(response.tokens))
    .query(async ({ ctx }) => {
      const tokens = await (await ctx.runtime.access.tokens()).list();
      return {
        tokens: tokens.map((token) => ({
          ...token,
          createdAt: iso(token.createdAt),
          lastUsedAt: isoOrNull(token.lastUsedAt),
          expiresAt: isoOrNull(token.expiresAt),
        })),
      };
    }),

  /** Only this response ever contains the token itself. */
  createToken: loggedInProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/access/tokens",
        summary: "Creates a token; the response is the only time it is shown",
        example: { name: "backup script", role: "viewer", days: 90 },
      },
    })
    .input(
      z.strictObject({
        name: z.string().trim().min(1).max(100),
        role: z.enum(TOKEN_ROLES).default("viewer"),
        /** Null: it does not expire. */
        days: z.coerce.number().int().min(1).max(3650).nullable().default(90),
      }),
    )
    .output(outputSchema(response.newToken))
    .mutation(async ({ ctx, input }) => {
      const now = Date.now();
      const expiresAt = input.days === null ? null : now + input.days * DAY_MS;
      const tokens = await ctx.runtime.access.tokens();
      const { token, entry } = await tokens.create(
        { name: input.name, role: input.role, createdBy: ctx.actor.name, expiresAt },
        now,
      );
      ctx.noteChanges(
        { what: "role", from: null, to: entry.role },
        { what: "expiresAt", from: null, to: isoOrNull(entry.expiresAt) },
      );
      return {
        ...entry,
        token,
        createdAt: iso(entry.createdAt),
        lastUsedAt: isoOrNull(entry.lastUsedAt),
        expiresAt: isoOrNull(entry.expiresAt),
      };
    }),

  revokeToken: loggedInProcedure
    .meta({ rest: { method: "DELETE", path: "/access/tokens/{id}", summary: "Revokes a token" } })
    .input(z.strictObject({ id }))
    .output(outputSchema(z.object({ revoked: z.string() })))
    .mutation(({ ctx, input }) =>
      changing(ctx, async () => {
        const token = await (await ctx.runtime.access.tokens()).revoke(input.id);
        ctx.noteChanges({ what: token.name, from: token.role, to: null });
        return { revoked: input.id };
      }),
    ),

  audit: adminProcedure
    .meta({ rest: { method: "GET", path: "/access/audit", summary: "The audit log: changes and logins, newest first" } })
    .input(
      z.strictObject({
        limit: z.coerce.number().int().min(1).max(1000).default(100),
        before: z.iso.datetime().optional(),
        /** `page.next` of the previous page. */
        cursor: z.string().max(200).optional(),
      }),
    )
    .output(outputSchema(response.audit))
    .query(async ({ ctx, input }) => {
      const before = input.before === undefined ? undefined : Date.parse(input.before);
      const after = input.cursor === undefined ? undefined : parseAuditCursor(input.cursor);
      const entries = await ctx.runtime.audit.list({ limit: input.limit, before, after });
      const last = entries.length === input.limit ? entries.at(-1) : undefined;
      return {
        entries: entries.map(({ id: _id, ...entry }) => ({ ...entry, at: iso(entry.at), changes: [...entry.changes] })),
        page: {
          limit: input.limit,
          more: last !== undefined,
          next: last === undefined ? null : Buffer.from(`${last.at}:${last.id}`).toString("base64url"),
        },
      };
    }),
});
