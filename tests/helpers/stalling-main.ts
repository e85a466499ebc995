/** A process with a real collector thread and watchdog, whose main thread stands still once it is told to on standard input. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { builtInDefinition } from "~/domain/metric";
import { openDatabase } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { CollectorThread } from "~/server/worker/worker";

const [folder = ""] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const databasePath = join(folder, "hostscope.db");
const database = openDatabase(databasePath, { timeoutMs: 0, checkpoints: true });
migrate(database, readMigrations("prisma/migrations"), 0);

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let ticks = 0;
const thread = new CollectorThread({
  threadPath: join(process.cwd(), "dist", "collector-thread.mjs"),
  thread: {
    databasePath,
    intervalMs: 1000,
    cores: 1,
    mostSeries: 10_000,
    roots: { proc: "/proc", sys: "/sys", host: "" },
    redact: [],
  },
  watchdogLog: join(folder, "monitor.log"),
  running: true,
  writable: true,
  log: silent,
  definitionOf: builtInDefinition,
  onTick: () => {
    if (++ticks === 1) process.stdout.write("sampling\n");
  },
  mayBatch: () => false,
  onRestart: () => {},
});

process.stdin.once("data", () => {
  thread.beginRequest("GET /api/endless");
  for (;;);
});
