import { expect, test } from "vitest";
import type { SocketUse } from "~/domain/network";
import type { Labels } from "~/domain/sample";
import { consumerOf } from "../../../tests/helpers/consumer";
import { causeOf } from "./cause";
import type { LiveFacts } from "./live";

const MIB = 2 ** 20;
const NOW = 1_800_000_000_000;
const LAST_MINUTE = { labels: {}, from: NOW - 60_000, to: NOW, baselineMs: 300_000 };
const mount = { "system.filesystem.mountpoint": "/var" };

const told = (metric: string, live: LiveFacts | undefined, labels = {}, series: Record<string, number> = {}) => {
  const app = consumerOf(812, { name: "app", user: "ann", writtenBytes: 60 * MIB });
  const dd = consumerOf(900, { name: "dd", writtenBytes: 6000 * MIB });
  const readings = (name: string, its: Labels = {}) => series[[name, ...Object.values(its)].join(" ")] ?? null;
  const readingsBefore = (name: string, its: Labels = {}) => readings(`before ${name}`, its);
  const facts = { now: [app, dd], before: [], readings, readingsBefore, live };
  return causeOf({ metric, labels, from: NOW - 1_500_000, to: NOW, baselineMs: 300_000 }, facts);
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
    [still, "no file open for writing on it is growing"],
    [undefined, "growing files can only be seen while they are growing"],
  ] as const) {
    const { contributors, refusal } = told("system.filesystem.utilization", live, mount);
    expect(refusal).toBe(`unknown: ${why}; these processes write the most to any disk`);
    expect(contributors[0]?.name).toBe("dd");
  }
});

test("a file that grows a little is not what fills a mount that grows by far more", () => {
  const files = [{ ...file, bytesPerSecond: 8192 }];
  const used = "system.filesystem.usage /var used";
  for (const [live, series] of [
    [{ files, mountGrowth: 100 * MIB }, {}],
    // Others write in bursts, and none came while the files were looked at.
    [
      { files, mountGrowth: 0 },
      { [used]: 90 * 2 ** 30, [`before ${used}`]: 10 * 2 ** 30 },
    ],
  ] as const) {
    const { contributors, refusal } = told("system.filesystem.utilization", live, mount, series);
    expect(refusal).toBe("processes account for only 0% of it");
    expect(contributors).toMatchObject([{ name: "app", value: 8192 }]);
  }
  const mostly = told("system.filesystem.utilization", { files: [file], mountGrowth: 4 * MIB }, mount);
  expect(mostly).toMatchObject({ refusal: null, coverage: 0.75, contributors: [{ name: "app", share: 0.75 }] });
});

const open = (pid: number | null, connections: number, change: Partial<SocketUse> = {}): SocketUse => ({
  ...({ transport: "tcp", family: "ipv4", state: "established", queuedBytes: 0 } as const),
  pid,
  connections,
  ...change,
});

test("connections by who has them; traffic by nobody, beside those with most connections", () => {
  const sockets = [open(812, 90, { queuedBytes: 5 * MIB }), open(900, 10), open(812, 500, { state: "listen" })];
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

test("the few connections that Hostscope may see are not all connections", () => {
  const seen = [open(812, 12)];
  const hidden = [...seen, open(null, 3000)];
  for (const [sockets, counted] of [
    [hidden, {}],
    // A table of which a part was read.
    [seen, { "system.network.tcp.established": 3012 }],
  ] as const) {
    const { contributors, refusal } = told("system.network.tcp.established", { sockets }, {}, counted);
    expect(refusal).toBe("processes account for only 0.4% of it");
    expect(contributors).toMatchObject([{ name: "app", value: 12, share: 12 / 3012 }]);
  }
});

test("connections are those of the state and protocol that the metric counts", () => {
  const sockets = [
    open(812, 90),
    open(900, 20, { state: "close_wait", family: "ipv6" }),
    open(900, 200, { transport: "udp", state: "unconnected" }),
    open(812, 7, { state: "listen" }),
    open(null, 400, { state: "time_wait" }),
  ];
  const by = (metric: string, labels: Labels = {}, counted = {}) => {
    const { contributors, refusal } = told(metric, { sockets }, labels, counted);
    return refusal ?? contributors.map(({ name, value }) => `${name} ${value}`).join();
  };
  const inState = (transport: string, state: string) =>
    by("system.network.connection.count", { "network.transport": transport, "network.connection.state": state });
  const sockstat = (protocol: string, state: string) =>
    by("system.network.socket.count", { "network.protocol": protocol, "network.socket.state": state });
  expect(inState("tcp", "established")).toBe("app 90");
  expect(inState("tcp", "close_wait")).toBe("dd 20");
  expect(inState("tcp", "listen")).toBe("app 7");
  expect(inState("udp", "unconnected")).toBe("dd 200");
  expect(inState("tcp", "time_wait")).toBe("unknown: such sockets no longer belong to a process");
  expect(sockstat("tcp", "inuse")).toBe("app 97");
  expect(sockstat("tcp6", "inuse")).toBe("dd 20");
  expect(sockstat("tcp", "alloc")).toBe("app 97,dd 20");
  expect(sockstat("tcp", "tw")).toBe("unknown: such sockets no longer belong to a process");
  expect(by("system.network.tcp.established")).toBe("app 90,dd 20");
  expect(by("system.network.tcp.opens", { "network.tcp.open": "active" })).toMatch(/^unknown: Linux does not count/);
  expect(by("system.network.conntrack.count", {}, { "system.network.conntrack.count": 50_000 })).toBe(
    "processes account for only 0.2% of it",
  );
});

const ID = "docker 3f2a91c07d44";

test("memory pressure without growth is explained by the container that waits at its own limit, not by who has most memory", () => {
  const database = consumerOf(10, { name: "postgres", memoryBytes: 8000 * MIB, group: "postgresql.service" });
  const app = consumerOf(20, { name: "app", memoryBytes: 100 * MIB, group: ID });
  const facts = { now: [database, app], before: [database, app], readings: () => null, readingsBefore: () => null };
  const question = { ...LAST_MINUTE, metric: "system.linux.pressure.memory.some" };
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
    const question = { ...LAST_MINUTE, metric: `system.linux.pressure.${resource}.some` };
    const { contributors } = causeOf(question, { ...facts, live: { pressure } });
    expect(contributors[0]).toMatchObject({ pid: 30, measure: resource, evidence: [] });
    const [web] = causeOf(question, { ...facts, now: [waiting], live: { pressure } }).contributors;
    expect(web?.evidence).toEqual([`its tasks waited for ${words} 50% of the last minute`]);
  }
});
