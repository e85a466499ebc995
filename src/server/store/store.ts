/**
 * Everything that survives a restart, in one SQLite file. series/ has samples, chunks and rollups, processes/ the process history,
 * records/ rows that people look at, file/ the file itself: schema, backup, retention, free space.
 *
 * In: each tick, which the collector thread has already written to the sample log; rows from alerting, reports and the API;
 * `maintain`, which seals, sums up and deletes one slice at a time.
 * Out: ranges of series, the process table of a past second, consumers of a range, rows.
 * Never: holds up a tick (what the database does not accept waits in records/write-queue.ts); writes to a disk that is nearly full;
 * deletes readings by age elsewhere than in file/retention.ts (log rows go with the code that has compressed them).
 */
import { dirname } from "node:path";
import type Database from "better-sqlite3";
import type { Frame } from "~/domain/derive";
import type { History } from "~/domain/history";
import { builtInDefinition, type DefinitionOf } from "~/domain/metric";
import type { ProcessDelta } from "~/domain/process";
import type { Sample } from "~/domain/sample";
import type { Storage } from "~/domain/storage";
import { SteadyClock } from "../steady-clock";
import { causeSource } from "./cause-source";
import { isTransient, openDatabase } from "./file/database";
import { openPrisma, retried } from "./file/prisma";
import { Retention, type RetentionPolicy } from "./file/retention";
import { type DiskSpace, mayDelete, readSpace } from "./file/space";
import { readStorage } from "./file/storage";
import type { PrismaClient } from "./generated/client";
import { Pace, paced } from "./pace";
import { ProcessHistory } from "./processes/process-history";
import { ProcessTable } from "./processes/process-table";
import { AlertStore } from "./records/alerts";
import { AuditLog } from "./records/audit";
import { ContainerStore } from "./records/containers";
import { MarkStore } from "./records/marks";
import { MinuteAccumulator } from "./records/minute-tables";
import { ReadableRows } from "./records/readable-rows";
import { ReportStore } from "./records/reports";
import { SilenceStore } from "./records/silences";
import { WriteQueue } from "./records/write-queue";
import { RepeatedWork } from "./repeated-work";
import type { HistoryRequest } from "./series/history";
import { Names } from "./series/names";
import { Ring } from "./series/ring";
import { Sealer } from "./series/seal";
import { readSealedHour } from "./series/sealed-hour";
import { blockStart, HOUR_MS } from "./series/tiers";
import { StoreReader } from "./store-reader";

const STORAGE_FOR_MS = 60_000;
/** A clock that was set deletes nothing for its age until it has gone on for this long. */
const STEADY_MS = 3_600_000;
/** Of the newest samples in memory: an hour of a thousand series, 29 MB. */
const MOST_VALUES = 3_600_000;

export interface StoreOptions {
  path: string;
  intervalMs: number;
  historySize: number;
  retention: RetentionPolicy;
  /**
   * Part of a core that sealing and usage sums may take, and forgetting names a third of it, unless they take longer than half an hour;
   * without it as much as they can.
   */
  compressionShare?: number;
  /** Without it only built-in metrics have units and rates. */
  definitionOf?: DefinitionOf;
  /** Gets every write that failed for good. `maintain` also reports transient errors. It reports the same error once. */
  onError: (error: unknown, what: string) => void;
  /** What somebody should know of, though it is as configured. */
  onNotice?: (text: string) => void;
}

interface StoreParts {
  ring: Ring;
  reader: StoreReader;
  database: Database.Database;
  prisma: PrismaClient;
  readable: ReadableRows;
  sealer: Sealer;
  names: Names;
  upkeep: Retention;
  processHistory: ProcessHistory;
}

export class Store {
  readonly processes = new ProcessTable();
  readonly alerts: AlertStore;
  readonly audit: AuditLog;
  readonly marks: MarkStore;
  readonly containers: ContainerStore;
  readonly silences: SilenceStore;
  readonly reports: ReportStore;
  private readonly minutes = new MinuteAccumulator();
  private readonly queue: WriteQueue;
  private readonly clock = new SteadyClock(STEADY_MS);
  private readonly paces: { compression: Pace; forgetting: Pace };
  private readonly work: RepeatedWork;
  private isClosed = false;
  private spaceError: string | undefined;
  private lastStorage: { at: number; storage: Storage } | undefined;
  /** As of the last `checkSpace`. */
  space: DiskSpace;

  private constructor(
    private readonly options: StoreOptions,
    private readonly parts: StoreParts,
  ) {
    this.space = readSpace(dirname(options.path));
    const share = options.compressionShare ?? Number.POSITIVE_INFINITY;
    this.paces = { compression: new Pace(share), forgetting: new Pace(share / 3) };
    this.work = new RepeatedWork(options.onError);
    this.queue = new WriteQueue();
    this.queue.writable = this.space.writable;
    this.alerts = new AlertStore(parts.prisma, this.queue);
    this.audit = new AuditLog(parts.prisma, options.onError);
    this.marks = new MarkStore(parts.prisma, this.queue);
    this.containers = new ContainerStore(parts.prisma, this.queue);
    this.silences = new SilenceStore(parts.prisma);
    this.reports = new ReportStore(parts.prisma);
  }

