import { AppError } from "~/domain/errors";
import { ACCESS_HEADER, readAccessHeader } from "~/server/http/access";
import { docsPage } from "~/server/http/docs-page";
import { openApiDocument } from "~/server/http/openapi";
import { problemOf, problemResponse } from "~/server/http/problem";
import { getRuntime } from "~/server/runtime";

export const dynamic = "force-dynamic";

/** GET /api/docs: the OpenAPI document as a web page. */
export function GET(request: Request): Response {
  const runtime = getRuntime();
  const passed = readAccessHeader(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  if (passed === null || passed.role === null) {
    return problemResponse(problemOf(new AppError("forbidden", "requests come in through the front door only")), request);
  }
  // The front door put a nonce for this response into the header.
  const nonce = /'nonce-([^']+)'/.exec(request.headers.get("content-security-policy") ?? "")?.[1] ?? "";
  const { host } = new URL(request.url);
  const page = docsPage(openApiDocument(runtime.version), {
    nonce,
    origin: `${passed.secure ? "https" : "http"}://${request.headers.get("host") ?? host}`,
  });
  return new Response(page, { headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" } });
}
