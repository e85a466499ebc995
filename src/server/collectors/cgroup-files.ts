/** Parsers of the files of a cgroup, versions 1 and 2. Pure. */
import { ByteReader } from "./procfs";

/** Version 1 writes "no limit" as the largest page-aligned number below 2^63. */
const NO_LIMIT = 2 ** 62;

/** The number after `word` in a file of `word number` lines; NaN when the line is missing. */
export function keyedValue(bytes: Buffer, word: string): number {
  for (const reader = new ByteReader(bytes); !reader.done; reader.nextLine()) {
    if (!reader.startsWith(word) || bytes[reader.position + word.length] !== 32) continue;
    reader.position += word.length;
    return reader.number();
  }
  return Number.NaN;
}

/** Parses a file with one number. NaN for no limit, "max" or its version 1 counterpart. */
export function parseLimit(bytes: Buffer): number {
  const value = new ByteReader(bytes).number();
  return value < NO_LIMIT ? value : Number.NaN;
}

/** Parses cpu.max, quota and period in microseconds, into CPUs; NaN for "max". */
export function parseCpuMax(bytes: Buffer): number {
  if (bytes[0] === 109) return Number.NaN;
  const reader = new ByteReader(bytes);
  const quota = reader.number();
  return quota / reader.number();
}

export interface BytesMoved {
  read: number;
  written: number;
}

/**
 * Adds up devices, each byte once: loop devices and those for which `isStacked` is true (`253:0`: LVM, dm) pass on what others count, too. Of
 * a group that has only such devices, the busiest counts.
 */
function sumOf(devices: ReadonlyMap<string, BytesMoved>, isStacked: (device: string) => boolean): BytesMoved {
  const sum = { read: 0, written: 0 };
  const most = { read: 0, written: 0 };
  let direct = 0;
  for (const [device, { read, written }] of devices) {
    if (device.startsWith("7:")) continue;
    if (isStacked(device)) {
      most.read = Math.max(most.read, read);
      most.written = Math.max(most.written, written);
      continue;
    }
    direct++;
    sum.read += read;
    sum.written += written;
  }
  return direct > 0 ? sum : most;
}

const NONE = () => false;

/** Parses io.stat, one line per device: `8:0 rbytes=1 wbytes=2 rios=…`. */
export function parseIoStat(bytes: Buffer, isStacked: (device: string) => boolean = NONE): BytesMoved {
  const devices = new Map<string, BytesMoved>();
  for (const line of bytes.toString("latin1").split("\n")) {
    const device = /^\d+:\d+(?= )/.exec(line)?.[0];
    if (device === undefined) continue;
    devices.set(device, {
      read: Number(/\srbytes=(\d+)/.exec(line)?.[1] ?? 0),
      written: Number(/\swbytes=(\d+)/.exec(line)?.[1] ?? 0),
    });
  }
  return sumOf(devices, isStacked);
}

/** Parses blkio.throttle.io_service_bytes or its recursive sum, one line per device and operation: `8:0 Read 1`. */
export function parseBlkio(bytes: Buffer, isStacked: (device: string) => boolean = NONE): BytesMoved {
  const devices = new Map<string, BytesMoved>();
  for (const line of bytes.toString("latin1").split("\n")) {
    const [, device, kind, count] = /^(\d+:\d+) (Read|Write) (\d+)$/.exec(line) ?? [];
    if (device === undefined) continue;
    const moved = devices.get(device) ?? { read: 0, written: 0 };
    devices.set(device, moved);
    moved[kind === "Read" ? "read" : "written"] += Number(count);
  }
  return sumOf(devices, isStacked);
}
