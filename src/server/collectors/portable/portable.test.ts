/** macOS and Windows with constructed answers of the library. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { deriveFrame } from "~/domain/derive";
import { Redactor } from "~/domain/redact";
import { type Reading, type Sample, seriesKey } from "~/domain/sample";
import { Sampler } from "../run";
import { portablePlatform, type SystemInformation } from "./platform";
import { Poll } from "./poll";
import { deltaOf, rowOf } from "./processes";
import { cpuReadings, interpolate, loadReadings } from "./readings";

const NO_ROOTS = { proc: "/nowhere", sys: "/nowhere" };

/** A library that returns the given answers; an Error makes its call fail. */
function libraryOf(name: "macos" | "windows", change: Record<string, unknown> = {}): SystemInformation {
  const answers = { ...JSON.parse(readFileSync(`tests/fixtures/portable/${name}.json`, "utf8")), ...change };
  const entries = Object.keys(answers).map((call) => [
    call,
    async () => {
      if (answers[call] instanceof Error) throw answers[call];
      return answers[call];
    },
  ]);
  return Object.fromEntries(entries) as SystemInformation;
}

/** Two ticks: the first asks, the second has the answers. */
async function twoTicks(name: "macos" | "windows", library: SystemInformation) {
  const platform = portablePlatform(name === "macos" ? "darwin" : "win32", library);
  const sampler = new Sampler(NO_ROOTS, platform.collectors, 8, platform.openProcesses);
  sampler.collect(1000);
  await new Promise(setImmediate);
  const second = sampler.collect(2000);
  sampler.close();
  const values = (sample: Sample) => Object.fromEntries(sample.series.map((one, slot) => [seriesKey(one), sample.values[slot]]));
  const frame = deriveFrame(undefined, second.sample);
  const drawn = Object.fromEntries(frame.series.map((one, index) => [seriesKey(one), frame.values[index]]));
  return { ...second, read: values(second.sample), drawn, platform };
}

test("macOS: memory, filesystems, disks, network and processes come out in our own words", async () => {
  const { read, drawn, processes, changes } = await twoTicks("macos", libraryOf("macos"));
  expect(changes).toEqual([]);
  expect(drawn["system.memory.utilization"]).toBeCloseTo((17179869184 - 7516192768) / 17179869184);
  expect(drawn["system.paging.utilization"]).toBe(0.25);
  expect(read['system.disk.io{disk.io.direction="write",system.device="all"}']).toBe(54760833024);
  expect(read['system.network.io{network.interface.name="en0",network.io.direction="receive"}']).toBe(7301444608);
  expect(read['system.network.connection.count{network.connection.state="listen",network.transport="tcp"}']).toBe(2);
  expect(read['hw.battery.charge{hw.id="battery",hw.name="bq40z651"}']).toBe(0.77);
  const mounts = Object.keys(drawn).filter((key) => key.startsWith("system.filesystem.utilization"));
  expect(mounts.map((key) => /mountpoint="([^"]*)"/.exec(key)?.[1])).toEqual(["/", "/System/Volumes/Data"]);
  expect(processes.changed.map(({ pid, cpu, state }) => [pid, cpu, state])).toEqual([
    [1, 0.003, "sleeping"],
    [412, 1.875, "running"],
    [977, 0, "defunct"],
  ]);
  expect(processes.changed[1]).toMatchObject({
    command: "/opt/homebrew/bin/node server.js --port 5000",
    memoryBytes: 204800 * 1024,
  });
  expect(processes.changed[2]?.name).toBe("evil\ufffd[2J");
});

test("Windows: what it has not is absent and has a reason, and its share of the machine becomes cores", async () => {
  const { read, processes, platform, changes } = await twoTicks("windows", libraryOf("windows"));
  expect(changes).toEqual([]);
  expect(Object.keys(read).filter((key) => /disk\.io|hw\.|pressure/.test(key))).toEqual([]);
  expect(Object.keys(read).filter((key) => key.includes("CDFS"))).toEqual([]);
  expect(processes.changed.find(({ pid }) => pid === 8120)?.cpu).toBe(2);
  expect(processes.changed[0]).toMatchObject({ threads: null, openFiles: null, readBytesPerSecond: null, group: null });
  expect(platform.notMeasured.map(({ what }) => what)).toContain("load average");
  for (const { reason } of platform.notMeasured) expect(reason).not.toBe("");
});

