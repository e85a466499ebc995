/** For a process that an earlier tick listed, a tick stores only the values that changed, by column. Pure. */
import type { ProcessState } from "~/domain/process";
import type { BlockTick, Differences, EncodedProcess, EncodedValues } from "./block-types";

const STATE = 1;
const COLUMNS = 16;

function entryOf(before: EncodedValues, now: EncodedValues, column: number): EncodedProcess {
  const [from, to] = [before[column] ?? null, now[column] ?? null];
  if (from === to) return 0;
  if (to === null) return null;
  return Number.isInteger(from) && Number.isInteger(to) ? (to as number) - (from as number) : String(to);
}

function applied(before: EncodedValues, column: number, entry: EncodedProcess): EncodedValues[number] {
  if (entry === 0) return before[column] ?? null;
  if (entry === null) return null;
  if (typeof entry === "string") return column === STATE ? (entry as ProcessState) : Number(entry);
  return (before[column] as number) + entry;
}

/** Remembers the last values of each process. */
export class DifferenceEncoder {
  private readonly told = new Map<number, EncodedValues>();

  /** The tick with the rows of processes already listed replaced by differences. */
  encode(tick: BlockTick): BlockTick {
    if (tick.all) this.told.clear();
    for (const pid of tick.exited) this.told.delete(pid);
    const anew = new Set(tick.identities.map(([pid]) => pid));
    const whole: EncodedValues[] = [];
    const known: { before: EncodedValues; now: EncodedValues }[] = [];
    for (const now of tick.changed) {
      const before = anew.has(now[0]) ? undefined : this.told.get(now[0]);
      if (before) known.push({ before, now });
      else whole.push(now);
      this.told.set(now[0], now);
    }
    if (known.length === 0) return tick;
    known.sort((a, b) => a.now[0] - b.now[0]);
    const columns: Differences["columns"] = {};
    for (let column = STATE; column < COLUMNS; column++) {
      const entries = known.map(({ before, now }) => entryOf(before, now, column));
      const end = entries.findLastIndex((entry) => entry !== 0) + 1;
      if (end > 0) columns[column] = entries.slice(0, end);
    }
    const pids = known.map(({ now }, index) => now[0] - (known[index - 1]?.now[0] ?? 0));
    return { ...tick, changed: whole, differences: { pids, columns } };
  }
}

/** The rows that result from differences and the values before them (`told`). Skips a process without earlier values. */
export function rowsOf({ pids, columns }: Differences, told: ReadonlyMap<number, EncodedValues>): EncodedValues[] {
  let pid = 0;
  return pids.flatMap((step, row) => {
    pid += step;
    const before = told.get(pid);
    if (!before) return [];
    const now: EncodedValues[number][] = [pid];
    for (let column = STATE; column < COLUMNS; column++) {
      const entry = columns[column]?.[row];
      now.push(applied(before, column, entry === undefined ? 0 : entry));
    }
    return [now as unknown as EncodedValues];
  });
}
