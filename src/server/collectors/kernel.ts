/** Kernel counters: interrupts by line, softirqs by type, run queues, file descriptors, locks, entropy and limits. */
import { type Labels, type Reading, sameLabels } from "~/domain/sample";
import type { Roots } from "../roots";
import type { Collector } from "./collector";
import { CpuSums, ofOnline } from "./cpu-sums";
import { guarded } from "./kernel-files";
import { ByteReader, NEWLINE } from "./procfs";
import { parseSingle } from "./protocols";

/** Sums the per-CPU columns of one line. Lines such as ERR have fewer of them; NaN if there are none. */
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

interface KnownLine {
  /** Start of the line, up to and including the colon. */
  beginning: Buffer;
  labels: Labels;
}

type KnownLines = (KnownLine | undefined)[];

/**
 * Labels of a line such as ` 24:   1   2  IO-APIC`; leaves the reader after the colon. Null for a line without one. `known`
 * caches the labels by line number, as lines rarely move.
 */
function labelsOfLine(
  reader: ByteReader,
  { known, line, make }: { known: KnownLines; line: number; make: (name: string, from: number) => Labels },
): Labels | null {
  const { bytes, position } = reader;
  const before = known[line];
  if (before) {
    const end = position + before.beginning.length;
    if (end <= bytes.length && before.beginning.compare(bytes, position, end) === 0) {
      reader.position = end;
      return before.labels;
    }
  }
  const colon = bytes.indexOf(58, position);
  const end = bytes.indexOf(10, position);
  if (colon < 0 || (end >= 0 && colon > end)) return null;
  reader.position = colon + 1;
  const labels = make(bytes.toString("latin1", position, colon).trim(), colon + 1);
  known[line] = { beginning: Buffer.from(bytes.subarray(position, colon + 1)), labels };
  return labels;
}

/** The device: the last words after the per-CPU counts. */
function deviceOf(bytes: Buffer, from: number, cpus: number): string {
  const reader = new ByteReader(bytes);
  reader.position = from;
  sumOfCpus(reader, cpus);
  const end = bytes.indexOf(10, reader.position);
  const text = bytes.toString("latin1", reader.position, end < 0 ? bytes.length : end).trim();
  return text.split(/\s{2,}/).at(-1) ?? "";
}

/** Parses /proc/interrupts: one series per line, summed over all CPUs, with the device that the line ends with. */
export function parseInterrupts(bytes: Buffer, known: KnownLines = []): Reading[] {
  const readings: Reading[] = [];
  const reader = new ByteReader(bytes);
  const cpus = countCpus(reader);
  for (let line = 0; !reader.done; reader.nextLine(), line++) {
    const labels = labelsOfLine(reader, {
      known,
      line,
      make: (irq, from) => ({ "system.irq": irq, "system.device": deviceOf(bytes, from, cpus) }),
    });
    const value = labels === null ? Number.NaN : sumOfCpus(reader, cpus);
    // An interrupt that never fired would only cost space.
    if (labels !== null && value > 0) readings.push({ metric: "system.cpu.interrupts", labels, value });
  }
  return readings;
}

/** Device names rarely change: they are parsed again once per this many ticks. */
const KEEP_DEVICES_TICKS = 60;

function withKnownDevices(): (bytes: Buffer) => Reading[] {
  let known: KnownLines = [];
  let ticks = 0;
  return (bytes) => {
    if (ticks++ % KEEP_DEVICES_TICKS !== 0) return parseInterrupts(bytes, known);
    const anew: KnownLines = [];
    const readings = parseInterrupts(bytes, anew);
    // Keeps the object of equal labels, so that comparing them later takes one reference comparison.
    known = anew.map((line, index) => {
      const before = known[index];
      return line && before && sameLabels(line.labels, before.labels) ? { ...line, labels: before.labels } : line;
    });
    return readings;
  };
}

/** Parses /proc/softirqs. */
export function parseSoftirqs(bytes: Buffer, known: KnownLines = []): Reading[] {
  const readings: Reading[] = [];
  const reader = new ByteReader(bytes);
  // The header is `CPU0 CPU1 ...`: one number per CPU.
  const cpus = countCpus(reader);
  for (let line = 0; !reader.done; reader.nextLine(), line++) {
    const labels = labelsOfLine(reader, { known, line, make: (type) => ({ "system.softirq.type": type.toLowerCase() }) });
    const value = labels === null ? Number.NaN : sumOfCpus(reader, cpus);
    if (labels !== null && value >= 0) readings.push({ metric: "system.cpu.softirqs", labels, value });
  }
  return readings;
}

function withKnownTypes(): (bytes: Buffer) => Reading[] {
  const known: KnownLines = [];
  return (bytes) => parseSoftirqs(bytes, known);
}

/** The heading names the CPUs that are online. */
function interruptsOfOnline(): (bytes: Buffer) => readonly Reading[] {
  const parse = withKnownDevices();
  const sums = new CpuSums();
  return (bytes) => sums.next(bytes.toString("latin1", 0, Math.max(0, bytes.indexOf(NEWLINE))), parse(bytes));
}

/** Parses /proc/schedstat: nanoseconds that tasks waited on a run queue, the eighth number of each CPU's line. Adds the CPUs to `cpus`. */
export function parseSchedstat(bytes: Buffer, cpus: number[] = []): Reading[] {
  let nanoseconds = 0;
  for (const reader = new ByteReader(bytes); !reader.done; reader.nextLine()) {
    if (!reader.startsWith("cpu")) continue;
    const cpu = reader.number();
    reader.skip(7);
    const waited = reader.number();
    if (Number.isNaN(waited)) continue;
    nanoseconds += waited;
    cpus.push(cpu);
  }
  return cpus.length > 0 ? [{ metric: "system.cpu.run_queue.wait_time", value: nanoseconds / 1e9 }] : [];
}

/** Parses /proc/sys/fs/file-nr: allocated, unused (always 0 today), maximum. */
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

/** Parses /proc/locks, one line per lock. A line with an arrow is a waiter for the lock above and does not count. */
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
  return guarded("kernel", [
    { file: proc("interrupts"), parse: interruptsOfOnline(), usual: true },
    { file: { ...proc("softirqs"), whole: true }, parse: withKnownTypes() },
    { file: proc("schedstat"), parse: ofOnline(parseSchedstat) },
    { file: proc("sys/fs/file-nr"), parse: parseFileNr, everyTicks: 5 },
    // The kernel blocks all file locking while it produces this file: tens of milliseconds.
    { file: proc("locks"), parse: parseLocks, everyTicks: 60 },
    {
      file: proc("sys/kernel/random/entropy_avail"),
      parse: (bytes) => parseSingle("system.entropy.available", bytes),
      everyTicks: 10,
    },
    { file: proc("sys/kernel/threads-max"), parse: (bytes) => parseSingle("system.thread.limit", bytes), everyTicks: 60 },
    { file: proc("sys/kernel/pid_max"), parse: (bytes) => parseSingle("system.process.limit", bytes), everyTicks: 60 },
  ]);
}
