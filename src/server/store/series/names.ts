/** Forgets the names of series, and layouts, that nothing stored refers to any more, in slices that fit between ticks. */
import type Database from "better-sqlite3";
import { ROLLUP_TIERS, SERIES_PER_CHUNK } from "./tiers";

const EVERY_MS = 3_600_000;
const LAYOUTS_A_SLICE = 50;
const ROWS_A_SLICE = 500;

/** What is in use, and up to which layout that was looked at. */
interface InUse {
  layouts: Set<number>;
  series: Set<number>;
}

export class Names {
  private readonly usedLayouts: Database.Statement;
  private readonly layoutSeries: Database.Statement;
  private readonly oldLayouts: Database.Statement;
  private readonly someSeries: Database.Statement;
  private readonly isStored: Database.Statement;
  private readonly removeLayout: Database.Statement;
  private readonly removeSeries: Database.Statement;
  private work: Generator<undefined, void> | undefined;
  private dueAt = Number.NEGATIVE_INFINITY;

  /** `onRemoved` is called when rows were deleted: ids that were remembered may be gone. */
  constructor(
    private readonly database: Database.Database,
    private readonly onRemoved: () => void,
  ) {
    this.usedLayouts = database.prepare("SELECT DISTINCT layout FROM sample_log").pluck();
    this.layoutSeries = database.prepare("SELECT series FROM layouts WHERE id = ?").pluck();
    this.oldLayouts = database.prepare("SELECT id FROM layouts WHERE id < (SELECT max(id) FROM layouts) ORDER BY id").pluck();
    this.someSeries = database.prepare("SELECT id FROM series WHERE id > ? ORDER BY id LIMIT ?").pluck();
    const inTier = (tier: number) => `SELECT 1 FROM rollups WHERE tier = ${tier} AND "group" = ?`;
    this.isStored = database
      .prepare(
        `SELECT 1 FROM chunks WHERE "group" = ? UNION ALL ${ROLLUP_TIERS.map(({ seconds }) => inTier(seconds)).join(" UNION ALL ")} LIMIT 1`,
      )
      .pluck();
    this.removeLayout = database.prepare("DELETE FROM layouts WHERE id = ?");
    this.removeSeries = database.prepare("DELETE FROM series WHERE id = ?");
  }

  /** Does a slice of work once an hour; false when there is nothing to do. `monotonic` is in milliseconds. */
  step(monotonic: number): boolean {
    if (!this.work) {
      if (monotonic < this.dueAt) return false;
      this.dueAt = monotonic + EVERY_MS;
      this.work = this.clean();
    }
    try {
      if (this.work.next().done) this.work = undefined;
    } catch (error) {
      this.work = undefined;
      throw error;
    }
    return true;
  }

  private *clean(): Generator<undefined, void> {
    const used: InUse = { layouts: new Set(), series: new Set() };
    for (const layout of this.usedLayouts.all() as number[]) {
      this.note(layout, used);
      if (used.layouts.size % LAYOUTS_A_SLICE === 0) yield;
    }
    let removed = 0;
    for (let last = 0; ; ) {
      const ids = this.someSeries.all(last, ROWS_A_SLICE) as number[];
      if (ids.length === 0) break;
      last = ids.at(-1) as number;
      removed += this.remove(
        ids.filter((id) => !used.series.has(id)),
        used,
      );
      yield;
    }
    const old = this.oldLayouts.all() as number[];
    for (let from = 0; from < old.length; from += ROWS_A_SLICE) {
      removed += this.removeLayouts(old.slice(from, from + ROWS_A_SLICE));
      yield;
    }
    if (removed > 0) this.onRemoved();
  }

  private note(layout: number, used: InUse): void {
    used.layouts.add(layout);
    const ids = this.layoutSeries.get(layout) as Buffer | undefined;
    if (!ids) return;
    for (let at = 0; at + 4 <= ids.length; at += 4) used.series.add(ids.readUInt32LE(at));
  }

  /** Deletes series without a chunk or rollup, but for those that a sample has used since the look at the layouts. */
  private remove(ids: readonly number[], used: InUse): number {
    if (ids.length === 0) return 0;
    return this.database
      .transaction(() => {
        for (const layout of this.usedLayouts.all() as number[]) if (!used.layouts.has(layout)) this.note(layout, used);
        const stored = new Map<number, boolean>();
        const isStored = (group: number) => {
          const known = stored.get(group) ?? this.isStored.get(group, group, group) !== undefined;
          stored.set(group, known);
          return known;
        };
        const unused = ids.filter((id) => !used.series.has(id) && !isStored(Math.floor(id / SERIES_PER_CHUNK)));
        for (const id of unused) this.removeSeries.run(id);
        return unused.length;
      })
      .immediate();
  }

  /** Deletes layouts without a sample. The newest one stays: the next sample has it. */
  private removeLayouts(ids: readonly number[]): number {
    return this.database
      .transaction(() => {
        const inUse = new Set(this.usedLayouts.all() as number[]);
        const unused = ids.filter((id) => !inUse.has(id));
        for (const id of unused) this.removeLayout.run(id);
        return unused.length;
      })
      .immediate();
  }
}
