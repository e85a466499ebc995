/** Runs the other programs and parses their output. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { Labels } from "~/domain/sample";
import { ensurePrograms } from "../helpers/debian";

/** Installs the programs that are missing. */
export function requireTools(): void {
  ensurePrograms("prometheus-node-exporter", "vmstat", "iostat", "pidstat", "ss");
}

const ENVIRONMENT = { ...process.env, LC_ALL: "C", S_TIME_FORMAT: "ISO" };

export function output(tool: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { env: ENVIRONMENT, stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (part) => (text += part));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(text) : reject(new Error(`${tool} ended with ${code}`))));
  });
}

export interface Table {
  mean(column: string): number;
}

/** Parses rows of numbers below a header. Skips vmstat's first row, which is the average since boot. */
export function parseVmstat(text: string): Table {
  const lines = text.trim().split("\n");
  const names = (lines[1] ?? "").trim().split(/\s+/);
  const rows = lines.slice(3).map((line) => line.trim().split(/\s+/).map(Number));
  return { mean: (column) => rows.reduce((sum, row) => sum + (row[names.indexOf(column)] ?? Number.NaN), 0) / rows.length };
}

/** `iostat -x -o JSON`: a column of a device. */
export function parseIostat(text: string): (device: string, column: string) => number {
  const { sysstat } = JSON.parse(text) as {
    sysstat: { hosts: { statistics: { disk: Record<string, string | number>[] }[] }[] };
  };
  const disks = sysstat.hosts[0]?.statistics[0]?.disk ?? [];
  return (device, column) => Number(disks.find((one) => one.disk_device === device)?.[column] ?? Number.NaN);
}

/** `pidstat -h`: a column of its one row. */
export function parsePidstat(text: string): (column: string) => number {
  const lines = text.trim().split("\n");
  const heading = lines.find((line) => line.startsWith("#")) ?? "";
  // The header starts with `#` as a word of its own.
  const names = heading.slice(1).trim().split(/\s+/);
  const row = (lines.at(-1) ?? "").trim().split(/\s+/);
  return (column) => Number(row[names.indexOf(column)] ?? Number.NaN);
}

/** `ss -Htan`: sockets in a state. */
export function parseSs(text: string): (state: string) => number {
  const states = text.split("\n").map((line) => line.split(/\s+/, 1)[0]);
  return (state) => states.filter((one) => one === state).length;
}

/** `df -B1 --output=used,avail /`. */
export function parseDf(text: string): { used: number; available: number } {
  const [used = Number.NaN, available = Number.NaN] = (text.trim().split("\n")[1] ?? "").trim().split(/\s+/).map(Number);
  return { used, available };
}

interface Line {
  name: string;
  labels: Labels;
  value: number;
}

/** Parses Prometheus text, as far as node_exporter uses it. */
function parseExposition(text: string): Line[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", text = ""]) => [key, text]);
    return [{ name, labels: Object.fromEntries(pairs) as Labels, value: Number(value) }];
  });
}

export interface NodeWindow {
  /** Increase over the window, summed over the lines whose labels match. */
  grown(name: string, fits: (labels: Record<string, string | undefined>) => boolean): number;
  last(name: string, labels?: Labels): number;
}

export function nodeWindow(first: string, second: string): NodeWindow {
  const [before, after] = [parseExposition(first), parseExposition(second)];
  const sum = (lines: readonly Line[], name: string, fits: (labels: Labels) => boolean) => {
    const found = lines.filter((line) => line.name === name && fits(line.labels));
    return found.length === 0 ? Number.NaN : found.reduce((total, { value }) => total + value, 0);
  };
  return {
    grown: (name, fits) => sum(after, name, fits) - sum(before, name, fits),
    last: (name, labels = {}) => sum(after, name, (own) => Object.entries(labels).every(([key, value]) => own[key] === value)),
  };
}

export interface NodeExporter extends AsyncDisposable {
  scrape(): Promise<string>;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

export async function startNodeExporter(): Promise<NodeExporter> {
  const port = await freePort();
  // Debian's default excludes the loopback interface.
  const args = [`--web.listen-address=127.0.0.1:${port}`, "--collector.netdev.device-exclude=^none$"];
  const child: ChildProcess = spawn("prometheus-node-exporter", args, { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}/metrics`;
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      await (await fetch(url)).text();
      break;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return {
    scrape: async () => (await fetch(url)).text(),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}
