/** Size and age of each tier. Reads row headers only (`length` does not load a blob): milliseconds for a file of a gigabyte. */
import type Database from "better-sqlite3";
import { forecastSize, type Storage, type StoredTier } from "~/domain/storage";
import { firstRolled } from "../series/history";
import { SeriesIndexReader } from "../series/series-index";
import { HOUR_MS, ROLLUP_TIERS, type RollupTier, Tiers } from "../series/tiers";
import type { RetentionPolicy } from "./retention";
import type { DiskSpace } from "./space";

interface Row {
  rows: number;
  bytes: number | null;
  oldest: number | null;
  newest: number | null;
}

const [minuteTier, hourTier] = ROLLUP_TIERS;
const BLOBS = "count(*) AS rows, sum(length(data)) AS bytes, min(start) AS oldest, max(start) AS newest";

/** Charts of the time of a tier read the coarser ones too, which are kept at least as long. */
export function retentionOf({ max_size, ...ages }: Omit<RetentionPolicy, "maxBytes"> & { max_size: number }): RetentionPolicy {
  const minute = Math.max(ages.minute, ages.raw);
  return { ...ages, minute, hour: Math.max(ages.hour, minute), maxBytes: max_size };
}

export function readStorage(
  database: Database.Database,
  { retention, disk, now }: { retention: RetentionPolicy; disk: DiskSpace; now: number },
): Storage {
  const pragma = (name: string) => database.pragma(name, { simple: true }) as number;
  const row = (sql: string) => database.prepare(sql).get() as Row;
  const bytes = pragma("page_count") * pragma("page_size");
  const freeBytes = pragma("freelist_count") * pragma("page_size");
  const tier = (name: StoredTier["name"], { rows, bytes: used, oldest, newest }: Row, keepSeconds: number): StoredTier => ({
    name,
    rows,
    bytes: used ?? 0,
    oldest,
    newest,
    keepSeconds,
  });

  const chunks = row(`SELECT ${BLOBS} FROM chunks`);
  const blocks = row(`SELECT ${BLOBS} FROM process_blocks`);
  const minutes = row(`SELECT ${BLOBS} FROM rollups WHERE tier = 60`);
  const hours = row(`SELECT ${BLOBS} FROM rollups WHERE tier = 3600`);
  // The length is taken within: SQLite would hand whole blobs out of a union.
  const sizes = (table: string) => `SELECT start, length(data) AS bytes FROM ${table}`;
  const usage = row(
    `SELECT count(*) AS rows, sum(bytes) AS bytes, min(start) AS oldest, max(start) AS newest
     FROM (${sizes("process_usage")} UNION ALL ${sizes("process_usage_days")})`,
  );
  // Rows are added at one end and deleted at the other, so the range of ids counts them.
  const tables = database
    .prepare(
      "SELECT coalesce(sum(last - first + 1), 0) AS rows FROM (SELECT min(id) AS first, max(id) AS last FROM system_metrics UNION ALL SELECT min(id), max(id) FROM process_metrics UNION ALL SELECT min(id), max(id) FROM custom_metrics)",
    )
    .get() as { rows: number };
  const readable = database
    .prepare("SELECT min(timestamp) AS oldest, max(timestamp) AS newest FROM system_metrics")
    .get() as Record<"oldest" | "newest", string | null>;
  const time = (text: string | null) => (text === null ? null : Date.parse(text));
  const sealed = chunks.newest === null ? null : Math.min(chunks.newest + HOUR_MS, now);
  const parts = { tiers: new Tiers(database), series: new SeriesIndexReader(database) };
  /** A minute block starts with its day, an hour block with its 30 days: the first one often before the first reading. */
  const rolled = (one: Row, tier: RollupTier): Row => {
    const first = firstRolled(parts, tier);
    return { ...one, oldest: Number.isFinite(first) ? first : one.oldest, newest: sealed ?? one.newest };
  };
  const logged = database.prepare('SELECT coalesce(sum(length("values")), 0) FROM sample_log').pluck().get() as number;
  const sum = (...rows: Row[]) => rows.reduce((total, one) => total + (one.bytes ?? 0), logged);
  const tiers = [
    tier("samples", { ...chunks, newest: sealed }, retention.raw),
    tier(
      "processes",
      { ...blocks, rows: blocks.rows + usage.rows, bytes: (blocks.bytes ?? 0) + (usage.bytes ?? 0) },
      retention.processes,
    ),
    tier("minutes", rolled(minutes, minuteTier), retention.minute),
    tier("hours", rolled(hours, hourTier), retention.hour),
    tier(
      "tables",
      {
        rows: tables.rows,
        bytes: Math.max(0, bytes - freeBytes - sum(chunks, blocks, minutes, hours, usage)),
        oldest: time(readable.oldest),
        newest: time(readable.newest),
      },
      retention.tables,
    ),
  ];
  const { maxBytes } = retention;
  const forecast = forecastSize(tiers, bytes - freeBytes, maxBytes);
  // What is not compressed yet, which does not grow with time.
  const withLog = tiers.map((one) => (one.name === "samples" ? { ...one, bytes: one.bytes + logged } : one));
  return { bytes, freeBytes, maxBytes, disk, tiers: withLog, forecast };
}
