import { serveStoredReport } from "~/server/http/export-report";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** GET /api/export/reports/{id}: a stored report. */
async function handle(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return serveStoredReport(request, getRuntime(), (await params).id);
}

export { handle as GET, handle as HEAD };
