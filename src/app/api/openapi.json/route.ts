import { AppError } from "~/domain/errors";
import { ACCESS_HEADER, roleFrom } from "~/server/http/access";
import { jsonResponse } from "~/server/http/answer";
import { openApiDocument } from "~/server/http/openapi";
import { problemOf, problemResponse } from "~/server/http/problem";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** GET /api/openapi.json: every REST operation, generated from the schemas that validate them. */
export function GET(request: Request): Response {
  const runtime = getRuntime();
  if (roleFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret) === null) {
    return problemResponse(problemOf(new AppError("forbidden", "requests come in through the front door only")), request);
  }
  return jsonResponse(openApiDocument(runtime.version), request, { stable: true });
}
