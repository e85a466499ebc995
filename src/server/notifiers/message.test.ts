import { expect, test } from "vitest";
import type { Alert } from "~/domain/alert";
import { contributor, firing } from "../../../tests/helpers/alert";
import { singleLine } from "./alert-title";
import { nextAttempt } from "./deliver";
import { hintFor } from "./hint";
import { retryAfter, withoutCredentials } from "./http-sender";
import { bodyHtml } from "./mail-html";
import { bodyText, momentText, subjectLine } from "./message";
import type { AlertItem, AlertMessage } from "./notifier";
import { filledTemplate, formatForHost, webhookRequest } from "./webhook";

const at = Date.UTC(2026, 10, 22, 3, 12);

const CAUSE = contributor({
  pid: 812,
  name: "postgres",
  command: "postgres: checkpointer",
  user: "pg",
  share: 0.61,
  value: 1.2,
});
const alert = (change: Partial<Alert> = {}) => firing({ cause: [CAUSE], startedAt: at - 240_000, ...change });

function message(items: Partial<AlertItem>[] = [{}], more = 0): AlertMessage {
  return {
    host: "web-1",
    at,
    more,
    link: "http://web-1:5000/alerts",
    items: items.map((item) => ({ kind: "fired", alert: alert(), description: "It is busy.", remedy: "Look at it.", ...item })),
  };
}

test("the subject fits a lock screen and names the process", () => {
  expect(subjectLine(message())).toBe("[critical] web-1: CPU at 97% for 4 min, postgres 61%");
});

test("what was different is said in a sentence while it fires, and not when it has ended", () => {
  const summary = "CPU rose from 12% to 97%; postgres took 61% of the CPU.";
  expect(bodyText(message([{ alert: alert({ summary }) }]))).toContain(`  ${summary}\n  Top contributors:\n    postgres`);
  expect(bodyText(message([{ kind: "resolved", alert: alert({ summary, state: "resolved", resolvedAt: at }) }]))).not.toContain(
    summary,
  );
});

test("a resolved alert says how long it lasted and blames nobody", () => {
  const resolved = alert({ state: "resolved", resolvedAt: at, value: 0.12 });
  const told = message([{ kind: "resolved", alert: resolved }]);
  expect(subjectLine(told)).toBe("[resolved] web-1: CPU back to 12% after 4 min");
  expect(bodyText(told)).toContain(
    "Resolved: CPU back to 12%\n  since 03:08 UTC (4 min ago)\n  resolved 03:12 UTC, after 4 min\n",
  );
  expect(bodyText(told)).not.toContain("postgres");
});

test("what still fires leads, whatever has ended beside it", () => {
  const over = { kind: "resolved" as const, alert: alert({ state: "resolved", resolvedAt: at, value: 0.12 }) };
  expect(subjectLine(message([over, { alert: alert({ severity: "warning" }) }]))).toMatch(/^\[warning\] .* \+ 1 more$/);
});

test("the worst of several leads, the others are counted", () => {
  const subject = subjectLine(message([{ alert: alert({ severity: "warning", rule: "load" }) }, {}], 7));
  expect(subject).toMatch(/^\[critical\] web-1: CPU .* \+ 8 more$/);
});

test("the body has value, threshold, times, cause, description and remedy", () => {
  const body = bodyText(message());
  for (const part of [
    "[critical] CPU at 97% (threshold 95%)",
    "since 03:08 UTC (4 min ago)",
    "  Top contributors:\n    postgres (pid 812, pg): 61% of the CPU, 1.2 cores\n      postgres: checkpointer\n",
    "It is busy.",
    "Look at it.",
  ]) {
    expect(body).toContain(part);
  }
});

