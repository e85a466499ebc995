/** Who changed what: every write and every login, successful or not. */
import type { AuditChange, AuditEntry } from "~/domain/access";
import { retried } from "../file/prisma";
import type { PrismaClient } from "../generated/client";

const KEEP_MS = 365 * 86_400_000;
const KEEP_ROWS = 100_000;
/** Entries that did not succeed, and those that many may make, have shares of their own: they cannot push the others out. */
const KEEP_FAILED = 20_000;
const KEEP_ROUTINE = 20_000;
const ROUTINE = ["login", "logout", "marks.add"];
const TIDY_EVERY = 500;
const MAX_TEXT = 200;
const MAX_CHANGES = 100;
const MAX_VALUE = 1000;

/** A value that is too long to keep becomes the beginning of its JSON. */
function shortened({ what, from, to }: AuditChange): AuditChange {
  const short = (value: unknown) => {
    const text = JSON.stringify(value) ?? "null";
    return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : value;
  };
  return { what: what.slice(0, MAX_TEXT), from: short(from), to: short(to) };
}

export interface AuditQuery {
  limit: number;
  /** Epoch milliseconds. */
  before?: number | undefined;
  after?: { at: number; id: number } | undefined;
}

export class AuditLog {
  private readonly pending = new Set<Promise<void>>();
  private written = 0;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly onError: (error: unknown, what: string) => void,
  ) {}

  /** Does not wait for the disk; `flush` does. */
  record(entry: AuditEntry): void {
    const { at, target, changes, ...who } = entry;
    const data = {
      ...who,
      at: new Date(at),
      target: target.slice(0, MAX_TEXT),
      changes: changes.length === 0 ? null : JSON.stringify(changes.slice(0, MAX_CHANGES).map(shortened)),
    };
    const writing = retried(() => this.prisma.auditEntry.create({ data }))
      .then(() => this.tidy(at))
      .catch((error: unknown) => this.onError(error, "writing the audit log"))
      .finally(() => this.pending.delete(writing));
    this.pending.add(writing);
  }

  /** Newest first; `after` is the last entry of the page before. */
  async list({ limit, before, after }: AuditQuery): Promise<(AuditEntry & { id: number })[]> {
    await this.flush();
    const rows = await this.prisma.auditEntry.findMany({
      where: {
        ...(before !== undefined && { at: { lt: new Date(before) } }),
        // Several entries can have the same millisecond.
        ...(after && { OR: [{ at: { lt: new Date(after.at) } }, { at: new Date(after.at), id: { lt: after.id } }] }),
      },
      orderBy: [{ at: "desc" }, { id: "desc" }],
      take: limit,
    });
    return rows.map(({ at, changes, ...row }) => ({
      ...row,
      at: at.getTime(),
      changes: changes === null ? [] : (JSON.parse(changes) as AuditChange[]),
    }));
  }

  async flush(): Promise<void> {
    await Promise.all(this.pending);
  }

  private async tidy(now: number): Promise<void> {
    this.written++;
    if (this.written % TIDY_EVERY !== 1) return;
    await this.prisma.auditEntry.deleteMany({ where: { at: { lt: new Date(now - KEEP_MS) } } });
    const shares = [
      { where: { result: "ok", action: { notIn: ROUTINE } }, skip: KEEP_ROWS },
      { where: { result: "ok", action: { in: ROUTINE } }, skip: KEEP_ROUTINE },
      { where: { result: { not: "ok" } }, skip: KEEP_FAILED },
    ];
    for (const { where, skip } of shares) {
      const oldest = await this.prisma.auditEntry.findFirst({ where, orderBy: { id: "desc" }, skip, select: { id: true } });
      if (oldest) await this.prisma.auditEntry.deleteMany({ where: { ...where, id: { lte: oldest.id } } });
    }
  }
}
