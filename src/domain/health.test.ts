import { expect, test } from "vitest";
import { type HealthFacts, healthOf } from "./health";

const FINE: HealthFacts = {
  now: 10_000,
  version: "1",
  uptimeSeconds: 10,
  intervalMs: 1000,
  monitoring: "running",
  monitoringSince: 0,
  lastTickAt: 10_000,
  failingCollectors: [],
  absences: [],
  threadError: null,
  cost: { detail: "full", share: 0.004 },
  memory: { bytes: 150 * 2 ** 20, budgetBytes: 256 * 2 ** 20, kept: 1 },
  ringMs: 3_600_000,
  loopDelaySeconds: null,
  logError: null,
  damagedRows: 0,
  replacedDatabase: null,
  configurationMistakes: [],
  reportFailures: [],
  channels: [],
  remoteWrites: [],
  fleetError: null,
  strayChannels: [],
  failingCustom: [],
  customMetrics: 0,
  storage: {
    bytes: 0,
    freeBytes: 0,
    maxBytes: 1,
    disk: { freeBytes: 1e12, floorBytes: 1e6, writable: true },
    tiers: [],
    forecast: { steadyBytes: null, daysUntilMax: null },
  },
};

const costOf = (cost: HealthFacts["cost"]) => healthOf({ ...FINE, cost }).checks.find(({ name }) => name === "cost");

test("processes that are read less closely are said so, with the reason and what to do", () => {
  expect(costOf({ detail: "reduced", share: 0.011 })).toEqual({
    name: "cost",
    status: "degraded",
    detail:
      "collection used more than 2% of a core, so open files, context switches, page faults and I/O of processes are read less often; increase monitoring.interval to reduce the load",
  });
});

test("within the budget the cost is told, and before the first sample nothing is made up", () => {
  expect(costOf({ detail: "full", share: 0.0041 })).toMatchObject({
    status: "ok",
    detail: "collection uses 0.4% of a core",
  });
  expect(costOf(null)).toMatchObject({ status: "ok" });
});

test("memory, with what is given up to stay within the budget, and what to do when that is not enough", () => {
  const memoryOf = (mib: number, kept: number) =>
    healthOf({ ...FINE, memory: { ...FINE.memory, bytes: mib * 2 ** 20, kept } }).checks.find(({ name }) => name === "memory");
  expect(memoryOf(150, 1)).toMatchObject({ status: "ok", detail: "the server uses 150 MiB of memory" });
  expect(memoryOf(240, 1 / 2)).toMatchObject({
    status: "ok",
    detail: "the server uses 240 MiB of memory and holds the newest 30 min of samples instead of 1 h, to stay below 256 MiB",
  });
  expect(memoryOf(300, 1 / 4)).toMatchObject({ status: "ok" });
  expect(memoryOf(300, 1 / 8)).toMatchObject({
    status: "degraded",
    detail:
      "the server uses 300 MiB of memory, more than its budget of 256 MiB, although it holds only the newest 7 min 30 s of samples instead of 1 h; lower monitoring.max_series or increase monitoring.interval",
  });
});

test("answers that are held up are said so, with the time", () => {
  const answersOf = (loopDelaySeconds: number | null) =>
    healthOf({ ...FINE, loopDelaySeconds }).checks.find(({ name }) => name === "answers");
  expect(answersOf(null)).toMatchObject({ status: "ok", detail: "not measured yet; it takes a minute of requests" });
  expect(answersOf(0.003)).toMatchObject({ status: "ok", detail: "event loop delay 3 ms (p99 of the last minute)" });
  expect(answersOf(0.25)).toMatchObject({ status: "degraded" });
  expect(answersOf(0.25)?.detail).toContain("250 ms");
});

test("what is not read is named with its reason, and what does not answer with its age", () => {
  const absences = [
    { what: "/proc/vmstat", reason: "not supported by this kernel" },
    { what: "/mnt/backup", reason: "no answer", since: FINE.now - 180_000 },
  ];
  expect(healthOf({ ...FINE, absences }).checks.find(({ name }) => name === "collectors")).toEqual({
    name: "collectors",
    status: "ok",
    detail: "not available: /proc/vmstat: not supported by this kernel; /mnt/backup: no answer for 3 min",
  });
});

test("history above its limit is a warning that says how long it takes", () => {
  const storage = { ...FINE.storage, bytes: 400_000_000, freeBytes: 10_000_000, maxBytes: 90_000_000 };
  expect(healthOf({ ...FINE, storage }).checks.find(({ name }) => name === "storage")).toEqual({
    name: "storage",
    status: "degraded",
    detail: "372 MiB of at most 85.8 MiB: deleting the oldest data, which takes about 10 min",
  });
});

const notificationsOf = (channels: HealthFacts["channels"]) =>
  healthOf({ ...FINE, now: 1_000_000, lastTickAt: 1_000_000, channels }).checks.find(({ name }) => name === "notifications");

test("a channel on which no message gets through is named with how long and what to do; one that was never tried is told", () => {
  const works = { name: "email", failingSince: null, outcome: "250", wasSent: true };
  expect(notificationsOf([works])).toMatchObject({ status: "ok", detail: "working: email" });
  const failing = { name: "hook", failingSince: 280_000, outcome: "503", wasSent: true };
  expect(notificationsOf([works, failing])).toMatchObject({
    status: "degraded",
    detail: expect.stringMatching(/^hook has been failing for 12 min \(503\); run `hostscope notify test "hook"`/),
  });
  expect(notificationsOf([{ ...failing, failingSince: 990_000 }])).toMatchObject({ status: "ok" });
  expect(notificationsOf([works, { ...works, name: "hook", wasSent: false }])).toMatchObject({
    status: "ok",
    detail: expect.stringContaining("not tested yet: hook"),
  });
  expect(notificationsOf([])).toMatchObject({ status: "ok", detail: expect.stringContaining("no channel configured") });
});

test("a metric of one's own that cannot be read is named with what its source said", () => {
  const failing = healthOf({ ...FINE, customMetrics: 2, failingCustom: [{ name: "queue", error: "exit status 1" }] });
  expect(failing).toMatchObject({ status: "degraded" });
  expect(failing.checks.find(({ name }) => name === "custom metrics")?.detail).toBe("queue: exit status 1");
  expect(healthOf({ ...FINE, customMetrics: 2 }).status).toBe("ok");
});

test("a rule that names a channel which does not exist is told with what there is", () => {
  const checks = healthOf({
    ...FINE,
    channels: [{ name: "email", failingSince: null, outcome: null, wasSent: true }],
    strayChannels: [{ channel: "pager", namedBy: "the rule cpu" }],
  }).checks;
  expect(checks.find(({ name }) => name === "notifications")).toMatchObject({
    status: "degraded",
    detail: "the rule cpu uses the channel pager, which does not exist; configured: email",
  });
});
