/** Forgets the names of series, and layouts, that nothing stored refers to any more, in slices that fit between ticks. */
import type Database from "better-sqlite3";
import { ROLLUP_TIERS, SERIES_PER_CHUNK } from "./tiers";

const EVERY_MS = 3_600_000;
const LAYOUTS_A_SLICE = 50;
const ROWS_A_SLICE = 500;

/** Series of the layouts that there are, up to which these were looked at. */
interface InUse {
  newestLayout: number;
  series: Set<number>;
}

export class Names {
  private readonly usedLayouts: Database.Statement;
  private readonly nextLayouts: Database.Statement;
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
    this.nextLayouts = database.prepare("SELECT id, series FROM layouts WHERE id > ? ORDER BY id LIMIT ?");
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

  /** Layouts first: what the others have is in use, so that no look for series has to read the log. */
  private *clean(): Generator<undefined, void> {
    let removed = 0;
    const old = this.oldLayouts.all() as number[];
    for (let from = 0; from < old.length; from += ROWS_A_SLICE) {
      removed += this.removeLayouts(old.slice(from, from + ROWS_A_SLICE));
      yield;
    }
    const used: InUse = { newestLayout: 0, series: new Set() };
    while (this.noteLayouts(used)) yield;
    for (let last = 0; ; ) {
      const ids = this.someSeries.all(last, ROWS_A_SLICE) as number[];
      if (ids.length === 0) break;
      last = ids.at(-1) as number;
      removed += this.removeSeriesOf(ids, used);
      yield;
    }
    if (removed > 0) this.onRemoved();
  }

  /** Notes the series of some more layouts; false when there are no more. */
  private noteLayouts(used: InUse): boolean {
    const layouts = this.nextLayouts.all(used.newestLayout, LAYOUTS_A_SLICE) as { id: number; series: Buffer }[];
    for (const { id, series } of layouts) {
      used.newestLayout = id;
      for (let at = 0; at + 4 <= series.length; at += 4) used.series.add(series.readUInt32LE(at));
    }
    return layouts.length > 0;
  }

  /** Deletes those without a layout, chunk or rollup. A layout may have come since the look at them. */
  private removeSeriesOf(ids: readonly number[], used: InUse): number {
    return this.database
      .transaction(() => {
        while (this.noteLayouts(used));
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
