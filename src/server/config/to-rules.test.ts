import { expect, test } from "vitest";
import { ruleSchema } from "~/domain/alert.schema";
import { parseConfig } from "./load";
import { ruleFromConfig, strayChannels, toRules } from "./to-rules";

function ruleOf(yaml: string, name: string) {
  return toRules(
    parseConfig("config.yaml", yaml, () => undefined),
    8,
  ).find((rule) => rule.name === name);
}

test("the document's own block means 80 and 95 percent of the CPU", () => {
  const rule = ruleOf(
    "thresholds:\n  cpu:\n    warning: 80\n    critical: 95\n  memory:\n    warning: 85\n    critical: 95\n",
    "cpu",
  );
  expect(rule?.thresholds).toEqual({ warning: 0.8, critical: 0.95 });
  expect(rule?.clearMargin).toBeCloseTo(0.05);
});

test("good rules ship switched on", () => {
  const names = toRules(
    parseConfig("config.yaml", "", () => undefined),
    2,
  ).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      "cpu",
      "memory",
      "swap",
      "disk",
      "inodes",
      "load",
      "network",
      "zombies",
      "out of memory",
      "temperature",
    ]),
  );
});

test("load is counted per core", () => {
  expect(ruleOf("", "load")?.thresholds).toEqual({ warning: 16, critical: 32 });
});

test("a network threshold in bytes watches the rate, one in percent the link", () => {
  expect(ruleOf("thresholds:\n  network:\n    warning: 50MB\n", "network")).toMatchObject({
    metric: "system.network.io",
    thresholds: { warning: 5e7 },
  });
  expect(ruleOf("thresholds:\n  network:\n    warning: 70\n", "network")).toMatchObject({
    metric: "system.network.utilization",
    thresholds: { warning: 0.7 },
  });
});

test("one threshold alone leaves the other severity out, and for is taken over", () => {
  expect(ruleOf("thresholds:\n  disk:\n    critical: 90\n    for: 10m\n    clear: 80\n", "disk")).toMatchObject({
    thresholds: { critical: 0.9 },
    forSeconds: 600,
    clearMargin: expect.closeTo(0.05),
  });
});

test("a rule of one's own, in the metric's unit, and in place of a shipped one of its name", () => {
  const yaml =
    "alerts:\n  rules:\n    - name: cpu\n      metric: system.cpu.utilization\n      match: {cpu.mode: user}\n      warning: 90%\n      window: 10s\n";
  expect(ruleOf(yaml, "cpu")).toMatchObject({ match: { "cpu.mode": "user" }, thresholds: { warning: 0.9 }, windowSeconds: 10 });
});

test.each([
  [
    "a rule without a threshold",
    "alerts:\n  rules:\n    - name: x\n      metric: y\n",
    /alerts.rules.0: give at least one of info, warning and critical/,
  ],
  ["an unknown threshold name", "thresholds:\n  cpus:\n    warning: 1\n", /thresholds.cpus: no such setting, did you mean cpu\?/],
  ["a webhook without an address", "notifications:\n  webhook:\n    enabled: true\n", /notifications.webhook/],
  [
    "a size that is none",
    "thresholds:\n  network:\n    warning: lots\n",
    /expected a percentage such as 85%, or a size such as 50MB/,
  ],
])("%s is refused", (_name, yaml, message) => {
  expect(() => parseConfig("config.yaml", yaml, () => undefined)).toThrow(message);
});

test("a rule that names no part of a metric watches the whole, one that names a part watches that", () => {
  const rule = (match: string) =>
    ruleOf(`alerts:\n  rules:\n    - {name: own, metric: system.cpu.utilization, match: ${match}, warning: 90%}\n`, "own");
  expect(rule("{}")?.without).toEqual(["cpu.mode", "cpu.logical_number"]);
  expect(rule('{cpu.logical_number: "*"}')?.without).toEqual(["cpu.mode"]);
});

test("85 and 85% are the same limit; a level that is not named keeps its default, null switches it off", () => {
  const cpu = (yaml: string) => ruleOf(`thresholds:\n  cpu: ${yaml}\n`, "cpu")?.thresholds;
  expect(cpu("{warning: 85%, critical: 95%}")).toEqual(cpu("{warning: 85, critical: 95}"));
  expect(cpu("{warning: 85%}")).toEqual({ warning: 0.85, critical: cpu("{}")?.critical });
  expect(cpu("{warning: null}")).toEqual({ critical: cpu("{}")?.critical });
});

test("70, 70% and 0.7 are one threshold of a share, in rules of one's own too", () => {
  const rule = (change: object) => ruleFromConfig(ruleSchema.parse({ name: "own", metric: "system.cpu.utilization", ...change }));
  for (const warning of [70, "70%", 0.7])
    expect(rule({ warning, clear: warning === 0.7 ? 0.6 : 60 })).toMatchObject({
      thresholds: { warning: 0.7 },
      clearMargin: expect.closeTo(0.1),
    });
  expect(rule({ warning: 1 }).thresholds).toEqual({ warning: 1 });
  expect(rule({ metric: "system.cpu.load_average.1m", warning: 70 }).thresholds).toEqual({ warning: 70 });
});

test("netdata#10779: clear with negative thresholds or op below has the sign of the rule's direction", () => {
  const own = (keys: string) => ruleOf(`alerts:\n  rules:\n    - {name: own, metric: queue, ${keys}}\n`, "own")?.clearMargin;
  expect(own("op: below, warning: -70, critical: -80, clear: -65")).toBe(5);
  expect(own("warning: -20, critical: -10, clear: -25")).toBe(5);
  expect(() => own("op: below, warning: -70, clear: -75")).toThrow(/recovery side/);
});

test("a custom metric without a unit is a plain number, a share names it", () => {
  const unit = (keys: string) =>
    parseConfig("config.yaml", `custom_metrics:\n  connections: {function: count${keys}}\n`, () => undefined).custom_metrics
      .connections?.unit;
  expect([unit(""), unit(', unit: "1"')]).toEqual(["", "1"]);
});

test("channels that nobody has configured are told with who names them", () => {
  const config = parseConfig(
    "config.yaml",
    `alerts:
  escalate: [{ after: 15m, channels: [boss, email] }]
  rules:
    - { name: a, metric: m, warning: 1, channels: [pager, email], escalate: [{ after: 1h, channels: [sms] }] }
custom_metrics:
  queue: { textfile: /x, notify: [ops] }
`,
    () => undefined,
  );
  expect(strayChannels(config, ["email"])).toEqual([
    { channel: "pager", namedBy: "the rule a" },
    { channel: "sms", namedBy: "the escalation of the rule a" },
    { channel: "boss", namedBy: "alerts.escalate" },
    { channel: "ops", namedBy: "the custom metric queue" },
  ]);
});
