/** Keeps requests out of private networks, whatever a name resolves to at connect time. */
import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { Agent } from "undici";

const PORTS = new Set(["", "80", "443", "8443"]);
const MAIL_PORTS = new Set([25, 465, 587, 2525]);

/** True for addresses that are reachable from the whole internet. An IPv6 address that embeds an IPv4 one counts as that one. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  let parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv6") {
    const inner = embeddedAddress(parsed as ipaddr.IPv6);
    if (inner) parsed = inner;
  }
  return parsed.range() === "unicast";
}

/** `localhost` or a loopback address. Other names may lead anywhere. */
export function isLoopbackHost(host: string): boolean {
  return host.toLowerCase() === "localhost" || (ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback");
}

/** The IPv4 address embedded in a 6to4, NAT64 or IPv4-compatible address. */
function embeddedAddress(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const bytes = address.toByteArray();
  const from = (start: number) => new ipaddr.IPv4(bytes.slice(start, start + 4));
  if (address.range() === "6to4") return from(2);
  if (address.range() === "rfc6052") return from(12);
  if (bytes.slice(0, 12).every((byte) => byte === 0)) return from(12);
  return null;
}

/** Why a URL may not be requested; null if it may. Names are checked again when they are resolved. */
export function refusedTarget(url: string): string | null {
  const { protocol, hostname, port, username, password } = new URL(url);
  if (protocol !== "https:") return "webhooks added here must use https; edit the configuration file for http";
  if (username !== "" || password !== "") return "URLs added here must not contain a user name and password";
  if (!PORTS.has(port)) return `port ${port} is not allowed for URLs added here; use 443 or 8443`;
  return refusedHost(hostname.replace(/^\[|\]$/g, ""));
}

function refusedHost(host: string): string | null {
  if (ipaddr.isValid(host) && !isPublicAddress(host))
    return `${host} is a private address; edit the configuration file to use it`;
  if (/(^|\.)(localhost|local|internal|home\.arpa)$/i.test(host))
    return `${host} is a private name; edit the configuration file to use it`;
  return null;
}

/** Why no connection to a mail server may be opened; null if it may. Names are checked again when they are resolved. */
export function refusedMailServer(host: string, port: number): NodeJS.ErrnoException | null {
  const refused = MAIL_PORTS.has(port)
    ? refusedHost(host)
    : `port ${port} is not allowed for servers added here; use ${[...MAIL_PORTS].join(", ")}`;
  return refused === null ? null : Object.assign(new Error(refused), { code: "EPRIVATE" });
}

export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 0);
    const [first] = addresses;
    const refused = !first || addresses.some(({ address }) => !isPublicAddress(address));
    if (refused) {
      const failure: NodeJS.ErrnoException = new Error("the name resolves to a private address");
      failure.code = "EPRIVATE";
      return callback(failure, "", 0);
    }
    if (options.all) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

/** Connects to public addresses only. */
export const publicAgent = new Agent({ connect: { lookup: publicLookup } });