test("an escalation and a reminder say so, flapping says that it is quiet now, an unknown cause says why", () => {
  expect(bodyText(message([{ kind: "escalated" }]))).toContain("\nNow critical: CPU at 97% (threshold 95%)\n");
  expect(bodyText(message([{ kind: "repeated" }]))).toContain("\n[critical] Still firing: CPU at 97% (threshold 95%)\n");
  const flapping = message([{ kind: "flapping" }]);
  for (const body of [bodyText(flapping), bodyHtml(flapping)])
    expect(body).toContain("Further notifications are paused until it settles.");
  const unknown = alert({ cause: [CAUSE], refusal: "spread over 212 processes, none above 2%" });
  expect(subjectLine(message([{ alert: unknown }]))).toBe("[critical] web-1: CPU at 97% for 4 min");
  expect(bodyHtml(message([{ alert: { ...unknown, cause: [] } }]))).not.toContain("Top contributors");
  expect(bodyText(message([{ alert: unknown }]))).toContain(
    "  Cause: spread over 212 processes, none above 2%\n  Top contributors",
  );
});

test("in a message about several alerts each has its own link", () => {
  const link = "http://web-1:5000/alerts?alert=a1";
  expect(bodyText(message([{ link }, {}]))).toContain(`  ${link}\n`);
  expect(bodyHtml(message([{ link }, {}]))).toContain(`href="${link}"`);
});

test("a test says that it is one, and nothing else", () => {
  const test = { ...message([{ description: "This is a test." }]), isTest: true as const };
  expect(subjectLine(test)).toBe("[test] web-1: this is a test notification");
  expect(bodyText(test)).toBe("web-1\n\nThis is a test. Look at it.\n\nhttp://web-1:5000/alerts\n");
  expect(bodyHtml(test)).not.toContain("CPU");
});

test("a number and its unit stand on one line of a mail, however narrow", () => {
  expect(bodyHtml(message())).toMatch(/white-space:nowrap">61%<\/td><td[^>]*white-space:nowrap">1\.2 cores</);
});

test("names cannot add a header or a line", () => {
  const evil = alert({ labels: { "system.device": "sda\r\nBcc: everyone@example.org\u2028x" } });
  expect(subjectLine(message([{ alert: evil }]))).not.toMatch(/[\r\n\u2028]/);
  const body = bodyText(
    message([{ alert: alert({ labels: { "hw.name": "x\n\n[critical] db-1 is down\n  cause: nobody\u001b[2J" } }) }]),
  );
  expect(body.split("\n").filter((line) => /db-1|nobody/.test(line))).toHaveLength(1);
  expect(body).not.toContain("\u001b");
  expect(singleLine("a\u0000\u001b[31m\tb\n")).toBe("a [31m b");
});

test.each([
  ["https://hooks.slack.com/services/x", "slack"],
  ["https://discord.com/api/webhooks/x", "discord"],
  ["http://ntfy.lan/alerts", "ntfy"],
  ["https://example.org/hooks.slack.com", "generic"],
])("%s is written to as %s", (url, format) => {
  expect(formatForHost(url)).toBe(format);
});

test("each receiver gets the body that it understands", () => {
  const bodyFor = (format: "slack" | "discord" | "ntfy" | "generic") =>
    webhookRequest(message(), { url: "https://example.org/x", format }, "k");
  expect(JSON.parse(bodyFor("slack").body)).toHaveProperty("text");
  expect(JSON.parse(bodyFor("discord").body)).toMatchObject({ allowed_mentions: { parse: [] } });
  expect(bodyFor("ntfy").headers).toMatchObject({ priority: "5", tags: "rotating_light" });
  expect(JSON.parse(bodyFor("generic").body)).toMatchObject({
    version: 1,
    key: "k",
    alerts: [{ kind: "fired", id: "a1", about: [] }],
  });
});

