/** Measures one window: our sampler every second, the other programs over the same seconds. */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { deriveFrame, type Frame } from "~/domain/derive";
import type { ProcessRow } from "~/domain/process";
import { type Sample, seriesKey } from "~/domain/sample";
import { openConnections } from "~/server/collectors/connections";
import { parseProcessStat } from "~/server/collectors/process-stat";
import { COLLECTORS } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";
import {
  type NodeExporter,
  type NodeWindow,
  nodeWindow,
  output,
  parseDf,
  parseIostat,
  parsePidstat,
  parseSs,
  parseVmstat,
  type Table,
} from "./tools";

/** The longer the windows, the less their different edges matter. */
const WINDOW_SECONDS = 20;

export interface Window {
  /** Mean of the charted series over the window; NaN when it has no value there. */
  mean(key: string): number;
  /** The reading right before or right after node_exporter's second scrape, whichever is closer to `theirs`. */
  last(key: string, theirs: number): number;
  /** The disk with the most writes. */
  disk: string;
  writeAwait: number;
  filesystem(state: "used" | "free"): number;
  process: Record<"cpu" | "memoryBytes" | "writeBytesPerSecond" | "minorFaultsPerSecond", number>;
  listening: number;
  node: NodeWindow;
  /** Seconds between the two scrapes of node_exporter. */
  seconds: number;
  vmstat: Table;
  iostat: (device: string, column: string) => number;
  pidstat: (column: string) => number;
  ss: (state: string) => number;
  df: { used: number; available: number };
}

function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function valuesOf({ series, values }: Frame): Map<string, number> {
  return new Map(series.map((one, index) => [seriesKey(one), values[index] as number]));
}

/** A sampler that has already ticked, so that no window includes its first readings. */
export class Ours implements Disposable {
  private readonly sampler = new Sampler({ proc: "/proc", sys: "/sys" }, COLLECTORS, cpus().length);
  private readonly rows = new Map<number, ProcessRow>();
  private previous: Sample | undefined;

  tick(): Map<string, number> {
    const { sample, processes } = this.sampler.collect(Date.now());
    for (const pid of processes.exited) this.rows.delete(pid);
    for (const row of processes.changed) this.rows.set(row.pid, row);
    const frame = deriveFrame(this.previous, sample);
    this.previous = sample;
    return valuesOf(frame);
  }

  row(pid: number): ProcessRow | undefined {
    return this.rows.get(pid);
  }

  [Symbol.dispose](): void {
    this.sampler.close();
  }
}

/** Calls `run` immediately and then once a second, `count` more times. */
async function eachSecond(count: number, run: (index: number) => void): Promise<void> {
  const start = performance.now();
  for (let index = 0; index <= count; index++) {
    const wait = start + index * 1000 - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    run(index);
  }
}

/** Count the sockets now: the server does so only now and then, while `ss` shows the present. */
function countListening(): number {
  const readings = openConnections({ proc: "/proc", sys: "/sys" }).collect({
    at: Date.now(),
    elapsedMs: undefined,
    isWatched: true,
  });
  const found = readings.find(
    ({ labels }) => labels?.["network.transport"] === "tcp" && labels["network.connection.state"] === "listen",
  );
  return found?.value ?? Number.NaN;
}

/** Minor faults of a process over a window, from its stat file: the process row updates them only every ten ticks. */
class Faults {
  private readonly readings: { at: number; count: number }[] = [];

  constructor(private readonly pid: number) {}

  read(): void {
    const stat = parseProcessStat(readFileSync(`/proc/${this.pid}/stat`));
    this.readings.push({ at: performance.now(), count: stat?.minorFaults ?? Number.NaN });
  }

  rate(): number {
    const [first, last] = [this.readings[0], this.readings.at(-1)];
    return first && last ? (1000 * (last.count - first.count)) / (last.at - first.at) : Number.NaN;
  }
}

const DISK = /^system\.disk\.io\{disk\.io\.direction="write",system\.device="((?!dm-|loop|md|zram)[^"]+)"\}$/;

export async function measure(ours: Ours, node: NodeExporter, pid: number): Promise<Window> {
  const frames: Map<string, number>[] = [];
  const rows: ProcessRow[] = [];
  const faults = new Faults(pid);
  const scrapes: Promise<string>[] = [];
  let tools: Promise<[string, string, string]> | undefined;
  const seconds = String(WINDOW_SECONDS);
  await eachSecond(WINDOW_SECONDS, (index) => {
    const frame = ours.tick();
    if (index === 0 || index === WINDOW_SECONDS) faults.read();
    if (index === 0 || index === WINDOW_SECONDS) scrapes.push(node.scrape());
    if (index === 0) {
      // Starting programs causes page faults and forks; scrape first, so that node_exporter counts them in the same window.
      tools = scrapes[0]?.then(() =>
        Promise.all([
          output("vmstat", ["-n", "1", String(WINDOW_SECONDS + 1)]),
          output("iostat", ["-x", "-y", "-o", "JSON", seconds, "1"]),
          output("pidstat", ["-p", String(pid), "-u", "-r", "-d", "-h", seconds, "1"]),
        ]),
      );
    } else {
      frames.push(frame);
      const row = ours.row(pid);
      if (row) rows.push(row);
    }
  });
  const [first = "", second = ""] = await Promise.all(scrapes);
  const after = ours.tick();
  const listening = countListening();
  const [ss, df] = await Promise.all([output("ss", ["-Htan"]), output("df", ["-B1", "--output=used,avail", "/"])]);
  const [vmstat = "", iostat = "", pidstat = ""] = (await tools) ?? [];
  const mean = (key: string) => meanOf(frames.map((frame) => frame.get(key) ?? Number.NaN));
  const newest = frames.at(-1) ?? new Map<string, number>();
  const disks = [...newest.keys()].flatMap((key) => DISK.exec(key)?.[1] ?? []);
  const written = (device: string) => mean(`system.disk.io{disk.io.direction="write",system.device="${device}"}`);
  const disk = disks.sort((a, b) => written(b) - written(a))[0] ?? "";
  const onDisk = (metric: string) => mean(`${metric}{disk.io.direction="write",system.device="${disk}"}`);
  const exported = nodeWindow(first, second);
  return {
    mean,
    last: (key, theirs) => {
      const [before, later] = [newest, after].map((frame) => frame.get(key) ?? Number.NaN) as [number, number];
      return Math.abs(later - theirs) < Math.abs(before - theirs) ? later : before;
    },
    disk,
    writeAwait: onDisk("system.disk.operation_time") / onDisk("system.disk.operations"),
    filesystem: (state) => {
      const wanted = [`system.filesystem.mountpoint="/"`, `system.filesystem.state="${state}"`];
      const key = [...newest.keys()].find(
        (one) => one.startsWith("system.filesystem.usage{") && wanted.every((part) => one.includes(part)),
      );
      return newest.get(key ?? "") ?? Number.NaN;
    },
    process: {
      cpu: meanOf(rows.map(({ cpu }) => cpu ?? Number.NaN)),
      memoryBytes: meanOf(rows.map(({ memoryBytes }) => memoryBytes)),
      writeBytesPerSecond: meanOf(rows.map((row) => row.writeBytesPerSecond ?? Number.NaN)),
      minorFaultsPerSecond: faults.rate(),
    },
    listening,
    node: exported,
    seconds: exported.grown("node_time_seconds", () => true),
    vmstat: parseVmstat(vmstat),
    iostat: parseIostat(iostat),
    pidstat: parsePidstat(pidstat),
    ss: parseSs(ss),
    df: parseDf(df),
  };
}
