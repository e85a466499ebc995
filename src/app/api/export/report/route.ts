import { serveReport } from "~/server/http/export-report";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** GET /api/export/report: makes a report of a period and returns it as a file. */
function handle(request: Request): Promise<Response> {
  return serveReport(request, getRuntime());
}

export { handle as GET, handle as HEAD };
