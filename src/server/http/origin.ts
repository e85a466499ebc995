/** Rules for requests that pages of other sites send: CORS and CSRF. Pure. */
import { LOCATION_HEADER } from "~/domain/access";
import { firstHeaderValue, type RequestHeaders } from "./client-address";

export interface OriginRules {
  /** Origins whose pages may read and write here with the visitor's cookies. */
  corsOrigins: ReadonlySet<string>;
  /** The origin of `server.public_url`. */
  publicOrigin: string | null;
}

const SAFE = ["GET", "HEAD", "OPTIONS"];

export function isWrite(method: string): boolean {
  return !SAFE.includes(method);
}

/** The request's Origin if the rules list exactly that origin, else null. */
export function corsOrigin(headers: RequestHeaders, { corsOrigins }: OriginRules): string | null {
  const origin = firstHeaderValue(headers.origin);
  return origin !== undefined && corsOrigins.has(origin) ? origin : null;
}

function isOwnOrigin(origin: string, headers: RequestHeaders, { publicOrigin }: OriginRules): boolean {
  if (origin === publicOrigin) return true;
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const { host, origin: canonical } = new URL(origin);
  return canonical === origin && host === firstHeaderValue(headers.host)?.toLowerCase();
}

/**
 * True for a write that a browser sends for a page of another site. Browsers send Origin or Sec-Fetch-Site with every write. A
 * request with neither comes from another program and has no cookie; with a cookie it counts as cross-site.
 */
export function isCrossSiteWrite(method: string, headers: RequestHeaders, rules: OriginRules): boolean {
  if (!isWrite(method) || corsOrigin(headers, rules) !== null) return false;
  const site = firstHeaderValue(headers["sec-fetch-site"]);
  const origin = firstHeaderValue(headers.origin);
  if (site === undefined && origin === undefined) return headers.cookie !== undefined;
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  return origin !== undefined && !isOwnOrigin(origin, headers, rules);
}

/** True for what a form of ours sends: with our Referrer-Policy a browser hides its origin. A sandboxed frame is another site. */
export function isOwnForm(headers: RequestHeaders): boolean {
  return firstHeaderValue(headers.origin) === "null" && firstHeaderValue(headers["sec-fetch-site"]) === "same-origin";
}

/**
 * True for a read that a browser sends for a page of another site, or of another port of this host: an image, a script, a frame, a link.
 * Such a page cannot read the answer, but it could make this server work, and time its answers. Programs send no Sec-Fetch-Site.
 */
export function isCrossSiteRead(headers: RequestHeaders, rules: OriginRules): boolean {
  const site = firstHeaderValue(headers["sec-fetch-site"]);
  return site !== undefined && site !== "same-origin" && site !== "none" && corsOrigin(headers, rules) === null;
}

/**
 * True for a request that a browser sends for a page of an origin other than the Host of the request: a page of another site, or our
 * own page, seen through a proxy that sends a Host of its own and does not say so. Neither is known to be a user of this machine.
 */
export function isForeign(headers: RequestHeaders, rules: OriginRules): boolean {
  if (corsOrigin(headers, rules) !== null) return false;
  const origin = firstHeaderValue(headers.origin);
  const referrer = firstHeaderValue(headers.referer);
  return (
    isCrossSiteRead(headers, rules) ||
    (origin !== undefined && !isOwnOrigin(origin, headers, rules)) ||
    (referrer !== undefined && !(URL.canParse(referrer) && isOwnOrigin(new URL(referrer).origin, headers, rules)))
  );
}

/**
 * The host that the browser has our page from, if it is another than the request's Host: a proxy is in between that does not say so. The
 * page says it in a header, and where a browser sends none (an event stream), in the query.
 */
export function hiddenHost({ url = "", headers }: { url?: string | undefined; headers: RequestHeaders }): string | null {
  // A link that somebody has opened is no page of ours that asks.
  const [site, mode] = [headers["sec-fetch-site"], headers["sec-fetch-mode"]].map(firstHeaderValue);
  if (mode === "navigate" || (site !== undefined && site !== "same-origin")) return null;
  const asked = url.startsWith("/api/stream?") ? new URLSearchParams(url.slice(url.indexOf("?"))).get("location") : null;
  const location = (firstHeaderValue(headers[LOCATION_HEADER]) ?? asked)?.toLowerCase();
  return location === undefined || location === firstHeaderValue(headers.host)?.toLowerCase() ? null : location;
}

export function isPreflight(method: string, headers: RequestHeaders): boolean {
  return method === "OPTIONS" && headers.origin !== undefined && headers["access-control-request-method"] !== undefined;
}

/** CORS headers for an allowed origin, on a preflight and on the actual response. */
export function corsHeaders(origin: string, preflight: boolean): Record<string, string> {
  return {
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Credentials": "true",
    ...(preflight
      ? {
          "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
          "Access-Control-Allow-Headers": "authorization, content-type, if-match, if-none-match, last-event-id",
          "Access-Control-Max-Age": "600",
        }
      : { "Access-Control-Expose-Headers": "etag, ratelimit, ratelimit-policy, retry-after" }),
  };
}
