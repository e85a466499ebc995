/** Wires up reports: their data, their storage and the configured schedules. */

import { hostname } from "node:os";
import { join } from "node:path";
import type { AlertRule } from "~/domain/alert";
import { AppError } from "~/domain/errors";
import type { HostFacts } from "~/domain/host";
import { type DeliveryResult, deliveryFailure } from "~/domain/notification";
import { momentText, type ReportFormat, type ReportPeriod } from "~/domain/report";
import { cronWords, type ReportSchedule, type StoredReport } from "~/domain/stored-report";
import { localTimeZone } from "~/domain/wall-clock";
import type { Config } from "../config/schema";
import { html } from "../notifiers/mail-html";
import { createMailer } from "../notifiers/mailer";
import type { Reader } from "../reader/reader";
import { ReportLibrary } from "../reports/library";
import { createReportMaker, type MakeReport, reportFileName } from "../reports/maker";
import { nextRuns } from "../reports/schedule";
import { ReportScheduler } from "../reports/scheduler";
import type { StartupOptions } from "../startup-options";
import type { Store } from "../store/store";
import { mailerOptions, unreadableSecret } from "./channels";

const CONTENT_TYPES: Record<ReportFormat, string> = {
  pdf: "application/pdf",
  html: "text/html; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  json: "application/json",
};
const SHOWN_MOMENTS = 3;

export interface ScheduleStatus extends ReportSchedule {
  words: string;
  /** Epoch milliseconds. */
  next: number[];
}

export interface ReportService {
  make: MakeReport;
  /** The file name for a report about this host and a period. */
  fileName(period: ReportPeriod, extension: string): string;
  library: Pick<ReportLibrary, "add" | "list" | "get" | "read" | "remove">;
  schedules(now: number): ScheduleStatus[];
  /** Makes a schedule's report now and delivers it. */
  run(name: string, now: number): Promise<StoredReport>;
  /** The latest failures, one line each, for health. */
  failures(): string[];
  stop(): Promise<void>;
}

interface ReportDependencies {
  /** The current configuration. */
  config: () => Config;
  store: Store;
  past: Pick<Reader, "history" | "outlook" | "processAnalysis">;
  host: () => HostFacts;
  rules: () => readonly AlertRule[];
}

function schedulesOf({ reports }: Pick<Config, "reports">): ReportSchedule[] {
  return reports.schedules.map(({ name, cron, time_zone, format, hours, to, folder }) => ({
    name,
    cron,
    timeZone: time_zone ?? localTimeZone(),
    format,
    hours,
    to: to ?? [],
    folder: folder ?? null,
  }));
}

interface MailedReport {
  report: StoredReport;
  file: Buffer;
  schedule: ReportSchedule;
}

/** Mails a scheduled report as an attachment. */
async function mailReport({ notifications }: Config, { report, file, schedule }: MailedReport): Promise<DeliveryResult> {
  const { email } = notifications;
  if (!email?.enabled) {
    return deliveryFailure("notifications.email is not configured, or is turned off", { retryable: true });
  }
  const host = hostname();
  const at = (time: number) => momentText({ time, shown: "date" }, report.timeZone);
  const text = `The report "${schedule.name}" of ${host} for ${at(report.from)} to ${at(report.to)} (${report.timeZone}) is attached.\n`;
  try {
    const result = await createMailer(mailerOptions(email, host))({
      to: schedule.to,
      subject: `[hostscope] ${host}: ${schedule.name}`,
      text,
      html: `<!doctype html><html lang="en"><body style="font:14px/1.5 sans-serif"><p>${html(text)}</p></body></html>`,
      key: `report-${report.id}`,
      attachments: [{ filename: report.fileName, contentType: CONTENT_TYPES[report.format], content: file }],
    });
    return email.public_only ? { ...result, answer: result.outcome } : result;
  } catch (error) {
    return unreadableSecret(error);
  }
}

export async function composeReports(
  startup: StartupOptions,
  { config, store, past, host, rules }: ReportDependencies,
): Promise<ReportService> {
  const { dataDir, log, programDir, version } = startup;
  const schedules = () => schedulesOf(config());
  const onError = (error: unknown, what: string) => log.error({ err: error }, what);
  const make = createReportMaker(
    {
      version,
      intervalSeconds: config().monitoring.interval,
      host,
      history: (request, signal) => past.history(request, signal),
      outlook: (at) => past.outlook(at),
      processAnalysis: (request, signal) => past.processAnalysis(request, signal),
      alerts: (query) => store.alerts.list(query),
      marks: (query) => store.marks.list(query),
      rules,
      paper: () => config().reports.paper,
    },
    programDir,
  );
  const library = new ReportLibrary({
    folder: join(dataDir, "reports"),
    records: store.reports,
    make,
    hostName: () => host().name,
    keepSeconds: () => config().retention.reports,
    onError,
  });
  await library.restore(Date.now());
  const scheduler = new ReportScheduler({
    schedules,
    library,
    records: store.reports,
    mail: (report, file, schedule) => mailReport(config(), { report, file, schedule }),
    onError,
  });
  scheduler.start();
  return {
    make,
    fileName: (period, extension) => reportFileName(host().name, period, extension),
    library,
    schedules: (now) =>
      schedules().map((schedule) => ({
        ...schedule,
        words: cronWords(schedule.cron),
        next: nextRuns(schedule, now, SHOWN_MOMENTS),
      })),
    async run(name, now) {
      const schedule = schedules().find((one) => one.name === name);
      if (!schedule) throw new AppError("not_found", `There is no schedule ${name}.`);
      return scheduler.make(schedule, now, { now, isDue: false });
    },
    failures: () => scheduler.failures(),
    async stop() {
      await library.stop();
      await scheduler.stop();
    },
  };
}
