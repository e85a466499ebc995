/** Users, logins and tokens in the database of a data folder. Loaded only when a login is needed: better-auth takes 30 MB. */
import type { Actor, TokenRole } from "~/domain/access";
import type { PrismaClient } from "../store/generated/client";
import { type BetterAuth, CLIENT_HEADER, createBetterAuth, INTERNAL_ORIGIN } from "./better-auth";
import { Devices } from "./devices";
import { openAuthClient } from "./prisma";
import { cookieSecret } from "./secret";
import { Tokens } from "./tokens";
import { roleOf, Users } from "./users";

/** A login ends after this long without use. */
const IDLE_MS = 7 * 86_400_000;
const TOUCH_EVERY_MS = 600_000;

export interface Credentials {
  authorization: string | undefined;
  cookie: string | undefined;
  /** The client uses https. */
  secure: boolean;
}

/** Who makes a request, without the address. */
export interface Identity {
  role: TokenRole;
  actor: Omit<Actor, "address" | "onThisMachine">;
}

export interface AuthOptions {
  databasePath: string;
  dataDir: string;
  /** How long a statement waits for another process's lock. The event loop is blocked for that time. */
  timeoutMs: number;
}

export class Auth {
  readonly users: Users;
  readonly tokens: Tokens;
  readonly devices: Devices;

  private constructor(
    private readonly prisma: PrismaClient,
    private readonly plain: BetterAuth,
    private readonly secure: BetterAuth,
    secret: string,
  ) {
    this.users = new Users(prisma, plain);
    this.tokens = new Tokens(prisma);
    this.devices = new Devices(prisma, secret);
  }

  static async open({ databasePath, dataDir, timeoutMs }: AuthOptions): Promise<Auth> {
    const prisma = await openAuthClient(databasePath, timeoutMs);
    const secret = cookieSecret(dataDir);
    const [plain, secure] = [false, true].map((https) => createBetterAuth(prisma, { secret, secure: https }));
    return new Auth(prisma, plain as BetterAuth, secure as BetterAuth, secret);
  }

  /** Checks the token if there is an Authorization header, otherwise the login in the cookie. Null if there is no valid one. */
  async identify(credentials: Credentials, now: number): Promise<Identity | null> {
    if (credentials.authorization !== undefined) {
      const bearer = /^Bearer +(\S+)$/i.exec(credentials.authorization)?.[1];
      const token = bearer === undefined ? null : await this.tokens.verify(bearer, now);
      return token && { role: token.role, actor: { kind: "token", name: `token ${token.name}`, id: token.id } };
    }
    if (credentials.cookie === undefined) return null;
    const found = await this.of(credentials.secure).api.getSession({
      headers: new Headers({ cookie: credentials.cookie }),
      query: { disableRefresh: true },
    });
    if (!found) return null;
    const { session, user } = found;
    const idle = now - session.updatedAt.getTime();
    if (idle > IDLE_MS) {
      await this.prisma.session.deleteMany({ where: { id: session.id } });
      return null;
    }
    if (idle > TOUCH_EVERY_MS) {
      // The time of last use is best effort: do not fail the request because another process has locked the database.
      await this.prisma.session.updateMany({ where: { id: session.id }, data: { updatedAt: new Date(now) } }).catch(() => {});
    }
    return { role: roleOf(user), actor: { kind: "user", name: user.name, id: session.id } };
  }

  /** Calls better-auth's own handler. `path` is below /api/auth. */
  handle(path: string, { body, cookie, userAgent, client }: AuthRequest): Promise<Response> {
    const headers = new Headers({ [CLIENT_HEADER]: client.address });
    if (cookie !== null) headers.set("cookie", cookie);
    if (userAgent !== null) headers.set("user-agent", userAgent.slice(0, 300));
    if (body !== null) headers.set("content-type", "application/json");
    return this.of(client.secure).handler(
      new Request(`${INTERNAL_ORIGIN}/api/auth${path}`, {
        method: body === null ? "GET" : "POST",
        headers,
        ...(body !== null && { body: JSON.stringify(body) }),
      }),
    );
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
  }

  private of(secure: boolean): BetterAuth {
    return secure ? this.secure : this.plain;
  }
}

export interface AuthRequest {
  /** Null for a GET. */
  body: Record<string, unknown> | null;
  cookie: string | null;
  userAgent: string | null;
  client: { address: string; secure: boolean };
}
