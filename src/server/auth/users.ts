/** Users and their logins. */
import { isReservedName, type LoginEntry, passwordTrouble, type Role, USER_NAME, type UserEntry } from "~/domain/access";
import { AppError } from "~/domain/errors";
import type { PrismaClient } from "../store/generated/client";
import type { BetterAuth } from "./better-auth";
import { isCommonPassword } from "./common-passwords";

interface PasswordChange {
  current: string;
  password: string;
  /** The login to keep; all others end. */
  keepLogin: string | null;
}

/** Logins that one user may have at a time. */
const MOST_LOGINS = 100;

export class Users {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly auth: BetterAuth,
  ) {}

  async list(): Promise<UserEntry[]> {
    const rows = await this.prisma.user.findMany({ orderBy: { username: "asc" } });
    return rows.map((row) => ({ name: row.name, role: roleOf(row), createdAt: row.createdAt.getTime() }));
  }

  async add({ name, password, role }: { name: string; password: string; role: Role }): Promise<UserEntry> {
    if (!USER_NAME.test(name)) {
      throw new AppError(
        "bad_request",
        `${JSON.stringify(name)} is not a valid user name. Use up to 64 letters, digits and . _ -.`,
      );
    }
    if (isReservedName(name)) throw new AppError("bad_request", `The user name ${name} is reserved. Choose another one.`);
    await refuseWeak(password, name);
    const username = name.toLowerCase();
    if (await this.prisma.user.findUnique({ where: { username } })) {
      throw new AppError("conflict", `A user named ${username} already exists.`);
    }
    const { internalAdapter, password: passwords } = await this.auth.$context;
    const hash = await passwords.hash(password);
    const user = await internalAdapter.createUser(
      { name, username, email: `${username}@localhost`, emailVerified: true, role },
      { method: "email-password" },
    );
    await internalAdapter.linkAccount({ userId: user.id, providerId: "credential", accountId: user.id, password: hash });
    return { name, role, createdAt: user.createdAt.getTime() };
  }

  /** Also ends the user's logins. Returns the role that they had. */
  async remove(name: string): Promise<Role> {
    const { internalAdapter } = await this.auth.$context;
    const user = await this.find(name);
    await internalAdapter.deleteUser(user.id);
    return roleOf(user);
  }

  /** Ends the user's logins, except `keepLogin`. */
  async setPassword(name: string, password: string, keepLogin: string | null = null): Promise<void> {
    const user = await this.find(name);
    await refuseWeak(password, user.name);
    const { internalAdapter, password: passwords } = await this.auth.$context;
    await internalAdapter.updatePassword(user.id, await passwords.hash(password));
    await this.prisma.session.deleteMany({ where: { userId: user.id, ...(keepLogin !== null && { NOT: { id: keepLogin } }) } });
  }

  /**
   * Changes a user's own password. Requires the current one, so that a session left open is not enough to take over the account.
   */
  async changePassword(name: string, { current, password, keepLogin }: PasswordChange): Promise<void> {
    const user = await this.find(name);
    const account = await this.prisma.account.findFirst({ where: { userId: user.id, providerId: "credential" } });
    const { password: passwords } = await this.auth.$context;
    const isRight = account?.password && (await passwords.verify({ hash: account.password, password: current }));
    if (!isRight) throw new AppError("forbidden", "The current password is wrong.");
    await this.setPassword(name, password, keepLogin);
  }

  /** Returns the role that they had before. */
  async setRole(name: string, role: Role): Promise<Role> {
    const user = await this.find(name);
    await this.prisma.user.update({ where: { id: user.id }, data: { role, updatedAt: new Date() } });
    return roleOf(user);
  }

  /** True for the only remaining administrator. */
  async isLastAdmin(name: string): Promise<boolean> {
    const user = await this.find(name);
    return user.role === "admin" && (await this.prisma.user.count({ where: { role: "admin" } })) === 1;
  }

  count(): Promise<number> {
    return this.prisma.user.count();
  }

  /** Logins that have not expired, idle ones included; of one user or of all, newest first. */
  async logins(user: string | null, now: number): Promise<LoginEntry[]> {
    const rows = await this.prisma.session.findMany({
      where: { expiresAt: { gt: new Date(now) }, ...(user !== null && { user: { username: user.toLowerCase() } }) },
      include: { user: true },
      orderBy: { createdAt: "desc" },
      take: 1000,
    });
    return rows.map((row) => ({
      id: row.id,
      user: row.user.name,
      address: row.ipAddress ?? "",
      userAgent: row.userAgent ?? "",
      createdAt: row.createdAt.getTime(),
      lastUsedAt: row.updatedAt.getTime(),
      expiresAt: row.expiresAt.getTime(),
    }));
  }

  /** Ends the oldest logins of a user above the most that one may have. */
  async endOldLogins(name: string): Promise<void> {
    const oldest = await this.prisma.session.findMany({
      where: { user: { username: name.toLowerCase() } },
      orderBy: { createdAt: "desc" },
      skip: MOST_LOGINS,
      select: { id: true },
    });
    if (oldest.length > 0) await this.prisma.session.deleteMany({ where: { id: { in: oldest.map(({ id }) => id) } } });
  }

  /** With `user`, ends the login only if it belongs to that user. */
  async endLogin(id: string, user: string | null): Promise<void> {
    const { count } = await this.prisma.session.deleteMany({
      where: { id, ...(user !== null && { user: { username: user.toLowerCase() } }) },
    });
    if (count === 0) throw new AppError("not_found", `There is no session ${id}.`);
  }

  private async find(name: string) {
    const user = await this.prisma.user.findUnique({ where: { username: name.toLowerCase() } });
    if (!user) throw new AppError("not_found", `There is no user ${name}. \`hostscope user list\` lists them.`);
    return user;
  }
}

export function roleOf({ role }: { role: string }): Role {
  return role === "admin" ? "admin" : "viewer";
}

async function refuseWeak(password: string, name: string): Promise<void> {
  const trouble =
    passwordTrouble(password, name) ??
    ((await isCommonPassword(password)) ? "The password is too common. Choose another one." : null);
  if (trouble !== null) throw new AppError("bad_request", trouble);
}
