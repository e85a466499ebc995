import { expect, test } from "vitest";
import { describeConfig } from "~/server/config/describe";
import { parseConfig } from "~/server/config/load";
import { columns } from "./output";
import { settingRows } from "./setting-words";

const TEXT = `retention: {raw: 14d}
alerts:
  repeat_interval: 90m
  rules:
    - {name: busy disk, metric: system.disk.utilization, warning: 90%}
    - {name: another rule whose name is long, metric: system.disk.utilization, warning: 90%}
server: {port: 8080}
`;

const parse = (text: string) => parseConfig("config.yaml", text, () => undefined);
const rows = settingRows(
  describeConfig({ config: parse(TEXT), started: parse(""), defaults: parse(""), text: TEXT }, new Map()),
  80,
);
const row = (path: string) => rows.find(([name]) => name === path)?.slice(1);

test("durations and sizes are in words, lists by name", () => {
  expect(row("retention.raw")).toEqual(["14 days", "file"]);
  expect(row("alerts.repeat_interval")).toEqual(["90 minutes", "file"]);
  expect(row("monitoring.interval")).toEqual(["1 second", "default"]);
  expect(row("retention.max_size")).toEqual(["1 GiB", "default"]);
  expect(row("alerts.group_by")).toEqual(["rule, severity", "default"]);
});

test("what waits for a restart has the value in force and says so", () => {
  expect(row("server.port")).toEqual(["5000", "file (applies after a restart)"]);
});

test("what is not set is left out, and no line is wider than the terminal", () => {
  expect(row("server.public_url")).toBeUndefined();
  expect(row("notifications.telegram")).toBeUndefined();
  expect(
    Math.max(
      ...columns(rows)
        .split("\n")
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(100);
});
