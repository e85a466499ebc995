import { programAndScript } from "~/domain/command-line";
import { type ProcessDelta, type ProcessRow, type ProcessSort, topProcesses } from "~/domain/process";
import { type TopProcesses, topPrograms, toTopProcess } from "~/domain/top-processes";

/** That every viewer gets at each tick, by each measure. */
const TOP_PROCESSES = 10;

/** The current process table. */
export class ProcessTable {
  private readonly rows = new Map<number, ProcessRow>();
  /** Processes that used CPU at their last reading: usually few. */
  private readonly working = new Map<number, ProcessRow>();
  at: number | null = null;
  staleMs = 0;

  apply({ at, changed, exited, staleMs }: ProcessDelta): void {
    for (const pid of exited) {
      this.rows.delete(pid);
      this.working.delete(pid);
    }
    for (const row of changed) {
      this.rows.set(row.pid, row);
      if (row.cpu) this.working.set(row.pid, row);
      else this.working.delete(row.pid);
    }
    this.at = at;
    this.staleMs = staleMs;
  }

  /** A restarted collector lists every process again. */
  clear(): void {
    this.rows.clear();
    this.working.clear();
  }

  get size(): number {
    return this.rows.size;
  }

  all(): Iterable<ProcessRow> {
    return this.rows.values();
  }

  busy(): Iterable<ProcessRow> {
    return this.working.values();
  }

  top(sort: ProcessSort, limit: number): ProcessRow[] {
    return topProcesses(this.rows.values(), sort, limit);
  }

  /** What goes to every viewer at once. */
  tops(): TopProcesses {
    return {
      cpu: this.top("cpu", TOP_PROCESSES).map(toTopProcess),
      memory: this.top("memory", TOP_PROCESSES).map(toTopProcess),
      programs: topPrograms(this.rows.values()).map(({ first, ...use }) => ({
        ...use,
        first: { ...first, command: programAndScript(first.command) },
      })),
    };
  }
}