test("a program that fails is that collector's failure, and one that answers nothing is no empty machine", async () => {
  const library = libraryOf("macos", {
    mem: new Error("vm_stat: not found"),
    networkStats: [],
    processes: new Error("ps: denied"),
  });
  const { changes, read } = await twoTicks("macos", library);
  expect(changes).toEqual([
    { collector: "memory", error: "vm_stat: not found" },
    { collector: "network", error: "the system's tools reported no interfaces" },
    { collector: "processes", error: "ps: denied" },
  ]);
  expect(Object.keys(read).some((key) => key.startsWith("system.filesystem.usage"))).toBe(true);
});

test("a program that hangs is asked once, and named when it is overdue", () => {
  let asked = 0;
  const poll = new Poll(
    () => 1000,
    () => {
      asked++;
      return new Promise<never>(() => {});
    },
  );
  for (let now = 0; now <= 30_000; now += 1000) poll.tick(now);
  expect(asked).toBe(1);
  expect(() => poll.tick(31_000)).toThrow("no answer for 31 s");
});

test("one failed round is bridged by the answer before, many are not", async () => {
  let fails = false;
  const poll = new Poll(
    () => 1000,
    async () => {
      if (fails) throw new Error("busy");
      return 7;
    },
  );
  poll.tick(0);
  await new Promise(setImmediate);
  fails = true;
  poll.tick(1000);
  await new Promise(setImmediate);
  poll.tick(2000);
  await new Promise(setImmediate);
  expect(poll.newest?.value).toBe(7);
  expect(() => poll.tick(5000)).toThrow("busy");
});

const counted = (value: number): Reading[] => [
  { metric: "system.network.io", labels: { "network.interface.name": "en0" }, value },
  { metric: "system.memory.limit", value },
];

test("a counter that is asked for every three seconds grows evenly at each tick in between", () => {
  const [previous, newest] = [
    { at: 3000, value: counted(300) },
    { at: 6000, value: counted(600) },
  ];
  const at = (now: number) => interpolate(previous, newest, now).map(({ value }) => value);
  expect([6000, 7000, 8000, 9000, 12_000].map(at)).toEqual([
    [300, 600],
    [400, 600],
    [500, 600],
    [600, 600],
    [600, 600],
  ]);
  expect(interpolate({ at: 3000, value: counted(900) }, newest, 7000)[0]?.value).toBe(600);
});

test("a start that comes out a second off is the same process, another program of that number is not", () => {
  const table = JSON.parse(readFileSync("tests/fixtures/portable/macos.json", "utf8")).processes.list;
  const [, node] = table;
  const system = { cores: 8, cpuOf: "core", redactor: new Redactor() } as const;
  const row = rowOf(node, system);
  const before = new Map([[412, row]]);
  const later = rowOf({ ...node, started: "2026-11-24 09:12:45" }, system);
  expect(deltaOf(before, [later]).changed).toEqual([]);
  const other = deltaOf(before, [rowOf({ ...node, name: "ruby", started: "2026-11-24 10:00:00" }, system)]);
  expect(other.changed[0]?.name).toBe("ruby");
  expect(deltaOf(before, []).exited).toEqual([412]);
});

test("a system without load averages has none, and its cores have no I/O wait", () => {
  expect(loadReadings([0, 0, 0], 12.7)).toEqual([{ metric: "system.uptime", value: 12 }]);
  const modes = cpuReadings([{ times: { user: 1000, nice: 0, sys: 500, idle: 9000, irq: 20 } }]).map(
    ({ labels }) => labels?.["cpu.mode"],
  );
  expect(modes).toEqual(["user", "nice", "system", "idle", "interrupt", undefined]);
});
