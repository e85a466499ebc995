/** `start --mode headless`: what programs ask for is served, pages are not. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { instanceOf, REQUEST_ID_HEADER } from "./request-id";

const SERVED = /^\/(api(\/|$|\?)|metrics($|\?))/;

/** Answers requests for pages with a 404 problem and says so; everything else is left to the next one. */
export function refusePage(request: IncomingMessage, response: ServerResponse): boolean {
  if (SERVED.test(request.url ?? "/")) return false;
  const problem = {
    type: "urn:hostscope:problem:not_found",
    title: "Not found",
    status: 404,
    detail: "this server runs with --mode headless: it has no pages; GET /api/docs lists what it answers",
    instance: instanceOf(String(response.getHeader(REQUEST_ID_HEADER))),
  };
  response.writeHead(404, { "content-type": "application/problem+json", "cache-control": "no-store" });
  response.end(request.method === "HEAD" ? undefined : JSON.stringify(problem));
  return true;
}
