/** The story tick by tick: what a collector would have read on the demo's machine, and what happened besides. Deterministic. */
import type { KernelEvent } from "~/domain/kernel-event";
import type { ProcessDelta, ProcessRow } from "~/domain/process";
import type { Sample } from "~/domain/sample";
import type { WrittenFile } from "~/domain/written-file";
import { KernelMessages } from "~/server/kernel-log/classify";
import { Machine, type MachineTick, rowOf } from "./machine";
import { SWAP_BYTES } from "./memory";
import { MachineReadings } from "./readings";
import { STORY_SECONDS, Story, type StoryMark, TIMES } from "./story";

/** Seconds between ticks where nothing happens, and elsewhere. */
const [COARSE, FINE] = [5, 1] as const;
/** Where nothing happens, nothing changes for as long: what is stored stays small. */
const STEADY = 15;

/** The last is what Overview shows first. */
const FINE_SPANS: readonly (readonly [from: number, to: number])[] = [
  [TIMES.storm - 120, TIMES.stormEnds + 120],
  [TIMES.deployment - 180, TIMES.deployment + 180],
  [STORY_SECONDS - 75 * 60, STORY_SECONDS],
];

export interface LifeTick {
  at: number;
  seconds: number;
  sample: Sample;
  processes: ProcessDelta;
  marks: StoryMark[];
  machine: MachineTick;
}

/** From here on the kernel is about to kill. */
const NEARLY_SWAPPED = 0.75 * SWAP_BYTES;
const AFTER_KILL = 120;

/** As the kernel writes it into its log. */
function killMessages({ killed }: MachineTick): string[] {
  if (!killed) return [];
  const { program, bytes } = killed;
  const { pid, name, group } = program;
  return [
    `oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/system.slice/${group},task=${name},pid=${pid},uid=998`,
    `Out of memory: Killed process ${pid} (${name}) total-vm:${Math.round((bytes * 1.4) / 1024)}kB, anon-rss:${Math.round(bytes / 1024)}kB, file-rss:0kB, shmem-rss:0kB, UID:998 pgtables:13264kB oom_score_adj:0`,
  ];
}

/** Rows that changed since the tick before, and who is gone. */
class Table {
  private rows = new Map<number, { row: ProcessRow; text: string }>();

  delta(at: number, now: readonly ProcessRow[]): ProcessDelta {
    const changed: ProcessRow[] = [];
    const exited: number[] = [];
    const next = new Map(now.map((row) => [row.pid, { row, text: JSON.stringify(row) }]));
    for (const [pid, { row }] of this.rows) if (next.get(pid)?.row.startedAt !== row.startedAt) exited.push(pid);
    for (const [pid, { row, text }] of next) if (this.rows.get(pid)?.text !== text) changed.push(row);
    this.rows = next;
    return { at, staleMs: 0, changed, exited };
  }
}

export class Life {
  private readonly machine = new Machine();
  private readonly story = new Story(this.machine);
  private readonly kernel = new KernelMessages();
  private fineUntil = 0;

  /** `begin` in epoch milliseconds, the start of an hour. */
  constructor(private readonly begin: number) {}

  *ticks(): Generator<LifeTick> {
    const readings = new MachineReadings(this.machine);
    const table = new Table();
    let [second, seconds]: [number, number] = [0, COARSE];
    while (second < STORY_SECONDS) {
      const marks = this.story.act(second);
      const steady = seconds === FINE ? second : second - (second % STEADY);
      const machine = this.machine.step(this.story.running(second), { second, seconds, steady });
      this.story.saw(machine);
      const at = this.begin + second * 1000;
      const rows = machine.uses.map((use) => rowOf(use, seconds, this.begin));
      const processes = table.delta(at, rows);
      const sample = readings.sample(machine, at);
      yield { at, seconds, sample, processes, marks: [...marks, ...this.kernelMarks(machine)], machine };
      seconds = this.stepAfter(machine);
      second += seconds;
    }
  }

  /** The seconds until the next tick. */
  private stepAfter({ second, memory, killed }: MachineTick): number {
    if (killed) this.fineUntil = second + AFTER_KILL;
    const isFine = second < this.fineUntil || memory.swapped > NEARLY_SWAPPED;
    if (isFine || FINE_SPANS.some(([from, to]) => second >= from && second < to)) return FINE;
    return COARSE - (second % COARSE);
  }

  /** What a look at the open files of a mount would find now. */
  files(mountpoint: string): WrittenFile[] {
    return this.story.files(mountpoint, this.begin);
  }

  private kernelMarks(tick: MachineTick): StoryMark[] {
    return killMessages(tick)
      .map((message) => this.kernel.read(message))
      .filter((event): event is KernelEvent => event !== null)
      .map(({ text }) => ({ kind: "kernel", text }));
  }
}
