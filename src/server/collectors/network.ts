import type { Labels, Reading } from "~/domain/sample";
import { ofHost, type Roots } from "../roots";
import type { Collector } from "./collector";
import { guarded } from "./kernel-files";
import { LabelCache } from "./label-cache";
import { countedLinks, type LinkFacts, negotiatedSpeed, readLinkFacts } from "./network-links";
import { ByteReader, readNumber, readText } from "./procfs";

interface InterfaceLabels {
  name: Labels;
  receive: Labels;
  transmit: Labels;
  errors: Record<"fifo" | "frame" | "colls" | "carrier", Labels>;
}

const labelsByName = new LabelCache<InterfaceLabels>();

function labelsOf(name: string): InterfaceLabels {
  return labelsByName.get(name, () => {
    const base = { "network.interface.name": name };
    const receive = { ...base, "network.io.direction": "receive" };
    const transmit = { ...base, "network.io.direction": "transmit" };
    return {
      name: base,
      receive,
      transmit,
      errors: {
        fifo: { ...receive, "error.type": "fifo" },
        frame: { ...receive, "error.type": "frame" },
        colls: { ...transmit, "error.type": "colls" },
        carrier: { ...transmit, "error.type": "carrier" },
      },
    };
  });
}

/**
 * Parses /proc/net/dev. The kernel includes missed packets in drops. An interface name may contain colons: the last colon of the
 * line ends it.
 */
export function parseNetDev(bytes: Buffer): Reading[] {
  const readings: Reading[] = [];
  const reader = new ByteReader(bytes);
  reader.nextLine();
  reader.nextLine();
  const field = new Array<number>(17);
  for (; !reader.done; reader.nextLine()) {
    const end = bytes.indexOf(10, reader.position);
    const colon = bytes.subarray(0, end < 0 ? bytes.length : end).lastIndexOf(58);
    if (colon < reader.position) continue;
    const name = bytes.toString("latin1", reader.position, colon).trim();
    reader.position = colon + 1;
    let sum = 0;
    for (let i = 1; i <= 16; i++) {
      const value = reader.number();
      field[i] = value;
      sum += value;
    }
    // Cut off, or not a line of counters.
    if (Number.isNaN(sum)) continue;
    const at = (index: number) => field[index] as number;
    const { receive, transmit, errors } = labelsOf(name);
    readings.push(
      { metric: "system.network.io", labels: receive, value: at(1) },
      { metric: "system.network.packet.count", labels: receive, value: at(2) },
      { metric: "system.network.errors", labels: receive, value: at(3) },
      { metric: "system.network.packet.dropped", labels: receive, value: at(4) },
      { metric: "system.network.errors", labels: errors.fifo, value: at(5) },
      { metric: "system.network.errors", labels: errors.frame, value: at(6) },
      { metric: "system.network.io", labels: transmit, value: at(9) },
      { metric: "system.network.packet.count", labels: transmit, value: at(10) },
      { metric: "system.network.errors", labels: transmit, value: at(11) },
      { metric: "system.network.packet.dropped", labels: transmit, value: at(12) },
      { metric: "system.network.errors", labels: errors.colls, value: at(14) },
      { metric: "system.network.errors", labels: errors.carrier, value: at(15) },
    );
  }
  return readings;
}

const LINK_EVERY_MS = 10_000;
const FACTS_EVERY_MS = 60_000;

interface Link {
  facts: LinkFacts;
  factsAt: number;
  readAt: number;
  state: string | null;
  megabits: number | null;
  readings: Reading[];
}

/** Links of this network namespace, and which of them are counted. */
class Links {
  private links = new Map<string, Link>();
  private counted: readonly Reading[] = [];

  constructor(private readonly sys: string) {}

  read(names: readonly string[], at: number): Reading[] {
    let isAnother = names.length !== this.links.size || names.some((name) => !this.links.has(name));
    const links = new Map<string, Link>();
    for (const name of names) {
      const before = this.links.get(name);
      const isDue = before === undefined || isAnother || Math.abs(at - before.factsAt) >= FACTS_EVERY_MS;
      if (isDue) isAnother ||= before === undefined;
      links.set(name, isDue ? this.look(name, { at, before }) : before);
      if (isDue && !sameFacts(links.get(name)?.facts, before?.facts)) isAnother = true;
    }
    this.links = links;
    const facts = [...links.values()].map((link) => link.facts);
    const readings: Reading[] = [];
    for (const link of links.values()) {
      if (Math.abs(at - link.readAt) >= LINK_EVERY_MS) this.readState(link, facts, at);
      for (const reading of link.readings) readings.push(reading);
    }
    if (isAnother)
      this.counted = countedLinks(facts).map((name) => ({
        metric: "system.network.in_total",
        labels: labelsOf(name).name,
        value: 1,
      }));
    for (const reading of this.counted) readings.push(reading);
    return readings;
  }

  private look(name: string, { at, before }: { at: number; before: Link | undefined }): Link {
    const facts = readLinkFacts(this.sys, name);
    const nothing = { readAt: Number.NEGATIVE_INFINITY, state: null, megabits: null, readings: [] };
    return { ...(before ?? nothing), facts, factsAt: at };
  }

  /**
   * Links that are down have no speed: it is -1, or the read fails and is tried again only when the state changes. "unknown" counts
   * as up: lo and tunnels report it.
   */
  private readState(link: Link, facts: readonly LinkFacts[], at: number): void {
    const { name } = link.facts;
    const { name: labels } = labelsOf(name);
    const path = `${this.sys}/class/net/${name}`;
    const state = readText(`${path}/operstate`);
    const isRefused = Number.isFinite(link.readAt) && link.state === state && link.megabits === null;
    link.megabits = isRefused ? null : readNumber(`${path}/speed`);
    link.state = state;
    link.readAt = at;
    link.readings = [];
    const value = negotiatedSpeed(link.facts, facts, link.megabits);
    if (value !== null) link.readings.push({ metric: "system.network.limit", labels, value });
    if (state !== null)
      link.readings.push({ metric: "system.network.up", labels, value: state === "up" || state === "unknown" ? 1 : 0 });
  }
}

const sameFacts = (one: LinkFacts | undefined, other: LinkFacts | undefined) => JSON.stringify(one) === JSON.stringify(other);

export function openNetwork(roots: Roots): Collector {
  const links = new Links(roots.sys);
  const parse = (bytes: Buffer, at: number) => {
    const readings = parseNetDev(bytes);
    const names: string[] = [];
    for (let i = 0; i < readings.length; i += 12) names.push(readings[i]?.labels?.["network.interface.name"] ?? "");
    for (const reading of links.read([...new Set(names)], at)) readings.push(reading);
    return readings;
  };
  return guarded("network", [{ file: { path: `${ofHost(roots, "net")}/dev`, shortLines: true }, parse, usual: true }]);
}
