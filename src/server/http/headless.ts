/** `start --mode headless`: the API and /metrics without Next, by the handlers that its route files export. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { createGzip } from "node:zlib";
import { incomingMessageToRequest } from "@trpc/server/adapters/node-http";
import * as handlers from "./handlers";
import { methodNotAllowed, problemResponse } from "./problem";
import type { Handler } from "./request-gate";
import { ROUTES } from "./routes";

type RouteHandler = (request: Request) => Response | Promise<Response>;

/** By route file. A test compares this with the policy. */
export const HANDLERS: Readonly<Record<string, RouteHandler>> = {
  "api/auth/[...all]/route.ts": handlers.auth,
  "api/acknowledge/route.ts": handlers.acknowledge,
  "api/stream/route.ts": handlers.stream,
  "api/trpc/[trpc]/route.ts": handlers.trpc,
  "api/docs/route.ts": handlers.docs,
  "api/openapi.json/route.ts": handlers.openApi,
  "metrics/route.ts": handlers.metrics,
  "api/export/data/route.ts": handlers.exportData,
  "api/export/incident/route.ts": handlers.exportIncident,
  "api/export/report/route.ts": handlers.exportReport,
  "api/export/report/schema/route.ts": handlers.reportSchema,
  "api/export/reports/[id]/route.ts": handlers.storedReport,
  "api/[...path]/route.ts": handlers.rest,
};

const MOST_BODY_BYTES = 1024 * 1024;
const NO_PAGES = {
  type: "urn:hostscope:problem:not_found",
  title: "Not found",
  status: 404,
  detail: "This server runs with --mode headless and has no pages. See /api/docs for its API.",
};

export function serveHeadless(onError: (error: unknown) => void): Handler {
  return async (incoming, outgoing) => {
    try {
      const request = incomingMessageToRequest(incoming, outgoing, { maxBodySize: MOST_BODY_BYTES });
      await send(await answer(request), incoming, outgoing);
    } catch (error) {
      // The client has left.
      if (outgoing.destroyed) return;
      onError(error);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(500, { "content-type": "application/problem+json" }).end();
    }
  };
}

async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const route = ROUTES.find(({ file, pattern }) => file in HANDLERS && pattern.test(pathname));
  const handle = route && HANDLERS[route.file];
  if (!handle) return problemResponse(NO_PAGES, request);
  const { verbs } = route;
  const allow = [...new Set([...verbs, ...(verbs.includes("GET") ? ["HEAD"] : []), "OPTIONS"])].join(", ");
  if (verbs.includes(request.method)) return handle(request);
  if (request.method === "HEAD" && verbs.includes("GET")) return handle(request);
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
  return methodNotAllowed(request, verbs, allow);
}

async function send(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { body } = response;
  const hasBody = body !== null && incoming.method !== "HEAD";
  const packs = mayPack(incoming, response);
  for (const [name, value] of response.headers) {
    // The front door may have set the one, and there can be several of the other.
    if (name === "vary" || name === "set-cookie") outgoing.appendHeader(name, value);
    else outgoing.setHeader(name, value);
  }
  if (packs) {
    outgoing.appendHeader("vary", "Accept-Encoding");
    outgoing.setHeader("content-encoding", "gzip");
    outgoing.removeHeader("content-length");
  }
  outgoing.writeHead(response.status);
  if (!hasBody) {
    await body?.cancel();
    outgoing.end();
    return;
  }
  // Server-sent events: a client waits for the headers before there is an event.
  outgoing.flushHeaders();
  const source = Readable.fromWeb(body as ReadableStream<Uint8Array>);
  if (packs) await pipeline(source, createGzip(), outgoing);
  else await pipeline(source, outgoing);
}

const TEXT = /^(?:text\/|application\/(?:json|problem\+json|openmetrics-text|x-ndjson|yaml)\b)/;

function mayPack(incoming: IncomingMessage, { headers }: Response): boolean {
  const accepted = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(String(incoming.headers["accept-encoding"] ?? ""));
  const isFixed = /\bno-transform\b/.test(headers.get("cache-control") ?? "") || headers.has("content-encoding");
  return accepted && !isFixed && TEXT.test(headers.get("content-type") ?? "");
}
