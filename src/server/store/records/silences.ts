import type { Labels } from "~/domain/sample";
import type { Silence } from "~/domain/silence";
import { retried } from "../file/prisma";
import type { PrismaClient } from "../generated/client";

/** A silence with a start and an end. */
export type TimedSilence = Silence & { window: Extract<Silence["window"], { kind: "once" }> };

export class SilenceStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Active and future silences, the first to end first. */
  async list(now: number): Promise<TimedSilence[]> {
    const rows = await retried(() =>
      this.prisma.silence.findMany({ where: { endsAt: { gt: new Date(now) } }, orderBy: { endsAt: "asc" } }),
    );
    return rows.map(({ id, rule, match, note, createdBy, startsAt, endsAt }) => ({
      id,
      rule,
      match: JSON.parse(match) as Labels,
      note,
      createdBy,
      window: { kind: "once", from: startsAt.getTime(), until: endsAt.getTime() },
    }));
  }

  async add({ id, rule, match, note, createdBy, window }: TimedSilence, now: number): Promise<void> {
    const data = {
      id,
      rule,
      match: JSON.stringify(match),
      note,
      createdBy,
      startsAt: new Date(window.from),
      endsAt: new Date(window.until),
      createdAt: new Date(now),
    };
    await retried(() => this.prisma.silence.create({ data }));
  }

  /** Ends a silence now; false when no active or future silence has that id. */
  async end(id: string, now: number): Promise<boolean> {
    const { count } = await retried(() =>
      this.prisma.silence.updateMany({ where: { id, endsAt: { gt: new Date(now) } }, data: { endsAt: new Date(now) } }),
    );
    return count > 0;
  }
}
