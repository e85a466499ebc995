import type { Reading } from "~/domain/sample";
import type { Collector, Roots } from "./collector";
import { type KeptFile, readKept } from "./procfs";

/** Parses /proc/loadavg. Load is in runnable or uninterruptible threads, not in percent. */
export function parseLoad(bytes: Buffer): Reading[] {
  const [one, five, fifteen, threads] = bytes.toString("latin1", 0, bytes.length).split(" ");
  const total = Number(threads?.split("/")[1]);
  const readings = [
    { metric: "system.cpu.load_average.1m", value: Number(one) },
    { metric: "system.cpu.load_average.5m", value: Number(five) },
    { metric: "system.cpu.load_average.15m", value: Number(fifteen) },
    { metric: "system.thread.count", value: total },
  ];
  return readings.filter(({ value }) => Number.isFinite(value));
}

/** Parses /proc/uptime. */
export function parseUptime(bytes: Buffer): Reading[] {
  const value = Number.parseFloat(bytes.toString("latin1", 0, bytes.length));
  return value >= 0 ? [{ metric: "system.uptime", value: Math.floor(value) }] : [];
}

export function openLoad(roots: Roots): Collector {
  const loadavg: KeptFile = { path: `${roots.proc}/loadavg`, whole: true };
  const uptime: KeptFile = { path: `${roots.proc}/uptime`, whole: true };
  return { name: "load", collect: () => [...parseLoad(readKept(loadavg)), ...parseUptime(readKept(uptime))] };
}
