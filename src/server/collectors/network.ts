import type { Labels, Reading } from "~/domain/sample";
import type { Collector, Roots, Tick } from "./collector";
import { ByteReader, type KernelFile, readKernelFile, readNumber, readText } from "./procfs";

interface InterfaceLabels {
  name: Labels;
  receive: Labels;
  transmit: Labels;
  errors: Record<"fifo" | "frame" | "colls" | "carrier", Labels>;
}

const labelsByName = new Map<string, InterfaceLabels>();

function labelsOf(name: string): InterfaceLabels {
  let labels = labelsByName.get(name);
  if (!labels) {
    const base = { "network.interface.name": name };
    const receive = { ...base, "network.io.direction": "receive" };
    const transmit = { ...base, "network.io.direction": "transmit" };
    labels = {
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
    labelsByName.set(name, labels);
  }
  return labels;
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

interface Link {
  readAt: number;
  state: string | null;
  megabits: number | null;
  readings: Reading[];
}

/**
 * Speed and state of a link. Virtual links and links that are down have no speed: it is -1, or the read fails and is retried only
 * when the state changes. "unknown" counts as up: lo and tunnels report it.
 */
function readLink(sys: string, name: string, { at, before }: { at: number; before: Link | undefined }): Link {
  const { name: labels } = labelsOf(name);
  const readings: Reading[] = [];
  const state = readText(`${sys}/class/net/${name}/operstate`);
  const isRefused = before !== undefined && before.state === state && before.megabits === null;
  const megabits = isRefused ? null : readNumber(`${sys}/class/net/${name}/speed`);
  if (megabits !== null && megabits > 0) readings.push({ metric: "system.network.limit", labels, value: megabits * 1e6 });
  if (state !== null)
    readings.push({ metric: "system.network.up", labels, value: state === "up" || state === "unknown" ? 1 : 0 });
  return { readAt: at, state, megabits, readings };
}

export function openNetwork(roots: Roots): Collector {
  const dev: KernelFile = { path: `${roots.proc}/net/dev`, shortLines: true };
  const links = new Map<string, Link>();
  return {
    name: "network",
    collect: ({ at }: Tick) => {
      const readings = parseNetDev(readKernelFile(dev));
      for (let i = 0, count = readings.length; i < count; i += 12) {
        const name = readings[i]?.labels?.["network.interface.name"] ?? "";
        let link = links.get(name);
        if (!link || Math.abs(at - link.readAt) >= LINK_EVERY_MS) {
          link = readLink(roots.sys, name, { at, before: link });
          links.set(name, link);
        }
        readings.push(...link.readings);
      }
      return readings;
    },
  };
}
