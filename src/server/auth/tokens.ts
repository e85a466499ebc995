/** API tokens: `hs_<id>_<secret>`, shown once. The database keeps the SHA-256 of the secret. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { type TokenEntry, type TokenRole, tokenRoleOf } from "~/domain/access";
import { AppError } from "~/domain/errors";
import type { PrismaClient } from "../store/generated/client";

const TOKEN = /^hs_([a-f0-9]{12})_([A-Za-z0-9-]{43})$/;
const USED_EVERY_MS = 60_000;

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Base64url without `_`, which separates the parts. */
function newSecret(): string {
  for (;;) {
    const secret = randomBytes(32).toString("base64url");
    if (!secret.includes("_")) return secret;
  }
}

export interface NewToken {
  name: string;
  role: TokenRole;
  createdBy: string;
  /** Null if it never expires. */
  expiresAt: number | null;
}

export class Tokens {
  constructor(private readonly prisma: PrismaClient) {}

  /** Returns the token itself, which cannot be read again later. */
  async create({ name, role, createdBy, expiresAt }: NewToken, now: number): Promise<{ token: string; entry: TokenEntry }> {
    const id = randomBytes(6).toString("hex");
    const secret = newSecret();
    const row = await this.prisma.apiToken.create({
      data: {
        id,
        name,
        role,
        createdBy,
        hash: sha256(secret).toString("hex"),
        createdAt: new Date(now),
        expiresAt: expiresAt === null ? null : new Date(expiresAt),
      },
    });
    return { token: `hs_${id}_${secret}`, entry: entryOf(row) };
  }

  async list(): Promise<TokenEntry[]> {
    const rows = await this.prisma.apiToken.findMany({ orderBy: { createdAt: "asc" } });
    return rows.map(entryOf);
  }

  /** Returns what it was. */
  async revoke(id: string): Promise<TokenEntry> {
    const row = await this.prisma.apiToken.findUnique({ where: { id } });
    const { count } = await this.prisma.apiToken.deleteMany({ where: { id } });
    if (row === null || count === 0) {
      throw new AppError("not_found", `There is no token ${id}. \`hostscope token list\` lists them.`);
    }
    return entryOf(row);
  }

  /** The token's entry; null if it is invalid, expired or revoked. */
  async verify(token: string, now: number): Promise<TokenEntry | null> {
    const [, id, secret = ""] = TOKEN.exec(token) ?? [];
    if (id === undefined) return null;
    const row = await this.prisma.apiToken.findUnique({ where: { id } });
    if (!row || !timingSafeEqual(sha256(secret), Buffer.from(row.hash, "hex"))) return null;
    const entry = entryOf(row);
    if (entry.expiresAt !== null && entry.expiresAt <= now) return null;
    if (entry.lastUsedAt === null || now - entry.lastUsedAt > USED_EVERY_MS) {
      // The time of last use is best effort: do not fail the request because another process has locked the database.
      await this.prisma.apiToken.updateMany({ where: { id }, data: { lastUsedAt: new Date(now) } }).catch(() => {});
    }
    return entry;
  }
}

function entryOf(row: {
  id: string;
  name: string;
  role: string;
  createdBy: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
}): TokenEntry {
  return {
    id: row.id,
    name: row.name,
    role: tokenRoleOf(row.role),
    createdBy: row.createdBy,
    createdAt: row.createdAt.getTime(),
    lastUsedAt: row.lastUsedAt?.getTime() ?? null,
    expiresAt: row.expiresAt?.getTime() ?? null,
  };
}