test("a template is filled, its values escaped where it is JSON, and brings headers of one's own", () => {
  const evil = message([{ alert: alert({ labels: { "hw.name": 'a "quote"' } }) }]);
  const filled = filledTemplate(
    '{"title": "{{subject}}", "level": "{{ severity }}", "all": {{alerts}}, "x": "{{unknown}}"}',
    evil,
    "k",
  );
  expect(JSON.parse(filled.body)).toMatchObject({ level: "critical", all: [{ id: "a1" }], x: "{{unknown}}" });
  expect(filledTemplate("{{host}}: {{subject}}", evil, "k")).toMatchObject({
    isJson: false,
    body: expect.stringContaining("web-1: [critical]"),
  });
  const options = { url: "https://example.org/", format: "generic" as const, template: "{{host}}", headers: { "x-token": "t" } };
  expect(webhookRequest(message(), options, "k")).toMatchObject({ headers: { "x-token": "t" }, body: "web-1" });
});

test("a name and password in an address become a header", () => {
  expect(withoutCredentials("https://ann:p%40ss@example.org/x?y=1")).toEqual({
    url: "https://example.org/x?y=1",
    authorization: { authorization: `Basic ${Buffer.from("ann:p@ss").toString("base64")}` },
  });
});

test("waits grow to half an hour, and after a day it is over", () => {
  const wait = (attempts: number) => (nextAttempt({ attempts, createdAt: 0 }, 0, 0.5) ?? 0) / 1000;
  expect([0, 1, 2, 5, 20].map(wait)).toEqual([5, 10, 20, 160, 1800]);
  expect(nextAttempt({ attempts: 3, createdAt: 0 }, 86_400_001, 0.5)).toBeNull();
});

test("the mail as HTML escapes what processes call themselves and says the same", () => {
  const [contributor] = alert().cause;
  const hostile = alert({ cause: contributor ? [{ ...contributor, name: "<img src=x>", command: "a\r\nBcc: all" }] : [] });
  const html = bodyHtml(message([{ alert: hostile, recent: [0.1, null, 0.9] }]));
  expect(html).toContain("&lt;img src=x&gt;");
  expect(html).not.toContain("<img");
  expect(html).toContain("▂ █");
  expect(html).toContain("CPU at 97% (threshold 95%)");
  expect(html).toContain("Top contributors");
  expect(html).toContain('href="http://web-1:5000/alerts"');
});

test("the text has the last minutes as blocks and where to look", () => {
  const text = bodyText(message([{ recent: [0.1, 0.2, 0.97] }]));
  expect(text).toContain("last 15 min ▂▂█ 10% to 97%");
  expect(text).toContain("http://web-1:5000/alerts");
});

test("a forecast says how far ahead it looks", () => {
  const ahead = alert({
    rule: "disk filling",
    value: 1.04,
    threshold: 1,
    forecastSeconds: 28_800,
    labels: { "system.filesystem.mountpoint": "/" },
  });
  expect(subjectLine(message([{ alert: ahead }]))).toContain("web-1: Disk / will be full within 8 h, firing for 4 min");
});

test.each([
  ["5", 5000],
  ["Sun, 22 Nov 2026 03:12:10 GMT", 10_000],
  ["86400", 3_600_000],
  ["soon", null],
  [null, null],
])("Retry-After %s", (header, wait) => {
  expect(retryAfter(header, at)).toBe(wait);
});

test.each([
  ["535 5.7.8 Username and Password not accepted", /app password/],
  ["ECONNREFUSED", /Nothing is listening/],
  ["404 no_service", /does not know this URL/],
  ["200 ok", null],
])("the hint for %s", (answer, hint) => {
  if (hint === null) expect(hintFor(answer)).toBeNull();
  else expect(hintFor(answer)).toMatch(hint);
});

test.each([
  [at, "03:12 UTC"],
  [at - 30_000, "03:11 UTC (30 s ago)"],
  [at - 5 * 3_600_000, "2026-11-21 22:12 UTC (5 h ago)"],
])("a moment is told with how long ago it was", (moment, text) => {
  expect(momentText(moment, at)).toBe(text);
});
