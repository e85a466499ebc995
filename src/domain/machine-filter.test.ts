import { expect, test } from "vitest";
import { machineRow } from "../../tests/helpers/machine-row";
import { machineFields, readMachineFilter } from "./machine-filter";
import type { FilterProblem } from "./row-filter";

const LABELS = ["env", "region", "rack2"];
const row = machineRow("web-7.slate", {
  labels: { env: "live", region: "eu west", rack2: "b4" },
  cpu: 0.82,
  memory: 0.5,
  disk: { mountpoint: "/var", used: 0.9, fullInSeconds: null },
  network: 2 * 2 ** 20,
  pressure: { resource: "io", share: 0.12 },
  alerts: { info: 0, warning: 2, critical: 1 },
  contributor: { program: "node build.js", user: "ann", measure: "cpu", value: 1.8 },
});

test.each([
  ["", true],
  ["web", true],
  ["WEB live", true],
  ["web staging", false],
  ["-web", false],
  ["-staging", true],
  ["env=live", true],
  ["env=liv", false],
  ["env:liv", true],
  ["ENV=LIVE", true],
  ["-env=live", false],
  ["-env=staging", true],
  ['region="eu west"', true],
  ["rack2=b4", true],
  ["rack2=b5", false],
  ["name=web-7.slate", true],
  ["name:web-8", false],
  ["cpu>80", true],
  ["cpu>82%", false],
  ["memory>50", false],
  ["memory>=50", true],
  ["mem<51", true],
  ["disk>=90", true],
  ["disk>90", false],
  ["network>1MB", true],
  ["network>2MB", false],
  ["network>16Mbit", true],
  ["network>17Mbit/s", false],
  ["pressure>10", true],
  ["alerts=3", true],
  ["critical>0", true],
  ["warning>2", false],
  ["program:build", true],
  ["user=ann", true],
  ["version=0.2.0", true],
  ["firing", true],
  ["-firing", false],
  ["late", false],
  ["silent", false],
  ['"late"', true],
  ["state=up", true],
  ["state:silent", false],
  ["env:", true],
])("%j lets it through: %s", (text, passes) => {
  const filter = readMachineFilter(text, LABELS);
  expect([filter.passes(row), filter.problems]).toEqual([passes, []]);
});

test.each<[string, FilterProblem]>([
  ["zone=eu", { kind: "field", term: "zone=eu", field: "zone" }],
  ["constructor=x", { kind: "field", term: "constructor=x", field: "constructor" }],
  ["cpu>high", { kind: "value", term: "cpu>high", field: "cpu", takes: "percent" }],
  ["disk>5GB", { kind: "value", term: "disk>5GB", field: "disk", takes: "percent" }],
  ["network>5%", { kind: "value", term: "network>5%", field: "network", takes: "rate" }],
  ["alerts>many", { kind: "value", term: "alerts>many", field: "alerts", takes: "count" }],
  ["state=tired", { kind: "value", term: "state=tired", field: "state", takes: "state" }],
  ["env>5", { kind: "value", term: "env>5", field: "env", takes: "text" }],
])("%s is told and left out", (text, problem) => {
  const filter = readMachineFilter(`${text} web`, LABELS);
  expect([filter.problems, filter.passes(row)]).toEqual([[problem], true]);
});

test("a machine without a reading matches no comparison, in either direction", () => {
  const unread = machineRow("new", { cpu: null, disk: null, network: null, pressure: null });
  const passing = ["cpu>0", "cpu<5", "disk=0", "network<5", "pressure<5"].filter((text) =>
    readMachineFilter(text, []).passes(unread),
  );
  expect(passing).toEqual([]);
});

test("a machine that is silent or late is found by that word", () => {
  for (const state of ["silent", "late"] as const)
    expect(readMachineFilter(state, []).passes(machineRow("db", { state }))).toBe(true);
});

test("a label that is called like a field is not named twice", () => {
  expect(machineFields(["env", "version"]).filter((name) => name === "version")).toHaveLength(1);
  expect(machineFields(["env"]).at(-1)).toBe("env");
});
