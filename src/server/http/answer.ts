import { createHash } from "node:crypto";
import { PreparedJson } from "~/domain/prepared-json";

interface JsonOptions {
  /** Send an ETag, and 304 when the client already has this version. */
  stable?: boolean;
  /** Replaces the ETag that is hashed from the body. */
  etag?: string | undefined;
  headers?: Record<string, string>;
}

/** True when `If-None-Match` lists this ETag. A compressing proxy may have made it weak (`W/`). */
function isKnown(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag);
}

/** A JSON response to GET or HEAD with caching headers. */
export function jsonResponse(
  value: unknown,
  request: Request,
  { stable = false, etag: given, headers = {} }: JsonOptions = {},
): Response {
  const body = value instanceof PreparedJson ? value.text : JSON.stringify(value);
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
