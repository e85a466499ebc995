/** Who may do what, decided once on the raw request. Pure: the front door gathers the facts. */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export interface RequestFacts {
  method: string;
  url: string;
  peer: string;
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface AccessRules {
  /** Names and addresses besides loopback under which this server may be asked, lower case. */
  hosts: ReadonlySet<string>;
}

export type Verdict =
  | { allowed: true; role: "viewer" | "admin" }
  | { allowed: false; status: 400 | 403 | 404 | 405 | 411 | 413 | 414 | 421; detail: string };

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
export const ALLOW = METHODS.join(", ");
const MAX_URL = 4096;
const MAX_BODY = 1024 * 1024;
const FORWARDING = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

const refuse = (status: Extract<Verdict, { allowed: false }>["status"], detail: string): Verdict => ({
  allowed: false,
  status,
  detail,
});

function isLoopbackAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === "loopback";
}

/** The host of a Host header without its port, lower case and without brackets; null when it is not one. */
export function hostName(header: string): string | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?$/.exec(header);
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? null : name.toLowerCase().replace(/\.$/, "");
}

function isLoopbackName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || isLoopbackAddress(name);
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}

/** A write that a browser sends for another site's page. Requests without any of these headers are no browser's. */
function isCrossSiteWrite({ method, headers }: RequestFacts): boolean {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return false;
  const site = single(headers["sec-fetch-site"]);
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  const origin = single(headers.origin);
  if (origin === undefined) return false;
  try {
    return new URL(origin).host !== single(headers.host)?.toLowerCase();
  } catch {
    return true;
  }
}

export function decideAccess(request: RequestFacts, rules: AccessRules): Verdict {
  const { method, url, headers } = request;
  if (!METHODS.includes(method)) return refuse(405, `the method ${method.slice(0, 20)} is not served`);
  if (!url.startsWith("/")) return refuse(400, "the request target must be a path");
  if (url.length > MAX_URL) return refuse(414, `the address is longer than ${MAX_URL} characters`);
  const host = hostName(single(headers.host) ?? "");
  const known = host !== null && (isLoopbackName(host) || rules.hosts.has(host));
  if (!known) return refuse(421, "this server is not known by that Host name; open it as localhost");
  if (headers["next-action"] !== undefined) return refuse(404, "there is nothing here");
  if (headers["transfer-encoding"] !== undefined) return refuse(411, "send a Content-Length");
  if (Number(single(headers["content-length"]) ?? 0) > MAX_BODY) return refuse(413, `the body is larger than ${MAX_BODY} bytes`);
  if (isCrossSiteWrite(request)) return refuse(403, "a page of another site may not change anything here");
  const forwarded = FORWARDING.some((name) => headers[name] !== undefined);
  if (!isLoopbackAddress(request.peer) || !isLoopbackName(host) || forwarded) {
    return refuse(403, "this server answers requests from its own machine only");
  }
  return { allowed: true, role: "admin" };
}

/** What to strip from a request before Next sees it: our own verdict, and what only Next itself may set. */
export function isInternalHeader(name: string): boolean {
  return (
    name.startsWith("x-hostscope-") || name.startsWith("x-middleware-") || name.startsWith("x-nextjs-") || name === "next-action"
  );
}
