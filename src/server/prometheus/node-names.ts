/** node_exporter's names for our series: one table, which leads both ways. */
import type { Labels } from "~/domain/sample";
import type { FamilyType } from "./family";

/** One name of the other world: which series of a metric have it. */
export interface Row {
  metric: string;
  name: string;
  type?: FamilyType;
  /** Labels that the series has, with these values; the name says them. */
  where?: Labels;
  /** Labels that the series lacks. */
  without?: readonly string[];
  /** Our labels and node_exporter's. The series' other labels are left out. */
  labels?: Readonly<Record<string, string>>;
  /** Factor from our value to the exported one. */
  scale?: number;
}

type Extra = Omit<Row, "metric" | "name" | "where">;

const DEVICE: Extra = { labels: { "system.device": "device" } };
const INTERFACE: Extra = { labels: { "network.interface.name": "device" } };
const UNKNOWN: Extra = { type: "unknown" };
const one = (metric: string, name: string, extra: Extra = {}): Row[] => [{ metric, name, ...extra }];

/** A name for each value of a label. */
function by(metric: string, label: string, names: Readonly<Record<string, string>>, extra: Extra = {}): Row[] {
  return Object.entries(names).map(([value, name]) => ({ metric, name, where: { [label]: value }, ...extra }));
}

const byDirection = (metric: string, names: Readonly<Record<string, string>>) => by(metric, "disk.io.direction", names, DEVICE);

const DIRECTIONS = ["receive", "transmit"] as const;
const LINK_ERRORS = ["fifo", "frame", "colls", "carrier"];

function network(metric: string, what: string): Row[] {
  const names = Object.fromEntries(DIRECTIONS.map((direction) => [direction, `node_network_${direction}_${what}_total`]));
  return by(metric, "network.io.direction", names, { ...INTERFACE, without: ["error.type"] });
}

function linkErrors(metric: string): Row[] {
  return DIRECTIONS.flatMap((direction) =>
    LINK_ERRORS.map((error) => ({
      metric,
      name: `node_network_${direction}_${error}_total`,
      where: { "network.io.direction": direction, "error.type": error },
      ...INTERFACE,
    })),
  );
}

function netstat(metric: string, name: string): Row[] {
  const names = { receive: `node_netstat_${name.replace("*", "In")}`, transmit: `node_netstat_${name.replace("*", "Out")}` };
  return by(metric, "network.io.direction", names, UNKNOWN);
}

function sockets(metric: string): Row[] {
  return ["tcp", "udp"].flatMap((protocol) =>
    ["inuse", "orphan", "tw", "alloc"].map((state) => ({
      metric,
      name: `node_sockstat_${protocol.toUpperCase()}_${state}`,
      where: { "network.protocol": protocol, "network.socket.state": state },
    })),
  );
}

