/** A recorded machine with a thousand processes, written as the server writes it: an hour, and what led up to it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "../../bench/day";
import { readRecording, recordedDay, seeded } from "../../scripts/recording";
import { deriveFrame } from "../../src/domain/derive";
import type { ProcessDelta, ProcessRow } from "../../src/domain/process";
import type { Sample } from "../../src/domain/sample";
import { openDatabase } from "../../src/server/store/file/database";
import { migrate, readMigrations } from "../../src/server/store/file/migrate";
import { SampleLogWriter } from "../../src/server/store/series/sample-log";
import type { Store } from "../../src/server/store/store";
import { processRow } from "./process-row";

const PROGRAMS = ["postgres", "nginx", "node", "python3", "java", "php-fpm", "redis-server", "sshd", "bash", "cron"];

/** Each second some ninety of a thousand processes change, and two end while two others begin. */
function* busyProcesses(start: number, seconds: number, count = 1000, seed = 7): Generator<ProcessDelta> {
  const random = seeded(seed);
  let nextPid = 1000;
  const table = new Map<number, ProcessRow>();
  const born = (at: number): ProcessRow => {
    const pid = nextPid++;
    const name = PROGRAMS[pid % PROGRAMS.length] as string;
    const row = processRow(pid, {
      startedAt: at,
      name,
      command: `/usr/lib/${name}/bin/${name} --config /etc/${name}/${name}-${pid % 40}.conf --worker ${pid} --log-level info`,
      user: pid % 3 === 0 ? "www-data" : "app",
      memoryBytes: 1024 * Math.floor(2000 + 400_000 * random() ** 4),
      virtualBytes: 2 ** 28,
      threads: 1 + (pid % 9),
      group: pid % 7 === 0 ? "docker 3f2a91c07d44" : `${name}.service`,
    });
    table.set(pid, row);
    return row;
  };
  for (let second = 0; second < seconds; second++) {
    const at = start + second * 1000;
    if (second === 0) {
      const changed = Array.from({ length: count }, (_, index) => born(start - 1000 * (index + 10)));
      yield { at, staleMs: 0, changed, exited: [] };
      continue;
    }
    const pids = [...table.keys()];
    const exited = [pids[Math.floor(random() * pids.length)] as number, pids[0] as number];
    for (const pid of exited) table.delete(pid);
    const changed = new Map<number, ProcessRow>();
    for (let index = 0; index < 90; index++) {
      // Most of the work is that of a few.
      const row = table.get(pids[Math.floor(random() ** 3 * pids.length)] as number);
      if (!row) continue;
      const isBusy = random() < 0.6;
      const memoryBytes = random() < 0.3 ? row.memoryBytes + 4096 * Math.floor(64 * random()) : row.memoryBytes;
      const next = {
        ...row,
        state: isBusy ? ("running" as const) : ("sleeping" as const),
        cpu: isBusy ? Math.floor(random() * 60) / 100 : 0,
        memoryBytes,
        readBytesPerSecond: random() < 0.1 ? 4096 * Math.floor(random() * 100) : 0,
        writeBytesPerSecond: random() < 0.1 ? 4096 * Math.floor(random() * 100) : 0,
      };
      table.set(row.pid, next);
      changed.set(row.pid, next);
    }
    for (const _ of exited) {
      const row = born(at);
      changed.set(row.pid, row);
    }
    yield { at, staleMs: 0, changed: [...changed.values()], exited: [...new Set(exited)] };
  }
}

/** `atEnd` may add rows of its own and look at the store while its last minute is in memory. */
export async function buildBusy(
  dataDir: string,
  { start, seconds, sealed, processes = 1000 }: { start: number; seconds: number; sealed: boolean; processes?: number },
  atEnd: (store: Store) => Promise<void> = async () => {},
): Promise<string> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), start);
  database.pragma("synchronous = OFF");
  const log = new SampleLogWriter(database);
  const store = await openStore(path, start);
  const deltas = busyProcesses(start, seconds, processes);
  let previous: Sample | undefined;
  for (const { sample } of recordedDay({ seed: 3, start, seconds, recording: readRecording() })) {
    const failed = log.append(sample);
    if (failed) throw failed;
    store.add(sample, deriveFrame(previous, sample), deltas.next().value as ProcessDelta);
    store.maintain(sample.at, sample.at);
    previous = sample;
    if (sample.at % 60_000 === 0) await new Promise(setImmediate);
  }
  const end = start + seconds * 1000;
  if (sealed) for (let slice = 0; slice < 3000; slice++) store.maintain(end + 3_600_000 + 400_000, end + 400_000);
  await atEnd(store);
  await store.close();
  database.close();
  return path;
}
