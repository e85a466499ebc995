import type { Labels, Reading } from "~/domain/sample";
import type { Roots } from "../roots";
import { BlockDevices, multipathHead } from "./block-devices";
import type { Collector } from "./collector";
import { guarded } from "./kernel-files";
import { LabelCache } from "./label-cache";
import { ByteReader, closeKernelFile, type KernelFile, readKernelFileOnce } from "./procfs";

/** /proc/diskstats counts in sectors of 512 bytes whatever the disk's own sector size. */
const SECTOR = 512;

interface DeviceLabels {
  device: Labels;
  read: Labels;
  write: Labels;
  discard: Labels;
  flush: Labels;
}

const labelsByDevice = new LabelCache<DeviceLabels>();

function labelsOf(name: string): DeviceLabels {
  return labelsByDevice.get(name, () => {
    const device = { "system.device": name };
    const direction = (value: string) => ({ ...device, "disk.io.direction": value });
    return {
      device,
      read: direction("read"),
      write: direction("write"),
      discard: direction("discard"),
      flush: direction("flush"),
    };
  });
}

/** The kernel prints some counts below zero as unsigned: 2^32 - 1 and 2^64 - 1 are requests that ended once too often. */
const BELOW_ZERO = 2 ** 31;

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
    if (at(9) >= BELOW_ZERO) field[9] = Number.NaN;
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
    for (const reading of own) if (reading.value >= 0) readings.push(reading);
    // Linux 4.18 added discards, 5.5 flushes.
    if (at(12) >= 0) readings.push({ metric: "system.disk.operations", labels: labels.discard, value: at(12) });
    if (at(16) >= 0) readings.push({ metric: "system.disk.operations", labels: labels.flush, value: at(16) });
  }
  return readings;
}

/** A device's size is read each second: volumes grow, and media are changed. */
class Sizes {
  private readonly files = new Map<string, KernelFile>();

  constructor(private readonly devices: BlockDevices) {}

  /** In bytes; NaN when it is not known. */
  of(name: string): number {
    let file = this.files.get(name);
    if (!file) {
      file = { path: this.devices.sizePath(name) };
      this.files.set(name, file);
    }
    try {
      return new ByteReader(readKernelFileOnce(file)).number() * SECTOR;
    } catch {
      return Number.NaN;
    }
  }

  keepOnly(names: ReadonlySet<string>): void {
    for (const [name, file] of this.files) {
      if (names.has(name)) continue;
      closeKernelFile(file);
      this.files.delete(name);
    }
  }
}

/**
 * Devices whose bytes are part of the total: no byte twice. A path device of NVMe multipath counts only where its head does not, as
 * kernels before 6.15 let it be.
 */
function countedDisks(names: readonly string[], isStacked: (name: string) => boolean): string[] {
  const used = new Set(names);
  return names.filter((name) => {
    const head = multipathHead(name);
    return head === null ? !isStacked(name) : !used.has(head);
  });
}

export function openDisk(roots: Roots): Collector {
  const devices = new BlockDevices(roots.sys);
  const sizes = new Sizes(devices);
  const parse = (bytes: Buffer, at: number) => {
    devices.refresh(at);
    const readings = parseDiskstats(bytes, (name) => devices.isWhole(name, at));
    const names = [...new Set(readings.map(({ labels }) => labels?.["system.device"] ?? ""))];
    sizes.keepOnly(new Set(names));
    for (const name of names) {
      const value = sizes.of(name);
      if (value > 0) readings.push({ metric: "system.disk.limit", labels: labelsOf(name).device, value });
    }
    for (const name of countedDisks(names, (name) => devices.isStacked(name, at)))
      readings.push({ metric: "system.disk.in_total", labels: labelsOf(name).device, value: 1 });
    return readings;
  };
  return guarded("disk", [{ file: { path: `${roots.proc}/diskstats`, shortLines: true }, parse, usual: true }]);
}