export const ROWS: readonly Row[] = [
  ...one("system.cpu.time", "node_cpu_seconds_total", { labels: { "cpu.logical_number": "cpu", "cpu.mode": "mode" } }),
  ...one("system.cpu.frequency", "node_cpu_scaling_frequency_hertz", { labels: { "cpu.logical_number": "cpu" } }),
  ...one("system.cpu.load_average.1m", "node_load1"),
  ...one("system.cpu.load_average.5m", "node_load5"),
  ...one("system.cpu.load_average.15m", "node_load15"),
  ...one("system.cpu.context_switches", "node_context_switches_total"),
  ...one("system.cpu.interrupts", "node_intr_total", { without: ["system.irq"] }),
  ...one("system.memory.limit", "node_memory_MemTotal_bytes"),
  ...by("system.memory.usage", "system.memory.state", {
    free: "node_memory_MemFree_bytes",
    cached: "node_memory_Cached_bytes",
    buffers: "node_memory_Buffers_bytes",
  }),
  ...one("system.memory.linux.available", "node_memory_MemAvailable_bytes"),
  ...one("system.memory.linux.shared", "node_memory_Shmem_bytes"),
  ...by("system.memory.linux.slab.usage", "system.memory.linux.slab.state", {
    reclaimable: "node_memory_SReclaimable_bytes",
    unreclaimable: "node_memory_SUnreclaim_bytes",
  }),
  ...one("system.memory.linux.dirty", "node_memory_Dirty_bytes"),
  ...one("system.memory.linux.writeback", "node_memory_Writeback_bytes"),
  ...one("system.memory.linux.committed", "node_memory_Committed_AS_bytes"),
  ...one("system.memory.linux.commit_limit", "node_memory_CommitLimit_bytes"),
  ...one("system.memory.linux.hugepages.limit", "node_memory_HugePages_Total"),
  ...one("system.memory.linux.hugepages.reserved", "node_memory_HugePages_Rsvd"),
  ...one("system.memory.linux.hugepages.surplus", "node_memory_HugePages_Surp"),
  ...one("system.memory.linux.hugepages.page_size", "node_memory_Hugepagesize_bytes"),
  ...one("system.memory.linux.oom_kill.count", "node_vmstat_oom_kill", UNKNOWN),
  ...one("system.paging.limit", "node_memory_SwapTotal_bytes"),
  ...by("system.paging.usage", "system.paging.state", { free: "node_memory_SwapFree_bytes" }),
  ...by("system.paging.faults", "system.paging.type", { major: "node_vmstat_pgmajfault" }, UNKNOWN),
  ...by("system.paging.operations", "system.paging.direction", { in: "node_vmstat_pswpin", out: "node_vmstat_pswpout" }, UNKNOWN),
  ...by("system.paging.block.io", "system.paging.direction", { in: "node_vmstat_pgpgin", out: "node_vmstat_pgpgout" }, UNKNOWN),
  ...one("system.linux.pressure.cpu.some", "node_pressure_cpu_waiting_seconds_total"),
  ...one("system.linux.pressure.io.some", "node_pressure_io_waiting_seconds_total"),
  ...one("system.linux.pressure.io.full", "node_pressure_io_stalled_seconds_total"),
  ...one("system.linux.pressure.memory.some", "node_pressure_memory_waiting_seconds_total"),
  ...one("system.linux.pressure.memory.full", "node_pressure_memory_stalled_seconds_total"),
  ...one("system.linux.pressure.irq.full", "node_pressure_irq_stalled_seconds_total"),
  ...byDirection("system.disk.io", { read: "node_disk_read_bytes_total", write: "node_disk_written_bytes_total" }),
  ...byDirection("system.disk.operations", {
    read: "node_disk_reads_completed_total",
    write: "node_disk_writes_completed_total",
    discard: "node_disk_discards_completed_total",
    flush: "node_disk_flush_requests_total",
  }),
  ...byDirection("system.disk.operation_time", {
    read: "node_disk_read_time_seconds_total",
    write: "node_disk_write_time_seconds_total",
  }),
  ...byDirection("system.disk.merged", { read: "node_disk_reads_merged_total", write: "node_disk_writes_merged_total" }),
  ...one("system.disk.io_time", "node_disk_io_time_seconds_total", DEVICE),
  ...one("system.disk.weighted_io_time", "node_disk_io_time_weighted_seconds_total", DEVICE),
  ...one("system.disk.pending_operations", "node_disk_io_now", DEVICE),
  ...network("system.network.io", "bytes"),
  ...network("system.network.packet.count", "packets"),
  ...network("system.network.packet.dropped", "drop"),
  ...network("system.network.errors", "errs"),
  ...linkErrors("system.network.errors"),
  ...one("system.network.limit", "node_network_speed_bytes", { ...INTERFACE, scale: 1 / 8 }),
  ...one("system.network.up", "node_network_up", INTERFACE),
  ...netstat("system.network.ip.io", "IpExt_*Octets"),
  ...netstat("system.network.tcp.segments", "Tcp_*Segs"),
  ...one("system.network.tcp.retransmits", "node_netstat_Tcp_RetransSegs", UNKNOWN),
  ...by(
    "system.network.tcp.opens",
    "network.tcp.open",
    { active: "node_netstat_Tcp_ActiveOpens", passive: "node_netstat_Tcp_PassiveOpens" },
    UNKNOWN,
  ),
  ...one("system.network.tcp.established", "node_netstat_Tcp_CurrEstab", UNKNOWN),
  ...one("system.network.tcp.resets", "node_netstat_Tcp_OutRsts", UNKNOWN),
  ...one("system.network.tcp.errors", "node_netstat_Tcp_InErrs", UNKNOWN),
  ...one("system.network.tcp.listen.overflows", "node_netstat_TcpExt_ListenOverflows", UNKNOWN),
  ...one("system.network.tcp.listen.drops", "node_netstat_TcpExt_ListenDrops", UNKNOWN),
  ...by(
    "system.network.tcp.syncookies",
    "network.tcp.syncookie",
    {
      sent: "node_netstat_TcpExt_SyncookiesSent",
      received: "node_netstat_TcpExt_SyncookiesRecv",
      failed: "node_netstat_TcpExt_SyncookiesFailed",
    },
    UNKNOWN,
  ),
  ...netstat("system.network.udp.datagrams", "Udp_*Datagrams"),
  ...by(
    "system.network.udp.errors",
    "error.type",
    {
      in: "node_netstat_Udp_InErrors",
      no_port: "node_netstat_Udp_NoPorts",
      receive_buffer: "node_netstat_Udp_RcvbufErrors",
      send_buffer: "node_netstat_Udp_SndbufErrors",
    },
    UNKNOWN,
  ),
  ...netstat("system.network.icmp.messages", "Icmp_*Msgs"),
  ...sockets("system.network.socket.count"),
  ...one("system.network.conntrack.count", "node_nf_conntrack_entries"),
  ...one("system.network.conntrack.max", "node_nf_conntrack_entries_limit"),
  ...one("system.process.created", "node_forks_total"),
  ...one("system.process.runnable", "node_procs_running"),
  ...one("system.process.blocked", "node_procs_blocked"),
  ...one("system.process.limit", "node_processes_max_processes"),
  ...one("system.thread.count", "node_processes_threads"),
  ...one("system.thread.limit", "node_processes_max_threads"),
  ...one("system.file_descriptor.count", "node_filefd_allocated"),
  ...one("system.file_descriptor.limit", "node_filefd_maximum"),
  ...one("system.entropy.available", "node_entropy_available_bits"),
  ...one("hw.temperature", "node_hwmon_temp_celsius", { labels: { "hw.parent": "chip", "hw.id": "sensor" } }),
  ...one("hw.fan.speed", "node_hwmon_fan_rpm", { labels: { "hw.parent": "chip", "hw.id": "sensor" } }),
];
