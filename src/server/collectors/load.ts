import type { Reading } from "~/domain/sample";
import type { Collector, Roots } from "./collector";
import { type KeptFile, readKept } from "./procfs";

/** NaN for what does not begin with a digit: an empty word would be 0 to Number. */
function unsigned(word: string | undefined): number {
  return word !== undefined && /^\d/.test(word) ? Number(word) : Number.NaN;
}

/** Parses /proc/loadavg. Load is in runnable or uninterruptible threads, not in percent. */
export function parseLoad(bytes: Buffer): Reading[] {
  const [one, five, fifteen, threads] = bytes.toString("latin1", 0, bytes.length).split(" ");
  const readings = [
    { metric: "system.cpu.load_average.1m", value: unsigned(one) },
    { metric: "system.cpu.load_average.5m", value: unsigned(five) },
    { metric: "system.cpu.load_average.15m", value: unsigned(fifteen) },
    { metric: "system.thread.count", value: unsigned(threads?.split("/")[1]) },
  ];
  return readings.filter(({ value }) => Number.isFinite(value));
}

/** Parses /proc/uptime. */
export function parseUptime(bytes: Buffer): Reading[] {
  const value = unsigned(bytes.toString("latin1", 0, bytes.length).split(/\s/, 1)[0]);
  return Number.isFinite(value) ? [{ metric: "system.uptime", value: Math.floor(value) }] : [];
}

export function openLoad(roots: Roots): Collector {
  const loadavg: KeptFile = { path: `${roots.proc}/loadavg`, whole: true };
  const uptime: KeptFile = { path: `${roots.proc}/uptime`, whole: true };
  return { name: "load", collect: () => [...parseLoad(readKept(loadavg)), ...parseUptime(readKept(uptime))] };
}
