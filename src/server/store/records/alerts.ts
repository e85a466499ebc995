/** Alerts, rule instances and the outbox, written in one transaction, so that none is lost on the way. */
import type { Alert, InstanceState, Severity } from "~/domain/alert";
import type {
  AlertWriteBatch,
  GroupState,
  OutboxEntry,
  OutboxMessage,
  StoredInstance,
  WaitingEntry,
} from "~/domain/notification";
import { retried } from "../file/prisma";
import type { PrismaClient } from "../generated/client";
import type { NotificationUpdateInput } from "../generated/models";
import { fromRow, groupOf, toRow } from "./alert-rows";
import { PendingWrites } from "./pending-writes";
import type { WriteQueue } from "./write-queue";

export interface AlertQuery {
  from: number;
  to: number;
  /** Also those that began before the range and ended in it or later. */
  overlapping?: boolean | undefined;
  state?: "firing" | "resolved" | undefined;
  severity?: Severity | undefined;
  /** Pagination cursor: only alerts after this one in list order. */
  after?: { startedAt: number; id: string } | undefined;
  limit: number;
}

const BY_HAND_MS = 10 * 60_000;
const ROWS_A_STATEMENT = 200;
/** By as much a clock may have been set back between an alert and what tells of it. */
const CLOCK_SLACK_MS = 3_600_000;

/** A time that was noted while the clock was ahead; never later than now. */
export function notAfter(now: number, at: number, stepMs: number): number {
  return at > now ? Math.min(now, at + stepMs) : at;
}

function slices<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / ROWS_A_STATEMENT) }, (_, index) =>
    all.slice(index * ROWS_A_STATEMENT, (index + 1) * ROWS_A_STATEMENT),
  );
}

export class AlertStore {
  private readonly pending = new PendingWrites();
  /** Messages that a notifier is sending, until it reports the result. */
  private readonly inFlight = new Map<string, OutboxEntry>();

  constructor(
    private readonly prisma: PrismaClient,
    private readonly queue: WriteQueue,
  ) {}

  /** Stores the changes, or keeps them in memory until the database accepts writes. */
  async save(changes: AlertWriteBatch, now: number): Promise<void> {
    const ids = changes.outbox.map(({ id }) => id);
    const alerts = [...changes.created, ...changes.updated];
    const written = await this.queue.run(async () => {
      await this.insert(changes, now);
      this.pending.saved(alerts, ids);
    });
    if (written) return;
    for (const alert of alerts) this.pending.alerts.set(alert.id, alert);
    for (const entry of changes.outbox) this.pending.message({ ...entry, attempts: 0, createdAt: now }, now);
  }

  /** One transaction: no alert is stored without its state, no message without its alert. */
  private async insert({ created, updated, states, groups, outbox }: AlertWriteBatch, now: number): Promise<void> {
    const { prisma } = this;
    const entries = [...states].map(([key, { state, alertId }]) => ({ key, state: JSON.stringify(state), alertId }));
    await prisma.$transaction([
      ...slices(created).map((alerts) => prisma.alert.createMany({ data: alerts.map(toRow) })),
      ...updated.map((alert) => {
        const row = toRow(alert);
        return prisma.alert.upsert({ where: { id: alert.id }, create: row, update: row });
      }),
      ...slices(entries).flatMap((some) => [
        prisma.alertState.deleteMany({ where: { key: { in: some.map(({ key }) => key) } } }),
        prisma.alertState.createMany({ data: some }),
      ]),
      ...[...groups].map(([key, group]) => {
        if (group === null) return prisma.alertGroup.deleteMany({ where: { key } });
        const state = JSON.stringify(group);
        return prisma.alertGroup.upsert({ where: { key }, create: { key, state }, update: { state } });
      }),
      ...outbox.map((entry) =>
        prisma.notification.create({ data: { ...entry, createdAt: new Date(now), nextAttemptAt: new Date(now) } }),
      ),
    ]);
  }

  /**
   * A message that the caller sends itself. The outbox ignores it for ten minutes, and for good once the caller has marked it.
   */
  async addByHand(entry: OutboxMessage, now: number): Promise<void> {
    const nextAttemptAt = new Date(now + BY_HAND_MS);
    await this.queue.run(() => this.prisma.notification.create({ data: { ...entry, createdAt: new Date(now), nextAttemptAt } }));
  }

  /** The notification log, by group key. */
  async groups(): Promise<Map<string, GroupState>> {
    const rows = await this.prisma.alertGroup.findMany();
    return new Map(rows.map(({ key, state }) => [key, groupOf(state)]));
  }

