import type { ProcessRow, ProcessState } from "~/domain/process";
import type { Labels, Reading } from "~/domain/sample";

const COUNTED: readonly ProcessState[] = ["running", "sleeping", "uninterruptible", "stopped", "defunct", "idle"];
const COUNT_LABELS = new Map<ProcessState, Labels>(COUNTED.map((state) => [state, { "process.state": state }]));

/** Counts processes by state, from the changes of each scan. */
export class StateCounts {
  private readonly states = new Map<number, ProcessState>();
  private readonly counts = new Map<ProcessState, number>(COUNTED.map((state) => [state, 0]));
  private made: Reading[] | undefined;

  apply(changed: readonly ProcessRow[], exited: readonly number[]): void {
    for (const pid of exited) this.move(pid, undefined);
    for (const { pid, state } of changed) this.move(pid, state);
  }

  private move(pid: number, next: ProcessState | undefined): void {
    const before = this.states.get(pid);
    if (before === next) return;
    this.made = undefined;
    if (before) this.counts.set(before, (this.counts.get(before) ?? 0) - 1);
    if (next) this.counts.set(next, (this.counts.get(next) ?? 0) + 1);
    if (next) this.states.set(pid, next);
    else this.states.delete(pid);
  }

  readings(): readonly Reading[] {
    this.made ??= COUNTED.map((state) => ({
      metric: "system.process.count",
      labels: COUNT_LABELS.get(state) as Labels,
      value: this.counts.get(state) ?? 0,
    }));
    return this.made;
  }
}
