/** Decides whether to accept a raw request. Pure: the front door gathers the facts. */
import {
  type Client,
  clientOf,
  firstHeaderValue,
  isForwarded,
  isLoopbackAddress,
  parseRanges,
  type RequestHeaders,
} from "./client-address";
import { corsOrigin, isCrossSiteRead, isCrossSiteWrite, isForeign, isOwnForm, isPreflight, type OriginRules } from "./origin";
import { isForm, isForPrograms, isForReading, plainPath } from "./routes";

export interface RequestFacts {
  method: string;
  url: string;
  /** Remote and local address of the socket. */
  peer: string;
  local: string;
  headers: RequestHeaders;
  /** How many Host headers were sent. Node keeps only the first. */
  hostCount: number;
}

export interface AccessRules extends OriginRules {
  /** Host names that are accepted besides loopback, in lower case. */
  hosts: ReadonlySet<string>;
  /** The server listens on more than loopback. Then the local address of the socket is accepted as Host. */
  beyondLoopback: boolean;
  /** Requests from this machine need no login. */
  open: boolean;
  proxies: ReturnType<typeof parseRanges>;
}

type RefusedStatus = 400 | 403 | 404 | 405 | 411 | 413 | 414 | 415 | 421;

export type AccessVerdict =
  | { kind: "refuse"; status: RefusedStatus; detail: string; allow?: string }
  /** A CORS preflight from an allowed origin. */
  | { kind: "preflight"; origin: string }
  /** A request from this machine, which needs no login. */
  | { kind: "open"; path: string; client: Client }
  /** The client has to authenticate. */
  | { kind: "identify"; path: string; client: Client };

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const PAGE_METHODS = ["GET", "HEAD"];
const MAX_PORT = 65_535;
const MAX_URL = 4096;
const MAX_BODY = 1024 * 1024;
const MAX_LOGIN_BODY = 64 * 1024;

export interface AccessSettings {
  public_url?: string | undefined;
  allowed_hosts: readonly string[];
  trusted_proxies: readonly string[];
  cors_origins: readonly string[];
  auth: "auto" | "required";
}

/** Derives the rules from the configuration. `listen` is the address to listen on; undefined means both loopback addresses. */
export function accessRules(settings: AccessSettings, listen: string | undefined, machine: string): AccessRules {
  const url = settings.public_url === undefined ? null : new URL(settings.public_url);
  const beyondLoopback = listen !== undefined && !isLoopbackName(listen.toLowerCase());
  const own = beyondLoopback ? [listen, machine, `${machine}.local`] : listen === undefined ? [] : [listen];
  const named = [...own, ...settings.allowed_hosts, ...(url ? [url.hostname.replace(/^\[|\]$/g, "")] : [])];
  return {
    hosts: new Set(named.map((name) => name.toLowerCase())),
    beyondLoopback,
    open:
      settings.auth === "auto" && url === null && settings.allowed_hosts.length === 0 && settings.trusted_proxies.length === 0,
    proxies: parseRanges(settings.trusted_proxies),
    corsOrigins: new Set(settings.cors_origins),
    publicOrigin: url?.origin ?? null,
  };
}

const refuseMethod = (method: string, allowed: readonly string[]): AccessVerdict => ({
  kind: "refuse",
  status: 405,
  detail: `the method ${method.slice(0, 20)} is not served here`,
  allow: allowed.join(", "),
});

const refuse = (status: RefusedStatus, detail: string): AccessVerdict => ({ kind: "refuse", status, detail });

/** The host of a Host header in lower case, without port and brackets. Null when the header is invalid. */
export function hostName(header: string): string | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(header);
  const name = match?.[1] ?? match?.[2];
  return name === undefined || Number(match?.[3] ?? 0) > MAX_PORT ? null : name.toLowerCase().replace(/\.$/, "");
}

export function isLoopbackName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || isLoopbackAddress(name);
}

function isOwnAddress(host: string, local: string): boolean {
  return (
    host ===
    local
      .replace(/^::ffff:/, "")
      .replace(/%.*$/, "")
      .toLowerCase()
  );
}

export function decideAccess(request: RequestFacts, rules: AccessRules): AccessVerdict {
  const { method, url, headers, peer } = request;
  if (!METHODS.includes(method)) return refuseMethod(method, METHODS);
  if (!url.startsWith("/")) return refuse(400, "The request target must be a path.");
  if (url.length > MAX_URL) return refuse(414, `The URL is longer than ${MAX_URL} characters.`);
  if (request.hostCount > 1) return refuse(400, "The request has more than one Host header.");
  const host = hostName(firstHeaderValue(headers.host) ?? "");
  const loopbackHost = host !== null && isLoopbackName(host);
  const known =
    host !== null && (loopbackHost || rules.hosts.has(host) || (rules.beyondLoopback && isOwnAddress(host, request.local)));
  if (!known) {
    return refuse(
      421,
      "This server does not answer to that host name. Open it as localhost, or add the name to server.allowed_hosts.",
    );
  }
  const path = plainPath(url);
  if (path === null) return refuse(400, "The path must not contain //, dot segments, backslashes or double escapes.");
  // What a call costs is counted by its names, as they are written.
  if (path.startsWith("/api/trpc/") && !url.startsWith(path))
    return refuse(400, "Procedure names must be unescaped and separated by commas.");
  if (headers["next-action"] !== undefined) return refuse(404, "There is nothing at this address.");
  if (headers["transfer-encoding"] !== undefined) return refuse(411, "Send a Content-Length header.");
  // Nothing here takes a form, and Next would read it before any route.
  if (/^\s*multipart\//i.test(firstHeaderValue(headers["content-type"]) ?? "")) return refuse(415, "Send JSON.");
  const limit = path.startsWith("/api/auth/") ? MAX_LOGIN_BODY : MAX_BODY;
  if (Number(firstHeaderValue(headers["content-length"]) ?? 0) > limit)
    return refuse(413, `The body is larger than ${limit} bytes.`);
  if (isPreflight(method, headers)) {
    const origin = corsOrigin(headers, rules);
    return origin === null
      ? refuse(403, "This origin is not allowed. Add it to security.cors_origins.")
      : { kind: "preflight", origin };
  }
  if (isCrossSiteWrite(method, headers, rules) && !(isForm(path) && isOwnForm(headers)))
    return refuse(403, "Pages from other sites cannot change anything here.");
  if (isForPrograms(path) && !isForReading(path) && isCrossSiteRead(headers, rules)) {
    return refuse(403, "Pages from other sites cannot read this. To allow one, add its origin to security.cors_origins.");
  }
  // The development server's pages post to it.
  if (!isForPrograms(path) && !PAGE_METHODS.includes(method) && !path.startsWith("/__nextjs")) {
    return refuseMethod(method, PAGE_METHODS);
  }
  const foreign = isForeign(headers, rules) && !isForReading(path);
  const onThisMachine = isLoopbackAddress(peer) && loopbackHost && !isForwarded(headers) && !foreign;
  const client = { ...clientOf(peer, headers, rules.proxies), onThisMachine };
  return { kind: rules.open && onThisMachine ? "open" : "identify", path, client };
}

/** Headers to strip before Next sees the request: our own, and those that only Next may set. */
export function isInternalHeader(name: string): boolean {
  return (
    name.startsWith("x-hostscope-") || name.startsWith("x-middleware-") || name.startsWith("x-nextjs-") || name === "next-action"
  );
}
