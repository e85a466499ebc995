/** Stored reports and the progress of each schedule. The files themselves are next to the database. */
import type { ReportFormat } from "~/domain/report";
import type { ReportDelivery, StoredReport } from "~/domain/stored-report";
import { retried } from "../file/prisma";
import type { PrismaClient } from "../generated/client";
import type { ReportModel } from "../generated/models";

const date = (time: number | null) => (time === null ? null : new Date(time));

function toRow({ delivery, from, to, createdAt, finishedAt, ...report }: StoredReport) {
  return {
    ...report,
    from: new Date(from),
    to: new Date(to),
    createdAt: new Date(createdAt),
    finishedAt: date(finishedAt),
    delivery: delivery?.state ?? null,
    deliveryAttempts: delivery?.attempts ?? 0,
    nextAttemptAt: date(delivery?.nextAttemptAt ?? null),
    deliveryAnswer: delivery?.answer ?? null,
  };
}

function fromRow(row: ReportModel): StoredReport {
  const { delivery, deliveryAttempts, nextAttemptAt, deliveryAnswer, ...report } = row;
  return {
    ...report,
    format: report.format as ReportFormat,
    state: report.state as StoredReport["state"],
    from: report.from.getTime(),
    to: report.to.getTime(),
    createdAt: report.createdAt.getTime(),
    finishedAt: report.finishedAt?.getTime() ?? null,
    delivery:
      delivery === null
        ? null
        : {
            state: delivery as ReportDelivery["state"],
            attempts: deliveryAttempts,
            nextAttemptAt: nextAttemptAt?.getTime() ?? null,
            answer: deliveryAnswer,
          },
  };
}

/** No delivery waits longer (reports/scheduler.ts). */
const LONGEST_WAIT_MS = 4 * 3_600_000;

export class ReportStore {
  constructor(private readonly prisma: PrismaClient) {}

  async save(report: StoredReport): Promise<void> {
    const row = toRow(report);
    await retried(() => this.prisma.report.upsert({ where: { id: report.id }, create: row, update: row }));
  }

  /** Newest first. */
  async list(limit: number): Promise<StoredReport[]> {
    const rows = await retried(() =>
      this.prisma.report.findMany({ orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: limit }),
    );
    return rows.map(fromRow);
  }

  async get(id: string): Promise<StoredReport | null> {
    const row = await retried(() => this.prisma.report.findUnique({ where: { id } }));
    return row && fromRow(row);
  }

  /** False when there is no such report. */
  async remove(id: string): Promise<boolean> {
    const { count } = await retried(() => this.prisma.report.deleteMany({ where: { id } }));
    return count > 0;
  }

  /** Ready reports whose delivery is due, oldest first. */
  async dueDeliveries(now: number): Promise<StoredReport[]> {
    const rows = await retried(() =>
      this.prisma.report.findMany({
        where: { state: "ready", delivery: "waiting", nextAttemptAt: { lte: new Date(now) } },
        orderBy: { createdAt: "asc" },
        take: 20,
      }),
    );
    return rows.map(fromRow);
  }

  /** A clock that was ahead delays no delivery. Returns how many. */
  async correctFuture(now: number): Promise<number> {
    const { count } = await retried(() =>
      this.prisma.report.updateMany({
        where: { delivery: "waiting", nextAttemptAt: { gt: new Date(now + LONGEST_WAIT_MS) } },
        data: { nextAttemptAt: new Date(now) },
      }),
    );
    return count;
  }

  /** Null for an unknown schedule. */
  async doneUntil(name: string): Promise<number | null> {
    const row = await retried(() => this.prisma.reportSchedule.findUnique({ where: { name } }));
    return row?.doneUntil.getTime() ?? null;
  }

  async setDoneUntil(name: string, time: number): Promise<void> {
    const doneUntil = new Date(time);
    await retried(() =>
      this.prisma.reportSchedule.upsert({ where: { name }, create: { name, doneUntil }, update: { doneUntil } }),
    );
  }
}
