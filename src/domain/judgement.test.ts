import { expect, test } from "vitest";
import type { Severity } from "./alert";
import { judge } from "./judgement";

const NOW = Date.parse("2026-11-24T01:00:00Z");
const iso = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

const alert = (id: string, severity: Severity, change: object = {}) => ({
  id,
  state: "firing" as const,
  severity,
  startedAt: iso(60),
  acknowledgedAt: null,
  acknowledgedUntil: null,
  ...change,
});
const sick = { checks: [{ name: "database", status: "degraded" as const, detail: "samples wait in memory" }] };
const calm = { alerts: [], health: { checks: [] }, monitoring: "running" as const, now: NOW };
const ids = (alerts: readonly { id: string }[]) => alerts.map(({ id }) => id).join();

test.each([
  ["a calm machine", {}, "ok"],
  ["a firing alert", { alerts: [alert("a", "warning")] }, "warning"],
  ["the worst of two", { alerts: [alert("a", "info"), alert("b", "critical")] }, "critical"],
  ["an acknowledged one counts", { alerts: [alert("a", "critical", { acknowledgedAt: iso(1) })] }, "critical"],
  ["a silenced one counts", { alerts: [alert("a", "warning", { mutedBy: "backup" })] }, "warning"],
  ["a resolved one does not", { alerts: [alert("a", "critical", { state: "resolved" })] }, "ok"],
  ["Hostscope itself in trouble", { health: sick }, "warning"],
  ["stopped monitoring", { monitoring: "stopped" as const }, "info"],
  [
    "an alert from before monitoring was stopped",
    { monitoring: "stopped" as const, alerts: [alert("a", "critical")] },
    "critical",
  ],
  ["no server was asked", { health: null, monitoring: null }, "ok"],
] as const)("%s", (_name, change, severity) => {
  expect(judge({ ...calm, ...change }).severity).toBe(severity);
});

test("what waits for somebody comes first, then the worst, then the newest", () => {
  const alerts = [
    alert("known", "critical", { acknowledgedAt: iso(1) }),
    alert("old", "warning", { startedAt: iso(900) }),
    alert("new", "warning"),
    alert("worst", "critical", { startedAt: iso(3600) }),
    alert("silent", "critical", { mutedBy: "backup" }),
  ];
  const { firing, waiting } = judge({ ...calm, alerts });
  expect(ids(firing)).toBe("worst,new,old,known,silent");
  expect(ids(waiting)).toBe("worst,new,old");
});

test("an acknowledgement that has ended leaves the alert waiting", () => {
  const alerts = [alert("a", "warning", { acknowledgedAt: iso(60), acknowledgedUntil: iso(1) })];
  expect(ids(judge({ ...calm, alerts }).waiting)).toBe("a");
});
