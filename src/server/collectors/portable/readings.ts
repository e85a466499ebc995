/** Converts the answers of systeminformation and Node on other systems to readings. Pure. */
import type { CpuInfo } from "node:os";
import type { Systeminformation } from "systeminformation";
import { builtInDefinition } from "~/domain/metric";
import { type Labels, type Reading, seriesKey, seriesOf } from "~/domain/sample";
import type { PollResult } from "./poll";

/** Drops unknown values: the library returns null, NaN or -1 for them, or leaves them out. */
function known(readings: readonly { metric: string; labels?: Labels; value: number | null | undefined }[]): Reading[] {
  return readings.filter((one): one is Reading => typeof one.value === "number" && one.value >= 0 && Number.isFinite(one.value));
}

/** CPU time of each core, from milliseconds. These systems do not count I/O wait. */
export function cpuReadings(cpus: readonly Pick<CpuInfo, "times">[]): Reading[] {
  const readings = cpus.flatMap(({ times }, core) => {
    const modes = { user: times.user, nice: times.nice, system: times.sys, idle: times.idle, interrupt: times.irq };
    return Object.entries(modes).map(([mode, milliseconds]) => ({
      metric: "system.cpu.time",
      labels: { "cpu.mode": mode, "cpu.logical_number": String(core) },
      value: milliseconds / 1000,
    }));
  });
  return [...readings, { metric: "system.cpu.logical.count", value: cpus.length }];
}

/** Windows has no load average: Node returns 0 for all three. */
export function loadReadings(load: readonly number[], uptimeSeconds: number): Reading[] {
  const uptime = { metric: "system.uptime", value: Math.floor(uptimeSeconds) };
  if (load.every((value) => value === 0)) return [uptime];
  return [
    ...["1m", "5m", "15m"].map((window, index) => ({ metric: `system.cpu.load_average.${window}`, value: load[index] ?? 0 })),
    uptime,
  ];
}

export function memoryReadings(memory: Systeminformation.MemData): Reading[] {
  const state = (value: string) => ({ "system.memory.state": value });
  return known([
    { metric: "system.memory.limit", value: memory.total },
    { metric: "system.memory.linux.available", value: memory.available },
    { metric: "system.memory.usage", labels: state("free"), value: memory.free },
    { metric: "system.memory.usage", labels: state("cached"), value: memory.cached || null },
    { metric: "system.paging.limit", value: memory.swaptotal },
    { metric: "system.paging.usage", labels: { "system.paging.state": "free" }, value: memory.swapfree },
  ]);
}

/** Images that are always full, and macOS system volumes, which share the space of the one at "/". */
const ALWAYS_FULL = /^(devfs|autofs|iso9660|cd9660|udf|CDFS|UDF)$/;
const OWN_VOLUME = /^\/System\/Volumes\/(?!Data$)/;

export function filesystemReadings(filesystems: readonly Systeminformation.FsSizeData[]): Reading[] {
  return filesystems
    .filter(({ type, mount, size }) => size > 0 && !ALWAYS_FULL.test(type) && !OWN_VOLUME.test(mount))
    .flatMap(({ fs, type, mount, size, used, available, rw }) => {
      const labels = {
        "system.device": fs,
        "system.filesystem.mountpoint": mount,
        "system.filesystem.type": type,
        "system.filesystem.mode": rw === false ? "ro" : "rw",
      };
      const state = (value: string) => ({ ...labels, "system.filesystem.state": value });
      return known([
        { metric: "system.filesystem.usage", labels: state("used"), value: used },
        { metric: "system.filesystem.usage", labels: state("free"), value: available },
        // On APFS: space used by other volumes of the container. Elsewhere: space reserved for the administrator.
        { metric: "system.filesystem.usage", labels: state("reserved"), value: Math.max(0, size - used - available) },
      ]);
    });
}

export interface DiskAnswer {
  bytes: Pick<Systeminformation.FsStatsData, "rx" | "wx"> | null;
  operations: Pick<Systeminformation.DisksIoData, "rIO" | "wIO"> | null;
}

