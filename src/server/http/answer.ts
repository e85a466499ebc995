import { createHash } from "node:crypto";

interface JsonOptions {
  /** With an ETag, and 304 for a client that has it already. */
  stable?: boolean;
  /** Where something else than the answer's own bytes says that it changed. */
  etag?: string | undefined;
  headers?: Record<string, string>;
}

/** True when `If-None-Match` names this tag. A proxy that compresses may have weakened it. */
function isKnown(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag);
}

/** The answer to GET and HEAD with what caches need to know. */
export function jsonResponse(
  value: unknown,
  request: Request,
  { stable = false, etag: given, headers = {} }: JsonOptions = {},
): Response {
  const body = JSON.stringify(value);
  const isHead = request.method === "HEAD";
  if (!stable) {
    return new Response(isHead ? null : body, {
      headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
    });
  }
  const etag = given ?? `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const cached = { etag, "cache-control": "private, no-cache", ...headers };
  if (isKnown(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers: cached });
  return new Response(isHead ? null : body, { headers: { "content-type": "application/json", ...cached } });
}
