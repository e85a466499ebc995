/** Counters of the kernel itself: interrupts by line, softirqs by type, run queues, descriptors, entropy, limits. */
import type { Labels, Reading } from "~/domain/sample";
import type { Collector, Roots } from "./collector";
import { ByteReader } from "./procfs";
import { parseSingle, readPresent } from "./protocols";

/** Sums the columns of one line: one number a CPU, up to the first word. */
function sumOfCpus(reader: ByteReader, cpus: number): number {
  let sum = 0;
  for (let i = 0; i < cpus; i++) {
    const value = reader.number();
    if (Number.isNaN(value)) return i === 0 ? Number.NaN : sum;
    sum += value;
  }
  return sum;
}

function countCpus(reader: ByteReader): number {
  let count = 0;
  while (!Number.isNaN(reader.number())) count++;
  reader.nextLine();
  return count;
}

/** The name before the colon at the start of a line, and the reader behind it. */
function nameBeforeColon(reader: ByteReader): string | null {
  const colon = reader.bytes.indexOf(58, reader.position);
  const end = reader.bytes.indexOf(10, reader.position);
  if (colon < 0 || (end >= 0 && colon > end)) return null;
  const name = reader.bytes.toString("latin1", reader.position, colon).trim();
  reader.position = colon + 1;
  return name;
}

type KnownDevices = Map<string, Labels>;

function deviceLabels(irq: string, known: KnownDevices, line: { bytes: Buffer; from: number }): Labels {
  const found = known.get(irq);
  if (found) return found;
  const end = line.bytes.indexOf(10, line.from);
  const text = line.bytes.toString("latin1", line.from, end < 0 ? line.bytes.length : end).trim();
  const labels = { "system.irq": irq, "system.device": text.split(/\s{2,}/).at(-1) ?? "" };
  known.set(irq, labels);
  return labels;
}

/** Parses /proc/interrupts: one series a line, over all CPUs, with the device that the line's end names. `known` is filled with those. */
export function parseInterrupts(bytes: Buffer, known: KnownDevices = new Map()): Reading[] {
  const readings: Reading[] = [];
  const reader = new ByteReader(bytes);
  const cpus = countCpus(reader);
  for (; !reader.done; reader.nextLine()) {
    const irq = nameBeforeColon(reader);
    const value = irq === null ? Number.NaN : sumOfCpus(reader, cpus);
    // A line that never fired would only cost space.
    if (irq === null || !(value > 0)) continue;
    readings.push({ metric: "system.cpu.interrupts", labels: deviceLabels(irq, known, { bytes, from: reader.position }), value });
  }
  return readings;
}

/** Devices hardly ever change their line: what the lines' ends say is read anew after so many ticks. */
const KEEP_DEVICES_TICKS = 60;

function withKnownDevices(): (bytes: Buffer) => Reading[] {
  const known: KnownDevices = new Map();
  let ticks = 0;
  return (bytes) => {
    if (ticks++ % KEEP_DEVICES_TICKS === 0) known.clear();
    return parseInterrupts(bytes, known);
  };
}

const softirqLabels = new Map<string, Labels>();

function labelsOfSoftirq(type: string): Labels {
  let labels = softirqLabels.get(type);
  if (!labels) {
    labels = { "system.softirq.type": type.toLowerCase() };
    softirqLabels.set(type, labels);
  }
  return labels;
}

/** Parses /proc/softirqs. */
export function parseSoftirqs(bytes: Buffer): Reading[] {
  const readings: Reading[] = [];
  const reader = new ByteReader(bytes);
  // The heading names CPUs as CPU0, CPU1: each holds one number.
  const cpus = countCpus(reader);
  for (; !reader.done; reader.nextLine()) {
    const type = nameBeforeColon(reader);
    const value = type === null ? Number.NaN : sumOfCpus(reader, cpus);
    if (type !== null && value >= 0) {
      readings.push({ metric: "system.cpu.softirqs", labels: labelsOfSoftirq(type), value });
    }
  }
  return readings;
}

/** Parses /proc/schedstat: nanoseconds that runnable tasks waited for a CPU, the eighth number of each CPU's line. */
export function parseSchedstat(bytes: Buffer): Reading[] {
  let nanoseconds = 0;
  let cpus = 0;
  for (const reader = new ByteReader(bytes); !reader.done; reader.nextLine()) {
    if (!reader.startsWith("cpu")) continue;
    reader.skip(8);
    const waited = reader.number();
    if (Number.isNaN(waited)) continue;
    nanoseconds += waited;
    cpus++;
  }
  return cpus > 0 ? [{ metric: "system.cpu.run_queue.wait_time", value: nanoseconds / 1e9 }] : [];
}

/** Parses /proc/sys/fs/file-nr: allocated, unused (always 0 today), most. */
export function parseFileNr(bytes: Buffer): Reading[] {
  const reader = new ByteReader(bytes);
  const allocated = reader.number();
  const unused = reader.number();
  const limit = reader.number();
  if (Number.isNaN(allocated - unused + limit)) return [];
  return [
    { metric: "system.file_descriptor.count", value: Math.max(0, allocated - unused) },
    { metric: "system.file_descriptor.limit", value: limit },
  ];
}

/** Parses /proc/locks, a line a lock; those with an arrow wait for the one above. */
export function parseLocks(bytes: Buffer): Reading[] {
  let count = 0;
  for (const reader = new ByteReader(bytes); !reader.done; reader.nextLine()) {
    reader.word();
    if (reader.word() !== "->") count++;
  }
  return [{ metric: "system.filesystem.lock.count", value: count }];
}

export function openKernel(roots: Roots): Collector {
  const proc = (path: string) => ({ path: `${roots.proc}/${path}` });
  const read = readPresent([
    { file: proc("interrupts"), parse: withKnownDevices() },
    { file: { ...proc("softirqs"), whole: true }, parse: parseSoftirqs },
    { file: proc("schedstat"), parse: parseSchedstat },
    { file: proc("sys/fs/file-nr"), parse: parseFileNr, everyTicks: 5 },
    // The kernel holds up every lock of the machine while it makes this one: tens of milliseconds.
    { file: proc("locks"), parse: parseLocks, everyTicks: 60 },
    {
      file: proc("sys/kernel/random/entropy_avail"),
      parse: (bytes) => parseSingle("system.entropy.available", bytes),
      everyTicks: 10,
    },
    { file: proc("sys/kernel/threads-max"), parse: (bytes) => parseSingle("system.thread.limit", bytes), everyTicks: 60 },
    { file: proc("sys/kernel/pid_max"), parse: (bytes) => parseSingle("system.process.limit", bytes), everyTicks: 60 },
  ]);
  return { name: "kernel", collect: read };
}
