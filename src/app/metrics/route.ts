import { AppError } from "~/domain/errors";
import { ACCESS_HEADER, roleFrom } from "~/server/http/access";
import { problemOf, problemResponse } from "~/server/http/problem";
import { scrape } from "~/server/http/scrape";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** GET /metrics, for Prometheus. */
export function GET(request: Request): Response {
  const runtime = getRuntime();
  if (roleFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret) === null) {
    return problemResponse(problemOf(new AppError("forbidden", "requests come in through the front door only")), request);
  }
  return scrape(request, runtime, Date.now());
}
