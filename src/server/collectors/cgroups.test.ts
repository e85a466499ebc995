import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { type Reading, seriesKey, seriesOf } from "~/domain/sample";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { openCgroups } from "./cgroups";
import { openContainerLimits, quotaReadings } from "./container-limits";
import { openMemory } from "./memory";

const ID = "3f2a91c07d44e1b5f2a91c07d44e1b5f2a91c07d44e1b5f2a91c07d44e1b5f2a";
const DOCKER = `/docker/${ID}`;

function write(host: FakeProc, path: string, text: string): void {
  const full = join(host.roots.sys, "fs/cgroup", path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

function values(readings: readonly Reading[]): Record<string, number> {
  return Object.fromEntries(readings.map((reading) => [seriesKey(seriesOf(reading)), reading.value]));
}

const of = (metric: string, more = "") => `${metric}{container.id="3f2a91c07d44",container.runtime="docker"${more}}`;

/** Collects once a second. */
function collectorOf(host: FakeProc) {
  const collector = openCgroups(host.roots);
  let at = 0;
  return () => {
    at += 1000;
    return values(collector.collect({ at, elapsedMs: 1000, isWatched: true }));
  };
}

function version1(host: FakeProc): void {
  write(host, `cpuacct${DOCKER}/cpuacct.usage`, "1500000000\n");
  write(host, `cpu${DOCKER}/cpu.stat`, "nr_periods 9\nnr_throttled 4\nthrottled_time 250000000\n");
  write(host, `cpu${DOCKER}/cpu.cfs_quota_us`, "50000\n");
  write(host, `cpu${DOCKER}/cpu.cfs_period_us`, "100000\n");
  write(host, `memory${DOCKER}/memory.usage_in_bytes`, "5000\n");
  write(host, `memory${DOCKER}/memory.limit_in_bytes`, "20000\n");
  write(host, `memory${DOCKER}/memory.stat`, "inactive_file 7\ntotal_cache 2000\ntotal_inactive_file 1000\n");
  write(host, `memory${DOCKER}/memory.oom_control`, "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
  write(host, `blkio${DOCKER}/blkio.throttle.io_service_bytes`, "8:0 Read 100\n8:0 Write 30\n7:1 Read 9\nTotal 139\n");
  write(host, `pids${DOCKER}/pids.current`, "7\n");
  write(host, `pids${DOCKER}/pids.max`, "max\n");
}

test("a container of version 1 has all its numbers, and no limit where none is set", () => {
  using host = new FakeProc();
  version1(host);
  expect(collectorOf(host)()).toEqual({
    "container.count": 1,
    [of("container.cpu.time")]: 1.5,
    [of("container.cpu.throttled.time")]: 0.25,
    [of("container.cpu.throttled.periods")]: 4,
    [of("container.cpu.limit")]: 0.5,
    [of("container.memory.usage")]: 5000,
    [of("container.memory.working_set")]: 4000,
    [of("container.memory.limit")]: 20000,
    [of("container.memory.oom_kill.count")]: 2,
    [of("container.disk.io", ',disk.io.direction="read"')]: 100,
    [of("container.disk.io", ',disk.io.direction="write"')]: 30,
    [of("container.task.count")]: 7,
  });
});

test.each([
  ["with those of the groups below it", true, 600],
  ["and its own alone on an old kernel, which has no sum", false, 100],
])("a container of version 1 has its reads and writes, %s", (_what, isRecursive, read) => {
  using host = new FakeProc();
  version1(host);
  for (const folder of isRecursive ? ["", DOCKER] : [])
    write(host, `blkio${folder}/blkio.throttle.io_service_bytes_recursive`, "8:0 Read 600\n8:0 Write 40\nTotal 640\n");
  expect(collectorOf(host)()[of("container.disk.io", ',disk.io.direction="read"')]).toBe(read);
});

test("on version 1 a container has the OOM kills of the groups below it, of those that have been removed too", () => {
  using host = new FakeProc();
  version1(host);
  const kills = (group: string, count: number) =>
    write(host, `memory${DOCKER}/${group}/memory.oom_control`, `oom_kill_disable 0\nunder_oom 0\noom_kill ${count}\n`);
  const collect = collectorOf(host);
  const seen = () => Array.from({ length: 5 }, () => collect()[of("container.memory.oom_kill.count")]).at(-1);
  kills("system.slice/web.service", 1);
  kills("init.scope", 0);
  expect(seen()).toBe(3);
  kills("system.slice/web.service", 4);
  expect(seen()).toBe(6);
  rmSync(join(host.roots.sys, `fs/cgroup/memory${DOCKER}/system.slice`), { recursive: true });
  expect(seen()).toBe(6);
  kills("system.slice/web.service", 1);
  expect(seen()).toBe(7);
});

test("a group without a quota of version 1, or with a limit that is none, has no limits", () => {
  using host = new FakeProc();
  version1(host);
  write(host, `cpu${DOCKER}/cpu.cfs_quota_us`, "-1\n");
  write(host, `memory${DOCKER}/memory.limit_in_bytes`, "9223372036854771712\n");
  const read = collectorOf(host)();
  expect(read[of("container.cpu.limit")]).toBeUndefined();
  expect(read[of("container.memory.limit")]).toBeUndefined();
});

test("containers come and go within ten seconds, and one that vanishes in between is silent", () => {
  using host = new FakeProc();
  version1(host);
  const collect = collectorOf(host);
  collect();
  for (const controller of ["cpuacct", "cpu", "memory", "blkio", "pids"]) {
    rmSync(join(host.roots.sys, "fs/cgroup", controller, "docker"), { recursive: true });
  }
  for (let second = 0; second < 10; second++) collect();
  expect(collect()).toEqual({});
  version1(host);
  const seen = Array.from({ length: 11 }, () => collect()["container.count"]);
  expect(seen.at(-1)).toBe(1);
});

test("a machine without control groups, or without any that are counted, reads nothing", () => {
  using host = new FakeProc();
  expect(collectorOf(host)()).toEqual({});
  write(host, "memory/jobs/abc/memory.usage_in_bytes", "1\n");
  expect(collectorOf(host)()).toEqual({});
});

test("of more groups than are read all are counted, and containers go first", () => {
  using host = new FakeProc();
  write(host, "cgroup.controllers", "cpu\n");
  for (let unit = 0; unit < 450; unit++) write(host, `system.slice/a${unit}.service/cpu.stat`, "usage_usec 5\n");
  write(host, `system.slice/docker-${ID}.scope/cpu.stat`, "usage_usec 2000000\n");
  const read = collectorOf(host)();
  expect(read[of("container.cpu.time")]).toBe(2);
  expect(read["systemd.service.count"]).toBe(450);
  expect(Object.keys(read).filter((key) => key.startsWith("systemd.service.cpu.time"))).toHaveLength(399);
});

test("units of one name that two users run stay apart", () => {
  using host = new FakeProc();
  write(host, "cgroup.controllers", "cpu\n");
  for (const user of [1000, 1001]) {
    write(host, `user.slice/user-${user}.slice/user@${user}.service/app.slice/sync.service/cpu.stat`, `usage_usec ${user}\n`);
  }
  const read = collectorOf(host)();
  expect(read['systemd.service.cpu.time{systemd.unit="sync.service",user.id="1001"}']).toBe(0.001001);
});

test.each([1, 90])(
  "a controller that is enabled %i seconds later is seen within ten seconds, in a resting group too",
  (later) => {
    using host = new FakeProc();
    write(host, "cgroup.controllers", "cpu memory\n");
    const group = `system.slice/docker-${ID}.scope`;
    write(host, `system.slice/docker-${ID.replaceAll("3", "0")}.scope/cpu.stat`, "usage_usec 5\n");
    write(host, `${group}/cpu.stat`, "usage_usec 5\n");
    const collect = collectorOf(host);
    for (let second = 0; second < later; second++) collect();
    write(host, `${group}/memory.current`, "100\n");
    const seen = Array.from({ length: 10 }, () => collect()[of("container.memory.usage")]);
    expect(seen.at(-1)).toBe(100);
  },
);

test("a group that does nothing is read less often, and in full as soon as it works", () => {
  using host = new FakeProc();
  write(host, "cgroup.controllers", "cpu\n");
  const group = `system.slice/docker-${ID}.scope`;
  write(host, `${group}/cpu.stat`, "usage_usec 5\n");
  write(host, `${group}/memory.current`, "100\n");
  const collect = collectorOf(host);
  for (let second = 0; second < 62; second++) collect();
  write(host, `${group}/memory.current`, "200\n");
  write(host, `${group}/cpu.stat`, "usage_usec 6\n");
  expect(collect()[of("container.memory.usage")]).toBe(200);
});

const MEMINFO = "MemTotal: 1000 kB\nMemFree: 500 kB\nMemAvailable: 800 kB\nBuffers: 10 kB\nCached: 90 kB\nDirty: 1 kB\n";

test.each([
  ["its limit is the whole", "0::/\n", "0::/\n", 102_400],
  ["with the host's processes mounted the host is the whole", "0::/../../init.scope\n", "0::/\n", 1_024_000],
])("in a container: %s", (_what, first, own, limit) => {
  using host = new FakeProc();
  host.write("meminfo", MEMINFO);
  host.write("vmstat", "");
  host.write("1/cgroup", first);
  host.write("self/cgroup", own);
  write(host, "cgroup.controllers", "memory cpu\n");
  write(host, "memory.max", "102400\n");
  write(host, "memory.current", "50000\n");
  write(host, "memory.stat", "file 30000\nshmem 700\ninactive_file 20000\nslab_reclaimable 50\nslab_unreclaimable 90\n");
  write(host, "cpu.max", "max 100000\n");
  const read = values(openMemory(host.roots).collect({ at: 0, elapsedMs: undefined, isWatched: true }));
  expect(read["system.memory.limit"]).toBe(limit);
  if (limit === 102_400) {
    expect(read["system.memory.linux.available"]).toBe(102_400 - 30_000);
    expect(read['system.memory.usage{system.memory.state="free"}']).toBe(52_400);
    expect(read["system.memory.linux.shared"]).toBe(700);
    expect(read['system.memory.linux.slab.usage{system.memory.linux.slab.state="unreclaimable"}']).toBe(90);
  }
});

test("on a host the limit of a unit that Hostscope runs in is not the machine's", () => {
  using host = new FakeProc();
  host.write("1/cgroup", "0::/init.scope\n");
  host.write("self/cgroup", "0::/system.slice/hostscope.service\n");
  write(host, "cgroup.controllers", "memory\n");
  write(host, "system.slice/hostscope.service/memory.max", "1000\n");
  expect(openContainerLimits(host.roots)(0)).toMatchObject({ memory: null, cpu: null });
});

test("in a container of version 1 whose own group alone is mounted the quota is read there", () => {
  using host = new FakeProc();
  host.write("1/cgroup", `4:memory:${DOCKER}\n`);
  host.write("self/cgroup", `4:memory:${DOCKER}\n`);
  write(host, "memory/memory.limit_in_bytes", "9223372036854771712\n");
  write(host, "cpu/cpu.cfs_quota_us", "150000\n");
  write(host, "cpu/cpu.cfs_period_us", "100000\n");
  write(host, "cpuacct/cpuacct.stat", "user 250\nsystem 50\n");
  const limits = openContainerLimits(host.roots)(0);
  expect(limits.memory).toBeNull();
  expect(values(quotaReadings(limits))).toEqual({
    "system.cpu.quota.limit": 1.5,
    'system.cpu.quota.time{cpu.mode="user"}': 2.5,
    'system.cpu.quota.time{cpu.mode="system"}': 0.5,
  });
});
