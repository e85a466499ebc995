import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { AppError } from "~/domain/errors";
import { appRouter } from "~/server/api/root";
import { ACCESS_HEADER, callerFrom } from "~/server/http/access";
import { problemOf, problemResponse } from "~/server/http/problem";
import { REQUEST_ID_HEADER } from "~/server/http/request-id";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

async function handle(request: Request): Promise<Response> {
  const runtime = getRuntime();
  const caller = callerFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  if (caller === null)
    return problemResponse(problemOf(new AppError("forbidden", "requests come in through the front door only")), request);
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    createContext: () => ({ runtime, ...caller, requestId: request.headers.get(REQUEST_ID_HEADER) ?? undefined }),
  });
}

export { handle as GET, handle as POST };
