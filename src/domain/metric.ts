import type { Series } from "./sample";

export type MetricKind = "gauge" | "counter";

export interface MetricDefinition {
  metric: string;
  /** UCUM. A counter's rate has this unit per second. */
  unit: string;
  kind: MetricKind;
  help: string;
  /** Not in the live stream, as it has too many or rarely watched series: only in history and `current`. */
  quiet?: true;
  /** Only series with this label are quiet. */
  quietLabel?: string;
  /** Labels of series that are parts of another series of the metric, the total. */
  parts?: readonly string[];
  /** Reported per process, in the process table and its history; not a series of its own. */
  ofProcess?: true;
}

const counter = (metric: string, unit: string, help: string, quiet?: "quiet"): MetricDefinition => ({
  metric,
  unit,
  kind: "counter",
  help,
  ...(quiet ? { quiet: true as const } : {}),
});
const gauge = (metric: string, unit: string, help: string, quiet?: "quiet"): MetricDefinition => ({
  ...counter(metric, unit, help, quiet),
  kind: "gauge",
});

const withParts = (parts: readonly string[], definition: MetricDefinition): MetricDefinition => ({ ...definition, parts });
const ofProcess = (definition: MetricDefinition): MetricDefinition => ({ ...definition, ofProcess: true });

/** Metrics of every container and of every systemd service. `of` is the noun for one of them. */
function groupMetrics(prefix: string, of: string, live?: "quiet"): MetricDefinition[] {
  return [
    gauge(`${prefix}.count`, `{${of}}`, `Each ${of} with its own control group.`),
    counter(`${prefix}.cpu.time`, "s", `CPU time of a ${of}; its rate is in cores.`, live),
    gauge(`${prefix}.cpu.utilization`, "1", `Share of its CPU quota that a ${of} uses.`, live),
    gauge(`${prefix}.cpu.limit`, "{cpu}", `CPUs that a ${of} may use; absent without a quota.`, "quiet"),
    counter(`${prefix}.cpu.throttled.time`, "s", `Time a ${of} was held up because its CPU quota was used up.`, live),
    counter(`${prefix}.cpu.throttled.periods`, "{period}", `Periods in which a ${of} used up its CPU quota.`, "quiet"),
    gauge(`${prefix}.memory.usage`, "By", `Memory charged to a ${of}, page cache included.`, "quiet"),
    gauge(`${prefix}.memory.working_set`, "By", `Memory of a ${of} without inactive page cache.`, live),
    gauge(`${prefix}.memory.limit`, "By", `Memory that a ${of} may use; absent without a limit.`, "quiet"),
    gauge(`${prefix}.memory.available`, "By", `Memory that a ${of} can still use before it reaches its limit.`, "quiet"),
    gauge(`${prefix}.memory.utilization`, "1", `Working set of a ${of} as a share of its memory limit.`, live),
    counter(`${prefix}.memory.oom_kill.count`, "{process}", `Processes of a ${of} killed by the OOM killer.`, live),
    counter(`${prefix}.disk.io`, "By", `Bytes that a ${of} read and wrote.`, live),
    gauge(`${prefix}.task.count`, "{task}", `Processes and threads of a ${of}.`, "quiet"),
    gauge(`${prefix}.task.limit`, "{task}", `Processes and threads that a ${of} may have; absent without a limit.`, "quiet"),
  ];
}

