/**
 * The story as a file: records of the store, framed and compressed as in an incident file. `unpackStory` makes a database of them, with all
 * times moved so that the story ends now.
 */
import { readFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import type Database from "better-sqlite3";
import { type EndRecord, FrameReader, frames } from "~/server/incident/frames";
import type { Excerpted, ExcerptRecord, ExcerptRow } from "~/server/store/excerpt/records";
import { ExcerptWriter } from "~/server/store/excerpt/write-excerpt";
import { openDatabase } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { HOUR_MS, Tiers } from "~/server/store/series/tiers";
import { MovedRecords } from "./moved-records";
import { STORY_SECONDS } from "./story";

/** When the stored story begins: the start of an hour. */
export const STORY_BEGIN = Date.UTC(2026, 0, 5);
const STORY_MS = 1000 * STORY_SECONDS;

export function packStory(records: Iterable<Excerpted>): Buffer {
  const whole = Buffer.concat([...frames(records)].filter((frame) => frame !== undefined));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: whole.length,
  };
  return brotliCompressSync(whole, { params });
}

function* recordsIn(packed: Buffer): Generator<Excerpted> {
  for (const { json, data } of new FrameReader().push(brotliDecompressSync(packed))) {
    const record = JSON.parse(json) as ExcerptRecord | EndRecord;
    if (record.kind !== "end") yield { record, data };
  }
}

/** By how much a story is moved: whole hours, as hours are stored as such. Its last hour is shown up to now. */
export function movedBy(now: number): number {
  return Math.floor(now / HOUR_MS) * HOUR_MS + HOUR_MS - STORY_MS - STORY_BEGIN;
}

/** Where the story ends and the readings of the machine that shows it begin. */
const seamMark = (now: number): ExcerptRow => ({
  id: `${now.toString(36)}-00000000`,
  timestamp: new Date(now).toISOString().replace("Z", "+00:00"),
  kind: "note",
  text: "Recorded demo up to here; from here on, live data of this machine",
});

/** Writes the part of the story that has happened by `now` into a new database. */
export function unpackStory(file: string, path: string, now: number): void {
  const database: Database.Database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  try {
    migrate(database, readMigrations("prisma/migrations"), now);
    const writer = new ExcerptWriter(database);
    const moved = new MovedRecords({ byMs: movedBy(now), now });
    const tiers = new Tiers(database);
    for (const one of recordsIn(readFileSync(file))) {
      for (const { record, data } of moved.take(one)) {
        // An hour that is whole goes in as it is: to check and encode it anew, as is done with files of others, takes most of the time.
        if (record.kind === "chunk" && record.sealed && data) tiers.writeChunk({ ...record, data });
        else writer.add({ record, ...(data && { data }) });
      }
    }
    for (const record of moved.rest()) writer.add(record);
    writer.add({ record: { kind: "row", table: "marks", row: seamMark(now) } });
    writer.finish();
  } finally {
    database.close();
  }
}
