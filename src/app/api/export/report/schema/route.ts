import { reportJsonSchema } from "~/domain/report.schema";
import { jsonResponse } from "~/server/http/answer";
import { answerDownload } from "~/server/http/download";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** GET /api/export/report/schema: JSON Schema of a JSON report. */
function handle(request: Request): Promise<Response> {
  return answerDownload(request, getRuntime(), async () => jsonResponse(reportJsonSchema(), request, { stable: true }));
}

export { handle as GET, handle as HEAD };
