/** Is this file a whole database? And what to do with one that is not. */
import { existsSync, renameSync } from "node:fs";
import type Database from "better-sqlite3";

/** The start does not wait longer for this. Rows of the large tables carry checksums of their own. */
const BUDGET_MS = 1000;
const LARGE = [
  "sample_log",
  "process_ticks",
  "process_blocks",
  "process_usage",
  "rollups",
  "chunks",
  "process_metrics",
  "custom_metrics",
];
/** Larger files are not read through at the start. */
const MAX_CHECKED_BYTES = 256 * 1024 * 1024;

export interface Integrity {
  /** What SQLite says is wrong; null when nothing was found. */
  damage: string | null;
  /** Tables that there was no time for. */
  unchecked: string[];
}

/** Checks table by table, the small ones first, and stops when the time is over. `budgetMs` of Infinity checks everything. */
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
      // A flipped bit in a small table's text shows in its indexes; rows of large ones carry checksums.
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

/** True when SQLite says that the file itself is broken or is no database. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test((error as { code?: string })?.code ?? "");
}

/** Moves a database and its companions to `<path>.<why>-<time>` and answers that name. Nothing is ever deleted. */
export function moveAside(path: string, why: string, now: number): string {
  const target = `${path}.${why}-${new Date(now)
    .toISOString()
    .replaceAll(":", "-")
    .replace(/\.\d+Z$/, "Z")}`;
  for (const suffix of ["", "-wal", "-shm"]) if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  return target;
}
