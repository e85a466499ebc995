/** The interfaces that the default routes lead over. */
import { readFileSync } from "node:fs";
import { ofHost, type Roots } from "../roots";

/** /proc/net/route: interface, destination, gateway, flags, ... mask in column 8, all in hexadecimal. */
const ANY_IPV4 = "00000000";
/** /proc/net/ipv6_route: destination, its prefix length, ... interface at the end. */
const ANY_IPV6 = "0".repeat(32);
/** Unreachable routes are listed on the loopback interface. */
const REJECT = 0x0200;

function linesOf(path: string): string[][] {
  try {
    return readFileSync(path, "latin1")
      .split("\n")
      .map((line) => line.trim().split(/\s+/));
  } catch {
    return [];
  }
}

const isUsable = (flags: string | undefined) => (Number.parseInt(flags ?? "", 16) & REJECT) === 0;

/** Names of interfaces, those of IPv4 first. */
export function readDefaultInterfaces(roots: Roots): string[] {
  const folder = ofHost(roots, "net");
  const ipv4 = linesOf(`${folder}/route`)
    .filter(([, destination, , flags, , , , mask]) => destination === ANY_IPV4 && mask === ANY_IPV4 && isUsable(flags))
    .map(([name = ""]) => name);
  const ipv6 = linesOf(`${folder}/ipv6_route`)
    .filter((fields) => fields[0] === ANY_IPV6 && fields[1] === "00" && isUsable(fields[8]))
    .map((fields) => fields[9] ?? "");
  return [...new Set([...ipv4, ...ipv6])].filter((name) => name !== "" && name !== "lo");
}
