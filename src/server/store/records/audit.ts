/** Who changed what: every write and every login, successful or not. */
import type { AuditEntry } from "~/domain/access";
import { retried } from "../file/prisma";
import type { PrismaClient } from "../generated/client";

const KEEP_MS = 365 * 86_400_000;
const KEEP_ROWS = 100_000;
const TIDY_EVERY = 500;
const MAX_TEXT = 200;

export class AuditLog {
  private readonly pending = new Set<Promise<void>>();
  private written = 0;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly onError: (error: unknown, what: string) => void,
  ) {}

  /** Does not wait for the disk; `flush` does. */
  record(entry: AuditEntry): void {
    const { at, actor, address, action, target, result } = entry;
    const data = { at: new Date(at), actor, address, action, target: target.slice(0, MAX_TEXT), result };
    const writing = retried(() => this.prisma.auditEntry.create({ data }))
      .then(() => this.tidy(at))
      .catch((error: unknown) => this.onError(error, "a line of the audit log"))
      .finally(() => this.pending.delete(writing));
    this.pending.add(writing);
  }

  /** Newest first. */
  async list({ limit, before }: { limit: number; before?: number | undefined }): Promise<AuditEntry[]> {
    await this.flush();
    const rows = await this.prisma.auditEntry.findMany({
      where: before === undefined ? {} : { at: { lt: new Date(before) } },
      orderBy: [{ at: "desc" }, { id: "desc" }],
      take: limit,
    });
    return rows.map(({ at, actor, address, action, target, result }) => ({
      at: at.getTime(),
      actor,
      address,
      action,
      target,
      result,
    }));
  }

  async flush(): Promise<void> {
    await Promise.all(this.pending);
  }

  private async tidy(now: number): Promise<void> {
    this.written++;
    if (this.written % TIDY_EVERY !== 1) return;
    const oldest = await this.prisma.auditEntry.findFirst({ orderBy: { id: "desc" }, skip: KEEP_ROWS, select: { id: true } });
    await this.prisma.auditEntry.deleteMany({
      where: { OR: [{ at: { lt: new Date(now - KEEP_MS) } }, ...(oldest ? [{ id: { lte: oldest.id } }] : [])] },
    });
  }
}
