import { expect, test } from "vitest";
import type { ListedRule } from "~/domain/alert";
import { ruleSchema } from "~/domain/alert.schema";
import { ruleFromConfig } from "~/server/config/to-rules";
import { draftOf, limitOf, matchOf, mistakesOf, ruleOf } from "./rule-draft";

test.each([
  ["90%", 0.9],
  ["0.5", 0.5],
  ["50MB", 5e7],
  ["1 GiB", 2 ** 30],
  ["", null],
  ["many", null],
])("the limit %j is %j", (text, value) => {
  expect(limitOf(text)).toBe(value);
});

test("a new draft has no mistake but its name; each wrong field says what it wants", () => {
  const draft = draftOf(null);
  expect(Object.keys(mistakesOf(draft))).toEqual(["name"]);
  const wrong = { ...draft, name: "x", window: "soon", warning: "", match: "nothing" };
  expect(Object.keys(mistakesOf(wrong)).sort()).toEqual(["match", "warning", "window"]);
});

test("what was typed becomes what the server takes", () => {
  const rule = ruleOf({ ...draftOf(null), name: "busy", match: "system.device=nvme*, disk.io.direction=write", critical: "95%" });
  expect(rule).toMatchObject({ name: "busy", warning: 0.8, critical: 0.95, window: "1m", for: "1m" });
  expect(rule.match).toEqual(matchOf("system.device=nvme*,disk.io.direction=write"));
});

test("a rule that is opened and saved stays as it is, with every key", () => {
  const rule = {
    ...ruleFromConfig(
      ruleSchema.parse({
        name: "own",
        metric: "queue",
        match: { env: "live" },
        op: "below",
        warning: -70,
        critical: -80,
        clear: -65,
        for: "5m",
        keep_firing_for: "2m",
        no_data: "keep",
        forecast: "2h",
        window: "10m",
        channels: ["email"],
        escalate: [
          { after: "15m", channels: ["pagerduty", "sms"] },
          { after: "1h", channels: ["boss"] },
        ],
      }),
    ),
    source: "own" as const,
    enabled: true,
  };
  expect(ruleFromConfig(ruleSchema.parse(ruleOf(draftOf(rule))))).toEqual(withoutOrigin(rule));
});

test("a rule for the unusual goes through the form as it is, and takes no limits", () => {
  const written = { name: "unusual cpu", metric: "system.cpu.utilization", unusual: { for: "15m" }, for: "1m" };
  const rule = { ...ruleFromConfig(ruleSchema.parse(written)), source: "own" as const, enabled: true };
  expect(rule).toMatchObject({ unusual: true, windowSeconds: 900, thresholds: {} });
  const draft = draftOf(rule);
  expect(mistakesOf(draft)).toEqual({});
  expect(ruleFromConfig(ruleSchema.parse(ruleOf(draft)))).toEqual(withoutOrigin(rule));
  expect(mistakesOf({ ...draft, warning: "80%" })).toHaveProperty("unusual");
  expect(ruleSchema.safeParse({ ...written, warning: 0.8 }).error?.issues[0]?.message).toMatch(/leave info, warning/);
  expect(ruleSchema.safeParse({ ...written, unusual: undefined }).success).toBe(false);
});

function withoutOrigin({ source: _source, enabled: _enabled, ...rule }: ListedRule) {
  return rule;
}
