/** Names of our metrics at /metrics: node_exporter's name where the meaning is the same, else our own. */
import type { DefinitionOf } from "~/domain/metric";
import type { Labels, Series } from "~/domain/sample";

export type FamilyType = "counter" | "gauge" | "unknown";

export interface PrometheusName {
  name: string;
  type: FamilyType;
  labels: Labels;
  /** Factor from our value to the exported one. */
  scale: number;
}

interface Mapping {
  name: string | ((labels: Labels) => string | null);
  type?: FamilyType;
  /** Maps our labels to node_exporter's. Labels that are not listed are dropped. */
  labels?: Readonly<Record<string, string>>;
  scale?: number;
}

const DEVICE = { "system.device": "device" };
const INTERFACE = { "network.interface.name": "device" };
const pick = (label: string, names: Readonly<Record<string, string>>) => (labels: Labels) => names[labels[label] ?? ""] ?? null;
const byDirection = (names: Readonly<Record<string, string>>) => pick("disk.io.direction", names);
const network = (what: string, others: Readonly<Record<string, string>> = {}) => ({
  name: (labels: Labels) => {
    const direction = labels["network.io.direction"];
    const error = labels["error.type"];
    if (error !== undefined) return others[error] ? `node_network_${direction}_${others[error]}_total` : null;
    return `node_network_${direction}_${what}_total`;
  },
  labels: INTERFACE,
});
const netstat = (prefix: string) => ({
  name: pick("network.io.direction", {
    receive: `node_netstat_${prefix.replace("*", "In")}`,
    transmit: `node_netstat_${prefix.replace("*", "Out")}`,
  }),
  type: "unknown" as const,
});
const single = (name: string, type?: FamilyType): Mapping => ({ name, ...(type && { type }) });

