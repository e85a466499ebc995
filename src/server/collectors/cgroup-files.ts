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

/** Parses io.stat, one line per device: `8:0 rbytes=1 wbytes=2 rios=…`. Skips loop devices, which would count I/O twice. */
export function parseIoStat(bytes: Buffer): BytesMoved {
  const moved = { read: 0, written: 0 };
  for (const line of bytes.toString("latin1").split("\n")) {
    if (line.startsWith("7:")) continue;
    moved.read += Number(/\srbytes=(\d+)/.exec(line)?.[1] ?? 0);
    moved.written += Number(/\swbytes=(\d+)/.exec(line)?.[1] ?? 0);
  }
  return moved;
}

/** Parses blkio.throttle.io_service_bytes, one line per device and operation: `8:0 Read 1`. */
export function parseBlkio(bytes: Buffer): BytesMoved {
  const moved = { read: 0, written: 0 };
  for (const line of bytes.toString("latin1").split("\n")) {
    const [, device, kind, count] = /^(\d+):\d+ (Read|Write) (\d+)$/.exec(line) ?? [];
    if (device === undefined || device === "7") continue;
    moved[kind === "Read" ? "read" : "written"] += Number(count);
  }
  return moved;
}
