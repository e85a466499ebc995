/** Stored and scheduled reports on a real database and real files. Only making a report and the mail server are faked. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DeliveryResult, deliveryFailure } from "~/domain/notification";
import type { ReportSchedule } from "../src/domain/stored-report";
import { ReportLibrary } from "../src/server/reports/library";
import type { MakeReport } from "../src/server/reports/maker";
import { failuresOf, ReportScheduler } from "../src/server/reports/scheduler";
import { openDatabase } from "../src/server/store/file/database";
import { migrate, readMigrations } from "../src/server/store/file/migrate";
import { openPrisma } from "../src/server/store/file/prisma";
import { ReportStore } from "../src/server/store/records/reports";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse("2026-11-23T06:00:00Z");
const REQUEST = {
  format: "csv" as const,
  period: { from: START - DAY, to: START },
  timeZone: "UTC",
  schedule: null,
  deliver: false,
};

let folder: string;
let records: ReportStore;
let close: () => Promise<void>;
let errors: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-reports-"));
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  database.close();
  const prisma = await openPrisma(path);
  records = new ReportStore(prisma);
  close = () => prisma.$disconnect();
  errors = [];
});

afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

const files = () => readdirSync(join(folder, "reports"));

async function openLibrary(make: MakeReport, now = START): Promise<ReportLibrary> {
  const library = new ReportLibrary({
    folder: join(folder, "reports"),
    records,
    make,
    hostName: () => "web 1/../ü",
    keepSeconds: () => (30 * DAY) / 1000,
    onError: (_error, what) => errors.push(what),
  });
  await library.restore(now);
  return library;
}

const makesIts: MakeReport = async ({ period }) => Buffer.from(`report of ${new Date(period.to).toISOString()}`);

test("a report is listed while it is made, can be read when it is ready, and is gone with its file when deleted", async () => {
  let finish: (file: Buffer) => void = () => {};
  const library = await openLibrary(() => new Promise((resolve) => (finish = resolve)));
  const { report, done } = await library.add(REQUEST, START);
  expect(await library.list(10)).toMatchObject([{ id: report.id, state: "waiting", bytes: null }]);
  await expect(library.read(report)).rejects.toThrow(/still being generated/);
  finish(Buffer.from("a,b"));
  await done;
  const ready = await library.get(report.id);
  expect(ready).toMatchObject({ state: "ready", bytes: 3, error: null });
  expect(ready.fileName).toBe("hostscope-web-1-..-ü-2026-11-22-0600-2026-11-23-0600.csv");
  expect((await library.read(ready)).toString()).toBe("a,b");
  await library.remove(report.id);
  expect(files()).toEqual([]);
  await expect(library.get(report.id)).rejects.toThrow(/There is no report/);
});

test("a report that cannot be made says why and leaves no file", async () => {
  const library = await openLibrary(() => Promise.reject(new Error("out of paper\n    at stack")));
  const { report, done } = await library.add(REQUEST, START);
  await done;
  expect(await library.get(report.id)).toMatchObject({ state: "failed", error: "out of paper" });
  expect(errors).toEqual(["generating a report failed"]);
  expect(files()).toEqual([]);
});

test("after a crash nothing half made is left: neither a row that waits for ever nor a file without a row", async () => {
  const first = await openLibrary(() => new Promise(() => {}));
  const { report } = await first.add(REQUEST, START);
  writeFileSync(join(folder, "reports", `${report.id}.csv.part`), "half");
  writeFileSync(join(folder, "reports", "stranger"), "?");
  const library = await openLibrary(makesIts, START + HOUR);
  expect(await library.get(report.id)).toMatchObject({
    state: "failed",
    error: "the server stopped before the report was finished",
  });
  expect(files()).toEqual([]);
});

test("a server that stops ends what is being made and says so", async () => {
  const library = await openLibrary(
    (_request, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  const { report } = await library.add(REQUEST, START);
  await library.stop();
  expect(await library.get(report.id)).toMatchObject({
    state: "failed",
    error: "the server stopped before the report was finished",
  });
  expect(errors).toEqual([]);
});

test("reports are kept as long as the configuration says", async () => {
  const library = await openLibrary(makesIts);
  await (await library.add(REQUEST, START - 31 * DAY)).done;
  await (await library.add(REQUEST, START - 29 * DAY)).done;
  await library.clean(START);
  expect(await library.list(10)).toHaveLength(1);
  expect(files()).toHaveLength(1);
});

const daily: ReportSchedule = {
  name: "daily",
  cron: "0 7 * * *",
  timeZone: "UTC",
  format: "csv",
  hours: 24,
  to: [],
  folder: null,
};

interface Started {
  scheduler: ReportScheduler;
  library: ReportLibrary;
  /** Runs the schedules, and waits until the reports they started are finished. */
  lookAt(now: number): Promise<void>;
}

