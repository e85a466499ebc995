import { expect, test } from "vitest";
import type { Health } from "~/domain/health";
import { healthSentence, type Situation } from "./health-sentence";

const healthy: Health = {
  status: "ok",
  version: "1",
  uptimeSeconds: 1,
  checks: [{ name: "database", status: "ok", detail: "written" }],
};
const calm: Situation = {
  now: Date.parse("2026-11-24T01:00:00Z"),
  health: healthy,
  monitoring: "running",
  cpu: 0.1,
  memory: 0.4,
  swap: null,
  filesystems: [{ mountpoint: "/", utilization: 0.5 }],
  alerts: [],
  rules: 12,
};
const alert = {
  state: "firing" as const,
  severity: "warning" as const,
  message: "load at 9",
  acknowledgedAt: null,
  acknowledgedUntil: null,
};
const sick: Health = {
  ...healthy,
  status: "degraded",
  checks: [{ name: "database", status: "degraded", detail: "samples wait in memory" }],
};

test.each([
  ["a calm machine", {}, "ok", "Everything is fine"],
  ["a full disk", { filesystems: [{ mountpoint: "/var", utilization: 0.91 }] }, "warning", "/var at 91 %"],
  [
    "a disk and memory",
    { memory: 0.97, filesystems: [{ mountpoint: "/", utilization: 0.86 }] },
    "critical",
    "Memory at 97 %, / at 86 %",
  ],
  ["no reading is no finding", { cpu: null, memory: null }, "ok", "Everything is fine"],
  ["stopped", { monitoring: "stopped", cpu: 1 }, "info", "Monitoring is stopped"],
  ["an alert while Hostscope itself is in trouble", { health: sick, alerts: [alert] }, "warning", "load at 9"],
  ["Hostscope itself in trouble", { health: sick }, "warning", "Hostscope needs help: database"],
] as const)("%s", (_name, change, severity, text) => {
  expect(healthSentence({ ...calm, ...change })).toMatchObject({ severity, text });
});

test("the worst alert that nobody has acknowledged is the sentence, the others are counted", () => {
  const told = healthSentence({ ...calm, alerts: [alert, { ...alert, severity: "critical", message: "/ is full" }] });
  expect(told).toMatchObject({ severity: "critical", text: "/ is full, and 1 more" });
  const known = healthSentence({ ...calm, alerts: [{ ...alert, acknowledgedAt: "2026-11-24T00:00:00.000Z" }] });
  expect(known.severity).toBe("ok");
});

test("a filesystem that is full within a day is told although much is free", () => {
  const told = healthSentence({ ...calm, filesystems: [{ mountpoint: "/var", utilization: 0.2, fullInSeconds: 9 * 3600 }] });
  expect(told).toMatchObject({ severity: "warning", text: "/var is full in ~9 h" });
});

test("an alert's sentence says that Hostscope needs help too", () => {
  expect(healthSentence({ ...calm, health: sick, alerts: [alert] }).detail).toMatch(/^Hostscope needs help: database\. /);
});
