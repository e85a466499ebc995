/** `start --mode headless` serves the API and /metrics, but no pages. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { problemInstance, REQUEST_ID_HEADER } from "./request-id";

const SERVED = /^\/(api(\/|$|\?)|metrics($|\?))/;

/** Answers a request for a page with a 404 problem and returns true. Returns false for everything else. */
export function refusePage(request: IncomingMessage, response: ServerResponse): boolean {
  if (SERVED.test(request.url ?? "/")) return false;
  const problem = {
    type: "urn:hostscope:problem:not_found",
    title: "Not found",
    status: 404,
    detail: "this server runs with --mode headless: it has no pages; GET /api/docs lists what it answers",
    instance: problemInstance(String(response.getHeader(REQUEST_ID_HEADER))),
  };
  response.writeHead(404, { "content-type": "application/problem+json", "cache-control": "no-store" });
  response.end(request.method === "HEAD" ? undefined : JSON.stringify(problem));
  return true;
}
