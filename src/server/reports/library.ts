/** Stored reports: each is a row in the database and a file in the data folder. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError, isAppError } from "~/domain/errors";
import { REPORT_FORMATS } from "~/domain/report";
import type { StoredReport } from "~/domain/stored-report";
import { replaceFile } from "../replace-file";
import { type MakeReport, type ReportRequest, reportFileName } from "./maker";

/** The table of reports. */
export interface ReportRecords {
  save(report: StoredReport): Promise<void>;
  list(limit: number): Promise<StoredReport[]>;
  get(id: string): Promise<StoredReport | null>;
  remove(id: string): Promise<boolean>;
}

export interface LibraryOptions {
  folder: string;
  records: ReportRecords;
  make: MakeReport;
  hostName: () => string;
  keepSeconds: () => number;
  onError: (error: unknown, what: string) => void;
}

export interface StoredReportRequest extends ReportRequest {
  schedule: string | null;
  /** Deliver the report as soon as it is ready. */
  deliver: boolean;
}

/** The oldest reports beyond this number are deleted, whatever their age. */
const MOST_REPORTS = 500;

export class ReportLibrary {
  private readonly ending = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly options: LibraryOptions) {}

  /** Marks reports that the previous run did not finish as failed, and deletes files without a row. */
  async restore(now: number): Promise<void> {
    const { folder, records } = this.options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const kept = await records.list(Number.MAX_SAFE_INTEGER);
    for (const report of kept) {
      if (report.state !== "waiting") continue;
      await records.save({
        ...report,
        state: "failed",
        finishedAt: now,
        error: "the server stopped before the report was finished",
      });
    }
    const named = new Set(kept.map((report) => `${report.id}.${report.format}`));
    for (const name of readdirSync(folder)) {
      if (!named.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
    }
    await this.clean(now);
  }

  /** Resolves once the row is saved. `done` resolves when the report is ready or has failed. */
  async add(request: StoredReportRequest, now: number): Promise<{ report: StoredReport; done: Promise<void> }> {
    const { format, period, timeZone, schedule, deliver } = request;
    const report: StoredReport = {
      id: `${now.toString(36)}-${randomBytes(4).toString("hex")}`,
      schedule,
      format,
      from: period.from,
      to: period.to,
      timeZone,
      state: "waiting",
      createdAt: now,
      finishedAt: null,
      bytes: null,
      error: null,
      fileName: reportFileName(this.options.hostName(), period, format),
      delivery: deliver ? { state: "waiting", attempts: 0, nextAttemptAt: now, answer: null } : null,
    };
    await this.options.records.save(report);
    const done = this.fill(report, request).finally(() => this.running.delete(done));
    this.running.add(done);
    return { report, done };
  }

  list(limit: number): Promise<StoredReport[]> {
    return this.options.records.list(limit);
  }

  async get(id: string): Promise<StoredReport> {
    const report = await this.options.records.get(id);
    if (!report) throw new AppError("not_found", `There is no report ${id}.`);
    return report;
  }

  async read(report: StoredReport): Promise<Buffer> {
    if (report.state === "waiting")
      throw new AppError("conflict", "The report is still being generated. Try again in a few seconds.");
    if (report.state === "failed") throw new AppError("not_found", `The report could not be generated: ${report.error}`);
    const path = this.pathOf(report);
    try {
      return await readFile(path);
    } catch {
      throw new AppError(
        "not_found",
        "The report's file is missing from the data folder. Delete the report and generate it again.",
      );
    }
  }

  async remove(id: string): Promise<void> {
    const report = await this.get(id);
    await this.options.records.remove(id);
    await rm(this.pathOf(report), { force: true });
  }

  /** Removes expired reports, and the oldest beyond the limit. */
  async clean(now: number): Promise<void> {
    const reports = await this.options.records.list(Number.MAX_SAFE_INTEGER);
    const old = reports.filter(
      ({ createdAt, state }, index) =>
        state !== "waiting" && (index >= MOST_REPORTS || createdAt < now - this.options.keepSeconds() * 1000),
    );
    for (const { id } of old) await this.remove(id);
  }

  async stop(): Promise<void> {
    this.ending.abort(new Error("the server stopped before the report was finished"));
    await Promise.all(this.running);
  }

  /** A row may come from a restored copy that somebody else made: its id must not lead out of the folder. */
  private pathOf({ id, format }: Pick<StoredReport, "id" | "format">): string {
    if (!/^[a-z0-9]{1,20}-[0-9a-f]{8}$/.test(id) || !REPORT_FORMATS.includes(format)) {
      throw new AppError("not_found", "The report's database row is damaged. Delete the report.");
    }
    return join(this.options.folder, `${id}.${format}`);
  }

  private async fill(report: StoredReport, request: StoredReportRequest): Promise<void> {
    const { make, records, onError } = this.options;
    let result: Partial<StoredReport>;
    try {
      const file = await make(request, this.ending.signal);
      await replaceFile(this.pathOf(report), file);
      result = { state: "ready", bytes: file.length };
    } catch (error) {
      if (!this.ending.signal.aborted && !isAppError(error)) onError(error, "generating a report failed");
      result = {
        state: "failed",
        error: reasonOf(error),
        delivery: report.delivery && { ...report.delivery, state: "failed", nextAttemptAt: null },
      };
    }
    try {
      // The report may have been deleted in the meantime.
      if (await records.get(report.id)) await records.save({ ...report, ...result, finishedAt: Date.now() });
      else await rm(this.pathOf(report), { force: true });
    } catch (error) {
      onError(error, "cannot write a report's row");
    }
  }
}

/** An error in one line, for the list of reports. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC") return "the disk is full";
  return (message ?? String(error)).split("\n")[0]?.slice(0, 300) ?? "";
}
