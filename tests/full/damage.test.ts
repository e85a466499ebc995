/** Truncated files and flipped bits: every value read is right or missing, never a different number. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { History } from "~/domain/history";
import { builtInDefinition } from "~/domain/metric";
import { runAtOnce } from "~/server/slices";
import { openDatabase } from "~/server/store/file/database";
import { checkIntegrity, isDamage } from "~/server/store/file/integrity";
import { ProcessHistory } from "~/server/store/processes/process-history";
import { readHistory } from "~/server/store/series/history";
import { Ring } from "~/server/store/series/ring";
import { SampleLogReader } from "~/server/store/series/sample-log";
import { SeriesIndexReader } from "~/server/store/series/series-index";
import { Tiers } from "~/server/store/series/tiers";
import { buildDay, type Day } from "../../bench/day";
import { seeded } from "../../scripts/recording";

const TRIALS = 5000;
const SECONDS = 2 * 3600 + 900;
const METRICS = ["system.memory.linux.available", "system.cpu.utilization", "system.network.io"];

type Answers = (History | string)[];

/** Runs every query on one file and closes it. */
function ask(path: string, day: Day): Answers | "damaged" {
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: false });
  try {
    if (checkIntegrity(database).damage !== null) return "damaged";
    const series = new SeriesIndexReader(database);
    const log = new SampleLogReader(database, series);
    const parts = {
      intervalMs: 1000,
      series,
      log,
      tiers: new Tiers(database),
      ring: new Ring(1),
      definitionOf: builtInDefinition,
    };
    const request = { from: day.start, to: day.end, aggregate: "avg" as const };
    const answers: Answers = METRICS.flatMap((name) => [
      runAtOnce(readHistory(parts, { ...request, name, points: 2000 })),
      runAtOnce(readHistory(parts, { ...request, name, points: 100 })),
    ]);
    const processes = new ProcessHistory(database);
    for (const minute of [3, 40, 90]) {
      const at = processes.archive.at(day.start + minute * 60_000);
      answers.push(at ? JSON.stringify({ ...at, rows: at.rows.sort((a, b) => a.pid - b.pid) }) : "");
    }
    return answers;
  } finally {
    database.close();
  }
}

/** Counts numbers that are neither the original nor missing. */
function wrongNumbers(found: Answers, right: Answers): number {
  let wrong = 0;
  for (const [index, answer] of found.entries()) {
    const wanted = right[index];
    if (typeof answer === "string" || typeof wanted === "string" || wanted === undefined) {
      if (answer !== "" && answer !== wanted) wrong++;
      continue;
    }
    for (const { metric, labels, values } of answer.series) {
      const same = wanted.series.find((one) => one.metric === metric && JSON.stringify(one.labels) === JSON.stringify(labels));
      for (const [step, value] of values.entries()) {
        // In a step of several readings a missing one moves the mean; steps of one reading must be equal.
        const before = same?.values[step] ?? null;
        if (value !== null && (before === null || (answer.stepSeconds === 1 && value !== before))) wrong++;
      }
    }
  }
  return wrong;
}

test(`${TRIALS} torn or flipped files are opened: no wrong number, no crash`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-damage-"));
  const day = await buildDay(folder, Date.UTC(2026, 10, 21), SECONDS);
  const whole = readFileSync(day.path);
  const right = ask(day.path, { ...day, end: day.start + 1900_000 });
  if (right === "damaged") throw new Error("the file is damaged to begin with");
  const random = seeded(3);
  const path = join(folder, "trial.db");
  const outcomes = { damaged: 0, refused: 0, missing: 0, same: 0 };
  let wrong = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
    const bytes = Buffer.from(whole);
    const at = Math.floor(random() * bytes.length);
    const kind = trial % 3;
    if (kind === 0) bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
    if (kind === 1) bytes.fill(0, at - (at % 512), at - (at % 512) + 512);
    writeFileSync(path, kind === 2 ? bytes.subarray(0, at) : bytes);
    try {
      const found = ask(path, { ...day, end: day.start + 1900_000 });
      if (found === "damaged") outcomes.damaged++;
      else {
        const numbers = wrongNumbers(found, right);
        if (numbers > 0) copyFileSync(path, join(tmpdir(), `hostscope-wrong-${trial}.db`));
        wrong += numbers;
        outcomes[JSON.stringify(found) === JSON.stringify(right) ? "same" : "missing"]++;
      }
    } catch (error) {
      // Accept SQLite's own errors for a broken file; anything else is a crash.
      if (!isDamage(error) && !/^SQLITE_/.test((error as { code?: string }).code ?? "")) throw error;
      outcomes.refused++;
    }
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`${TRIALS} files of ${(whole.length / 1e6).toFixed(1)} MB: ${JSON.stringify(outcomes)}, ${wrong} wrong numbers`);
  expect(wrong).toBe(0);
});
