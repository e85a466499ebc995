/** Bytes per sample on disk, beside Prometheus and VictoriaMetrics with the same samples; other tables in MB per day. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openForReading } from "~/server/store/file/database";
import { buildDay, dayTicks } from "./day";
import { buildPrometheus, folderBytes, startVictoria } from "./peers";
import { atMost, table, writeResult } from "./results";

const DAY_SECONDS = 86_400;
const START = Date.UTC(2026, 10, 21);

const folder = mkdtempSync(join(tmpdir(), "hostscope-storage-"));
try {
  const began = performance.now();
  const day = await buildDay(folder, START, DAY_SECONDS);
  const buildSeconds = (performance.now() - began) / 1000;
  let samples = 0;
  let series = 0;
  for (const { sample } of dayTicks(day)) {
    series = sample.series.length;
    for (const value of sample.values) if (!Number.isNaN(value)) samples++;
  }
  const database = openForReading(day.path);
  const sizes = database
    .prepare(
      "SELECT coalesce(m.tbl_name, s.name) AS name, sum(pgsize) AS bytes FROM dbstat s LEFT JOIN sqlite_master m ON m.name = s.name GROUP BY 1 ORDER BY 2 DESC",
    )
    .all() as { name: string; bytes: number }[];
  database.close();
  const chunks = sizes.find(({ name }) => name === "chunks")?.bytes ?? Number.NaN;

  const prometheus = folderBytes((await buildPrometheus(day, folder)).data);
  const { child, data } = await startVictoria(day, folder);
  const victoria = folderBytes(join(data, "data"));
  child.kill("SIGTERM");
  const perSample = (bytes: number) => (bytes / samples).toFixed(3);
  writeResult(
    "Storage of a day",
    [
      `${series} series, ${(samples / 1e6).toFixed(1)} million samples; ${(buildSeconds / 1.0).toFixed(0)} s to take in, ${((buildSeconds * 1e6) / samples).toFixed(2)} us a sample with derivation, rollups and processes. Budgets of Hostscope: 0.72 bytes a sample, a third of Prometheus, below VictoriaMetrics.`,
      "",
      table(
        ["store", "bytes a sample", "ours to it"],
        [
          ["Hostscope, chunks with indexes", atMost("bytes a sample", chunks / samples, 0.72, 3), "1"],
          [
            "VictoriaMetrics, merged, without its index",
            perSample(victoria),
            atMost("to VictoriaMetrics", chunks / victoria, 1, 2),
          ],
          ["Prometheus, blocks", perSample(prometheus), atMost("to Prometheus", chunks / prometheus, 0.333, 2)],
        ],
      ),
      "",
      table(
        ["table", "MB a day"],
        sizes.filter(({ bytes }) => bytes >= 10_000).map(({ name, bytes }) => [name, (bytes / 1e6).toFixed(2)]),
      ),
    ].join("\n"),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
