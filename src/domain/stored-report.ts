import type { ReportFormat } from "./report";

/** Progress of delivering a scheduled report. */
export interface ReportDelivery {
  state: "waiting" | "done" | "failed";
  attempts: number;
  /** Epoch milliseconds; null when there is no further attempt. */
  nextAttemptAt: number | null;
  /** The mail server's answer, or the path of the file; null before the first attempt. */
  answer: string | null;
}

/** A stored report. Times are epoch milliseconds. */
export interface StoredReport {
  id: string;
  /** The schedule that made it, null for one made by hand. */
  schedule: string | null;
  format: ReportFormat;
  from: number;
  to: number;
  timeZone: string;
  state: "waiting" | "ready" | "failed";
  createdAt: number;
  finishedAt: number | null;
  bytes: number | null;
  /** Why it failed. */
  error: string | null;
  /** File name of the download. */
  fileName: string;
  delivery: ReportDelivery | null;
}

export interface ReportSchedule {
  name: string;
  cron: string;
  timeZone: string;
  format: ReportFormat;
  hours: number;
  /** Mail addresses. */
  to: readonly string[];
  /** Folder to write the files to; null when the report is mailed. */
  folder: string | null;
}

/** A stored report as in the API and the pages: times in ISO 8601. */
export function storedReportAnswer({ delivery, ...report }: StoredReport) {
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return {
    ...report,
    from: new Date(report.from).toISOString(),
    to: new Date(report.to).toISOString(),
    createdAt: new Date(report.createdAt).toISOString(),
    finishedAt: iso(report.finishedAt),
    delivery: delivery && { ...delivery, nextAttemptAt: iso(delivery.nextAttemptAt) },
  };
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** "each Monday at 07:00" for the usual patterns; the pattern itself for the rest. */
export function cronWords(cron: string): string {
  const [minute = "", hour = "", day = "", month = "", weekday = "", ...more] = cron.trim().split(/\s+/);
  const isPlain = /^\d{1,2}$/.test(minute) && /^\d{1,2}$/.test(hour) && month === "*" && more.length === 0;
  if (minute === "0" && hour === "*" && day === "*" && month === "*" && weekday === "*") return "each hour";
  if (!isPlain) return cron;
  const clock = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (day === "*" && weekday === "*") return `each day at ${clock}`;
  if (day === "*" && weekday === "1-5") return `each weekday at ${clock}`;
  if (day === "*" && /^[0-7]$/.test(weekday)) return `each ${DAYS[Number(weekday) % 7]} at ${clock}`;
  if (weekday === "*" && /^\d{1,2}$/.test(day)) return `on day ${day} of each month at ${clock}`;
  return cron;
}
