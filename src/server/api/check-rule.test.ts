import { expect, test } from "vitest";
import { ruleSchema } from "~/domain/alert.schema";
import { BUILT_IN_METRICS } from "~/domain/metric";
import { checkMetric, checkRule, checkSilenced } from "./check-rule";

const known = {
  metrics: [...BUILT_IN_METRICS, { metric: "queue", unit: "", kind: "gauge" as const, help: "" }],
  channels: ["email", "webhook"],
};
const rule = (change: object) => ruleSchema.parse({ name: "own", metric: "system.cpu.utilization", warning: "90%", ...change });

test.each([
  [
    "a metric that does not exist",
    { metric: "system.cpu.utilisation" },
    /unknown metric 'system\.cpu\.utilisation'\. Did you mean system\.cpu\.utilization/,
  ],
  ["a metric that is like none", { metric: "zzz" }, /^metric: unknown metric 'zzz'\.$/],
  ["an escalation to nobody", { escalate: [{ after: "15m", channels: ["pager"] }] }, /escalate: there is no channel pager/],
  ["a channel that is not there", { channels: ["slack"] }, /there is no channel slack; configured: email, webhook/],
])("%s is refused with what it takes", (_name, change, message) => {
  expect(() => checkRule(rule(change), known)).toThrow(message);
});

test.each([
  ["a share", {}],
  ["a share as people write it", { warning: 70, critical: 90 }],
  ["a plain number of one's own metric", { metric: "queue", warning: 100 }],
  ["a metric that is waited for", { metric: "backup.age", warning: 3600, no_data: "alert" }],
  ["a load above one", { metric: "system.cpu.load_average.1m", warning: 8 }],
])("%s is taken", (_name, change) => {
  expect(() => checkRule(rule(change), known)).not.toThrow();
});

test("a silence for no rule is refused, one for some is taken", () => {
  const rules = ["cpu", "disk full", "disk errors"];
  expect(() => checkSilenced("disk*", rules)).not.toThrow();
  expect(() => checkSilenced("disk fall", rules)).toThrow(/there is no rule disk fall; did you mean disk full/);
  expect(() => checkSilenced("zzz", rules)).toThrow(/GET \/api\/alerts\/rules/);
});

test("nothing explains a metric that this machine does not have", () => {
  expect(() => checkMetric("zzz", known.metrics)).toThrow(/Unknown metric 'zzz'/);
  expect(() => checkMetric("queue", known.metrics)).not.toThrow();
});
