/** Everything that lasts, on one SQLite file. */
import type Database from "better-sqlite3";
import type { Frame } from "~/domain/derive";
import type { Aggregate, History } from "~/domain/history";
import { inSystemBundle } from "~/domain/history";
import type { ProcessDelta } from "~/domain/process";
import type { Sample } from "~/domain/sample";
import { bucketsFor } from "~/domain/time-range";
import { openPrisma, retried } from "./client";
import { openDatabase } from "./database";
import type { PrismaClient } from "./generated/client";
import { MinuteAccumulator } from "./minute-tables";
import { ProcessTable } from "./processes";
import { Reducer } from "./reduce";
import { Ring } from "./ring";
import { SampleLogReader } from "./sample-log";

export interface HistoryRequest {
  /** A metric, or "system" for the main bundle. */
  name: string;
  /** Epoch milliseconds, [from, to). */
  from: number;
  to: number;
  points: number;
  aggregate: Aggregate;
}

export interface StoreOptions {
  path: string;
  intervalMs: number;
  historySize: number;
  /** Told about writes to the readable tables that failed for good; the compressed history does not depend on them. */
  onError: (error: unknown, what: string) => void;
}

export class Store {
  readonly processes = new ProcessTable();
  private readonly minutes = new MinuteAccumulator();

  private constructor(
    private readonly options: StoreOptions,
    private readonly database: Database.Database,
    private readonly prisma: PrismaClient,
    private readonly log: SampleLogReader,
    private readonly ring: Ring,
  ) {}

  /** Opens a migrated database and reads the newest samples back into memory. */
  static async open(options: StoreOptions, now: number): Promise<Store> {
    const database = openDatabase(options.path, { timeoutMs: 0, checkpoints: false });
    const prisma = await openPrisma(options.path);
    const log = new SampleLogReader(database);
    const ring = new Ring(options.historySize);
    for (const sample of log.read(now - options.historySize * options.intervalMs, Number.MAX_SAFE_INTEGER)) ring.push(sample);
    return new Store(options, database, prisma, log, ring);
  }

  /** Takes in a tick: into memory at once, into the readable tables once a minute. The collector thread has logged the sample already. */
  add(sample: Sample, frame: Frame, delta: ProcessDelta): void {
    this.ring.push(sample);
    this.processes.apply(delta);
    const rows = this.minutes.add(frame, this.processes.all());
    if (!rows) return;
    retried(() =>
      this.prisma.$transaction([
        this.prisma.systemMetric.create({ data: rows.system }),
        this.prisma.processMetric.createMany({ data: rows.processes }),
      ]),
    ).catch((error: unknown) => this.options.onError(error, "the minute's rows of system_metrics and process_metrics"));
  }

  /** Time of the oldest stored sample, null when there is none. */
  since(): number | null {
    return this.database.prepare("SELECT min(at) FROM sample_log").pluck().get() as number | null;
  }

  get damagedRows(): number {
    return this.log.damaged;
  }

  history({ name, from, to, points, aggregate }: HistoryRequest): History {
    const { intervalMs } = this.options;
    const buckets = bucketsFor({ from, to }, points, intervalMs);
    const reducer = new Reducer(buckets, name === "system" ? inSystemBundle : ({ metric }) => metric === name);
    // The sample before the range is read too: the first rate needs it.
    for (const sample of this.samples(buckets.start - 2 * intervalMs, to)) reducer.add(sample);
    const end = buckets.start + buckets.count * buckets.stepMs;
    return {
      name,
      from: buckets.start,
      to: end,
      stepSeconds: buckets.stepMs / 1000,
      resolutionSeconds: intervalMs / 1000,
      timestamps: Array.from({ length: buckets.count }, (_, index) => buckets.start + index * buckets.stepMs),
      series: [...reducer.points.values()].map((one) => one.toSeries(aggregate)),
    };
  }

  async setting(name: string): Promise<{ value: string; changedAt: Date } | null> {
    return retried(() => this.prisma.setting.findUnique({ where: { name } }));
  }

  async setSetting(name: string, value: string, changedAt: Date): Promise<void> {
    await retried(() =>
      this.prisma.setting.upsert({ where: { name }, create: { name, value, changedAt }, update: { value, changedAt } }),
    );
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    this.database.close();
  }

  /** From the log what memory no longer holds, then from memory. */
  private *samples(from: number, to: number): Generator<Sample> {
    const inMemory = this.ring.oldest?.at ?? Number.POSITIVE_INFINITY;
    if (from < inMemory) yield* this.log.read(from, Math.min(to, inMemory));
    yield* this.ring.read(Math.max(from, inMemory), to);
  }
}