const NODE: Readonly<Record<string, Mapping>> = {
  "system.cpu.time": { name: "node_cpu_seconds_total", labels: { "cpu.logical_number": "cpu", "cpu.mode": "mode" } },
  "system.cpu.frequency": { name: "node_cpu_scaling_frequency_hertz", labels: { "cpu.logical_number": "cpu" } },
  "system.cpu.load_average.1m": single("node_load1"),
  "system.cpu.load_average.5m": single("node_load5"),
  "system.cpu.load_average.15m": single("node_load15"),
  "system.cpu.context_switches": single("node_context_switches_total"),
  "system.cpu.interrupts": { name: (labels) => (Object.keys(labels).length === 0 ? "node_intr_total" : null) },
  "system.memory.limit": single("node_memory_MemTotal_bytes"),
  "system.memory.usage": {
    name: pick("system.memory.state", {
      free: "node_memory_MemFree_bytes",
      cached: "node_memory_Cached_bytes",
      buffers: "node_memory_Buffers_bytes",
    }),
  },
  "system.memory.linux.available": single("node_memory_MemAvailable_bytes"),
  "system.memory.linux.shared": single("node_memory_Shmem_bytes"),
  "system.memory.linux.slab.usage": {
    name: pick("system.memory.linux.slab.state", {
      reclaimable: "node_memory_SReclaimable_bytes",
      unreclaimable: "node_memory_SUnreclaim_bytes",
    }),
  },
  "system.memory.linux.dirty": single("node_memory_Dirty_bytes"),
  "system.memory.linux.writeback": single("node_memory_Writeback_bytes"),
  "system.memory.linux.committed": single("node_memory_Committed_AS_bytes"),
  "system.memory.linux.commit_limit": single("node_memory_CommitLimit_bytes"),
  "system.memory.linux.hugepages.limit": single("node_memory_HugePages_Total"),
  "system.memory.linux.hugepages.reserved": single("node_memory_HugePages_Rsvd"),
  "system.memory.linux.hugepages.surplus": single("node_memory_HugePages_Surp"),
  "system.memory.linux.hugepages.page_size": single("node_memory_Hugepagesize_bytes"),
  "system.memory.linux.oom_kill.count": single("node_vmstat_oom_kill", "unknown"),
  "system.paging.limit": single("node_memory_SwapTotal_bytes"),
  "system.paging.usage": { name: pick("system.paging.state", { free: "node_memory_SwapFree_bytes" }) },
  "system.paging.faults": { name: pick("system.paging.type", { major: "node_vmstat_pgmajfault" }), type: "unknown" },
  "system.paging.operations": {
    name: pick("system.paging.direction", { in: "node_vmstat_pswpin", out: "node_vmstat_pswpout" }),
    type: "unknown",
  },
  "system.paging.block.io": {
    name: pick("system.paging.direction", { in: "node_vmstat_pgpgin", out: "node_vmstat_pgpgout" }),
    type: "unknown",
  },
  "system.linux.pressure.cpu.some": single("node_pressure_cpu_waiting_seconds_total"),
  "system.linux.pressure.io.some": single("node_pressure_io_waiting_seconds_total"),
  "system.linux.pressure.io.full": single("node_pressure_io_stalled_seconds_total"),
  "system.linux.pressure.memory.some": single("node_pressure_memory_waiting_seconds_total"),
  "system.linux.pressure.memory.full": single("node_pressure_memory_stalled_seconds_total"),
  "system.linux.pressure.irq.full": single("node_pressure_irq_stalled_seconds_total"),
  "system.disk.io": {
    name: byDirection({ read: "node_disk_read_bytes_total", write: "node_disk_written_bytes_total" }),
    labels: DEVICE,
  },
  "system.disk.operations": {
    name: byDirection({
      read: "node_disk_reads_completed_total",
      write: "node_disk_writes_completed_total",
      discard: "node_disk_discards_completed_total",
      flush: "node_disk_flush_requests_total",
    }),
    labels: DEVICE,
  },
  "system.disk.operation_time": {
    name: byDirection({ read: "node_disk_read_time_seconds_total", write: "node_disk_write_time_seconds_total" }),
    labels: DEVICE,
  },
  "system.disk.merged": {
    name: byDirection({ read: "node_disk_reads_merged_total", write: "node_disk_writes_merged_total" }),
    labels: DEVICE,
  },
  "system.disk.io_time": { name: "node_disk_io_time_seconds_total", labels: DEVICE },
  "system.disk.weighted_io_time": { name: "node_disk_io_time_weighted_seconds_total", labels: DEVICE },
  "system.disk.pending_operations": { name: "node_disk_io_now", labels: DEVICE },
  "system.network.io": network("bytes"),
  "system.network.packet.count": network("packets"),
  "system.network.packet.dropped": network("drop"),
  "system.network.errors": network("errs", { fifo: "fifo", frame: "frame", colls: "colls", carrier: "carrier" }),
  "system.network.limit": { name: "node_network_speed_bytes", labels: INTERFACE, scale: 1 / 8 },
  "system.network.up": { name: "node_network_up", labels: INTERFACE },
  "system.network.ip.io": netstat("IpExt_*Octets"),
  "system.network.tcp.segments": netstat("Tcp_*Segs"),
  "system.network.tcp.retransmits": single("node_netstat_Tcp_RetransSegs", "unknown"),
  "system.network.tcp.opens": {
    name: pick("network.tcp.open", { active: "node_netstat_Tcp_ActiveOpens", passive: "node_netstat_Tcp_PassiveOpens" }),
    type: "unknown",
  },
  "system.network.tcp.established": single("node_netstat_Tcp_CurrEstab", "unknown"),
  "system.network.tcp.resets": single("node_netstat_Tcp_OutRsts", "unknown"),
  "system.network.tcp.errors": single("node_netstat_Tcp_InErrs", "unknown"),
  "system.network.tcp.listen.overflows": single("node_netstat_TcpExt_ListenOverflows", "unknown"),
  "system.network.tcp.listen.drops": single("node_netstat_TcpExt_ListenDrops", "unknown"),
  "system.network.tcp.syncookies": {
    name: pick("network.tcp.syncookie", {
      sent: "node_netstat_TcpExt_SyncookiesSent",
      received: "node_netstat_TcpExt_SyncookiesRecv",
      failed: "node_netstat_TcpExt_SyncookiesFailed",
    }),
    type: "unknown",
  },
  "system.network.udp.datagrams": netstat("Udp_*Datagrams"),
  "system.network.udp.errors": {
    name: pick("error.type", {
      in: "node_netstat_Udp_InErrors",
      no_port: "node_netstat_Udp_NoPorts",
      receive_buffer: "node_netstat_Udp_RcvbufErrors",
      send_buffer: "node_netstat_Udp_SndbufErrors",
    }),
    type: "unknown",
  },
  "system.network.icmp.messages": netstat("Icmp_*Msgs"),
  "system.network.socket.count": {
    name: ({ "network.protocol": protocol, "network.socket.state": state }) =>
      protocol === "tcp" || protocol === "udp" ? `node_sockstat_${protocol.toUpperCase()}_${state}` : null,
  },
  "system.network.conntrack.count": single("node_nf_conntrack_entries"),
  "system.network.conntrack.max": single("node_nf_conntrack_entries_limit"),
  "system.process.created": single("node_forks_total"),
  "system.process.runnable": single("node_procs_running"),
  "system.process.blocked": single("node_procs_blocked"),
  "system.process.limit": single("node_processes_max_processes"),
  "system.thread.count": single("node_processes_threads"),
  "system.thread.limit": single("node_processes_max_threads"),
  "system.file_descriptor.count": single("node_filefd_allocated"),
  "system.file_descriptor.limit": single("node_filefd_maximum"),
  "system.entropy.available": single("node_entropy_available_bits"),
  "hw.temperature": { name: "node_hwmon_temp_celsius", labels: { "hw.parent": "chip", "hw.id": "sensor" } },
  "hw.fan.speed": { name: "node_hwmon_fan_rpm", labels: { "hw.parent": "chip", "hw.id": "sensor" } },
};

