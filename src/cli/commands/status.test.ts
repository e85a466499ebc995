import { expect, test } from "vitest";
import { readEnvironment } from "~/server/env";
import { startResponder } from "../../../tests/helpers/responder";
import { levelOf, nagiosLevel, nagiosLine, status } from "./status";

type Input = Parameters<typeof nagiosLine>[0];
const alert = (severity: string) => ({ severity, message: `${severity} | of disk` });
const health = (status: string) => ({ status, checks: [{ name: "sampling", status, detail: "no sample for 9 s" }] });

test.each([
  ["ok", "ok"],
  ["info", "ok"],
  ["warning", "warning"],
  ["critical", "critical"],
] as const)("a machine judged %s has the exit code of %s", (severity, level) => {
  expect(levelOf({ severity })).toBe(level);
});

test("Nagios gets one line in which a message cannot begin the performance data", () => {
  const input = {
    alerts: [alert("critical")],
    health: health("ok"),
    host: { name: "web-1" },
    monitoring: "running",
    timestamp: "2026-11-22T03:00:00Z",
    metrics: [{ metric: "system.cpu.utilization", labels: {}, unit: "1", value: 0.042 }],
  } as unknown as Input;
  expect(nagiosLine(input, "critical")).toBe("HOSTSCOPE CRITICAL - critical / of disk | cpu=4.2%;;;0;100");
  expect(nagiosLine({ ...input, alerts: [] }, "ok")).toBe("HOSTSCOPE OK - no active alerts on web-1 | cpu=4.2%;;;0;100");
});

test.each([
  [200, undefined],
  [401, undefined],
  [503, 3],
])("a probe of a server that responds with %i ends with %s", async (code, exitCode) => {
  await using server = await startResponder(code);
  const input = { flags: { url: server.url, probe: true }, environment: readEnvironment(), programDir: "." };
  const failure = await status(input).catch((error: unknown) => error);
  expect(failure).toEqual(exitCode === undefined ? undefined : expect.objectContaining({ exitCode }));
});

test.each([
  ["monitoring is stopped", "stopped", "2026-11-22T03:00:00Z", /^HOSTSCOPE UNKNOWN - monitoring is stopped; run `[^|]*$/],
  ["nothing has been measured yet", "running", null, /^HOSTSCOPE UNKNOWN - no sample yet[^|]*$/],
] as const)("Nagios hears UNKNOWN when %s", (_when, monitoring, timestamp, line) => {
  const input = {
    alerts: [],
    health: health("ok"),
    host: { name: "web-1" },
    metrics: [],
    monitoring,
    timestamp,
  } as unknown as Input;
  expect(nagiosLevel(input, "ok")).toBe("unknown");
  expect(nagiosLine(input, "unknown")).toMatch(line);
});

test("a status that was measured has the level that the machine is judged to have", () => {
  const timestamp = "2026-11-22T03:00:00Z";
  expect(nagiosLevel({ monitoring: "running", timestamp }, "critical")).toBe("critical");
  expect(nagiosLevel({ monitoring: null, timestamp }, "ok")).toBe("ok");
});
