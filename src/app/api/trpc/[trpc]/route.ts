import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { AppError } from "~/domain/errors";
import { appRouter } from "~/server/api/root";
import { ACCESS_HEADER, callerFrom } from "~/server/http/access";
import { inTurn } from "~/server/http/heavy-answers";
import { problemOf, problemResponse } from "~/server/http/problem";
import { REQUEST_ID_HEADER } from "~/server/http/request-id";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** A page asks for a few dozen charts at once. */
const MOST_CELLS_OF_BATCH = 300_000;

async function handle(request: Request): Promise<Response> {
  const runtime = getRuntime();
  const caller = callerFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  if (caller === null)
    return problemResponse(problemOf(new AppError("forbidden", "requests come in through the front door only")), request);
  const answer = () =>
    fetchRequestHandler({
      endpoint: "/api/trpc",
      req: request,
      router: appRouter,
      createContext: () => ({
        runtime,
        ...caller,
        budget: { cells: MOST_CELLS_OF_BATCH },
        requestId: request.headers.get(REQUEST_ID_HEADER) ?? undefined,
      }),
    });
  return inTurn(request, runtime, answer);
}

export { handle as GET, handle as POST };