  async states(): Promise<Map<string, StoredInstance>> {
    const rows = await this.prisma.alertState.findMany();
    return new Map(rows.map(({ key, state, alertId }) => [key, { state: JSON.parse(state) as InstanceState, alertId }]));
  }

  async firing(): Promise<Alert[]> {
    const rows = await retried(() => this.prisma.alert.findMany({ where: { resolved: false }, orderBy: { timestamp: "desc" } }));
    return rows.map(fromRow);
  }

  async since(at: number): Promise<Alert[]> {
    const moment = { gte: new Date(at) };
    const rows = await retried(() =>
      this.prisma.alert.findMany({ where: { OR: [{ timestamp: moment }, { resolved_at: moment }] } }),
    );
    return rows.map(fromRow);
  }

  async list({ from, to, overlapping = false, state, severity, after, limit }: AlertQuery): Promise<Alert[]> {
    const rows = await retried(() =>
      this.prisma.alert.findMany({
        where: {
          // An alert that started earlier and still fires overlaps every later range.
          OR: [
            { timestamp: { gte: new Date(from), lt: new Date(to) } },
            { resolved: false, timestamp: { lt: new Date(to) } },
            ...(overlapping ? [{ resolved_at: { gte: new Date(from) }, timestamp: { lt: new Date(to) } }] : []),
          ],
          ...(state && { resolved: state === "resolved" }),
          ...(severity && { severity }),
          ...(after && {
            AND: {
              OR: [
                { timestamp: { lt: new Date(after.startedAt) } },
                { timestamp: new Date(after.startedAt), id: { lt: after.id } },
              ],
            },
          }),
        },
        orderBy: [{ timestamp: "desc" }, { id: "desc" }],
        take: limit,
      }),
    );
    const inRange = [...this.pending.alerts.values()].filter(
      (alert) =>
        alert.startedAt < to &&
        (alert.startedAt >= from || alert.state === "firing" || (overlapping && (alert.resolvedAt ?? to) >= from)) &&
        (!state || alert.state === state) &&
        (!severity || alert.severity === severity),
    );
    const stored = rows.map(fromRow).filter(({ id }) => !this.pending.alerts.has(id));
    return [...inRange, ...stored].sort((a, b) => b.startedAt - a.startedAt).slice(0, limit);
  }

  /**
   * The clock was set by `stepMs` to `now`: alerts that are over and messages that wait get the times that they would have had. The alerts
   * that fire are the manager's. Returns how many.
   */
  async correctFuture(now: number, stepMs: number): Promise<number> {
    const future = { gt: new Date(now) };
    const ended = await retried(() =>
      this.prisma.alert.findMany({ where: { resolved: true, OR: [{ timestamp: future }, { resolved_at: future }] } }),
    );
    for (const row of ended) {
      const { startedAt, resolvedAt } = fromRow(row);
      const data = {
        timestamp: new Date(notAfter(now, startedAt, stepMs)),
        resolved_at: resolvedAt === null ? null : new Date(notAfter(now, resolvedAt, stepMs)),
      };
      await this.queue.run(() => this.prisma.alert.update({ where: { id: row.id }, data }));
    }
    const waiting = await retried(() =>
      this.prisma.notification.findMany({
        where: { sentAt: null, failedAt: null, OR: [{ createdAt: future }, { nextAttemptAt: future }] },
      }),
    );
    for (const { id, createdAt, nextAttemptAt } of waiting) {
      const data = {
        createdAt: new Date(notAfter(now, createdAt.getTime(), stepMs)),
        nextAttemptAt: new Date(Math.max(0, nextAttemptAt.getTime() + stepMs)),
      };
      await this.queue.run(() => this.prisma.notification.update({ where: { id }, data }));
    }
    return ended.length + waiting.length;
  }

  async get(id: string): Promise<Alert | null> {
    const pending = this.pending.alerts.get(id);
    if (pending) return pending;
    const row = await retried(() => this.prisma.alert.findUnique({ where: { id } }));
    return row && fromRow(row);
  }

  async hasWaiting(): Promise<boolean> {
    return (
      this.pending.hasWaiting() ||
      (await retried(() =>
        this.prisma.notification.findFirst({ where: { sentAt: null, failedAt: null }, select: { id: true } }),
      )) !== null
    );
  }

  /** The channels on which something was ever sent, as far as the log of messages goes back. */
  async sentChannels(): Promise<string[]> {
    const rows = await retried(() => this.prisma.notification.groupBy({ by: ["channel"], where: { sentAt: { not: null } } }));
    return rows.map(({ channel }) => channel);
  }

