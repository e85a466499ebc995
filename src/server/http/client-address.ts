/** Finds a request's client address behind trusted proxies. Pure. */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface ClientAddress {
  address: string;
  /** The client uses https. */
  secure: boolean;
}

const FORWARDING = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-forwarded-server",
  "x-real-ip",
  "x-client-ip",
  "true-client-ip",
  "cf-connecting-ip",
];

/** Who makes a request, as far as the connection and its headers say. */
export interface Client extends ClientAddress {
  /** The request was made on this machine, and through no proxy. */
  onThisMachine: boolean;
}

export function isForwardingHeader(name: string): boolean {
  return FORWARDING.includes(name);
}

export function isForwarded(headers: RequestHeaders): boolean {
  return FORWARDING.some((name) => headers[name] !== undefined);
}

export function firstHeaderValue(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}

/** Strips the zone (`%eth0`) and unmaps IPv4-mapped IPv6. Null when the text is not an address. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [bare = ""] = text.trim().split("%", 1);
  return isIP(bare) === 0 ? null : ipaddr.process(bare);
}

/** A hop as proxies write it: some add the port, and brackets or quotes to IPv6 (RFC 7239, section 6). */
function parseHop(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const bare = text.replace(/^"(.*)"$/, "$1");
  const [, bracketed, v4] = /^(?:\[([^\]]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/.exec(bare) ?? [];
  return parseAddress(bracketed ?? v4 ?? bare);
}

export function isLoopbackAddress(text: string): boolean {
  return parseAddress(text)?.range() === "loopback";
}

/** Takes addresses and CIDR ranges that the configuration has validated. */
export function parseRanges(texts: readonly string[]): Range[] {
  return texts.map((text) => {
    if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
    const address = ipaddr.process(text);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  });
}

export function isInRanges(address: string, ranges: readonly Range[]): boolean {
  const parsed = parseAddress(address);
  return parsed !== null && ranges.some(([range, bits]) => parsed.kind() === range.kind() && parsed.match(range, bits));
}

/** The last untrusted hop in X-Forwarded-For is the client. Anybody can forge the entries before it. */
export function clientOf(peer: string, headers: RequestHeaders, proxies: readonly Range[]): ClientAddress {
  if (!isInRanges(peer, proxies)) return { address: peer, secure: false };
  const hops = (firstHeaderValue(headers["x-forwarded-for"]) ?? "").split(",").map((hop) => hop.trim());
  let address = peer;
  for (let hop = hops.pop(); hop !== undefined; hop = hops.pop()) {
    const parsed = parseHop(hop);
    if (parsed === null) break;
    address = parsed.toString();
    if (!isInRanges(address, proxies)) break;
  }
  const [scheme = ""] = (firstHeaderValue(headers["x-forwarded-proto"]) ?? "").split(",").slice(-1);
  return { address, secure: scheme.trim().toLowerCase() === "https" };
}

/** The key by which a client is limited. An IPv6 /64 counts as one client. */
export function clientKey(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === null) return "unknown";
  if (parsed instanceof ipaddr.IPv6)
    return `${parsed.parts
      .slice(0, 4)
      .map((part) => part.toString(16))
      .join(":")}::/64`;
  return parsed.toString();
}
