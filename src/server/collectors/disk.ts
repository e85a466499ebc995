import type { Labels, Reading } from "~/domain/sample";
import type { Collector, Roots } from "./collector";
import { ByteReader, type KernelFile, namesIn, readKernelFile, readNumber } from "./procfs";

/** /proc/diskstats counts in sectors of 512 bytes whatever the disk's own sector size. */
const SECTOR = 512;

interface DeviceLabels {
  device: Labels;
  read: Labels;
  write: Labels;
  discard: Labels;
  flush: Labels;
}

const labelsByDevice = new Map<string, DeviceLabels>();

function labelsOf(name: string): DeviceLabels {
  let labels = labelsByDevice.get(name);
  if (!labels) {
    const device = { "system.device": name };
    const direction = (value: string) => ({ ...device, "disk.io.direction": value });
    labels = {
      device,
      read: direction("read"),
      write: direction("write"),
      discard: direction("discard"),
      flush: direction("flush"),
    };
    labelsByDevice.set(name, labels);
  }
  return labels;
}

/** Matches the usual names of partitions, for systems without /sys/block. */
const PARTITION = /^(?:[hsv]d[a-z]+\d+|xvd[a-z]+\d+|nvme\d+n\d+p\d+|mmcblk\d+p\d+)$/;

/** Parses /proc/diskstats: whole devices that were ever used. Fields are numbered as in the kernel's iostats.rst. */
export function parseDiskstats(bytes: Buffer, isWhole: (name: string) => boolean): Reading[] {
  const readings: Reading[] = [];
  const field = new Array<number>(18);
  for (const reader = new ByteReader(bytes); !reader.done; reader.nextLine()) {
    reader.skip(2);
    const name = reader.word();
    if (name === "" || !isWhole(name)) continue;
    for (let i = 1; i <= 17; i++) field[i] = reader.number();
    const at = (index: number) => field[index] as number;
    // A line that is cut off, or a device that was never used.
    if (Number.isNaN(at(11)) || !(at(1) > 0 || at(5) > 0)) continue;
    const labels = labelsOf(name);
    const own: Reading[] = [
      { metric: "system.disk.operations", labels: labels.read, value: at(1) },
      { metric: "system.disk.merged", labels: labels.read, value: at(2) },
      { metric: "system.disk.io", labels: labels.read, value: at(3) * SECTOR },
      { metric: "system.disk.operation_time", labels: labels.read, value: at(4) / 1000 },
      { metric: "system.disk.operations", labels: labels.write, value: at(5) },
      { metric: "system.disk.merged", labels: labels.write, value: at(6) },
      { metric: "system.disk.io", labels: labels.write, value: at(7) * SECTOR },
      { metric: "system.disk.operation_time", labels: labels.write, value: at(8) / 1000 },
      { metric: "system.disk.pending_operations", labels: labels.device, value: at(9) },
      { metric: "system.disk.io_time", labels: labels.device, value: at(10) / 1000 },
      { metric: "system.disk.weighted_io_time", labels: labels.device, value: at(11) / 1000 },
    ];
    // Some kernels briefly report a negative number of requests in flight.
    for (const reading of own) if (reading.value >= 0) readings.push(reading);
    // Linux 4.18 added discards, 5.5 flushes.
    if (at(12) >= 0) readings.push({ metric: "system.disk.operations", labels: labels.discard, value: at(12) });
    if (at(16) >= 0) readings.push({ metric: "system.disk.operations", labels: labels.flush, value: at(16) });
  }
  return readings;
}

/** True for names in /sys/block, which lists whole devices only. It is read again when an unknown name appears. */
function wholeDevices(sys: string): (name: string) => boolean {
  const partitions = new Set<string>();
  let whole: Set<string> | null = null;
  return (name) => {
    if (whole?.has(name)) return true;
    if (partitions.has(name)) return false;
    const names = namesIn(`${sys}/block`);
    whole = names.length > 0 ? new Set(names) : null;
    if (whole ? whole.has(name) : !PARTITION.test(name)) return true;
    partitions.add(name);
    return false;
  };
}

export function openDisk(roots: Roots): Collector {
  const diskstats: KernelFile = { path: `${roots.proc}/diskstats`, shortLines: true };
  const isWhole = wholeDevices(roots.sys);
  const sizes = new Map<string, number | null>();
  return {
    name: "disk",
    collect: () => {
      const readings = parseDiskstats(readKernelFile(diskstats), isWhole);
      for (const { metric, labels } of [...readings]) {
        if (metric !== "system.disk.pending_operations" || !labels) continue;
        const name = labels["system.device"] ?? "";
        if (!sizes.has(name)) sizes.set(name, readNumber(`${roots.sys}/block/${name}/size`));
        const sectors = sizes.get(name);
        if (sectors) readings.push({ metric: "system.disk.limit", labels, value: sectors * SECTOR });
      }
      return readings;
    },
  };
}
