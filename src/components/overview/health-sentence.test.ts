import { expect, test } from "vitest";
import type { Health } from "~/domain/health";
import { healthSentence, type Situation } from "./health-sentence";

const healthy: Health = {
  status: "ok",
  version: "1",
  uptimeSeconds: 1,
  checks: [{ name: "database", status: "ok", detail: "written" }],
};
const calm: Situation = {
  health: healthy,
  monitoring: "running",
  cpu: 0.1,
  memory: 0.4,
  swap: null,
  filesystems: [{ mountpoint: "/", utilization: 0.5 }],
};
const sick: Health = {
  ...healthy,
  status: "degraded",
  checks: [{ name: "database", status: "degraded", detail: "samples wait in memory" }],
};

test.each([
  ["a calm machine", {}, "ok", "Everything is fine"],
  ["a full disk", { filesystems: [{ mountpoint: "/var", utilization: 0.91 }] }, "warning", "/var at 91 %"],
  [
    "a disk and memory",
    { memory: 0.97, filesystems: [{ mountpoint: "/", utilization: 0.86 }] },
    "critical",
    "Memory at 97 %, / at 86 %",
  ],
  ["no reading is no finding", { cpu: null, memory: null }, "ok", "Everything is fine"],
  ["stopped", { monitoring: "stopped", cpu: 1 }, "info", "Monitoring is stopped"],
  ["Hostscope itself in trouble", { health: sick }, "warning", "Hostscope needs help: database"],
] as const)("%s", (_name, change, severity, text) => {
  expect(healthSentence({ ...calm, ...change })).toMatchObject({ severity, text });
});
