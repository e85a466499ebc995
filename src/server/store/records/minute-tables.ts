/** Rows of the readable tables `system_metrics`, one a minute, and `process_metrics`, the top processes of that minute. */
import type { Frame } from "~/domain/derive";
import { type ProcessRow, topProcesses } from "~/domain/process";
import { type Labels, sameLabels } from "~/domain/sample";
import type { ProcessMetricCreateManyInput, SystemMetricCreateInput } from "../generated/models";
import type { ProcessTable } from "../processes/process-table";

const MINUTE_MS = 60_000;
const PROCESSES_BY_CPU = 10;
const PROCESSES_BY_MEMORY = 10;

type Column = Exclude<keyof SystemMetricCreateInput, "timestamp">;

/** The charted series whose mean a column stores. `scale` turns a share into percent. */
const COLUMNS: Partial<Record<Column, { metric: string; labels?: Labels; scale?: number }>> = {
  cpu_percent: { metric: "system.cpu.utilization", scale: 100 },
  load_avg: { metric: "system.cpu.load_average.1m" },
  memory_percent: { metric: "system.memory.utilization", scale: 100 },
  memory_used: { metric: "system.memory.usage", labels: { "system.memory.state": "used" } },
  memory_total: { metric: "system.memory.limit" },
  swap_percent: { metric: "system.paging.utilization", scale: 100 },
  disk_read: { metric: "system.disk.io", labels: { "disk.io.direction": "read" } },
  disk_write: { metric: "system.disk.io", labels: { "disk.io.direction": "write" } },
  network_in: { metric: "system.network.io", labels: { "network.io.direction": "receive" } },
  network_out: { metric: "system.network.io", labels: { "network.io.direction": "transmit" } },
};

class Mean {
  private sum = 0;
  private count = 0;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.sum += value;
    this.count++;
  }

  get value(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }
}

export interface MinuteRows {
  system: SystemMetricCreateInput;
  processes: ProcessMetricCreateManyInput[];
}

function sum(a: number | null | undefined, b: number | null | undefined): number | null {
  return a == null && b == null ? null : (a ?? 0) + (b ?? 0);
}

/** Collects ticks and returns the rows of a minute at the first tick of the next one. */
export class MinuteAccumulator {
  private minute: number | undefined;
  private columns = new Map<string, Mean>();
  /** Cores in use, summed over the minute's ticks; only processes that used any. */
  private cpu = new Map<number, number>();
  private ticks = 0;
  private layout: Frame["series"] | undefined;
  private slots: { column: string; slot: number; scale: number }[] = [];

  add(frame: Frame, processes: Pick<ProcessTable, "all" | "busy">): MinuteRows | null {
    const minute = Math.floor(frame.at / MINUTE_MS);
    const finished =
      this.minute !== undefined && minute !== this.minute ? this.finish(this.minute * MINUTE_MS, processes.all()) : null;
    this.minute = minute;
    if (frame.series !== this.layout) this.arrange(frame.series);
    for (const { column, slot, scale } of this.slots) this.mean(column).add((frame.values[slot] as number) * scale);
    this.ticks++;
    for (const { pid, cpu } of processes.busy()) if (cpu) this.cpu.set(pid, (this.cpu.get(pid) ?? 0) + cpu);
    return finished;
  }

  private mean(column: string): Mean {
    let mean = this.columns.get(column);
    if (!mean) {
      mean = new Mean();
      this.columns.set(column, mean);
    }
    return mean;
  }

  private arrange(series: Frame["series"]): void {
    this.layout = series;
    this.slots = [];
    series.forEach(({ metric, labels }, slot) => {
      for (const [column, wanted] of Object.entries(COLUMNS)) {
        if (wanted?.metric === metric && sameLabels(wanted.labels ?? {}, labels)) {
          this.slots.push({ column, slot, scale: wanted.scale ?? 1 });
        }
      }
      if (metric === "system.cpu.frequency") this.slots.push({ column: "cpu_freq", slot, scale: 1e-6 });
      if (metric === "system.filesystem.utilization" && labels["system.filesystem.mountpoint"] === "/") {
        this.slots.push({ column: "disk_usage", slot, scale: 100 });
      }
    });
  }

  private finish(at: number, table: Iterable<ProcessRow>): MinuteRows {
    const timestamp = new Date(at);
    const values = Object.fromEntries([...this.columns].map(([column, mean]) => [column, mean.value]));
    const system: SystemMetricCreateInput = { timestamp, ...values };
    system.disk_io = sum(system.disk_read, system.disk_write);
    system.network_io = sum(system.network_in, system.network_out);
    const averaged = Array.from(table, (row) => ({ ...row, cpu: (this.cpu.get(row.pid) ?? 0) / this.ticks }));
    const chosen = new Set([
      ...topProcesses(averaged, "cpu", PROCESSES_BY_CPU),
      ...topProcesses(averaged, "memory", PROCESSES_BY_MEMORY),
    ]);
    const processes = [...chosen].map((row) => ({
      timestamp,
      pid: row.pid,
      name: row.name,
      username: row.user,
      cpu_percent: (row.cpu ?? 0) * 100,
      memory_percent: system.memory_total ? (row.memoryBytes / system.memory_total) * 100 : null,
      memory_used: row.memoryBytes,
      status: row.state,
      // The column is NOT NULL. Where the system does not report threads, store 1: every process has one.
      num_threads: row.threads ?? 1,
    }));
    this.columns = new Map();
    this.cpu = new Map();
    this.ticks = 0;
    return { system, processes };
  }
}
