/** `reports.schedules`: reports that are made on a schedule. */
import { isAbsolute } from "node:path";
import { Cron } from "croner";
import { z } from "zod";
import { PAPERS } from "~/domain/report";
import { timeZoneName } from "~/domain/time-range.schema";
import { mailAddress } from "./addresses";

const CRON_NAMES: Record<string, string> = { hourly: "0 * * * *", daily: "0 7 * * *", weekly: "0 7 * * 1", monthly: "0 7 1 * *" };

const cron = z.string().transform((text, context) => {
  const pattern = CRON_NAMES[text.trim()] ?? text.trim();
  try {
    new Cron(pattern, { paused: true, mode: "5-part" });
    return pattern;
  } catch {
    context.addIssue({
      code: "custom",
      message: 'expected hourly, daily, weekly, monthly or five cron fields such as "0 7 * * 1"',
    });
    return z.NEVER;
  }
});

const reportSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w .-]{1,60}$/, "expected letters, digits, spaces and . -")
      .meta({ description: "Name of the schedule; unique.", examples: ["weekly"] }),
    cron: cron.meta({
      description: "When: hourly; daily, weekly (Monday) or monthly (the 1st), at 7:00; or five cron fields.",
      examples: ["30 6 * * 1-5"],
    }),
    time_zone: timeZoneName
      .optional()
      .meta({ description: "IANA time zone of cron and of the report. If empty: the machine's.", examples: ["Europe/Berlin"] }),
    format: z.enum(["pdf", "html", "csv", "json"]).default("pdf").describe("File format."),
    hours: z.number().positive().max(17_544).default(168).describe("Hours that the report covers, ending when it runs."),
    to: z
      .union([mailAddress.transform((address) => [address]), z.array(mailAddress).min(1)])
      .optional()
      .meta({ description: "Recipients; needs notifications.email. Not together with folder.", examples: ["admin@example.org"] }),
    folder: z
      .string()
      .refine((path) => isAbsolute(path), "expected a whole path, beginning with /")
      .optional()
      .meta({ description: "Folder that the file is written to. Not together with to.", examples: ["/srv/reports"] }),
  })
  .refine(({ to, folder }) => to === undefined || folder === undefined, "give one of to and folder");

export const reportsSchema = z
  .strictObject({
    paper: z.enum(PAPERS).default("a4").meta({ title: "Paper", description: "Paper size of PDF reports." }),
    schedules: z
      .array(reportSchema)
      .max(100)
      .default([])
      .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, "two schedules have the same name")
      .meta({
        title: "Schedules",
        description:
          "Reports that are generated on a schedule and mailed or written to a folder. All are also kept on the Reports page.",
      }),
  })
  .prefault({});