async function schedule(
  change: Partial<ReportSchedule>,
  mail: () => Promise<DeliveryResult> = async () => ({ ok: true, outcome: "250", answer: "250" }),
) {
  const library = await openLibrary(makesIts);
  const schedules = [{ ...daily, ...change }];
  const scheduler = new ReportScheduler({
    schedules: () => schedules,
    library,
    records,
    mail,
    onError: (error) => errors.push(String(error)),
  });
  const started: Started = {
    scheduler,
    library,
    async lookAt(now) {
      await scheduler.look(now, now);
      await expect.poll(async () => (await library.list(100)).some(({ state }) => state === "waiting")).toBe(false);
    },
  };
  await started.lookAt(START);
  return started;
}

test("a schedule makes its report at its moment, once, over the hours before it", async () => {
  const { library, lookAt } = await schedule({});
  await lookAt(START + HOUR - 1000);
  expect(await library.list(10)).toEqual([]);
  await lookAt(START + HOUR + 1000);
  await lookAt(START + HOUR + 6000);
  const seven = START + HOUR;
  expect(await library.list(10)).toMatchObject([
    { schedule: "daily", state: "ready", from: seven - DAY, to: seven, delivery: null },
  ]);
});

test("moments that passed while the server was away are made up for once, with the latest", async () => {
  const { library, lookAt } = await schedule({});
  await lookAt(START + 5 * DAY);
  await lookAt(START + 5 * DAY + 5000);
  expect(await library.list(10)).toMatchObject([{ to: START + HOUR + 4 * DAY }]);
});

test("a report for a folder is put there whole", async () => {
  const target = mkdtempSync(join(folder, "target-"));
  const { library, lookAt } = await schedule({ folder: target });
  await lookAt(START + HOUR + 1000);
  await lookAt(START + HOUR + 6000);
  const [report] = await library.list(1);
  expect(report?.delivery).toMatchObject({ state: "done", attempts: 1, answer: join(target, report?.fileName ?? "") });
  expect(readdirSync(target)).toEqual([report?.fileName]);
  expect(readFileSync(join(target, report?.fileName ?? ""), "utf8")).toBe("report of 2026-11-23T07:00:00.000Z");
});

test("a mail server that is away is tried again, and the failure is told until it works", async () => {
  let tries = 0;
  const mail = async (): Promise<DeliveryResult> =>
    ++tries < 3 ? deliveryFailure("connection refused", { retryable: true }) : { ok: true, outcome: "250", answer: "250 queued" };
  const { scheduler, library, lookAt } = await schedule({ to: ["a@example.org"] }, mail);
  await lookAt(START + HOUR + 1000);
  await lookAt(START + HOUR + 6000);
  expect(scheduler.failures()).toEqual(["daily: connection refused"]);
  await lookAt(START + HOUR + 10_000);
  expect(tries).toBe(1);
  await lookAt(START + HOUR + 120_000);
  await lookAt(START + HOUR + 900_000);
  expect((await library.list(1))[0]?.delivery).toMatchObject({ state: "done", attempts: 3, answer: "250 queued" });
  expect(scheduler.failures()).toEqual([]);
});

test("a mail server that refuses is not asked again", async () => {
  let tries = 0;
  const mail = async (): Promise<DeliveryResult> => {
    tries++;
    return deliveryFailure("550 no such user", { retryable: false });
  };
  const { library, lookAt } = await schedule({ to: ["a@example.org"] }, mail);
  for (const minutes of [1, 2, 60, 600]) await lookAt(START + HOUR + minutes * 60_000);
  expect(tries).toBe(1);
  expect((await library.list(1))[0]?.delivery).toMatchObject({ state: "failed", answer: "550 no such user" });
});

test("a folder that is not there is tried again and leaves nothing", async () => {
  const target = join(folder, "missing");
  const { library, lookAt } = await schedule({ folder: target });
  await lookAt(START + HOUR + 1000);
  await lookAt(START + HOUR + 6000);
  const [report] = await library.list(1);
  expect(report?.delivery).toMatchObject({ state: "waiting", attempts: 1 });
  expect(failuresOf([daily], report ? [report] : [])[0]).toMatch(/ENOENT/);
  expect(existsSync(target)).toBe(false);
});

test("an id that somebody else put into the database leads to no file outside of the folder", async () => {
  const outside = join(folder, "outside.csv");
  writeFileSync(outside, "not a report");
  const library = await openLibrary(async () => Buffer.from("x"));
  const { report, done } = await library.add(REQUEST, START);
  await done;
  const hostile = { ...report, id: "../outside", state: "ready" as const };
  await records.save(hostile);
  await expect(library.read(hostile)).rejects.toThrow("The report's database row is damaged");
  await expect(library.remove("../outside")).rejects.toThrow("The report's database row is damaged");
  expect(readFileSync(outside, "utf8")).toBe("not a report");
  expect(await records.get("../outside")).toBeNull();
});
