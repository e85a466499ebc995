import { serveReport } from "~/server/http/export-report";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** GET /api/export/report: a report of a period as a file, made now. */
function handle(request: Request): Promise<Response> {
  return serveReport(request, getRuntime());
}

export { handle as GET, handle as HEAD };