/** For metrics whose derived name would end in a suffix that Prometheus reserves, such as `_count`. */
const OWN: Readonly<Record<string, string>> = {
  "system.cpu.logical.count": "hostscope_cpu_logical_cores",
  "system.cpu.physical.count": "hostscope_cpu_physical_cores",
  "system.process.count": "hostscope_processes",
  "system.network.connection.count": "hostscope_network_connections",
  "system.network.socket.count": "hostscope_network_sockets",
};
const UNITS: Readonly<Record<string, string>> = {
  By: "bytes",
  KiBy: "kibibytes",
  s: "seconds",
  Hz: "hertz",
  Cel: "celsius",
  "bit/s": "bits_per_second",
};
const OUR_PREFIX = /^(system|hostscope)\./;

function snake(text: string): string {
  const word = text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^\d/.test(word) ? `_${word}` : word;
}

/** Names come from whoever pushes metrics: `constructor` is in every object. */
function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function ownName({ metric, labels }: Series, definitionOf: DefinitionOf): PrometheusName {
  const definition = definitionOf(metric);
  const type = definition?.kind ?? "gauge";
  const isOurs = OUR_PREFIX.test(metric) || metric.startsWith("hw.");
  const unit = isOurs ? own(UNITS, definition?.unit ?? "") : undefined;
  const stem = isOurs ? `hostscope_${snake(metric.replace(OUR_PREFIX, ""))}` : `hostscope_custom_${snake(metric)}`;
  const base = (own(OWN, metric) ?? stem).replace(/_total$|_(count|sum|bucket|info)$/, "");
  const name = [base, ...(unit && !base.endsWith(unit) ? [unit] : []), ...(type === "counter" ? ["total"] : [])].join("_");
  return {
    name,
    type,
    scale: 1,
    labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [snake(key) || "_", value])),
  };
}

export function prometheusName(series: Series, definitionOf: DefinitionOf): PrometheusName {
  const mapping = own(NODE, series.metric);
  const name = typeof mapping?.name === "function" ? mapping.name(series.labels) : mapping?.name;
  if (!mapping || !name) return ownName(series, definitionOf);
  const labels: Record<string, string> = {};
  for (const [ours, theirs] of Object.entries(mapping.labels ?? {})) {
    const value = series.labels[ours];
    if (value !== undefined) labels[theirs] = ours === "cpu.mode" && value === "interrupt" ? "irq" : value;
  }
  const type = mapping.type ?? definitionOf(series.metric)?.kind ?? "gauge";
  return { name, type, labels, scale: mapping.scale ?? 1 };
}
