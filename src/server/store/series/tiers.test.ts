import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { migrate, readMigrations } from "../file/migrate";
import { encodeChunk } from "./chunk";
import { HOUR_MS, ROLLUP_TIERS, Tiers } from "./tiers";

function newTiers() {
  const database = new Database(":memory:");
  migrate(database, readMigrations("prisma/migrations"), 0);
  return { database, tiers: new Tiers(database) };
}

const chunkOf = (...values: number[]) => encodeChunk([Float64Array.from(values)], values.length);

test("a row that was read stays at hand, and is read again when it was written anew, moved or removed", () => {
  const { database, tiers } = newTiers();
  const valueAt = (start: number) => {
    const found = tiers.chunk(0, start);
    return found && found !== "damaged" ? tiers.column(found.chunk, 0)?.[0] : found;
  };
  for (let hour = 0; hour < 40; hour++) tiers.writeChunk({ start: hour, interval: 1000, group: 0, data: chunkOf(hour, 1) });
  for (let round = 0; round < 2; round++) for (let hour = 0; hour < 40; hour++) expect(valueAt(hour)).toBe(hour);
  const [first, again] = [tiers.chunk(0, 39), tiers.chunk(0, 39)] as { chunk: object }[];
  expect(again?.chunk).toBe(first?.chunk);
  tiers.writeChunk({ start: 39, interval: 1000, group: 0, data: chunkOf(777, 1) });
  expect(valueAt(39)).toBe(777);
  database.exec("UPDATE chunks SET crc = crc + 1 WHERE start = 39");
  expect(valueAt(39)).toBe("damaged");
  database.exec("DELETE FROM chunks WHERE start = 38");
  expect(valueAt(38)).toBeNull();
});

test("filling a rollup further changes nothing of what was read of it before", () => {
  const { tiers } = newTiers();
  const [minutes] = ROLLUP_TIERS;
  const fill = (first: number, value: number) => {
    const statistics = new Map([[0, [value, value, value, 60].map((one) => new Float64Array(60).fill(one))]]);
    const data = tiers.mergedRollup(minutes, 0, { start: 0, first, statistics });
    tiers.writeRollup({ tier: minutes.seconds, start: 0, group: 0, data });
  };
  const mean = () => tiers.rollup(minutes.seconds, 0, 0)?.column(1);
  fill(0, 5);
  const before = mean();
  fill(HOUR_MS / 60_000, 7);
  expect([before?.[0], before?.[60]]).toEqual([5, Number.NaN]);
  expect([mean()?.[0], mean()?.[60]]).toEqual([5, 7]);
});
