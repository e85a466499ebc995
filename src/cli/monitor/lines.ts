/** The monitor without a terminal: one line or one JSON object per interval. Pure. */

import { formatText } from "~/domain/format-value";
import type { ProcessRow } from "~/domain/process";
import { plain } from "../output";
import { GRAPHS, type LiveTick, readingOf } from "./state";

const orNull = (value: number) => (Number.isNaN(value) ? null : value);

/** One line of `monitor --json`: utilizations are fractions, sizes bytes, rates bytes per second. */
export function jsonLine(tick: LiveTick, processes: readonly ProcessRow[]) {
  const value = (metric: string, labels = {}) => orNull(readingOf(tick, metric, labels));
  return {
    timestamp: new Date(tick.at).toISOString(),
    cpu: value("system.cpu.utilization"),
    iowait: value("system.cpu.utilization", { "cpu.mode": "iowait" }),
    load: ["1m", "5m", "15m"].map((window) => value(`system.cpu.load_average.${window}`)),
    memory: value("system.memory.utilization"),
    memoryUsedBytes: value("system.memory.usage", { "system.memory.state": "used" }),
    swap: value("system.paging.utilization"),
    diskReadBytesPerSecond: value(...GRAPHS.read),
    diskWriteBytesPerSecond: value(...GRAPHS.write),
    networkReceiveBytesPerSecond: value(...GRAPHS.receive),
    networkTransmitBytesPerSecond: value(...GRAPHS.transmit),
    top: processes.map(({ pid, name, user, cpu, memoryBytes }) => ({ pid, name, user, cpu, memoryBytes })),
  };
}

export function plainText(tick: LiveTick, processes: readonly ProcessRow[]): string {
  const show = (metric: string, unit: string, labels = {}) => formatText(readingOf(tick, metric, labels), unit);
  const rate = (name: "read" | "write" | "receive" | "transmit") => formatText(readingOf(tick, ...GRAPHS[name]), "By/s");
  const [heaviest] = processes;
  return [
    new Date(tick.at).toTimeString().slice(0, 8),
    `cpu ${show("system.cpu.utilization", "1")}`,
    `load ${show("system.cpu.load_average.1m", "{thread}")}`,
    `memory ${show("system.memory.utilization", "1")}`,
    `disk read ${rate("read")} write ${rate("write")}`,
    `network in ${rate("receive")} out ${rate("transmit")}`,
    ...(heaviest ? [`top ${plain(heaviest.name)} ${formatText(heaviest.cpu, "1")}`] : []),
  ].join("  ");
}
