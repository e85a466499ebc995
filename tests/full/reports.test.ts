/** The cost of reports and exports while the server keeps sampling. */
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Series } from "../../src/domain/sample";
import { openDatabase } from "../../src/server/store/file/database";
import { migrate, readMigrations } from "../../src/server/store/file/migrate";
import { SampleLogWriter } from "../../src/server/store/series/sample-log";
import { eventually, startServer } from "../helpers/server";

const CORES = 120;
const SECONDS = 86_400;
const MOST_MORE_BYTES = 100 * 1024 * 1024;

/** Writes a day of one-second samples of 120 cores: ten million readings. */
function fillDay(folder: string, end: number): void {
  mkdirSync(join(folder, "data"), { recursive: true });
  const database = openDatabase(join(folder, "data", "hostscope.db"), { timeoutMs: 5000, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), end);
  const series: Series[] = [{ metric: "hostscope.sample.interval", labels: {} }];
  for (let core = 0; core < CORES; core++)
    series.push({ metric: "system.cpu.frequency", labels: { "cpu.logical_number": String(core) } });
  const writer = new SampleLogWriter(database);
  database.transaction(() => {
    for (let second = 0; second < SECONDS; second++) {
      const values = Float64Array.from(series, (_one, index) =>
        index === 0 ? 1 : 2e9 + ((second * 31 + index * 17) % 1000) * 1e6,
      );
      writer.append({ at: end - (SECONDS - second) * 1000, series, values });
    }
  })();
  database.close();
}

function residentBytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return pages * 4096;
}

test("ten million readings are exported with less than 100 MB of memory more", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-export-"));
  fillDay(folder, Math.floor(Date.now() / 1000) * 1000);
  await using server = await startServer({ folder });
  await eventually(async () => (await fetch(`${server.url}/api/health`)).ok);
  const before = residentBytes(server.pid);
  let most = before;
  let rows = -1;
  const response = await fetch(`${server.url}/api/export/data?format=csv&hours=25&metric=system.cpu.frequency`);
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    for (const byte of chunk) if (byte === 10) rows++;
    most = Math.max(most, residentBytes(server.pid));
  }
  console.log(`${rows} readings, ${((most - before) / 1e6).toFixed(0)} MB more`);
  expect(rows).toBeGreaterThanOrEqual(10_000_000);
  expect(most - before).toBeLessThan(MOST_MORE_BYTES);
});

/** Milliseconds from the second of each tick until its sample arrives over the stream. */
async function lateness(url: string, signal: AbortSignal): Promise<number[]> {
  const late: number[] = [];
  const response = await fetch(`${url}/api/stream`, { signal });
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      const now = Date.now();
      for (const [, id] of decoder.decode(chunk, { stream: true }).matchAll(/^id: (\d+)\nevent: sample$/gm))
        late.push(now - Number(id));
    }
  } catch {
    // The test aborted the stream.
  }
  return late;
}

test("eight reports at once are all made, each child within 300 MB, while ticks come on time", async () => {
  await using server = await startServer({});
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  const leaving = new AbortController();
  const ticks = lateness(server.url, leaving.signal);
  const children: number[] = [];
  const looking = setInterval(() => {
    const pids = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8").trim().split(" ").filter(Boolean);
    for (const pid of pids) {
      try {
        children.push(residentBytes(Number(pid)));
      } catch {
        // The process ended.
      }
    }
  }, 50);
  const started = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      fetch(`${server.url}/api/export/report?format=pdf&hours=24`).then((one) => one.arrayBuffer()),
    ),
  );
  const tookMs = performance.now() - started;
  clearInterval(looking);
  leaving.abort();
  const late = (await ticks).sort((a, b) => a - b);
  const worst = late[Math.floor(late.length * 0.99)] ?? 0;
  console.log(
    `${tookMs.toFixed(0)} ms for eight, child ${Math.max(...children) / 1e6} MB, 99 % of ${late.length} ticks within ${worst} ms`,
  );
  for (const answer of answers) expect(Buffer.from(answer).subarray(0, 5).toString()).toBe("%PDF-");
  expect(Math.max(...children)).toBeLessThan(300e6);
  expect(worst).toBeLessThan(100);
});
