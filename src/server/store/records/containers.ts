/** Names of containers, kept so that those of the past have theirs. */
import type { ContainerFacts } from "~/domain/container";
import { retried } from "../file/prisma";
import type { PrismaClient } from "../generated/client";
import type { WriteQueue } from "./write-queue";

/** A machine that starts a thousand a day keeps the names of ten days. */
const MOST = 10_000;

export class ContainerStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly queue: WriteQueue,
  ) {}

  /** Newest first. Their health is not kept. */
  async list(): Promise<ContainerFacts[]> {
    const rows = await retried(() => this.prisma.container.findMany({ orderBy: { seenAt: "desc" }, take: MOST }));
    return rows.map(({ seenAt, ...row }) => ({ ...row, health: null, seenAt: seenAt.getTime() }));
  }

  async save(changed: readonly ContainerFacts[]): Promise<void> {
    await this.queue.run(async () => {
      for (const { id, name, image, project, pod, seenAt } of changed) {
        const row = { name, image, project, pod, seenAt: new Date(seenAt) };
        await this.prisma.container.upsert({ where: { id }, create: { id, ...row }, update: row });
      }
      const oldest = await this.prisma.container.findMany({ orderBy: { seenAt: "desc" }, skip: MOST, take: 1 });
      if (oldest[0]) await this.prisma.container.deleteMany({ where: { seenAt: { lte: oldest[0].seenAt } } });
    });
  }
}
