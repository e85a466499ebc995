/** Marks on the charts: notes, boots, starts and changes of the configuration. */
import { randomBytes } from "node:crypto";
import type { Mark, MarkKind } from "~/domain/mark";
import { retried } from "../file/prisma";
import type { PrismaClient } from "../generated/client";
import { notAfter } from "./alerts";
import type { WriteQueue } from "./write-queue";

export class MarkStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly queue: WriteQueue,
  ) {}

  async add({ at, kind, text }: Omit<Mark, "id">): Promise<Mark> {
    const id = `${at.toString(36)}-${randomBytes(4).toString("hex")}`;
    await this.queue.run(() => this.prisma.mark.create({ data: { id, timestamp: new Date(at), kind, text } }));
    return { id, at, kind, text };
  }

  /** Marks in [from, to), newest first. */
  async list({ from, to, limit }: { from: number; to: number; limit: number }): Promise<Mark[]> {
    const rows = await retried(() =>
      this.prisma.mark.findMany({
        where: { timestamp: { gte: new Date(from), lt: new Date(to) } },
        orderBy: [{ timestamp: "desc" }, { id: "desc" }],
        take: limit,
      }),
    );
    return rows.map(({ id, timestamp, kind, text }) => ({ id, at: timestamp.getTime(), kind: kind as MarkKind, text }));
  }

  /** The clock was set by `stepMs` to `now`: marks in the future get the time that they would have had. Returns how many. */
  async correctFuture(now: number, stepMs: number): Promise<number> {
    const rows = await retried(() => this.prisma.mark.findMany({ where: { timestamp: { gt: new Date(now) } } }));
    for (const { id, timestamp } of rows) {
      const at = new Date(notAfter(now, timestamp.getTime(), stepMs));
      await this.queue.run(() => this.prisma.mark.update({ where: { id }, data: { timestamp: at } }));
    }
    return rows.length;
  }

  /** False when there is no such mark. */
  async remove(id: string): Promise<boolean> {
    const { count } = await retried(() => this.prisma.mark.deleteMany({ where: { id } }));
    return count > 0;
  }
}
