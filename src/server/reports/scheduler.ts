/** Makes scheduled reports when they are due and delivers them. Makes up for missed runs with one report per schedule. */
import { join } from "node:path";
import { type DeliveryResult, deliveryFailure } from "~/domain/notification";
import type { ReportSchedule, StoredReport } from "~/domain/stored-report";
import { everyAligned } from "../aligned-timer";
import { replaceFile } from "../replace-file";
import { SteadyClock } from "../steady-clock";
import { type ReportLibrary, type ReportRecords, reasonOf } from "./library";
import { dueRun } from "./schedule";

export interface SchedulerOptions {
  /** The schedules of the current configuration. */
  schedules: () => readonly ReportSchedule[];
  library: ReportLibrary;
  records: ReportRecords & {
    dueDeliveries(now: number): Promise<StoredReport[]>;
    doneUntil(name: string): Promise<number | null>;
    setDoneUntil(name: string, time: number): Promise<void>;
  };
  mail: (report: StoredReport, file: Buffer, schedule: ReportSchedule) => Promise<DeliveryResult>;
  onError: (error: unknown, what: string) => void;
}

const LOOK_EVERY_MS = 5000;
/** Without schedules there is rarely anything to do, such as a pending delivery of a deleted schedule. */
const UNSCHEDULED_EVERY_MS = 60_000;
/** How many of the newest reports are searched for failures. */
const NEWEST = 200;
const CLEAN_EVERY_MS = 3_600_000;
/** A clock that was set is believed after this. */
const SETTLED_MS = 300_000;
/** Wait after the first, second, ... failed attempt. After the last wait, one more attempt is made. */
const WAITS_MS = [60_000, 300_000, 900_000, 3_600_000, 4 * 3_600_000];

export class ReportScheduler {
  private stopLooking = () => {};
  private looking: Promise<void> | undefined;
  private cleanedAt = 0;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private readonly making = new Set<string>();
  private readonly clock = new SteadyClock(SETTLED_MS, true);
  /** Errors of the newest report of each schedule. */
  private failing: string[] = [];

  constructor(private readonly options: SchedulerOptions) {}

  start(): void {
    this.stopLooking = everyAligned(LOOK_EVERY_MS, () => void this.look(Date.now(), performance.now()));
    void this.look(Date.now(), performance.now());
  }

  failures(): string[] {
    return this.failing;
  }

  async stop(): Promise<void> {
    this.stopLooking();
    await this.looking;
  }

  /**
   * Starts what is due and delivers what is ready. After the clock was set, it has to go on for some minutes before something is due: it may
   * be set right again. Calls share a run that is already in progress. `monotonic` is in milliseconds.
   */
  look(now: number, monotonic: number): Promise<void> {
    this.looking ??= this.work(now, this.clock.isSteady(now, monotonic))
      .catch((error: unknown) => this.options.onError(error, "running scheduled reports failed"))
      .finally(() => {
        this.looking = undefined;
      });
    return this.looking;
  }

  private async work(now: number, isSteady: boolean): Promise<void> {
    const { records, library } = this.options;
    const schedules = this.options.schedules();
    if (schedules.length === 0 && now - this.lookedAt < UNSCHEDULED_EVERY_MS) return;
    this.lookedAt = now;
    for (const schedule of isSteady ? schedules : []) {
      if (this.making.has(schedule.name)) continue;
      const doneUntil = await records.doneUntil(schedule.name);
      if (doneUntil === null) {
        // A new schedule starts now: it has missed nothing.
        await records.setDoneUntil(schedule.name, now);
        continue;
      }
      if (doneUntil > now) {
        // The clock was ahead when it ran last.
        await records.setDoneUntil(schedule.name, now);
        continue;
      }
      const moment = dueRun(schedule, doneUntil, now);
      if (moment === null) continue;
      await this.make(schedule, moment, { now, isDue: true });
      await records.setDoneUntil(schedule.name, Math.max(moment, doneUntil));
    }
    for (const report of await records.dueDeliveries(now)) await this.deliver(report, now);
    this.failing = failuresOf(schedules, await library.list(NEWEST));
    if (now - this.cleanedAt >= CLEAN_EVERY_MS) {
      this.cleanedAt = now;
      await library.clean(now);
    }
  }

  /** Resolves when the report is started, not when it is ready. */
  async make(schedule: ReportSchedule, moment: number, { now, isDue }: { now: number; isDue: boolean }): Promise<StoredReport> {
    const { name, format, timeZone, hours, to, folder } = schedule;
    this.making.add(name);
    const { report, done } = await this.options.library
      .add(
        {
          schedule: name,
          format,
          timeZone,
          period: { from: moment - hours * 3_600_000, to: moment },
          isDue,
          deliver: to.length > 0 || folder !== null,
        },
        now,
      )
      .catch((error: unknown) => {
        this.making.delete(name);
        throw error;
      });
    void done.finally(() => this.making.delete(name));
    return report;
  }

  private async deliver(report: StoredReport, now: number): Promise<void> {
    const { library, records, mail } = this.options;
    const schedule = this.options.schedules().find(({ name }) => name === report.schedule);
    const attempts = (report.delivery?.attempts ?? 0) + 1;
    let delivered: DeliveryResult;
    try {
      if (!schedule) throw new Error(`there is no schedule ${report.schedule} any more`);
      const file = await library.read(report);
      delivered = schedule.folder === null ? await mail(report, file, schedule) : await put(schedule.folder, report, file);
    } catch (error) {
      delivered = deliveryFailure(reasonOf(error), { retryable: false });
    }
    const wait = delivered.ok || !delivered.retryable ? undefined : WAITS_MS[attempts - 1];
    // The report may have been deleted during the delivery.
    if (!(await records.get(report.id))) return;
    await records.save({
      ...report,
      delivery: {
        state: delivered.ok ? "done" : wait === undefined ? "failed" : "waiting",
        attempts,
        nextAttemptAt: wait === undefined ? null : now + wait,
        answer: delivered.answer,
      },
    });
  }
}

/** Checks the newest finished report of each schedule. Returns an error for each that failed or could not be delivered. */
export function failuresOf(schedules: readonly ReportSchedule[], newestFirst: readonly StoredReport[]): string[] {
  return schedules.flatMap(({ name }) => {
    const last = newestFirst.find(({ schedule, state }) => schedule === name && state !== "waiting");
    if (last?.state === "failed") return [`${name}: ${last.error}`];
    const { state, attempts = 0, answer } = last?.delivery ?? {};
    return state === "failed" || (state === "waiting" && attempts > 0) ? [`${name}: ${answer}`] : [];
  });
}

async function put(folder: string, report: StoredReport, file: Buffer): Promise<DeliveryResult> {
  const path = join(folder, report.fileName);
  try {
    await replaceFile(path, file);
    return { ok: true, outcome: path, answer: path };
  } catch (error) {
    return deliveryFailure(`${path}: ${reasonOf(error)}`, { retryable: true });
  }
}
