import { z } from "zod";
import { REPORT_FORMATS } from "~/domain/report";
import { reportPeriodFields, resolvePeriod } from "~/domain/report-request.schema";
import { storedReportAnswer } from "~/domain/stored-report";
import type { Runtime } from "../../runtime";
import { adminProcedure, outputSchema, router, viewerProcedure } from "../trpc";
import * as response from "./reports-responses";

const id = z.string().regex(/^[a-z0-9]+-[a-f0-9]{8}$/, "is not the id of a report");
const name = z.string().min(1).max(60);

type Schedule = ReturnType<Runtime["reports"]["schedules"]>[number];

const scheduleAnswer = ({ next, ...schedule }: Schedule) => ({
  ...schedule,
  to: [...schedule.to],
  next: next.map((time) => new Date(time).toISOString()),
});

export const reportsRouter = router({
  list: viewerProcedure
    .meta({ rest: { method: "GET", path: "/reports", summary: "Reports that are kept, newest first", example: { limit: 20 } } })
    .input(z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }))
    .output(outputSchema(response.storedReports))
    .query(async ({ ctx, input }) => (await ctx.runtime.reports.library.list(input.limit)).map(storedReportAnswer)),

  /** The configured schedules, in words and with their next runs. */
  schedules: viewerProcedure
    .meta({ rest: { method: "GET", path: "/reports/schedules", summary: "Scheduled reports and when they come next" } })
    .output(outputSchema(response.reportSchedules))
    .query(({ ctx }) => ctx.runtime.reports.schedules(Date.now()).map(scheduleAnswer)),

  /** Makes a scheduled report now, for the hours up to now, and delivers it. */
  run: adminProcedure
    .meta({ rest: { method: "POST", path: "/reports/schedules/{name}/run", summary: "Make and deliver a scheduled report now" } })
    .input(z.strictObject({ name }))
    .output(outputSchema(response.storedReport))
    .mutation(async ({ ctx, input }) => storedReportAnswer(await ctx.runtime.reports.run(input.name, Date.now()))),

  get: viewerProcedure
    .meta({
      rest: { method: "GET", path: "/reports/{id}", summary: "A report that is kept; its file is at /api/export/reports/{id}" },
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
        summary: "Make a report and keep it; GET /api/reports/{id} tells when it is ready",
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
    .meta({ rest: { method: "DELETE", path: "/reports/{id}", summary: "Delete a report and its file" } })
    .input(z.strictObject({ id }))
    .output(outputSchema(z.object({ removed: z.string() })))
    .mutation(async ({ ctx, input }) => {
      await ctx.runtime.reports.library.remove(input.id);
      return { removed: input.id };
    }),
});
