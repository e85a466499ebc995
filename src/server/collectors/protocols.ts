/** IP, TCP, UDP and ICMP counters, sockets in use, softnet queues and connection tracking. */
import type { Labels, Reading } from "~/domain/sample";
import { ofHost, type Roots } from "../roots";
import type { Collector } from "./collector";
import { ofOnline } from "./cpu-sums";
import { guarded } from "./kernel-files";
import { ByteReader, type KernelFile } from "./procfs";

interface Wanted {
  metric: string;
  labels?: Labels;
}

const direction = (value: string): Labels => ({ "network.io.direction": value });
const reason = (value: string): Labels => ({ "error.type": value });

/** Columns of /proc/net/snmp and /proc/net/netstat, as `Section.Column`. */
const COLUMNS: Record<string, Wanted> = {
  "Ip.InReceives": { metric: "system.network.ip.packets", labels: direction("receive") },
  "Ip.OutRequests": { metric: "system.network.ip.packets", labels: direction("transmit") },
  "Ip.ForwDatagrams": { metric: "system.network.ip.packets", labels: direction("forward") },
  "Ip.InHdrErrors": { metric: "system.network.ip.errors", labels: reason("header") },
  "Ip.InAddrErrors": { metric: "system.network.ip.errors", labels: reason("address") },
  "Ip.InDiscards": { metric: "system.network.ip.errors", labels: reason("in_discard") },
  "Ip.OutDiscards": { metric: "system.network.ip.errors", labels: reason("out_discard") },
  "Ip.OutNoRoutes": { metric: "system.network.ip.errors", labels: reason("no_route") },
  "IpExt.InOctets": { metric: "system.network.ip.io", labels: direction("receive") },
  "IpExt.OutOctets": { metric: "system.network.ip.io", labels: direction("transmit") },
  "Tcp.ActiveOpens": { metric: "system.network.tcp.opens", labels: { "network.tcp.open": "active" } },
  "Tcp.PassiveOpens": { metric: "system.network.tcp.opens", labels: { "network.tcp.open": "passive" } },
  "Tcp.AttemptFails": { metric: "system.network.tcp.attempt_failures" },
  "Tcp.EstabResets": { metric: "system.network.tcp.established_resets" },
  "Tcp.CurrEstab": { metric: "system.network.tcp.established" },
  "Tcp.InSegs": { metric: "system.network.tcp.segments", labels: direction("receive") },
  "Tcp.OutSegs": { metric: "system.network.tcp.segments", labels: direction("transmit") },
  "Tcp.RetransSegs": { metric: "system.network.tcp.retransmits" },
  "Tcp.InErrs": { metric: "system.network.tcp.errors" },
  "Tcp.OutRsts": { metric: "system.network.tcp.resets" },
  "TcpExt.ListenOverflows": { metric: "system.network.tcp.listen.overflows" },
  "TcpExt.ListenDrops": { metric: "system.network.tcp.listen.drops" },
  "TcpExt.SyncookiesSent": { metric: "system.network.tcp.syncookies", labels: { "network.tcp.syncookie": "sent" } },
  "TcpExt.SyncookiesRecv": { metric: "system.network.tcp.syncookies", labels: { "network.tcp.syncookie": "received" } },
  "TcpExt.SyncookiesFailed": { metric: "system.network.tcp.syncookies", labels: { "network.tcp.syncookie": "failed" } },
  "Udp.InDatagrams": { metric: "system.network.udp.datagrams", labels: direction("receive") },
  "Udp.OutDatagrams": { metric: "system.network.udp.datagrams", labels: direction("transmit") },
  "Udp.NoPorts": { metric: "system.network.udp.errors", labels: reason("no_port") },
  "Udp.InErrors": { metric: "system.network.udp.errors", labels: reason("in") },
  "Udp.RcvbufErrors": { metric: "system.network.udp.errors", labels: reason("receive_buffer") },
  "Udp.SndbufErrors": { metric: "system.network.udp.errors", labels: reason("send_buffer") },
  "Icmp.InMsgs": { metric: "system.network.icmp.messages", labels: direction("receive") },
  "Icmp.OutMsgs": { metric: "system.network.icmp.messages", labels: direction("transmit") },
  "Icmp.InErrors": { metric: "system.network.icmp.errors", labels: direction("receive") },
  "Icmp.OutErrors": { metric: "system.network.icmp.errors", labels: direction("transmit") },
};

interface Section {
  heading: Buffer;
  /** Up to the last wanted one: netstat has over a hundred columns, and the wanted ones are among the first. */
  columns: readonly (Wanted | undefined)[];
}

function understand(heading: Buffer): Section {
  const [section, ...names] = heading.toString("latin1").split(" ");
  const columns = names.map((name) => COLUMNS[`${section?.replace(/:$/, "")}.${name}`]);
  const last = columns.findLastIndex((column) => column !== undefined);
  return { heading: Buffer.from(heading), columns: columns.slice(0, last + 1) };
}

/**
 * Parses /proc/net/snmp and /proc/net/netstat: a line of names, then a line of values. `known` caches the parsed name lines,
 * which rarely change. A negative value means "no limit" and is skipped.
 */
