import type { Reading } from "~/domain/sample";
import type { Roots } from "../roots";
import type { Collector } from "./collector";
import { guarded } from "./kernel-files";
import { ByteReader } from "./procfs";
import { parseSingle } from "./protocols";

const POINT = 46;

function decimal(reader: ByteReader): number {
  const whole = reader.number();
  if (reader.bytes[reader.position] !== POINT) return whole;
  const from = reader.position + 1;
  const fraction = reader.number();
  const scale = 10 ** (reader.position - from);
  return (whole * scale + fraction) / scale;
}

/** Parses /proc/loadavg, such as `0.20 0.18 0.12 1/80 11206`. Load counts runnable or uninterruptible threads. */
export function parseLoad(bytes: Buffer): Reading[] {
  const reader = new ByteReader(bytes);
  const [one, five, fifteen] = [decimal(reader), decimal(reader), decimal(reader)];
  reader.number();
  const readings = [
    { metric: "system.cpu.load_average.1m", value: one },
    { metric: "system.cpu.load_average.5m", value: five },
    { metric: "system.cpu.load_average.15m", value: fifteen },
    { metric: "system.thread.count", value: reader.number() },
  ];
  return readings.filter(({ value }) => Number.isFinite(value));
}

/** Parses /proc/uptime. */
export function parseUptime(bytes: Buffer): Reading[] {
  return parseSingle("system.uptime", bytes);
}

export function openLoad(roots: Roots): Collector {
  return guarded("load", [
    { file: { path: `${roots.proc}/loadavg`, whole: true }, parse: parseLoad, usual: true },
    { file: { path: `${roots.proc}/uptime`, whole: true }, parse: parseUptime, usual: true },
  ]);
}
