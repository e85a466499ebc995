/** Helpers for downloads: access check, query parsing, errors and file names. */
import { type ZodType, z } from "zod";
import { AppError } from "~/domain/errors";
import { withNonce } from "~/domain/report-page";
import { invalidInput } from "../api/trpc";
import type { Runtime } from "../runtime";
import { ACCESS_HEADER, roleFrom } from "./access";
import { problemOf, problemResponse } from "./problem";
import { queryFields, toAppError } from "./rest";

/** RFC 6266 with RFC 8187: an ASCII fallback for old clients, and the real name for all others. */
export function attachment(fileName: string): string {
  const plain = fileName.normalize("NFKD").replace(/[^\w.-]+/g, "_");
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

export const flag = z.enum(["0", "1", "true", "false"]).transform((value) => value === "1" || value === "true");

/** Parses the query with a schema. Throws a `bad_request` that lists the invalid parameters. */
export function readQuery<T>(request: Request, schema: ZodType<T>): T {
  const result = schema.safeParse(queryFields(new URL(request.url).searchParams));
  if (result.success) return result.data;
  throw invalidInput(result.error);
}

/** Runs a download handler and turns what it throws into a problem. `unavailable` gets a Retry-After. */
export async function answerDownload(request: Request, runtime: Runtime, answer: () => Promise<Response>): Promise<Response> {
  try {
    if (roleFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret) === null) {
      throw new AppError("forbidden", "Requests must come through the front door.");
    }
    return await answer();
  } catch (error) {
    // The client is gone: nobody reads this response.
    if (request.signal.aborted) return new Response(null, { status: 499 });
    const known = toAppError(error, runtime.log);
    return problemResponse(problemOf(known), request, known.code === "unavailable" ? { "retry-after": "5" } : {});
  }
}

export interface Download {
  fileName: string;
  contentType: string;
  /** Show it in the browser instead of saving it. HTML only. */
  inline: boolean;
}

export function downloadHeaders({ fileName, contentType, inline }: Download): Record<string, string> {
  return {
    "content-type": contentType,
    "content-disposition": inline ? "inline" : attachment(fileName),
    "cache-control": "no-store",
  };
}

/**
 * Responds with a whole file. An inline HTML report gets this response's nonce: without it the browser would not run its script.
 */
export function fileResponse(request: Request, file: Buffer, download: Download): Response {
  const nonce = /'nonce-([^']+)'/.exec(request.headers.get("content-security-policy") ?? "")?.[1];
  const body = download.inline && nonce !== undefined ? Buffer.from(withNonce(file.toString("utf8"), nonce)) : file;
  return new Response(new Uint8Array(body), { headers: { ...downloadHeaders(download), "content-length": String(body.length) } });
}
