import { expect, test } from "vitest";
import { en } from "~/components/words/en";
import { formatDuration, formatLimit } from "~/domain/format-value";
import { alertRule } from "../../../tests/helpers/alert";
import { conditionText } from "./rule-condition";

const language = { words: en.alerts.rules, format: { limit: formatLimit, duration: formatDuration } };

test.each([
  [
    { aggregate: "avg" as const, windowSeconds: 300, forSeconds: 60, thresholds: { warning: 0.8, critical: 0.95 } },
    "Warning if > 80%, critical if > 95% (5 min average, for at least 1 min)",
  ],
  [{ thresholds: { critical: 0.999 } }, "Critical if > 99.9%"],
  [{ metric: "systemd.unit.failed", thresholds: { warning: 1 } }, "Warning if ≥ 1"],
  [{ metric: "system.memory.linux.oom_kill.count", thresholds: { critical: 0.001 } }, "Critical on any occurrence"],
  [{ metric: "queue", op: "below" as const, thresholds: { warning: 5 }, forSeconds: 120 }, "Warning if ≤ 5 (for at least 2 min)"],
  [
    { thresholds: { warning: 1 }, forecastSeconds: 28_800, windowSeconds: 3600 },
    "Warning if it will be full within 8 h (trend of the last 1 h)",
  ],
  [
    { metric: "queue", thresholds: { warning: 100 }, forecastSeconds: 3600, windowSeconds: 600 },
    "Warning if it will reach 100 within 1 h (trend of the last 10 min)",
  ],
  [
    { unusual: true as const, thresholds: {}, windowSeconds: 600 },
    "Warning if unusual for this hour of the week (10 min average)",
  ],
])("the condition of %j", (change, text) => {
  expect(conditionText(alertRule(change), language)).toBe(text);
});
