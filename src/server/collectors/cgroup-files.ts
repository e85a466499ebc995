/** What the files of one control group say, in both versions of the interface. Pure. */
import { ByteReader } from "./procfs";

/** Version 1 writes "no limit" as the largest whole number of pages. */
const NO_LIMIT = 2 ** 62;

/** The number behind `word` at the start of a line of `word number` lines; NaN without such a line. */
export function keyedValue(bytes: Buffer, word: string): number {
  for (const reader = new ByteReader(bytes); !reader.done; reader.nextLine()) {
    if (!reader.startsWith(word) || bytes[reader.position + word.length] !== 32) continue;
    reader.position += word.length;
    return reader.number();
  }
  return Number.NaN;
}

/** A file with one number; "max" and what stands for it are NaN: there is no limit. */
export function parseLimit(bytes: Buffer): number {
  const value = new ByteReader(bytes).number();
  return value < NO_LIMIT ? value : Number.NaN;
}

/** Parses cpu.max: quota and period in microseconds, as CPUs; NaN for "max". */
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

/** Parses io.stat, a line a device: `8:0 rbytes=1 wbytes=2 rios=…`. Loop devices are files of another one and would count twice. */
export function parseIoStat(bytes: Buffer): BytesMoved {
  const moved = { read: 0, written: 0 };
  for (const line of bytes.toString("latin1").split("\n")) {
    if (line.startsWith("7:")) continue;
    moved.read += Number(/\srbytes=(\d+)/.exec(line)?.[1] ?? 0);
    moved.written += Number(/\swbytes=(\d+)/.exec(line)?.[1] ?? 0);
  }
  return moved;
}

/** Parses blkio.throttle.io_service_bytes, a line a device and kind: `8:0 Read 1`. */
export function parseBlkio(bytes: Buffer): BytesMoved {
  const moved = { read: 0, written: 0 };
  for (const line of bytes.toString("latin1").split("\n")) {
    const [, device, kind, count] = /^(\d+):\d+ (Read|Write) (\d+)$/.exec(line) ?? [];
    if (device === undefined || device === "7") continue;
    moved[kind === "Read" ? "read" : "written"] += Number(count);
  }
  return moved;
}
