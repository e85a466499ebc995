import { inTurn } from "~/server/http/heavy-answers";
import { serveRest } from "~/server/http/rest";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** Every REST operation; calls the tRPC procedure with that path. */
function handle(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.replace(/^\/api/, "");
  const runtime = getRuntime();
  return inTurn(request, runtime, () => serveRest(request, path, runtime));
}

export { handle as DELETE, handle as GET, handle as HEAD, handle as OPTIONS, handle as PATCH, handle as POST, handle as PUT };
