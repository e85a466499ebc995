import { expect, test } from "vitest";
import { alertReadings, fullReadings } from "./readings-for-engines";
import { outcomeOf } from "./remote-write";

test.each([
  [204, "accepted"],
  [200, "accepted"],
  [400, "refused"],
  [413, "refused"],
  [422, "refused"],
  [401, "failed"],
  [403, "failed"],
  [404, "failed"],
  [408, "failed"],
  [429, "failed"],
  [302, "failed"],
  [500, "failed"],
  [503, "failed"],
])("an answer of %i: %s", (status, kind) => {
  expect(outcomeOf(status, "", null).kind).toBe(kind);
});

test("what has not looked at the samples says what to mend, and when to come again", () => {
  expect(outcomeOf(401, "who", null)).toMatchObject({ why: "the engine refuses the credentials (401 who)" });
  expect(outcomeOf(404, "", null)).toMatchObject({ why: "there is no remote write at this URL (404)" });
  expect(outcomeOf(503, "busy", 5000)).toEqual({ kind: "failed", why: "503 busy", afterMs: 5000 });
});

test("alerts are written as Prometheus writes them", () => {
  const labels = { "system.device": "sda" };
  expect(alertReadings([{ rule: "disk errors", severity: "critical", labels }], "firing")).toEqual([
    {
      metric: "hostscope.alert.state",
      labels: { ...labels, alertname: "disk errors", alertstate: "firing", severity: "critical" },
      value: 1,
    },
  ]);
});

test("a filesystem that is foretold to fill up has whole minutes until then, others nothing", () => {
  const outlook = { kind: "filesystem", last: 0.9, forecast: { kind: "none", reason: "history" } } as const;
  const full = { expected: 7_229_000, earliest: 7_000_000, latest: null };
  const found = fullReadings(
    [
      { ...outlook, mountpoint: "/var", full },
      { ...outlook, mountpoint: "/", full: null },
      { ...outlook, kind: "memory", mountpoint: null, full },
    ],
    29_000,
  );
  expect(found).toEqual([
    { metric: "hostscope.filesystem.full.time", labels: { "system.filesystem.mountpoint": "/var" }, value: 7200 },
  ]);
});