  /**
   * Reads the free space of the disk. Below the floor nothing is written until there is space again. What was read last holds while the
   * folder cannot be looked at, such as one that was unmounted.
   */
  checkSpace(): DiskSpace {
    try {
      this.space = readSpace(dirname(this.options.path), this.space.writable);
      this.spaceError = undefined;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (text !== this.spaceError) this.options.onError(error, "reading the free disk space");
      this.spaceError = text;
    }
    this.queue.writable = this.space.writable;
    return this.space;
  }

  /** Opens a migrated database and loads the newest samples into the ring. */
  static async open(options: StoreOptions, now: number): Promise<Store> {
    const { intervalMs, definitionOf = builtInDefinition } = options;
    const database = openDatabase(options.path, { timeoutMs: 0, checkpoints: false });
    const prisma = await openPrisma(options.path);
    const ring = new Ring(options.historySize, MOST_VALUES);
    const processHistory = new ProcessHistory(database, intervalMs);
    processHistory.recover(database);
    const { archive } = processHistory;
    const reader = new StoreReader(database, { intervalMs, definitionOf, ring, archive });
    const { series, log, tiers } = reader.parts;
    const since = now - options.historySize * intervalMs;
    // What is later was measured with a clock that was ahead, or the clock is behind now.
    const sealedUntil = Math.min(tiers.sealedUntil() ?? 0, now);
    for (let hour = blockStart(since, HOUR_MS); hour < sealedUntil; hour += HOUR_MS) {
      for (const sample of readSealedHour({ series, tiers }, hour, Math.max(hour, since)))
        if (sample.at <= now) ring.push(sample);
    }
    for (const sample of log.read(since, now + 1)) ring.push(sample);
    const sealer = new Sealer({ intervalMs, database, log, series, tiers, definitionOf });
    const upkeep = new Retention(database, options.retention, options.onNotice);
    const readable = new ReadableRows(database);
    const names = new Names(database, () => {
      series.forget();
      sealer.forgetNames();
    });
    return new Store(options, { names, ring, reader, database, prisma, readable, sealer, upkeep, processHistory });
  }

  /**
   * Adds a tick to the ring and the process history, and once a minute to the readable tables. The collector thread has already
   * logged the sample.
   */
  add(sample: Sample, frame: Frame, delta: ProcessDelta): void {
    const { ring, readable, processHistory } = this.parts;
    ring.push(sample);
    this.processes.apply(delta);
    processHistory.add(delta, this.processes);
    const rows = this.minutes.add(frame, this.processes);
    if (rows) this.write("the minute's rows of system_metrics and process_metrics", () => readable.addMinute(rows));
  }

  /** The collectors restarted: the next tick lists every process. */
  forgetProcesses(): void {
    this.processes.clear();
    this.parts.processHistory.restart();
  }

