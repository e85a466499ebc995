/** Everything that lasts, on one SQLite file. */
import type Database from "better-sqlite3";
import type { Frame } from "~/domain/derive";
import type { History } from "~/domain/history";
import type { Consumer, ProcessDelta, ProcessLife } from "~/domain/process";
import type { Sample } from "~/domain/sample";
import { AlertStore } from "./alerts";
import { AuditLog } from "./audit";
import { openPrisma, retried } from "./client";
import { isTransient, openDatabase } from "./database";
import type { PrismaClient } from "./generated/client";
import { type HistoryParts, type HistoryRequest, readHistory } from "./history";
import { MarkStore } from "./marks";
import { MinuteAccumulator } from "./minute-tables";
import { ProcessHistory } from "./process-history";
import { type LifeRequest, readLife } from "./process-life";
import { ProcessTable } from "./processes";
import { type Retention, Upkeep } from "./retention";
import { Ring } from "./ring";
import { SampleLogReader } from "./sample-log";
import { Sealer } from "./seal";
import { SeriesReader } from "./series";
import { Tiers } from "./tiers";

const DAY_MS = 86_400_000;

export interface StoreOptions {
  path: string;
  intervalMs: number;
  historySize: number;
  retention: Retention;
  /** Told about writes that failed for good. */
  onError: (error: unknown, what: string) => void;
}

interface StoreParts extends HistoryParts {
  database: Database.Database;
  prisma: PrismaClient;
  sealer: Sealer;
  upkeep: Upkeep;
  processHistory: ProcessHistory;
}

export class Store {
  readonly processes = new ProcessTable();
  readonly alerts: AlertStore;
  readonly audit: AuditLog;
  readonly marks: MarkStore;
  private readonly minutes = new MinuteAccumulator();
  private lastUpkeepError: string | undefined;

  private constructor(
    private readonly options: StoreOptions,
    private readonly parts: StoreParts,
  ) {
    this.alerts = new AlertStore(parts.prisma);
    this.audit = new AuditLog(parts.prisma, options.onError);
    this.marks = new MarkStore(parts.prisma);
  }

  /** Opens a migrated database and reads the newest samples back into memory. */
  static async open(options: StoreOptions, now: number): Promise<Store> {
    const { intervalMs } = options;
    const database = openDatabase(options.path, { timeoutMs: 0, checkpoints: false });
    const prisma = await openPrisma(options.path);
    const series = new SeriesReader(database);
    const log = new SampleLogReader(database, series);
    const tiers = new Tiers(database);
    const ring = new Ring(options.historySize);
    for (const sample of log.read(now - options.historySize * intervalMs, Number.MAX_SAFE_INTEGER)) ring.push(sample);
    const sealer = new Sealer({ database, log, series, tiers });
    const upkeep = new Upkeep(database, options.retention);
    const processHistory = new ProcessHistory(database);
    processHistory.recover(database);
    return new Store(options, { database, prisma, series, log, tiers, ring, intervalMs, sealer, upkeep, processHistory });
  }

  /** Takes in a tick: into memory at once, into the readable tables once a minute. The collector thread has logged the sample already. */
  add(sample: Sample, frame: Frame, delta: ProcessDelta): void {
    const { ring, prisma, processHistory } = this.parts;
    ring.push(sample);
    this.processes.apply(delta);
    processHistory.add(delta, this.processes);
    const rows = this.minutes.add(frame, this.processes.all());
    if (!rows) return;
    retried(() =>
      prisma.$transaction([
        prisma.systemMetric.create({ data: rows.system }),
        prisma.processMetric.createMany({ data: rows.processes }),
      ]),
    ).catch((error: unknown) => this.options.onError(error, "the minute's rows of system_metrics and process_metrics"));
  }

  /** The collectors begin anew: the next tick lists every process. */
  forgetProcesses(): void {
    this.processes.clear();
    this.parts.processHistory.restart();
  }

  /** A row each in the readable table `custom_metrics`. */
  addCustom(
    rows: readonly { name: string; value: number; kind: string; tags: Readonly<Record<string, string>> }[],
    at: number,
  ): void {
    const data = rows.map(({ name, value, kind, tags }) => ({
      timestamp: new Date(at),
      metric_name: name,
      metric_value: value,
      metric_type: kind,
      tags: JSON.stringify(tags),
    }));
    retried(() => this.parts.prisma.customMetric.createMany({ data })).catch((error: unknown) =>
      this.options.onError(error, "rows of custom_metrics"),
    );
  }

  /** One slice of sealing or retention, a few milliseconds long. Called after each tick. */
  maintain(now: number): void {
    const { processHistory, sealer, upkeep } = this.parts;
    try {
      if (!processHistory.step(now) && !sealer.step(now)) upkeep.step(now);
      this.lastUpkeepError = undefined;
    } catch (error) {
      // Another process's lock or a full disk: the next tick tries again.
      const text = error instanceof Error ? error.message : String(error);
      if (!isTransient(error) || text !== this.lastUpkeepError) this.options.onError(error, "compressing the history");
      this.lastUpkeepError = text;
    }
  }

  /** Time of the oldest stored reading, to the hour where it is sealed, to the day where only its minutes are kept; null when there is none. */
  since(): number | null {
    const { database } = this.parts;
    const oldest = (sql: string) => database.prepare(sql).pluck().get() as number | null;
    const raw = oldest(
      "SELECT min(start) FROM (SELECT min(start) AS start FROM chunks UNION ALL SELECT min(at) FROM sample_log)",
    );
    const minutes = oldest("SELECT min(start) FROM rollups WHERE tier = 60");
    // A block of minutes begins with its day, often before the first reading.
    if (minutes === null || (raw !== null && raw - minutes < DAY_MS)) return raw;
    return minutes;
  }

  get damagedRows(): number {
    const { log, tiers, processHistory } = this.parts;
    return log.damaged + tiers.damaged + processHistory.damagedRows;
  }

  history(request: HistoryRequest): History {
    return readHistory(this.parts, request);
  }

  /** The process table as it was at a moment, null when nothing is stored of it. */
  processesAt(at: number) {
    return this.parts.processHistory.at(at);
  }

  /** What processes used in (from, to]. */
  consumers(from: number, to: number): Consumer[] {
    return this.parts.processHistory.consumers(from, to);
  }

  /** One process over time; null when nothing is kept of it. */
  processLife(request: LifeRequest): Promise<ProcessLife | null> {
    return readLife(this.parts.processHistory, this.options.intervalMs, request);
  }

  /** Samples in memory since a moment, oldest first. */
  recent(from: number): Iterable<Sample> {
    return this.parts.ring.read(from, Number.POSITIVE_INFINITY);
  }

  /** Bytes of the database file and of what is kept where. */
  size() {
    return this.parts.upkeep.size();
  }

  async setting(name: string): Promise<{ value: string; changedAt: Date } | null> {
    return retried(() => this.parts.prisma.setting.findUnique({ where: { name } }));
  }

  async setSetting(name: string, value: string, changedAt: Date): Promise<void> {
    await retried(() =>
      this.parts.prisma.setting.upsert({ where: { name }, create: { name, value, changedAt }, update: { value, changedAt } }),
    );
  }

  async close(): Promise<void> {
    const { database, prisma, processHistory } = this.parts;
    try {
      processHistory.finish();
    } catch (error) {
      this.options.onError(error, "the last minute of the process history");
    }
    await prisma.$disconnect();
    database.close();
  }
}
