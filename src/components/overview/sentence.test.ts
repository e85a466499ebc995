import { expect, test } from "vitest";
import { de } from "~/components/words/de";
import { en } from "~/components/words/en";
import { formatOf } from "~/components/words/format";
import { contributorAnswer } from "~/domain/contributor";
import { judge, type Situation } from "~/domain/judgement";
import { contributor, listedAlert } from "../../../tests/helpers/alert";
import type { ListedAlert } from "./finding";
import { pastSentence, sentenceOf } from "./sentence";

const NOW = Date.parse("2026-11-24T01:00:00Z");
const rule = { name: "cpu", op: "above", windowSeconds: 300, aggregate: "avg", enabled: true } as const;
const figures = { cpu: 0.1, memory: 0.4, rules: [rule, { ...rule, name: "off", enabled: false }], now: NOW };
const english = { words: en.overview, format: formatOf("en") };
const german = { words: de.overview, format: formatOf("de") };
const npm = contributor({ name: "npm test", share: 0.78 });
const busy = listedAlert({ severity: "warning", value: 0.913, threshold: 0.9, cause: [npm] });
const full = listedAlert({
  rule: "disk",
  metric: "system.filesystem.utilization",
  labels: { "system.filesystem.mountpoint": "/var" },
  severity: "critical",
  value: 0.97,
  threshold: 0.95,
});
const sick = { checks: [{ name: "database", status: "degraded" as const, detail: "samples wait in memory" }] };

function told(alerts: ListedAlert[], change: Partial<Pick<Situation<ListedAlert>, "health" | "monitoring">> = {}) {
  const judgement = judge({ alerts, health: { checks: [] }, monitoring: "running", now: NOW, ...change });
  return sentenceOf(judgement, { ...figures, ...english });
}

test("a calm machine has no active alerts, and says how much is in use and who watches", () => {
  expect(told([])).toEqual({
    severity: "ok",
    text: "No active alerts",
    detail: "CPU 10%, memory 40%. 1 rule enabled.",
  });
});

test("the worst alert is the sentence, with its contributor; the others are counted", () => {
  expect(told([busy])).toMatchObject({
    severity: "warning",
    text: "CPU at 91%: npm test, 78%",
    detail: "5 min average, threshold 90%. CPU 10%, memory 40%.",
  });
  expect(told([busy, full])).toMatchObject({ severity: "critical", text: "/var at 97% + 1 more" });
});

test("an alert that somebody takes care of says so", () => {
  expect(told([{ ...busy, acknowledgedAt: "2026-11-24T00:00:00.000Z" }]).text).toBe("CPU at 91%: npm test, 78% (acknowledged)");
  expect(told([{ ...busy, mutedBy: "silence backup" }]).text).toBe("CPU at 91%: npm test, 78% (silenced)");
  expect(told([{ ...busy, mutedBy: "alert host down" }]).text).toBe("CPU at 91%: npm test, 78% (muted by another alert)");
});

test("a worse alert that somebody takes care of does not lend its severity to another one", () => {
  const known = { ...full, acknowledgedAt: "2026-11-24T00:00:00.000Z" };
  expect(told([known, busy])).toMatchObject({ severity: "warning", text: "CPU at 91%: npm test, 78% + 1 more" });
});

test("a contributor that is not the cause is not named", () => {
  expect(told([{ ...busy, refusal: "spread over 40 processes" }]).text).toBe("CPU at 91%");
});

test.each([
  ["a forecast", { ...full, forecastSeconds: 28_800, value: 1.04 }, "/var full within 8 h"],
  ["a missing reading", { ...full, value: null }, "/var no longer reporting"],
  [
    "an event",
    listedAlert({ metric: "systemd.unit.failed", labels: { "systemd.unit": "nginx.service" }, value: 1 }),
    "Failed unit nginx.service",
  ],
  [
    "a metric of one's own",
    listedAlert({ metric: "queue_length", message: "queue at 99 (threshold 10)" }),
    "queue at 99 (threshold 10)",
  ],
])("%s is told in words", (_name, alert, text) => {
  expect(told([alert]).text).toBe(text);
});

test("trouble of Hostscope is the sentence without alerts, and stands below one with them", () => {
  expect(told([], { health: sick })).toEqual({
    severity: "warning",
    text: "Hostscope needs attention: Database",
    detail: "samples wait in memory",
  });
  expect(told([busy], { health: sick }).detail).toContain("Hostscope needs attention: Database.");
});

test("stopped monitoring is the sentence: what was found is from before", () => {
  expect(told([busy], { monitoring: "stopped" })).toMatchObject({ severity: "warning", text: "Monitoring is stopped" });
});

test("a range that is over is told by its own alerts, whose value at their end says nothing", () => {
  const ended = { ...busy, state: "resolved" as const, value: 0.3, firstCause: [contributorAnswer(npm)], cause: [] };
  const then = { cpu: 0.5, memory: 0.6, rules: figures.rules, ...english };
  expect(pastSentence([ended], then)).toEqual({
    severity: "warning",
    text: "CPU above 90%: npm test, 78%",
    detail: "CPU 50% and memory 60% on average.",
  });
  expect(pastSentence([], then)).toMatchObject({ severity: "ok", text: "No alerts in this time range" });
});

test("German has its own numbers and words", () => {
  const judgement = judge({ alerts: [busy, full], health: { checks: [] }, monitoring: "running", now: NOW });
  expect(sentenceOf(judgement, { ...figures, ...german }).text).toBe("/var bei 97\u00a0% + 1 weiterer");
});
