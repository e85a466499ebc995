/** Checks a database for damage, and moves a damaged one aside. */
import { existsSync, renameSync } from "node:fs";
import type Database from "better-sqlite3";

/** Time limit at the start. Rows of the large tables have their own checksums, except in the `_metrics` tables. */
const BUDGET_MS = 1000;
const LARGE = [
  "sample_log",
  "process_ticks",
  "process_blocks",
  "process_usage",
  "process_usage_days",
  "rollups",
  "chunks",
  "process_metrics",
  "custom_metrics",
];
/** In larger files the large tables are not checked at the start. */
const MAX_CHECKED_BYTES = 256 * 1024 * 1024;

export interface Integrity {
  /** SQLite's description of the damage; null when none was found. */
  damage: string | null;
  /** Tables that were skipped, for lack of time or because of their size. */
  unchecked: string[];
}

/** Checks table by table, small ones first, until the time is up. With a `budgetMs` of Infinity checks everything. */
export function checkIntegrity(database: Database.Database, budgetMs = BUDGET_MS): Integrity {
  const started = performance.now();
  const unchecked: string[] = [];
  try {
    const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[];
    const bytes =
      (database.pragma("page_count", { simple: true }) as number) * (database.pragma("page_size", { simple: true }) as number);
    const isLarge = (name: string) => LARGE.includes(name);
    for (const name of names.sort((a, b) => LARGE.indexOf(a) - LARGE.indexOf(b))) {
      if (performance.now() - started > budgetMs || (isLarge(name) && bytes > MAX_CHECKED_BYTES && Number.isFinite(budgetMs))) {
        unchecked.push(name);
        continue;
      }
      // integrity_check compares a small table with its indexes, which reveals a flipped bit in its text. quick_check does not,
      // but most large tables have row checksums.
      const check = isLarge(name) ? "quick_check" : "integrity_check";
      const [found] = database.pragma(`${check}("${name.replaceAll('"', '""')}")`) as Record<string, string>[];
      const said = found?.[check];
      if (said !== undefined && said !== "ok") return { damage: said, unchecked };
    }
    return { damage: null, unchecked };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { damage: (error as Error).message, unchecked };
  }
}

/** True when SQLite reports a corrupt file or one that is not a database. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test((error as { code?: string })?.code ?? "");
}

/** What a query for the first time at or after `from` answers, past pages at the beginning of its table that SQLite cannot read. */
export function firstReadable(query: Database.Statement, from: number): number | null {
  let [unreadable, readable] = [from, from];
  for (let step = 1; ; step *= 2) {
    try {
      query.get(readable);
      break;
    } catch (error) {
      if (!isDamage(error) || !Number.isSafeInteger(from + step)) throw error;
      [unreadable, readable] = [readable, from + step];
    }
  }
  while (readable - unreadable > 1) {
    const middle = Math.floor((unreadable + readable) / 2);
    try {
      query.get(middle);
      readable = middle;
    } catch (error) {
      if (!isDamage(error)) throw error;
      unreadable = middle;
    }
  }
  return query.get(readable) as number | null;
}

/** What may lie beside a database and belongs to it: SQLite would play the logs back into any file of that name. */
export const COMPANIONS = ["-wal", "-shm", "-journal"] as const;

/** Renames a database with what lies beside it to `<path>.<why>-<time>` and returns that name. Deletes nothing. */
export function moveAside(path: string, why: string, now: number): string {
  const target = `${path}.${why}-${new Date(now)
    .toISOString()
    .replaceAll(":", "-")
    .replace(/\.\d+Z$/, "Z")}`;
  for (const suffix of ["", ...COMPANIONS]) if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  return target;
}
