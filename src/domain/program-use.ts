/**
 * What the programs of each user take together, as series whose names stay: never by pid. A program has a series once it has been among
 * those that take most for a minute, and keeps it until it has not been for ten. Pure.
 */

import { shownName } from "./process-group";
import type { Reading } from "./sample";
import type { TopProcess } from "./top-processes";

const MOST = 20;
const ENTERS_AFTER_MS = 60_000;
const STAYS_MS = 600_000;

/** Steps of the values, powers of two: such numbers take few bytes. */
const [CPU_STEP, MEMORY_STEP, DISK_STEP] = [2 ** -10, 2 ** 16, 2 ** 10];

const MEASURES = [
  { metric: "hostscope.contributor.cpu.utilization", step: CPU_STEP, of: ({ cpu }: TopProcess) => cpu ?? 0 },
  {
    metric: "hostscope.contributor.memory.usage",
    step: MEMORY_STEP,
    of: ({ memoryBytes, sharedBytes }: TopProcess) => Math.max(0, memoryBytes - (sharedBytes ?? 0)),
  },
  {
    metric: "hostscope.contributor.disk.io",
    step: DISK_STEP,
    of: ({ readBytesPerSecond, writeBytesPerSecond }: TopProcess) => (readBytesPerSecond ?? 0) + (writeBytesPerSecond ?? 0),
  },
] as const;

interface Place {
  /** Since when it has been among the first without a break; null while it is not. */
  since: number | null;
  /** When it was last among them. */
  last: number;
  isIn: boolean;
}

interface Name {
  startedAt: number;
  name: string;
  command: string;
  shown: string;
}

const SEPARATOR = "\n";

export class ProgramUse {
  private readonly places = MEASURES.map(() => new Map<string, Place>());
  private names = new Map<number, Name>();

  /** The series now, of all processes that run. Call it every few seconds; `now` goes on, whatever the clock does. */
  read(rows: Iterable<TopProcess>, now: number): Reading[] {
    const totals = MEASURES.map(() => new Map<string, number>());
    const names = new Map<number, Name>();
    for (const row of rows) {
      const name = this.nameOf(row);
      names.set(row.pid, name);
      const key = `${name.shown}${SEPARATOR}${row.user}`;
      MEASURES.forEach(({ of }, index) => {
        const value = of(row);
        if (value > 0) totals[index]?.set(key, (totals[index].get(key) ?? 0) + value);
      });
    }
    this.names = names;
    return MEASURES.flatMap(({ metric, step }, index) => {
      const sums = totals[index] as Map<string, number>;
      return this.advance(this.places[index] as Map<string, Place>, sums, now).map((key) => {
        const [program = "", user = ""] = key.split(SEPARATOR);
        return { metric, labels: { program, user }, value: Math.round((sums.get(key) ?? 0) / step) * step };
      });
    });
  }

  /** Most rows are those of the last time, and what a process is called takes regular expressions. */
  private nameOf({ pid, startedAt, name, command }: TopProcess): Name {
    const known = this.names.get(pid);
    if (known?.startedAt === startedAt && known.name === name && known.command === command) return known;
    return { startedAt, name, command, shown: shownName({ name, command }) };
  }

  /** Who has a series. */
  private advance(places: Map<string, Place>, sums: ReadonlyMap<string, number>, now: number): string[] {
    const first = new Set(
      [...sums]
        .sort(([, a], [, b]) => b - a)
        .slice(0, MOST)
        .map(([key]) => key),
    );
    for (const key of first) {
      const known = places.get(key) ?? { since: null, last: now, isIn: false };
      const since = known.since ?? now;
      places.set(key, { since, last: now, isIn: known.isIn || now - since >= ENTERS_AFTER_MS });
    }
    for (const [key, place] of places) {
      if (first.has(key)) continue;
      place.since = null;
      if (!place.isIn || now - place.last > STAYS_MS) places.delete(key);
    }
    return [...places].flatMap(([key, { isIn }]) => (isIn ? [key] : []));
  }
}
