/** Where a request comes from, seen through the proxies that are trusted. Pure. */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface ClientAddress {
  address: string;
  /** It speaks https. */
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

export function isForwardingHeader(name: string): boolean {
  return FORWARDING.includes(name);
}

export function isForwarded(headers: Headers): boolean {
  return FORWARDING.some((name) => headers[name] !== undefined);
}

export function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}

/** Without what a mapped or scoped address adds; null when it is none. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [bare = ""] = text.trim().split("%", 1);
  return isIP(bare) === 0 ? null : ipaddr.process(bare);
}

export function isLoopbackAddress(text: string): boolean {
  return parseAddress(text)?.range() === "loopback";
}

/** Addresses and ranges of the configuration, which has checked them. */
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

/** The last hop that is not trusted is the client; what stands before it in X-Forwarded-For anybody can write. */
export function clientOf(peer: string, headers: Headers, proxies: readonly Range[]): ClientAddress {
  if (!isInRanges(peer, proxies)) return { address: peer, secure: false };
  const hops = (single(headers["x-forwarded-for"]) ?? "").split(",").map((hop) => hop.trim());
  let address = peer;
  for (let hop = hops.pop(); hop !== undefined; hop = hops.pop()) {
    const parsed = parseAddress(hop);
    if (parsed === null) break;
    address = parsed.toString();
    if (!isInRanges(address, proxies)) break;
  }
  const [scheme = ""] = (single(headers["x-forwarded-proto"]) ?? "").split(",").slice(-1);
  return { address, secure: scheme.trim().toLowerCase() === "https" };
}

/** One name for all addresses of a client: an IPv6 network of 64 bits is one customer. */
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
