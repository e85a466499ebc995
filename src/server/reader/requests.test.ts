import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtInDefinition } from "~/domain/metric";
import type { Series } from "~/domain/sample";
import { runAtOnce } from "~/server/slices";
import { openDatabase } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { Ring } from "~/server/store/series/ring";
import { StoreReader } from "~/server/store/store-reader";
import { workOf } from "./requests";

const MINUTE = 60_000;
const END = Date.parse("2026-11-24T00:00:00Z");

test("with a thousand filesystems there is an outlook on the fullest", () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-requests-"));
  const database = openDatabase(join(folder, "hostscope.db"), { timeoutMs: 0, checkpoints: false });
  migrate(database, readMigrations("prisma/migrations"), 0);
  const series = Array.from({ length: 1000 }, (_, index) =>
    ["used", "free"].map((state): Series => {
      const labels = { "system.filesystem.mountpoint": `/mnt/${index}`, "system.filesystem.state": state };
      return { metric: "system.filesystem.usage", labels };
    }),
  ).flat();
  // The first one is the fullest.
  const values = Float64Array.from(series, (_one, place) => (place % 2 === 0 ? 1000 - place / 2 : place / 2));
  const samples = Array.from({ length: 60 }, (_, minute) => ({ at: END - (60 - minute) * MINUTE, series, values }));
  const reader = new StoreReader(database, { intervalMs: MINUTE, definitionOf: builtInDefinition, ring: Ring.of(samples) });
  const found = runAtOnce(workOf(reader, { kind: "outlook", at: END }));
  expect(found).toHaveLength(40);
  expect(found[0]).toMatchObject({ kind: "filesystem", mountpoint: "/mnt/0" });
  database.close();
  rmSync(folder, { recursive: true, force: true });
});
