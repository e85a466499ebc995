import { expect, test } from "vitest";
import { en } from "~/components/words/en";
import type { ListedRule } from "~/domain/alert";
import { ruleSchema } from "~/domain/alert.schema";
import { ruleFromConfig } from "~/server/config/to-rules";
import {
  changedDraft,
  draftOf,
  limitOf,
  limitText,
  matchOf,
  mistakesOf as mistakesWith,
  partsLeftOut,
  type RuleDraft,
  ruleOf,
} from "./rule-draft";

const SHARE = "system.cpu.utilization";
const BYTES = "system.memory.usage";
const mistakesOf = (draft: RuleDraft, metrics?: ReadonlySet<string>) =>
  mistakesWith(draft, { metrics, words: en.alerts.editor.wrong });

test.each([
  ["70", SHARE, 0.7],
  ["70%", SHARE, 0.7],
  ["0.7", SHARE, 0.7],
  ["99,9", SHARE, 0.999],
  ["1", SHARE, 1],
  ["70", "queue", 70],
  ["90%", "queue", 0.9],
  ["50MB", BYTES, 5e7],
  ["1 GiB", BYTES, 2 ** 30],
  ["", SHARE, null],
  ["many", SHARE, null],
])("the limit %j of %s is %j", (text, metric, value) => {
  expect(limitOf(text, metric)).toBe(value);
});

test.each([
  [0.8, SHARE, "80%"],
  [2 ** 30, BYTES, "1 GiB"],
  [5e7, BYTES, "50000000"],
  [300, "hostscope.notification.failing.time", "300"],
  [1500, "queue", "1500"],
])("%d of %s is edited as %j, which is read back as the same", (value, metric, text) => {
  expect(limitText(value, metric)).toBe(text);
  expect(limitOf(text, metric)).toBe(value);
});

test("a metric that nobody has is refused, unless the rule waits for it", () => {
  const draft = { ...draftOf(null), name: "x", metric: "cpu" };
  const known = new Set([SHARE]);
  expect(mistakesOf(draft, known)).toEqual({ metric: "Unknown metric “cpu”" });
  expect(mistakesOf({ ...draft, noData: "alert" }, known)).toEqual({});
  expect(mistakesOf({ ...draft, metric: SHARE }, known)).toEqual({});
});

test("the chart beside a new rule shows what the rule watches: the total, or the part that it selects", () => {
  expect(partsLeftOut({ metric: SHARE, match: "" })).toEqual(["cpu.mode", "cpu.logical_number"]);
  expect(partsLeftOut({ metric: SHARE, match: "cpu.mode=iowait" })).toEqual(["cpu.logical_number"]);
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

const listed = (rule: object): ListedRule => ({
  ...ruleFromConfig(ruleSchema.parse({ name: "own", metric: SHARE, ...rule })),
  source: "own",
  enabled: true,
});

test.each([
  ["raised", { warning: "80%" }, { warning: "95%" }, undefined],
  ["lowered", { warning: "80%" }, { warning: "60%" }, undefined],
  ["raised, with a recovery threshold of its own", { warning: "80%", clear: "75%" }, { warning: "95%" }, 0.9],
  ["lowered, with a recovery threshold of its own", { warning: "80%", clear: "75%" }, { warning: "60%" }, 0.55],
  ["lowered on the other side", { op: "below", warning: "20%", clear: "25%" }, { warning: "10%" }, 0.15],
  ["kept, and the recovery threshold changed", { warning: "80%", clear: "75%" }, { clear: "70%" }, 0.7],
  ["kept, and the recovery threshold taken out", { warning: "80%", clear: "75%" }, { clear: "" }, undefined],
] as const)("a threshold is %s: the rule recovers at the same distance from it", (_name, written, changes, clear) => {
  const rule = listed(written);
  const saved = ruleOf(changedDraft(draftOf(rule), changes, rule));
  expect(saved).toEqual({ ...saved, ...(clear !== undefined && { clear }) });
  expect("clear" in saved).toBe(clear !== undefined);
  expect(ruleSchema.safeParse(saved).success).toBe(true);
});

test("a recovery threshold follows while a threshold is typed, until it is typed itself", () => {
  const rule = listed({ warning: "80%", clear: "75%" });
  const typed = (...steps: Partial<RuleDraft>[]) =>
    steps.reduce<RuleDraft>((draft, changes) => changedDraft(draft, changes, rule), draftOf(rule)).clear;
  expect(typed({ warning: "" }, { warning: "9" }, { warning: "95" })).toBe("90%");
  expect(typed({ clear: "50%" }, { warning: "95" })).toBe("50%");
  expect(typed({ clear: "" }, { warning: "" }, { warning: "95" })).toBe("");
});

test("values of labels may have an equals sign", () => {
  expect(matchOf("tag=a=b, x.y = c")).toEqual({ tag: "a=b", "x.y": "c" });
});

test("a rule for the unusual goes through the form as it is, and takes no limits", () => {
  const written = { name: "unusual cpu", metric: "system.cpu.utilization", unusual: { for: "15m" }, for: "1m" };
  const rule = { ...ruleFromConfig(ruleSchema.parse(written)), source: "own" as const, enabled: true };
  expect(rule).toMatchObject({ unusual: true, windowSeconds: 900, thresholds: {} });
  const draft = draftOf(rule);
  expect(mistakesOf(draft)).toEqual({});
  expect(ruleFromConfig(ruleSchema.parse(ruleOf(draft)))).toEqual(withoutOrigin(rule));
  expect(mistakesOf({ ...draft, warning: "80%" })).toHaveProperty("unusual");
  expect(ruleSchema.safeParse({ ...written, warning: 0.8 }).error?.issues[0]?.message).toMatch(/remove info, warning/);
  expect(ruleSchema.safeParse({ ...written, unusual: undefined }).success).toBe(false);
});

function withoutOrigin({ source: _source, enabled: _enabled, ...rule }: ListedRule) {
  return rule;
}
