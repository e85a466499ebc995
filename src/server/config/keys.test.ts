import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SERVICES } from "../notifiers/services";
import { describeConfig, needsRestart } from "./describe";
import { CONFIG_KEYS, isSetting } from "./keys";
import { parseConfig } from "./load";

const keyOf = (path: string) => CONFIG_KEYS.find((key) => key.path === path);

test("every key says what it means, in a sentence", () => {
  const silent = CONFIG_KEYS.filter(({ kind, description }) => kind !== "block" && description === "");
  expect(silent.map(({ path }) => path)).toEqual([]);
  const sentences = CONFIG_KEYS.filter(({ description }) => description !== "");
  expect(sentences.filter(({ description }) => !/^\S.*\.$/.test(description)).map(({ path }) => path)).toEqual([]);
});

test.each([
  ["server.port", { kind: "number", default: 5000, minimum: 0, maximum: 65_535 }],
  ["retention.raw", { kind: "duration", default: 604_800 }],
  ["retention.max_size", { kind: "size", default: 2 ** 30 }],
  ["security.auth", { kind: "choice", choices: ["auto", "required"], default: "auto" }],
  ["security.rate_limit", { kind: "switch", default: true }],
  ["server.links", { kind: "links" }],
  ["server.links[].url", { kind: "text" }],
  ["alerts.escalate", { kind: "steps" }],
  ["alerts.rules[].window", { kind: "duration", default: 60 }],
  ["alerts.rules[].warning", { kind: "amount" }],
  ["alerts.rules[].match", { kind: "pairs" }],
  ["alerts.silences[].days", { kind: "choices" }],
  ["thresholds.cpu.warning", { kind: "percent" }],
  ["custom_metrics", { kind: "blocks" }],
  ["custom_metrics.NAME.http.url", { kind: "text" }],
  ["custom_metrics.NAME.command", { kind: "names" }],
  ["notifications.webhook", { kind: "blocks" }],
  ["notifications.telegram[].bot_token_file", { kind: "text" }],
  ["containers.socket", { kind: "text", default: "auto" }],
])("%s is read from the schema", (path, facts) => {
  expect(keyOf(path)).toMatchObject(facts);
});

test("the example file names every key of a block, and says where the others are", () => {
  const example = readFileSync("config/config.example.yaml", "utf8");
  expect(example).toContain("docs/configuration.md lists every key");
  const missing = CONFIG_KEYS.filter(({ path }) => !/\[\]|\.NAME/.test(path))
    .map(({ path }) => path.split("."))
    .filter(([section = "", key = ""]) => {
      const text = example.slice(example.search(new RegExp(`^#? ?${section}:`, "m")));
      return key !== "" && !new RegExp(`^[ #-]*${key}:|\\b${key}\\b`, "m").test(text);
    });
  expect(missing).toEqual([]);
  for (const service of Object.keys(SERVICES)) expect(example).toContain(service);
});

test("docs/configuration.md has every key", () => {
  const text = readFileSync("docs/configuration.md", "utf8");
  const shared = /^(?:thresholds\.\w+|notifications\.\w+\[\])\./;
  const missing = CONFIG_KEYS.filter(
    ({ path, description }) => description !== "" && !text.includes(`\`${path}\``) && !shared.test(path),
  );
  expect(missing.map(({ path }) => path)).toEqual([]);
});

const parse = (text: string) => parseConfig("config.yaml", text, () => undefined);
const described = (text: string, started = text) =>
  describeConfig({ config: parse(text), started: parse(started), defaults: parse(""), text }, new Map());
const settingOf = (path: string, text: string, started?: string) => described(text, started).find((one) => one.path === path);

test("settings that are not in the file and have no default are listed too", () => {
  expect(settingOf("server.public_url", "")).toMatchObject({ value: null, default: null, source: "default", editable: false });
  expect(settingOf("notifications.heartbeat.url", "")).toMatchObject({ value: null, title: "Heartbeat URL", editable: true });
});

test("what waits for a restart has the value that is in force", () => {
  const text = "server:\n  port: 8080\nalerts:\n  group_wait: 5s\n";
  expect(settingOf("server.port", text, "")).toMatchObject({ value: 5000, written: 8080, waiting: true, live: false });
  expect(settingOf("alerts.group_wait", text, "")).toMatchObject({ value: 5, waiting: false, live: true });
});

test("links and what viewers see apply at once", () => {
  expect(["server.links", "security.private_webhooks", "security.viewers_see_arguments"].some(needsRestart)).toBe(false);
  expect(CONFIG_KEYS.filter(isSetting).filter(({ path }) => needsRestart(path))).toHaveLength(9);
});

test("each custom metric is one setting", () => {
  const text = "custom_metrics:\n  queue: {http: 'http://127.0.0.1/'}\n";
  expect(settingOf("custom_metrics.queue", text)).toMatchObject({ kind: "blocks", source: "file" });
  expect(described("").some(({ path }) => path.startsWith("custom_metrics"))).toBe(false);
});
