/** What /sys/class/net says of links: which bring bytes into this machine, and how fast those are. */
import { existsSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { isVirtualInterface } from "~/domain/derive";
import { readNumber, readText } from "./procfs";

export interface LinkFacts {
  name: string;
  /** False when sysfs does not have it. */
  isKnown: boolean;
  /** A device on a bus. */
  hasHardware: boolean;
  isBond: boolean;
  /** The kernel made it: a bridge, a tunnel, a VLAN. */
  isMade: boolean;
  /** The bond, team, bridge or failover device that it is part of. */
  master: string | null;
  index: number | null;
  /** Index of the link below, or of a peer in another namespace; its own index for others. */
  lowerIndex: number | null;
}

/** Device types of the kernel's uevents that carry what another link carries. */
const MADE_TYPES = new Set([
  "bridge",
  "bond",
  "vlan",
  "vxlan",
  "geneve",
  "wireguard",
  "gre",
  "ipvlan",
  "macvlan",
  "macsec",
  "ppp",
]);
/** Without another mark in sysfs. */
const MADE_NAMES = /^(?:lo$|dummy|ifb|tunl|sit|gre|erspan|ip6|ip_vti|teql|nlmon|vcan)/;
/** ARPHRD_IEEE80211, _PRISM and _RADIOTAP: an interface that listens to a radio. */
const RADIO_TYPES = new Set([801, 802, 803]);

export function readLinkFacts(sys: string, name: string): LinkFacts {
  const path = `${sys}/class/net/${name}`;
  const type = readNumber(`${path}/type`);
  const deviceType = /^DEVTYPE=(.+)$/m.exec(readText(`${path}/uevent`) ?? "")?.[1] ?? "";
  const isBond = existsSync(`${path}/bonding`);
  return {
    name,
    isKnown: existsSync(path),
    hasHardware: existsSync(`${path}/device`) && !(type !== null && RADIO_TYPES.has(type)),
    isBond,
    isMade:
      isBond ||
      MADE_TYPES.has(deviceType) ||
      MADE_NAMES.test(name) ||
      ["bridge", "tun_flags"].some((mark) => existsSync(`${path}/${mark}`)),
    master: masterOf(path),
    index: readNumber(`${path}/ifindex`),
    lowerIndex: readNumber(`${path}/iflink`),
  };
}

function masterOf(path: string): string | null {
  try {
    return basename(readlinkSync(`${path}/master`));
  } catch {
    return existsSync(`${path}/master`) ? "" : null;
  }
}

/**
 * Links whose bytes are part of the total: each byte once. Those with hardware, but not a part of another link with hardware (the
 * virtual function below a failover device) and not one that lies on another (the ports of a switch chip). A container has none:
 * there it is what leads out.
 */
export function countedLinks(links: readonly LinkFacts[]): string[] {
  const names = (list: readonly LinkFacts[]) => list.map(({ name }) => name);
  const known = links.filter(({ isKnown }) => isKnown);
  if (known.length === 0) {
    const real = links.filter(({ name }) => !isVirtualInterface(name));
    return names(real.length > 0 ? real : links.filter(({ name }) => name !== "lo"));
  }
  const hard = known.filter(({ hasHardware }) => hasHardware);
  if (hard.length > 0) {
    const hardNames = new Set(names(hard));
    const hardIndexes = new Set(hard.map(({ index }) => index));
    const liesOn = ({ index, lowerIndex }: LinkFacts) =>
      lowerIndex !== null && lowerIndex !== index && hardIndexes.has(lowerIndex);
    return names(hard.filter((link) => !(link.master !== null && hardNames.has(link.master)) && !liesOn(link)));
  }
  // Where nothing in sysfs tells them apart, such as a host that is given as files, names decide.
  const free = known.filter((link) => link.name !== "lo" && link.master === null && !isPairWithin(link, known));
  const outward = free.filter(({ name, isMade }) => !isMade && (!isVirtualInterface(name) || name.includes("@")));
  if (outward.length > 0) return names(outward);
  const others = free.filter(({ isMade }) => !isMade);
  return names(others.length > 0 ? others : free);
}

/** Both ends of a pair of links are here: it leads nowhere. */
function isPairWithin({ index, lowerIndex }: LinkFacts, links: readonly LinkFacts[]): boolean {
  if (index === null || lowerIndex === null || lowerIndex === index) return false;
  return links.some((other) => other.index === lowerIndex && other.lowerIndex === index);
}

/** The largest speed in Mbit/s that a link may have; drivers write "unknown" as -1, 65535 or 4294967295. */
const MOST_MEGABITS = 10_000_000;
const UNKNOWN_MEGABITS = 65_535;

/**
 * The negotiated speed in bit/s, or null. Tunnels, taps, bridges and pairs of links in namespaces report a constant, which is no
 * limit.
 */
export function negotiatedSpeed(link: LinkFacts, links: readonly LinkFacts[], megabits: number | null): number | null {
  if (megabits === null || !(megabits > 0) || megabits === UNKNOWN_MEGABITS || megabits > MOST_MEGABITS) return null;
  const isPair = !link.hasHardware && link.lowerIndex !== null && link.lowerIndex !== link.index;
  const hasSpeed =
    link.hasHardware ||
    link.isBond ||
    (!links.some(({ hasHardware }) => hasHardware) && !link.isMade && !isPair && !isVirtualInterface(link.name));
  return hasSpeed ? megabits * 1e6 : null;
}