  /** Inserts one row per reading into `custom_metrics`. */
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
    this.write("rows of custom_metrics", () => this.parts.readable.addCustom(data));
  }

  private write(what: string, run: () => void): void {
    this.queue.run(async () => run()).catch((error: unknown) => this.options.onError(error, what));
  }

  /** The clock was set by `stepMs` to `now`: what was noted with a time in the future is shown again. Returns how many rows. */
  async correctFuture(now: number, stepMs: number): Promise<number> {
    const corrected = [
      this.alerts.correctFuture(now, stepMs),
      this.marks.correctFuture(now, stepMs),
      this.reports.correctFuture(now),
    ];
    return (await Promise.all(corrected)).reduce((sum, count) => sum + count, 0);
  }

  setRetention(retention: RetentionPolicy): void {
    this.parts.upkeep.retention = retention;
    this.lastStorage = undefined;
  }

  /**
   * Writes a finished process block and does one slice of sealing, usage sums or retention: a few milliseconds, and less often than that
   * with a `compressionShare`. Called after each tick, and more often when the interval is long or monitoring is stopped. `monotonic` is in milliseconds.
   */
  maintain(now: number, monotonic = performance.now()): void {
    const { processHistory, sealer, upkeep, names } = this.parts;
    const isSteady = this.clock.isSteady(now, monotonic);
    // The last tick asks for it when the store is closed already.
    if (this.isClosed) return;
    const { work } = this;
    if (!this.space.writable) {
      if (mayDelete(this.space)) work.run("deleting old history", () => upkeep.stepAndCheckpoint(now, isSteady));
      return;
    }
    if (this.queue.length > 0)
      void this.queue.drain((error) => this.options.onError(error, "writing queued data to the database"));
    // A block written does not postpone the rest: at an interval of a minute every tick has one.
    work.run("storing the process history", () => processHistory.flush());
    const { compression, forgetting } = this.paces;
    const compress = () => paced(compression, monotonic, () => sealer.step(now) || processHistory.sumUp(now));
    const worked =
      work.run("compressing the history", compress) || work.run("deleting old history", () => upkeep.step(now, isSteady));
    // An hour that is under way would begin anew without the names.
    if (!worked && !compression.isUnderWay)
      work.run("forgetting unused names", () => paced(forgetting, monotonic, () => names.step(monotonic)));
  }

  get damagedRows(): number {
    const { processHistory, upkeep } = this.parts;
    return this.reader.damagedRows + processHistory.damagedRows + upkeep.damagedRows;
  }

  /** Reads the past at once, on this thread. What may be much is asked of the reader thread (../reader). */
  get reader(): StoreReader {
    return this.parts.reader;
  }

  since(): number | null {
    return this.reader.since();
  }

  /** Time of the oldest process table that can be read; null before the first tick. */
  processesSince(): number | null {
    return this.reader.processesSince();
  }

  firstReading(): number | null {
    return this.reader.firstReading();
  }

  history(request: HistoryRequest): History {
    return this.reader.historyAtOnce(request);
  }

  /** What explains an alert, read at once: for minutes. */
  get causeSource() {
    return causeSource(this.reader);
  }

  /** Process blocks that are not in the database. */
  unwrittenProcesses() {
    return this.parts.processHistory.unwritten();
  }

  /** Samples that are not in the database, which takes none for the moment. Oldest first. */
  unwrittenSamples(): Sample[] {
    const { log, tiers } = this.parts.reader.parts;
    // A row of a clock that was ahead says nothing of those of now.
    const newest = this.newestAt() ?? 0;
    const sealedUntil = tiers.sealedUntil() ?? 0;
    const logged = log.newest(newest) ?? (sealedUntil <= newest ? sealedUntil : 0);
    return [...this.parts.ring.read(logged + 1, newest + 1)];
  }

  /** The samples of that many seconds stay in memory, whatever their size: windows of rules are filled from them. */
  keepRecent(seconds: number): void {
    const { ring } = this.parts;
    ring.leastSamples = Math.min(ring.capacity, Math.ceil((seconds * 1000) / this.options.intervalMs) + 2);
  }

  /** Keeps this part of the usual newest samples in memory, but never less than `keepRecent` asked for. */
  keepPart(part: number): void {
    this.parts.ring.keep(part);
  }

  /** Samples in memory since a moment, oldest first. */
  recent(from: number): Iterable<Sample> {
    return this.parts.ring.read(from, Number.POSITIVE_INFINITY);
  }

  /** Time of the newest sample; null before the first. */
  newestAt(): number | null {
    return this.parts.ring.newest?.at ?? null;
  }

  /** Time of the oldest sample in memory; null before the first. */
  recentSince(): number | null {
    return this.parts.ring.oldest?.at ?? null;
  }

  /** Time of the oldest sample that is kept at full resolution, of a sealed one its hour; null without any. */
  oldestSample(): number | null {
    const { tiers, log } = this.parts.reader.parts;
    return tiers.rawSince() ?? log.oldest() ?? this.recentSince();
  }

  /** Size and age of each tier and a forecast, cached for a minute. The disk space is current. */
  storage(now: number): Storage {
    if (!this.lastStorage || now - this.lastStorage.at > STORAGE_FOR_MS || now < this.lastStorage.at) {
      const { database } = this.parts;
      const { retention } = this.parts.upkeep;
      this.lastStorage = { at: now, storage: readStorage(database, { retention, disk: this.space, now }) };
    }
    return { ...this.lastStorage.storage, disk: this.space };
  }

  async setting(name: string): Promise<{ value: string; changedAt: Date } | null> {
    return retried(() => this.parts.prisma.setting.findUnique({ where: { name } }));
  }

  /** Writes now, or queues the write until the database accepts it. */
  async setSetting(name: string, value: string, changedAt: Date): Promise<void> {
    await this.queue.run(() =>
      this.parts.prisma.setting.upsert({ where: { name }, create: { name, value, changedAt }, update: { value, changedAt } }),
    );
  }

  /** As `setSetting`, at once where the database is free: for what is written every few seconds. */
  async noteSetting(name: string, value: string, changedAt: Date): Promise<void> {
    try {
      if (this.space.writable && this.parts.readable.setSetting(name, value, changedAt)) return;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await this.setSetting(name, value, changedAt);
  }

  async close(): Promise<void> {
    const { database, prisma, processHistory } = this.parts;
    this.isClosed = true;
    try {
      if (this.space.writable) processHistory.finish();
      await this.queue.drain((error) => this.options.onError(error, "writing queued data to the database"));
    } catch (error) {
      this.options.onError(error, "storing the last minute of the process history");
    }
    await prisma.$disconnect();
    database.close();
  }
}