/** All disks together: the library returns only their sum. */
export function diskReadings({ bytes, operations }: DiskAnswer): Reading[] {
  const labels = (direction: string) => ({ "system.device": "all", "disk.io.direction": direction });
  return known([
    { metric: "system.disk.io", labels: labels("read"), value: bytes?.rx },
    { metric: "system.disk.io", labels: labels("write"), value: bytes?.wx },
    { metric: "system.disk.operations", labels: labels("read"), value: operations?.rIO },
    { metric: "system.disk.operations", labels: labels("write"), value: operations?.wIO },
  ]);
}

export function networkReadings(interfaces: readonly Systeminformation.NetworkStatsData[]): Reading[] {
  return interfaces.flatMap((one) => {
    const name = { "network.interface.name": one.iface };
    const receive = { ...name, "network.io.direction": "receive" };
    const transmit = { ...name, "network.io.direction": "transmit" };
    return known([
      { metric: "system.network.io", labels: receive, value: one.rx_bytes },
      { metric: "system.network.packet.dropped", labels: receive, value: one.rx_dropped },
      { metric: "system.network.errors", labels: receive, value: one.rx_errors },
      { metric: "system.network.io", labels: transmit, value: one.tx_bytes },
      { metric: "system.network.packet.dropped", labels: transmit, value: one.tx_dropped },
      { metric: "system.network.errors", labels: transmit, value: one.tx_errors },
      { metric: "system.network.up", labels: name, value: one.operstate === "unknown" ? null : one.operstate === "up" ? 1 : 0 },
    ]);
  });
}

const STATES: Readonly<Record<string, string>> = {
  LISTEN: "listen",
  LISTENING: "listen",
  ESTABLISHED: "established",
  TIME_WAIT: "time_wait",
  CLOSE_WAIT: "close_wait",
  SYN_SENT: "syn_sent",
  FIN_WAIT_1: "fin_wait_1",
  FIN_WAIT_2: "fin_wait_2",
};

export function connectionReadings(
  connections: readonly Pick<Systeminformation.NetworkConnectionsData, "protocol" | "state">[],
): Reading[] {
  const counts = new Map(Object.values(STATES).map((state) => [state, 0]));
  for (const { protocol, state } of connections) {
    const name = STATES[state.toUpperCase()];
    if (protocol.startsWith("tcp") && name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([state, value]) => ({
    metric: "system.network.connection.count",
    labels: { "network.transport": "tcp", "network.connection.state": state },
    value,
  }));
}

export interface SensorAnswer {
  celsius: number | null;
  battery: Pick<Systeminformation.BatteryData, "hasBattery" | "percent" | "model"> | null;
}

export function sensorReadings({ celsius, battery }: SensorAnswer): Reading[] {
  return known([
    { metric: "hw.temperature", labels: { "hw.id": "cpu", "hw.name": "CPU", "hw.parent": "system" }, value: celsius || null },
    {
      metric: "hw.battery.charge",
      labels: { "hw.id": "battery", "hw.name": battery?.model || "battery" },
      value: battery?.hasBattery ? battery.percent / 100 : null,
    },
  ]);
}

/**
 * Spreads the growth of counters between two answers over the round that follows, so they lag by one round. Otherwise an answer
 * every few seconds would be a jump in one second and nothing in the others. Gauges have their newest value. Until the second
 * answer, counters stay at their first value.
 */
export function interpolate(previous: PollResult<Reading[]> | undefined, newest: PollResult<Reading[]>, now: number): Reading[] {
  const before = new Map(previous?.value.map((one) => [seriesKey(seriesOf(one)), one.value]));
  const round = previous ? newest.at - previous.at : 0;
  const part = round > 0 ? Math.min(1, Math.max(0, (now - newest.at) / round)) : 1;
  return newest.value.map((reading) => {
    const from = before.get(seriesKey(seriesOf(reading)));
    const counts = builtInDefinition(reading.metric)?.kind === "counter";
    if (!counts || from === undefined || from > reading.value) return reading;
    return { ...reading, value: from + (reading.value - from) * part };
  });
}
