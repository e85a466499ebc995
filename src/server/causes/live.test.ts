import { expect, test } from "vitest";
import { consumerOf } from "../../../tests/helpers/consumer";
import { causeOf } from "./cause";
import type { LiveFacts } from "./live";

const MIB = 2 ** 20;
const NOW = 1_800_000_000_000;
const mount = { "system.filesystem.mountpoint": "/var" };

const told = (metric: string, live: LiveFacts | undefined, labels = {}) => {
  const app = consumerOf(812, { name: "app", user: "ann", writtenBytes: 60 * MIB });
  const dd = consumerOf(900, { name: "dd", writtenBytes: 6000 * MIB });
  const facts = { now: [app, dd], before: [], readings: () => null, readingsBefore: () => null, live };
  return causeOf({ metric, labels, from: NOW - 1_500_000, to: NOW }, facts);
};
const file = { pid: 812, path: "/var/log/app/debug.log", bytes: 4.1 * 2 ** 30, bytesPerSecond: 3 * MIB, bornAt: NOW - 1_200_000 };

test("a mount is filled by who has files there that grow, whoever writes more elsewhere", () => {
  const { contributors, refusal } = told("system.filesystem.utilization", { files: [file] }, mount);
  expect(refusal).toBeNull();
  expect(contributors).toMatchObject([
    { name: "app", pid: 812, share: 1, value: 3 * MIB, evidence: ["/var/log/app/debug.log grew 4.1 GiB in 20 min"] },
  ]);
  const old = told("system.filesystem.utilization", { files: [{ ...file, bornAt: 0 }] }, mount);
  expect(old.contributors[0]?.evidence).toEqual(["/var/log/app/debug.log is 4.1 GiB and growing by 3 MiB/s"]);
});

test("without a file that grows there nobody is called the cause, only who writes most to any disk", () => {
  const still = { files: [{ ...file, bytesPerSecond: 0 }] };
  for (const [live, why] of [
    [still, "no file open for writing there is growing"],
    [undefined, "growing files can only be seen while they are growing"],
  ] as const) {
    const { contributors, refusal } = told("system.filesystem.utilization", live, mount);
    expect(refusal).toBe(`unknown for /var: ${why}; these processes write the most to any disk`);
    expect(contributors[0]?.name).toBe("dd");
  }
});

test("connections by who has them; traffic by nobody, beside those with most connections", () => {
  const sockets = [
    { pid: 812, connections: 90, queuedBytes: 5 * MIB },
    { pid: 900, connections: 10, queuedBytes: 0 },
  ];
  const connections = told("system.network.connection.count", { sockets });
  expect(connections.refusal).toBeNull();
  expect(connections.contributors[0]).toMatchObject({
    name: "app",
    value: 90,
    share: 0.9,
    evidence: ["5 MiB in its socket queues"],
  });
  const traffic = told("system.network.io", { sockets });
  expect(traffic.refusal).toBe("unknown: Linux does not count network traffic per process; these have the most connections");
  expect(traffic.contributors[0]?.measure).toBe("connections");
  expect(told("system.network.io", undefined)).toMatchObject({ contributors: [], coverage: null });
});

const ID = "docker 3f2a91c07d44";

test("memory pressure without growth is explained by the container that waits at its own limit, not by who has most memory", () => {
  const database = consumerOf(10, { name: "postgres", memoryBytes: 8000 * MIB, group: "postgresql.service" });
  const app = consumerOf(20, { name: "app", memoryBytes: 100 * MIB, group: ID });
  const facts = { now: [database, app], before: [database, app], readings: () => null, readingsBefore: () => null };
  const question = { metric: "system.linux.pressure.memory.some", labels: {}, from: NOW - 60_000, to: NOW };
  const pressure = [
    { group: ID, resource: "memory", waiting: 0.6 },
    { group: "postgresql.service", resource: "memory", waiting: 0.02 },
  ] as const;
  const { contributors, refusal } = causeOf(question, { ...facts, live: { pressure } });
  expect(refusal).toBeNull();
  expect(contributors[0]).toMatchObject({
    kind: "container",
    name: ID,
    pid: 20,
    measure: "pressure",
    value: 0.6,
    evidence: ["its tasks waited for memory 60% of the last minute"],
  });
  expect(contributors[1]).toMatchObject({ kind: "unit", name: "postgresql.service" });
  // What grows is the reason, whoever waits.
  const grown = { ...database, memoryBytes: 12_000 * MIB };
  const growing = causeOf(question, { ...facts, now: [grown, app], live: { pressure } });
  expect(growing.contributors[0]).toMatchObject({ measure: "growth", pid: 10 });
});

test("CPU and I/O pressure are explained by who uses them, with how long the groups wait themselves", () => {
  const hog = consumerOf(30, { name: "backup", cpuSeconds: 50, readBytes: 600 * MIB, group: "backup.service" });
  const waiting = consumerOf(40, { name: "web", cpuSeconds: 5, readBytes: 6 * MIB, group: ID });
  const facts = { now: [hog, waiting], before: [], readings: () => null, readingsBefore: () => null };
  for (const [resource, words] of [
    ["cpu", "a CPU"],
    ["io", "I/O"],
  ] as const) {
    const pressure = [{ group: ID, resource, waiting: 0.5 }];
    const question = { metric: `system.linux.pressure.${resource}.some`, labels: {}, from: NOW - 60_000, to: NOW };
    const { contributors } = causeOf(question, { ...facts, live: { pressure } });
    expect(contributors[0]).toMatchObject({ pid: 30, measure: resource, evidence: [] });
    const [web] = causeOf(question, { ...facts, now: [waiting], live: { pressure } }).contributors;
    expect(web?.evidence).toEqual([`its tasks waited for ${words} 50% of the last minute`]);
  }
});
