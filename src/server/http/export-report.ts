/** GET /api/export/report and GET /api/export/reports/{id}: serve a report as a file. */
import { z } from "zod";
import { AppError } from "~/domain/errors";
import { REPORT_FORMATS, type ReportFormat } from "~/domain/report";
import { reportPeriodFields, resolvePeriod } from "~/domain/report-request.schema";
import type { Runtime } from "../runtime";
import { answerDownload, type Download, downloadHeaders, fileResponse, flag, readQuery } from "./download";

export const REPORT_TYPES: Record<ReportFormat, string> = {
  pdf: "application/pdf",
  html: "text/html; charset=utf-8",
  csv: "text/csv; charset=utf-8; header=present",
  json: "application/json",
};

export const reportQuery = z.strictObject({
  format: z.enum(REPORT_FORMATS).default("pdf"),
  ...reportPeriodFields,
  rows: z
    .enum(["tables", "points"])
    .optional()
    .describe("CSV only: one row per number of the tables, or per point of the charts"),
  inline: flag.default(false).describe("HTML only: show it in the browser instead of downloading"),
});

const storedQuery = z.strictObject({ inline: flag.default(false) });

function shownInline(inline: boolean, format: ReportFormat): boolean {
  if (inline && format !== "html") {
    throw new AppError("bad_request", "inline: only HTML reports can be shown in the browser", [
      { parameter: "inline", detail: "needs format=html" },
    ]);
  }
  return inline;
}

export function serveReport(request: Request, runtime: Runtime): Promise<Response> {
  return answerDownload(request, runtime, async () => {
    const { format, rows, inline, ...asked } = readQuery(request, reportQuery);
    if (rows !== undefined && format !== "csv") {
      throw new AppError("bad_request", "rows: applies to CSV only", [{ parameter: "rows", detail: "needs format=csv" }]);
    }
    const { period, timeZone } = resolvePeriod(asked, runtime.now());
    const download: Download = {
      fileName: runtime.reports.fileName(period, format),
      contentType: REPORT_TYPES[format],
      inline: shownInline(inline, format),
    };
    if (request.method === "HEAD") return new Response(null, { headers: downloadHeaders(download) });
    const file = await runtime.reports.make({ format, period, timeZone, csvRows: rows }, request.signal);
    return fileResponse(request, file, download);
  });
}

export function serveStoredReport(request: Request, runtime: Runtime, id: string): Promise<Response> {
  return answerDownload(request, runtime, async () => {
    const { inline } = readQuery(request, storedQuery);
    const report = await runtime.reports.library.get(id);
    const file = await runtime.reports.library.read(report);
    const { fileName, format } = report;
    return fileResponse(request, file, { fileName, contentType: REPORT_TYPES[format], inline: shownInline(inline, format) });
  });
}