  /** Since when the oldest message waits; null when none does. */
  async waitingSince(): Promise<number | null> {
    const [oldest] = await this.waiting({ limit: 1, except: [] });
    return oldest?.createdAt ?? null;
  }

  /** Messages that are neither sent nor given up, oldest first: at most `limit` of each channel except some. */
  async waiting({ limit, except }: { limit: number; except: readonly string[] }): Promise<WaitingEntry[]> {
    const isWaiting = { sentAt: null, failedAt: null };
    const channels = await retried(() =>
      this.prisma.notification.groupBy({ by: ["channel"], where: { ...isWaiting, channel: { notIn: [...except] } } }),
    );
    const rows = [];
    // What waits for a receiver that is gone does not keep the others from being read.
    for (const { channel } of channels) {
      const own = { where: { ...isWaiting, channel }, orderBy: [{ createdAt: "asc" as const }, { id: "asc" as const }] };
      rows.push(...(await retried(() => this.prisma.notification.findMany({ ...own, take: limit }))));
    }
    const stored = rows.map(({ id, channel, message, attempts, createdAt, nextAttemptAt }) => ({
      id,
      channel,
      message,
      attempts,
      createdAt: createdAt.getTime(),
      nextAttemptAt: nextAttemptAt.getTime(),
    }));
    for (const entry of stored) this.inFlight.set(entry.id, entry);
    return this.pending.waiting(stored).filter(({ channel }) => !except.includes(channel));
  }

  /** Stores what a message says from now on; `absorbed` are part of it and no longer wait. */
  async replace(id: string, message: string, { absorbed, now }: { absorbed: readonly string[]; now: number }): Promise<void> {
    const known = (one: string) => this.pending.entry(one) ?? this.inFlight.get(one);
    const entry = known(id);
    const gone = absorbed.flatMap((one) => known(one) ?? []);
    for (const one of absorbed) this.inFlight.delete(one);
    if (entry) this.inFlight.set(id, { ...entry, message });
    const written = await this.queue.run(async () => {
      await this.prisma.$transaction([
        this.prisma.notification.update({ where: { id }, data: { message } }),
        this.prisma.notification.updateMany({
          where: { id: { in: [...absorbed] } },
          data: { sentAt: new Date(now), answer: "merged into a later message" },
        }),
      ]);
      this.pending.saved([], [id, ...absorbed]);
    });
    if (written) return;
    if (entry) this.pending.message({ ...entry, message }, now);
    for (const one of gone) this.pending.message(one, null);
  }

  async markSent(id: string, answer: string, now: number): Promise<void> {
    await this.mark(id, { sentAt: new Date(now), answer }, null);
  }

  /** Schedules the next attempt; with null there is none. With `message`, that is what is left to send. */
  async markFailed(
    id: string,
    answer: string,
    { now, nextAttemptAt, message }: { now: number; nextAttemptAt: number | null; message?: string | undefined },
  ): Promise<void> {
    const end = nextAttemptAt === null ? { failedAt: new Date(now) } : { nextAttemptAt: new Date(nextAttemptAt) };
    await this.mark(id, { ...end, answer, ...(message !== undefined && { message }) }, nextAttemptAt, message);
  }

  private async mark(id: string, data: NotificationUpdateInput, next: number | null, message?: string): Promise<void> {
    const entry = this.pending.entry(id) ?? this.inFlight.get(id);
    this.inFlight.delete(id);
    const written = await this.queue.run(async () => {
      await this.prisma.notification.update({ where: { id }, data: { ...data, attempts: { increment: 1 } } });
      this.pending.saved([], [id]);
    });
    // Keeps the message from being sent again and again while the result cannot be stored.
    if (!written && entry)
      this.pending.message({ ...entry, attempts: entry.attempts + 1, message: message ?? entry.message }, next);
  }

  /** The newest messages; with `alert`, those that told of that alert. */
  async notifications(limit: number, alert?: Pick<Alert, "id" | "startedAt">) {
    const told = alert && {
      createdAt: { gte: new Date(alert.startedAt - CLOCK_SLACK_MS) },
      message: { contains: `"id":"${alert.id}"` },
    };
    const rows = await retried(() =>
      this.prisma.notification.findMany({ where: told ?? {}, orderBy: { createdAt: "desc" }, take: limit }),
    );
    return rows.map(({ id, channel, createdAt, attempts, sentAt, failedAt, answer }) => ({
      id,
      channel,
      createdAt: createdAt.getTime(),
      attempts,
      state: sentAt ? ("sent" as const) : failedAt ? ("failed" as const) : ("waiting" as const),
      answer,
    }));
  }
}