export function parseProtocolTable(bytes: Buffer, known: Section[] = []): Reading[] {
  const readings: Reading[] = [];
  const reader = new ByteReader(bytes);
  for (let index = 0; !reader.done; index++) {
    const start = reader.position;
    reader.nextLine();
    let section = known[index];
    const length = reader.position - start - 1;
    if (!section || section.heading.length !== length || section.heading.compare(bytes, start, start + length) !== 0) {
      section = understand(bytes.subarray(start, start + length));
      known[index] = section;
    }
    if (section.columns.length > 0) {
      reader.word();
      for (const column of section.columns) {
        const value = reader.number();
        if (column && value >= 0) readings.push({ metric: column.metric, labels: column.labels, value });
      }
    }
    reader.nextLine();
  }
  return readings;
}

const SOCKETS: Record<string, string> = { TCP: "tcp", UDP: "udp", TCP6: "tcp6", UDP6: "udp6" };
const SOCKET_STATES = ["inuse", "orphan", "tw", "alloc"];
const SOCKET_LABELS = new Map<string, Map<string, Labels>>(
  Object.values(SOCKETS).map((protocol) => [
    protocol,
    new Map(SOCKET_STATES.map((state) => [state, { "network.protocol": protocol, "network.socket.state": state }])),
  ]),
);

/** Parses /proc/net/sockstat and sockstat6: `TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 190`. */
export function parseSockstat(bytes: Buffer): Reading[] {
  const readings: Reading[] = [];
  for (const line of bytes.toString("latin1").split("\n")) {
    const [name, ...pairs] = line.split(" ");
    const protocol = SOCKETS[name?.replace(/:$/, "") ?? ""];
    if (!protocol) continue;
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const state = pairs[i] as string;
      const value = Number(pairs[i + 1]);
      const labels = SOCKET_LABELS.get(protocol)?.get(state);
      if (!labels || !(value >= 0 && Number.isFinite(value))) continue;
      readings.push({ metric: "system.network.socket.count", labels, value });
    }
  }
  return readings;
}

/** Column of softnet_stat with the number of the CPU. */
const SOFTNET_CPU = 12;

/**
 * Parses /proc/net/softnet_stat, one line per CPU that is online, in hexadecimal. Sums processed, dropped and time_squeeze and adds the CPUs
 * to `cpus`: their numbers since Linux 5.10, by position before.
 */
export function parseSoftnet(bytes: Buffer, cpus: number[] = []): Reading[] {
  const sums = { processed: 0, dropped: 0, squeezed: 0 };
  for (const reader = new ByteReader(bytes); !reader.done; reader.nextLine()) {
    const [processed, dropped, squeezed] = [reader.hexadecimal(), reader.hexadecimal(), reader.hexadecimal()];
    if (Number.isNaN(processed + dropped + squeezed)) continue;
    sums.processed += processed;
    sums.dropped += dropped;
    sums.squeezed += squeezed;
    for (let column = 3; column < SOFTNET_CPU; column++) reader.hexadecimal();
    const cpu = reader.hexadecimal();
    cpus.push(Number.isNaN(cpu) ? cpus.length : cpu);
  }
  return [
    { metric: "system.network.softnet.processed", value: sums.processed },
    { metric: "system.network.softnet.dropped", value: sums.dropped },
    { metric: "system.network.softnet.squeezed", value: sums.squeezed },
  ];
}

/** Parses a file with a single number, such as a kernel limit. */
export function parseSingle(metric: string, bytes: Buffer): Reading[] {
  const value = new ByteReader(bytes).number();
  return value >= 0 ? [{ metric, value }] : [];
}

/** Returns the previous readings while the bytes are the same: many kernel files rarely change. */
export function parseOnChange(parse: (bytes: Buffer) => readonly Reading[]): (bytes: Buffer) => readonly Reading[] {
  let seen: Buffer | undefined;
  let answer: readonly Reading[] = [];
  return (bytes) => {
    if (seen?.equals(bytes)) return answer;
    answer = parse(bytes);
    seen = Buffer.from(bytes);
    return answer;
  };
}

function withKnownSections(): (bytes: Buffer) => Reading[] {
  const known: Section[] = [];
  return (bytes) => parseProtocolTable(bytes, known);
}

export function openProtocols(roots: Roots): Collector {
  const net = (name: string): KernelFile => ({ path: `${ofHost(roots, "net")}/${name}`, whole: true });
  const conntrack = (name: string): KernelFile => ({ path: `${roots.proc}/sys/net/netfilter/nf_conntrack_${name}`, whole: true });
  return guarded("protocols", [
    { file: net("snmp"), parse: withKnownSections() },
    { file: net("netstat"), parse: withKnownSections() },
    { file: net("sockstat"), parse: parseOnChange(parseSockstat) },
    { file: net("sockstat6"), parse: parseOnChange(parseSockstat) },
    { file: { path: `${ofHost(roots, "net")}/softnet_stat`, shortLines: true }, parse: ofOnline(parseSoftnet) },
    { file: conntrack("count"), parse: (bytes) => parseSingle("system.network.conntrack.count", bytes) },
    { file: conntrack("max"), parse: (bytes) => parseSingle("system.network.conntrack.max", bytes), everyTicks: 60 },
  ]);
}
