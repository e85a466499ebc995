/** Response schemas of reports.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { REPORT_FORMATS } from "~/domain/report";
import { number, numberOrNull, time, timeOrNull } from "../response-fields";

export const storedReport = z
  .object({
    id: z.string(),
    schedule: z.string().nullable().meta({ description: "null for a manual report" }),
    format: z.enum(REPORT_FORMATS),
    from: time,
    to: time,
    timeZone: z.string(),
    state: z.enum(["waiting", "ready", "failed"]),
    createdAt: time,
    finishedAt: timeOrNull,
    bytes: numberOrNull,
    error: z.string().nullable(),
    fileName: z.string(),
    delivery: z
      .object({
        state: z.enum(["waiting", "done", "failed"]),
        attempts: number,
        nextAttemptAt: timeOrNull,
        answer: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: "StoredReport" });

export const storedReports = z.array(storedReport);

export const reportSchedule = z
  .object({
    name: z.string(),
    cron: z.string(),
    words: z.string(),
    timeZone: z.string(),
    format: z.enum(REPORT_FORMATS),
    hours: number,
    to: z.array(z.string()),
    folder: z.string().nullable(),
    next: z.array(time),
  })
  .meta({ id: "ReportSchedule" });

export const reportSchedules = z.array(reportSchedule);
