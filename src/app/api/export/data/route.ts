import { serveData } from "~/server/http/export-data";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** GET /api/export/data: stored readings as a stream. */
function handle(request: Request): Promise<Response> {
  return serveData(request, getRuntime());
}

export { handle as GET, handle as HEAD };
