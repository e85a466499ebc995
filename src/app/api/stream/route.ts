import { AppError } from "~/domain/errors";
import { ACCESS_HEADER, callerFrom } from "~/server/http/access";
import { eventStreamOf } from "~/server/http/event-stream";
import { problemOf, problemResponse } from "~/server/http/problem";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** GET /api/stream: a snapshot, then one server-sent event per tick, until the client disconnects. */
export function GET(request: Request): Response {
  const runtime = getRuntime();
  const caller = callerFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  if (caller === null) {
    return problemResponse(problemOf(new AppError("forbidden", "requests come in through the front door only")), request);
  }
  const last = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("lastEventId");
  const after = last !== null && /^\d{1,16}$/.test(last) ? Number(last) : null;
  return eventStreamOf(runtime, caller).open(request.signal, after);
}