/** All built-in metrics, under OpenTelemetry's name where there is one, else under a name of ours in the same style. */
export const BUILT_IN_METRICS: readonly MetricDefinition[] = [
  gauge("system.uptime", "s", "Time since the kernel booted."),
  gauge("system.cpu.logical.count", "{cpu}", "Logical processors online."),
  gauge("system.cpu.physical.count", "{cpu}", "Physical cores."),
  counter(
    "system.cpu.time",
    "s",
    "CPU time by mode and core; user and nice include the time of guests, as the kernel counts it.",
    "quiet",
  ),
  withParts(
    ["cpu.mode", "cpu.logical_number"],
    gauge(
      "system.cpu.utilization",
      "1",
      "Share of CPU time: without labels busy (1 - idle - iowait), by mode, or busy by core. I/O wait is idle time: no part of the sum.",
    ),
  ),
  gauge("system.cpu.quota.limit", "{cpu}", "CPUs that this container may use; its CPU usage is relative to them.", "quiet"),
  counter("system.cpu.quota.time", "s", "CPU time of this container by mode, where it has a quota.", "quiet"),
  counter("system.cpu.guest.time", "s", "CPU time spent running virtual machines, also counted in user and nice.", "quiet"),
  gauge("system.cpu.frequency", "Hz", "Current frequency of each core.", "quiet"),
  gauge("system.cpu.load_average.1m", "{thread}", "Runnable or uninterruptible threads, averaged over 1 minute."),
  gauge("system.cpu.load_average.5m", "{thread}", "Runnable or uninterruptible threads, averaged over 5 minutes."),
  gauge("system.cpu.load_average.15m", "{thread}", "Runnable or uninterruptible threads, averaged over 15 minutes."),
  counter("system.cpu.context_switches", "{switch}", "Context switches."),
  withParts(["system.irq"], {
    ...counter("system.cpu.interrupts", "{interrupt}", "Interrupts served: all, and by line."),
    quietLabel: "system.irq",
  }),
  counter("system.cpu.softirqs", "{softirq}", "Deferred interrupt work by type.", "quiet"),
  counter("system.cpu.run_queue.wait_time", "s", "Time that runnable tasks waited for a CPU."),
  gauge("system.memory.limit", "By", "Physical memory that the kernel manages."),
  gauge("system.memory.usage", "By", "Memory by state; used is limit less available."),
  gauge("system.memory.utilization", "1", "Used share of physical memory."),
  gauge("system.memory.linux.available", "By", "Memory that new work can use without swapping."),
  gauge("system.memory.linux.zfs.arc", "By", "ZFS cache; the part above its minimum counts as available."),
  gauge("system.memory.linux.shared", "By", "Shared memory and tmpfs."),
  gauge("system.memory.linux.slab.usage", "By", "Kernel slab memory by state."),
  gauge("system.memory.linux.dirty", "By", "Memory waiting to be written to disk."),
  gauge("system.memory.linux.writeback", "By", "Memory being written to disk."),
  gauge("system.memory.linux.committed", "By", "Memory promised to processes."),
  gauge("system.memory.linux.commit_limit", "By", "Memory that may be promised under strict overcommit."),
  gauge("system.memory.linux.hugepages.limit", "{page}", "Huge pages in the pool."),
  gauge("system.memory.linux.hugepages.usage", "{page}", "Huge pages in use."),
  gauge("system.memory.linux.hugepages.reserved", "{page}", "Huge pages reserved."),
  gauge("system.memory.linux.hugepages.surplus", "{page}", "Huge pages above the pool's size."),
  gauge("system.memory.linux.hugepages.page_size", "By", "Size of a huge page."),
  gauge("system.paging.limit", "By", "Swap space."),
  gauge("system.paging.usage", "By", "Swap space by state."),
  gauge("system.paging.utilization", "1", "Used share of the swap space."),
  counter("system.paging.faults", "{fault}", "Page faults by type."),
  counter("system.paging.operations", "{operation}", "Pages swapped in and out."),
  counter("system.paging.block.io", "KiBy", "Data paged in from and out to block devices."),
  counter("system.memory.linux.oom_kill.count", "{process}", "Processes killed by the OOM killer."),
  counter("system.linux.pressure.cpu.some", "s", "Time some task waited for CPU; its rate is the share of time."),
  counter("system.linux.pressure.cpu.full", "s", "Time all tasks of a group waited for CPU."),
  counter("system.linux.pressure.memory.some", "s", "Time some task waited for memory."),
  counter("system.linux.pressure.memory.full", "s", "Time all tasks waited for memory."),
  counter("system.linux.pressure.io.some", "s", "Time some task waited for I/O."),
  counter("system.linux.pressure.io.full", "s", "Time all tasks waited for I/O."),
  counter("system.linux.pressure.irq.full", "s", "Time all tasks were held up by interrupts."),
  withParts(
    ["system.device"],
    counter("system.disk.io", "By", "Bytes read and written; without a device the sum over whole disks."),
  ),
  withParts(["system.device"], counter("system.disk.operations", "{operation}", "Completed operations by direction.")),
  counter("system.disk.operation_time", "s", "Time spent in operations by direction.", "quiet"),
  counter("system.disk.merged", "{operation}", "Operations merged with an adjacent one.", "quiet"),
  counter("system.disk.io_time", "s", "Time the disk was busy.", "quiet"),
  counter("system.disk.weighted_io_time", "s", "Busy time weighted by the queue's length.", "quiet"),
  gauge("system.disk.pending_operations", "{operation}", "Operations in flight."),
  gauge("system.disk.limit", "By", "Size of the disk.", "quiet"),
  gauge("system.disk.in_total", "1", "1 for a disk whose bytes are in the totals: no byte is counted twice.", "quiet"),
  gauge("system.disk.utilization", "1", "Share of time the disk was busy."),
  gauge("system.disk.await", "s", "Mean latency of an operation by direction."),
  gauge("system.disk.queue_length", "{operation}", "Mean operations in flight."),
  gauge("system.filesystem.usage", "By", "Space by state: used, free (to everyone), reserved (to root)."),
  gauge("system.filesystem.limit", "By", "Size of the filesystem."),
  gauge("system.filesystem.utilization", "1", "used / (used + free), as df counts."),
  gauge("system.filesystem.inodes.usage", "{inode}", "Inodes by state."),
  gauge("system.filesystem.inodes.utilization", "1", "Used share of the inodes."),
  withParts(
    ["network.interface.name"],
    counter(
      "system.network.io",
      "By",
      "Bytes by interface and direction; without an interface the sum over physical ones, or, if there are none, all but loopback.",
    ),
  ),
  counter("system.network.packet.count", "{packet}", "Packets by interface and direction."),
  counter("system.network.packet.dropped", "{packet}", "Dropped packets by interface and direction."),
  withParts(
    ["error.type"],
    counter("system.network.errors", "{error}", "Errors by interface and direction, or by kind.", "quiet"),
  ),
  gauge("system.network.limit", "bit/s", "Negotiated speed of the link."),
  gauge("system.network.in_total", "1", "1 for an interface whose bytes are in the totals: no byte is counted twice.", "quiet"),
  gauge("system.network.up", "1", "1 when the link is up."),
  gauge("system.network.utilization", "1", "Share of the link's speed in use."),
  gauge(
    "system.network.connection.count",
    "{connection}",
    "Sockets by transport and state, IPv4 and IPv6; counted every 10 s to 5 min, depending on the cost, and more often while it is viewed.",
  ),
  gauge("system.network.socket.count", "{socket}", "Sockets by protocol: in use, orphaned, in TIME_WAIT, allocated."),
  counter("system.network.ip.packets", "{packet}", "IP packets received, sent and forwarded."),
  counter("system.network.ip.errors", "{error}", "IP packets that were lost, by reason.", "quiet"),
  counter("system.network.ip.io", "By", "Bytes in IP packets."),
  counter("system.network.tcp.segments", "{segment}", "TCP segments received and sent."),
  counter("system.network.tcp.retransmits", "{segment}", "TCP segments retransmitted."),
  counter("system.network.tcp.opens", "{connection}", "TCP connections opened: outgoing (active) and incoming (passive)."),
  gauge("system.network.tcp.established", "{connection}", "Open TCP connections."),
  counter("system.network.tcp.resets", "{segment}", "TCP resets sent."),
  counter("system.network.tcp.errors", "{segment}", "Bad TCP segments received."),
  counter("system.network.tcp.attempt_failures", "{connection}", "TCP connections that could not be opened."),
  counter("system.network.tcp.established_resets", "{connection}", "Open TCP connections that were reset."),
  counter("system.network.tcp.listen.overflows", "{event}", "Connections lost because a program did not accept in time."),
  counter("system.network.tcp.listen.drops", "{event}", "Connection requests dropped at a listening socket."),
  counter("system.network.tcp.syncookies", "{event}", "SYN cookies sent, received and failed.", "quiet"),
  counter("system.network.udp.datagrams", "{datagram}", "UDP datagrams received and sent."),
  counter("system.network.udp.errors", "{error}", "UDP datagrams that were lost, by reason."),
  counter("system.network.icmp.messages", "{message}", "ICMP messages received and sent."),
  counter("system.network.icmp.errors", "{error}", "Bad ICMP messages.", "quiet"),
  gauge("system.network.conntrack.count", "{entry}", "Connections that the firewall tracks."),
  gauge("system.network.conntrack.max", "{entry}", "Connections that the firewall can track."),
  counter("system.network.softnet.processed", "{packet}", "Packets taken from the receive queues.", "quiet"),
  counter("system.network.softnet.dropped", "{packet}", "Packets dropped because a receive queue was full."),
  counter(
    "system.network.softnet.squeezed",
    "{event}",
    "Times a CPU ran out of time or budget with packets left in its receive queue.",
  ),
  counter("system.process.created", "{process}", "Processes and threads created."),
  gauge("system.process.count", "{process}", "Processes by state."),
  gauge("system.process.runnable", "{thread}", "Threads running or ready to run."),
  gauge("system.process.blocked", "{thread}", "Threads waiting for I/O."),
  gauge("system.process.limit", "{process}", "Maximum PID.", "quiet"),
  gauge("system.thread.limit", "{thread}", "Maximum number of threads.", "quiet"),
  gauge("system.file_descriptor.count", "{fd}", "Open files."),
  gauge("system.file_descriptor.limit", "{fd}", "Maximum number of open files.", "quiet"),
  gauge("system.entropy.available", "bit", "Entropy available to the kernel.", "quiet"),
  gauge("system.filesystem.lock.count", "{lock}", "File locks held.", "quiet"),
  withParts(
    ["system.device"],
    counter(
      "system.linux.kernel.event.count",
      "{event}",
      "Events in the kernel log by type: oom_kill, disk_error, filesystem_error (also by device), machine_check, hung_task, segfault.",
    ),
  ),
  withParts(
    ["systemd.unit"],
    gauge("systemd.unit.failed", "{unit}", "Failed systemd units; with a unit label, 1 while that unit has failed."),
  ),
  gauge("system.user.session.count", "{session}", "Login sessions.", "quiet"),
  gauge("hw.temperature", "Cel", "Temperature by sensor."),
  gauge("hw.fan.speed", "rpm", "Speed of a fan."),
  gauge("hw.battery.charge", "1", "Charge of a battery."),
  gauge("system.thread.count", "{thread}", "Threads on the machine."),
  ...groupMetrics("container", "container"),
  counter("container.network.io", "By", "Bytes received and sent by a container with its own network."),
  gauge(
    "container.network.sharing",
    "{container}",
    "Containers that share this network, such as those of a pod; each shows the traffic of all.",
    "quiet",
  ),
  ...groupMetrics("systemd.service", "service", "quiet"),
  ofProcess(counter("process.cpu.time", "s", "CPU time of a process by mode.")),
  ofProcess(gauge("process.cpu.utilization", "1", "Cores used by a process and its exited children; 1 is one core.")),
  ofProcess(gauge("process.memory.usage", "By", "Resident memory of a process.")),
  ofProcess(gauge("process.memory.utilization", "1", "Resident share of the machine's memory.")),
  ofProcess(gauge("process.memory.virtual", "By", "Address space of a process.")),
  ofProcess(counter("process.disk.io", "By", "Bytes that a process read from and wrote to storage.")),
  ofProcess(counter("process.disk.operations", "{operation}", "Read and write calls of a process.")),
  ofProcess(gauge("process.thread.count", "{thread}", "Threads of a process.")),
  ofProcess(gauge("process.unix.file_descriptor.count", "{fd}", "Open files of a process.")),
  ofProcess(counter("process.context_switches", "{switch}", "Voluntary and involuntary context switches of the main thread.")),
  ofProcess(counter("process.paging.faults", "{fault}", "Minor and major page faults of a process.")),
  ofProcess(gauge("process.uptime", "s", "Time since a process started.")),
  counter("hostscope.cpu.time", "s", "CPU time of Hostscope itself."),
  gauge("hostscope.memory.usage", "By", "Resident memory of Hostscope itself."),
  gauge("hostscope.sample.interval", "s", "Monotonic time since the previous sample; absent after a start."),
  gauge("hostscope.sample.duration", "s", "Time the collectors took for this sample."),
  gauge("hostscope.clock.step", "s", "Step of the wall clock since the previous sample."),
  gauge("hostscope.collection.share", "1", "Share of a core used for collection, averaged over a minute."),
  gauge(
    "hostscope.process.detail",
    "1",
    "Detail of process collection: 1 is full, less when collection is too expensive.",
    "quiet",
  ),
  counter("hostscope.sample.missed", "{sample}", "Ticks skipped because the previous one overran."),
  gauge("hostscope.collector.success", "1", "1 if the collector succeeded.", "quiet"),
  gauge("hostscope.notification.failing.time", "s", "How long a channel has been failing; 0 while it works.", "quiet"),
  gauge(
    "hostscope.alert.state",
    "1",
    "1 for each alert that is firing or pending; recorded only if remote_write is set. Engines get it as ALERTS.",
    "quiet",
  ),
  gauge(
    "hostscope.contributor.cpu.utilization",
    "1",
    "Cores used by a user's program, for the top programs; recorded only if remote_write is set.",
    "quiet",
  ),
  gauge(
    "hostscope.contributor.memory.usage",
    "By",
    "Unshared memory of a user's program, for the top programs; recorded only if remote_write is set.",
    "quiet",
  ),
  gauge(
    "hostscope.contributor.disk.io",
    "By/s",
    "Bytes read and written by a user's program, for the top programs; recorded only if remote_write is set.",
    "quiet",
  ),
  gauge(
    "hostscope.filesystem.full.time",
    "s",
    "Time until a filesystem is full, where there is a forecast; recorded only if remote_write is set.",
    "quiet",
  ),
  gauge(
    "hostscope.machine.silent.time",
    "s",
    "How long another machine has written nothing to the engine; recorded only if fleet is set.",
    "quiet",
  ),
  gauge("hostscope.store.backlog", "{sample}", "Samples waiting to be written to the database."),
  gauge(
    "nodejs.eventloop.delay.p99",
    "s",
    "Event loop delay of Hostscope, 99th percentile of a minute; absent without requests.",
    "quiet",
  ),
];

const BY_NAME = new Map(BUILT_IN_METRICS.map((definition) => [definition.metric, definition]));

/** Looks a metric up; undefined for one that nobody has defined. */
export type DefinitionOf = (metric: string) => MetricDefinition | undefined;

/** The definition of a built-in metric. A server also has custom ones: server/metric-catalogue.ts. */
export const builtInDefinition: DefinitionOf = (metric) => BY_NAME.get(metric);

/** True for series in the live stream. */
export function isLive({ metric, labels }: Series): boolean {
  const definition = BY_NAME.get(metric);
  return !definition?.quiet && (definition?.quietLabel === undefined || !(definition.quietLabel in labels));
}

/** Unit on a chart: a counter is charted as its rate, and seconds per second are a ratio. */
export function chartUnit({ unit, kind }: Pick<MetricDefinition, "unit" | "kind">): string {
  if (kind === "gauge") return unit;
  return unit === "s" ? "1" : `${unit}/s`;
}

/** Unit of a metric's series on a chart. A metric that nobody has defined counts as a gauge without a unit. */
export function chartUnitOf(metric: string, definitionOf: DefinitionOf): string {
  const definition = definitionOf(metric);
  return definition ? chartUnit(definition) : "";
}
