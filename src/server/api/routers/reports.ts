import { z } from "zod";
import { AppError } from "~/domain/errors";
import { REPORT_FORMATS } from "~/domain/report";
import { reportPeriodFields, resolvePeriod } from "~/domain/report-request.schema";
import { storedReportAnswer } from "~/domain/stored-report";
import type { Runtime } from "../../runtime";
import { changeSettings, dropEntry, putEntry } from "../change-settings";
import { adminProcedure, outputSchema, router, viewerProcedure } from "../trpc";
import * as response from "./reports-responses";

const id = z.string().regex(/^[a-z0-9]+-[a-f0-9]{8}$/, "expected a report id such as mwv8q5gv-d0aec339");
const name = z.string().min(1).max(60);

const LIST = "reports.schedules";

const scheduleInput = z.strictObject({
  name,
  cron: z.string().max(100).describe("daily, weekly, monthly or five fields of cron"),
  time_zone: z.string().max(100).optional(),
  format: z.enum(REPORT_FORMATS).default("pdf"),
  hours: z.number().default(168),
  to: z.array(z.string().max(254)).max(50).default([]),
  replace: z.boolean().default(true).describe("false: refuse a name that a schedule already has"),
});

const emptyAsNone = (value: unknown) => (Array.isArray(value) && value.length === 0 ? undefined : value);

/** As it stands in the file: without what is empty. */
const written = (input: Omit<z.output<typeof scheduleInput>, "replace">) =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => emptyAsNone(value) !== undefined));

type Schedule = ReturnType<Runtime["reports"]["schedules"]>[number];

const scheduleAnswer = ({ next, ...schedule }: Schedule) => ({
  ...schedule,
  to: [...schedule.to],
  next: next.map((time) => new Date(time).toISOString()),
});

export const reportsRouter = router({
  list: viewerProcedure
    .meta({ rest: { method: "GET", path: "/reports", summary: "Saved reports, newest first", example: { limit: 20 } } })
    .input(z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }))
    .output(outputSchema(response.storedReports))
    .query(async ({ ctx, input }) => (await ctx.runtime.reports.library.list(input.limit)).map(storedReportAnswer)),

  /** The configured schedules, in words and with their next runs. */
  schedules: viewerProcedure
    .meta({ rest: { method: "GET", path: "/reports/schedules", summary: "Report schedules and their next runs" } })
    .output(outputSchema(response.reportSchedules))
    .query(({ ctx }) => ctx.runtime.reports.schedules(Date.now()).map(scheduleAnswer)),

  /** What is wrong in it, the configuration says. A folder is named in the file only, and stays. */
  saveSchedule: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/reports/schedules",
        summary: "Adds a schedule to the configuration, or replaces the one of that name",
        example: { name: "week", cron: "0 7 * * 1", format: "pdf", hours: 168, to: ["ops@example.org"] },
      },
    })
    .input(scheduleInput)
    .output(outputSchema(response.reportSchedule))
    .mutation(({ ctx, input }) => {
      const { replace, ...schedule } = input;
      const { name: wanted, ...given } = schedule;
      const entries = ctx.runtime.settings.entries(LIST);
      const at = entries.findIndex((one) => one.name === wanted);
      if (at >= 0 && !replace)
        throw new AppError("conflict", `A schedule named ${wanted} already exists. Change that one, or choose another name.`);
      if (at < 0) putEntry(ctx, LIST, written(schedule));
      else {
        const changes = Object.entries(given).map(([key, value]) => ({
          path: [...LIST.split("."), at, key],
          value: emptyAsNone(value),
        }));
        changeSettings(ctx, changes);
      }
      const saved = ctx.runtime.reports.schedules(Date.now()).find((one) => one.name === wanted);
      if (!saved) throw new AppError("conflict", "The schedule was saved but is not active. Check the configuration file.");
      return scheduleAnswer(saved);
    }),

  removeSchedule: adminProcedure
    .meta({
      rest: {
        method: "DELETE",
        path: "/reports/schedules/{name}",
        summary: "Removes a schedule from the configuration; its reports are kept",
        example: { name: "week" },
      },
    })
    .input(z.strictObject({ name }))
    .output(outputSchema(z.object({ removed: z.string() })))
    .mutation(({ ctx, input }) => {
      if (!dropEntry(ctx, LIST, input.name)) throw new AppError("not_found", `There is no schedule ${input.name}.`);
      return { removed: input.name };
    }),

  /** Makes a scheduled report now, for the hours up to now, and delivers it. */
  run: adminProcedure
    .meta({
      rest: { method: "POST", path: "/reports/schedules/{name}/run", summary: "Generates and delivers a scheduled report now" },
    })
    .input(z.strictObject({ name }))
    .output(outputSchema(response.storedReport))
    .mutation(async ({ ctx, input }) => storedReportAnswer(await ctx.runtime.reports.run(input.name, Date.now()))),

  get: viewerProcedure
    .meta({
      rest: { method: "GET", path: "/reports/{id}", summary: "A saved report; its file is at /api/export/reports/{id}" },
    })
    .input(z.strictObject({ id }))
    .output(outputSchema(response.storedReport))
    .query(async ({ ctx, input }) => storedReportAnswer(await ctx.runtime.reports.library.get(input.id))),

  /** Starts a report that is kept. Poll `state` until it is ready. */
  make: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/reports",
        summary: "Generates and saves a report; GET /api/reports/{id} says when it is ready",
        example: { format: "pdf", hours: 24 },
      },
    })
    .input(z.strictObject({ format: z.enum(REPORT_FORMATS).default("pdf"), ...reportPeriodFields }))
    .output(outputSchema(response.storedReport))
    .mutation(async ({ ctx, input: { format, ...asked } }) => {
      const now = Date.now();
      const { report } = await ctx.runtime.reports.library.add(
        { format, ...resolvePeriod(asked, now), schedule: null, deliver: false },
        now,
      );
      return storedReportAnswer(report);
    }),

  remove: adminProcedure
    .meta({ rest: { method: "DELETE", path: "/reports/{id}", summary: "Deletes a report and its file" } })
    .input(z.strictObject({ id }))
    .output(outputSchema(z.object({ removed: z.string() })))
    .mutation(async ({ ctx, input }) => {
      await ctx.runtime.reports.library.remove(input.id);
      return { removed: input.id };
    }),
});
