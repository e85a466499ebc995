/** Months of history in a few minutes: one recorded day, written as the server writes it, and repeated. */

import { openDatabase } from "~/server/store/file/database";
import { decodeUsage, encodeUsage } from "~/server/store/processes/process-tally";
import { chunkChecksum } from "~/server/store/series/chunk";
import { Tiers } from "~/server/store/series/tiers";
import { addDaysBefore, buildDay, type Day, openStore } from "../../bench/day";

const DAY_MS = 86_400_000;
/** Samples and process tables are kept for a week by default. */
const EXACT_DAYS = 7;

/** Builds the last whole day (UTC) before `now` and repeats it for the days before. */
export async function buildHistory(dataDir: string, now: number, days: number): Promise<Day> {
  const end = Math.floor(now / DAY_MS) * DAY_MS;
  const day = await buildDay(dataDir, end - DAY_MS, DAY_MS / 1000);
  addDaysBefore(day, days);
  repeatExact(day);
  repeatUsage(day, days);
  // The server sums up the days.
  const store = await openStore(day.path, end);
  for (let slice = 0; slice < days * 60; slice++) store.maintain(end + 600_000 + slice, slice);
  await store.close();
  return day;
}

function repeatExact({ path, start }: Day): void {
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  const tiers = new Tiers(database);
  const chunks = database.prepare('SELECT start, interval, "group", data FROM chunks WHERE start >= ?').all(start) as {
    start: number;
    interval: number;
    group: number;
    data: Buffer;
  }[];
  const blocks = database.prepare("SELECT start, data FROM process_blocks WHERE start >= ?").all(start) as Stored[];
  const insert = database.prepare("INSERT OR REPLACE INTO process_blocks (start, data, crc) VALUES (?, ?, ?)");
  database.transaction(() => {
    for (let day = 1; day < EXACT_DAYS; day++) {
      for (const chunk of chunks) tiers.writeChunk({ ...chunk, start: chunk.start - day * DAY_MS });
      for (const block of blocks) {
        const at = block.start - day * DAY_MS;
        insert.run(at, block.data, chunkChecksum([at], block.data));
      }
    }
  })();
  database.close();
}

interface Stored {
  start: number;
  data: Buffer;
}

/** Each day has processes of its own. */
function repeatUsage({ path, start }: Day, days: number): void {
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  database.exec("DELETE FROM process_usage_days");
  const hours = database.prepare("SELECT start, data FROM process_usage WHERE start >= ?").all(start) as Stored[];
  const insert = database.prepare("INSERT OR REPLACE INTO process_usage (start, data, crc) VALUES (?, ?, ?)");
  const decoded = hours.map((hour) => ({ start: hour.start, consumers: decodeUsage(hour.data) ?? [] }));
  database.transaction(() => {
    for (let day = 1; day < days; day++) {
      for (const { start: begin, consumers } of decoded) {
        const at = begin - day * DAY_MS;
        const moved = consumers.map((one) => ({ ...one, startedAt: one.startedAt - day * DAY_MS }));
        const data = encodeUsage(moved);
        insert.run(at, data, chunkChecksum([at], data));
      }
    }
  })();
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
}
