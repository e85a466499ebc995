import { serveAuth } from "~/server/http/auth-route";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** Logging in and out. */
function handle(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.replace(/^\/api\/auth/, "");
  return serveAuth(request, path, getRuntime());
}

export { handle as DELETE, handle as GET, handle as OPTIONS, handle as PATCH, handle as POST, handle as PUT };
