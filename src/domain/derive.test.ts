import { expect, test } from "vitest";
import { deriveFrame, isVirtualInterface } from "./derive";
import { type Reading, type Sample, seriesKey, seriesOf } from "./sample";

function sample(at: number, readings: Reading[], seconds = 1): Sample {
  const all = [...readings, { metric: "hostscope.sample.interval", value: seconds }];
  return { at, series: all.map(seriesOf), values: Float64Array.from(all, ({ value }) => value) };
}

function valuesOf(previous: Sample | undefined, next: Sample): Record<string, number> {
  const { series, values } = deriveFrame(previous, next);
  return Object.fromEntries(series.map((one, index) => [seriesKey(one), values[index] as number]));
}

function cores(ticks: Record<string, [user: number, idle: number, iowait: number]>): Reading[] {
  return Object.entries(ticks).flatMap(([core, [user, idle, iowait]]) =>
    Object.entries({ user, idle, iowait }).map(([mode, value]) => ({
      metric: "system.cpu.time",
      labels: { "cpu.mode": mode, "cpu.logical_number": core },
      value,
    })),
  );
}

test("busy is everything but idle and iowait, over all cores", () => {
  const values = valuesOf(
    sample(1000, cores({ 0: [10, 100, 5], 1: [10, 100, 5] })),
    sample(2000, cores({ 0: [10.5, 100.25, 5.25], 1: [10, 101, 5] })),
  );
  expect(values["system.cpu.utilization"]).toBe(0.25);
  expect(values['system.cpu.utilization{cpu.mode="iowait"}']).toBe(0.125);
  expect(values['system.cpu.utilization{cpu.logical_number="0"}']).toBe(0.5);
});

test("a core whose counters step back is left out of the total for that interval", () => {
  const values = valuesOf(
    sample(1000, cores({ 0: [10, 100, 5], 1: [10, 100, 5] })),
    sample(2000, cores({ 0: [10.5, 100.5, 5], 1: [0, 1, 0] })),
  );
  expect(values["system.cpu.utilization"]).toBe(0.5);
  expect(values['system.cpu.utilization{cpu.logical_number="1"}']).toBeNaN();
});

// prometheus/node_exporter#1686, #1903: iowait and idle are estimates of the kernel and step back now and then.
test("a part that steps back a little counts as none, and its core, the others and the total stand", () => {
  const values = valuesOf(
    sample(1000, cores({ 0: [10, 100, 5], 1: [10, 100, 5] })),
    sample(2000, cores({ 0: [10.4, 100.6, 4.99], 1: [10.4, 100.6, 5] })),
  );
  expect(values["system.cpu.utilization"]).toBeCloseTo(0.4);
  expect(values['system.cpu.utilization{cpu.logical_number="0"}']).toBeCloseTo(0.4);
  expect(values['system.cpu.utilization{cpu.mode="iowait"}']).toBe(0);
});

test("a core that appears has no share before its second reading", () => {
  const values = valuesOf(sample(1000, cores({ 0: [1, 1, 0] })), sample(2000, cores({ 0: [1.5, 1.5, 0], 1: [3, 3, 0] })));
  expect(values["system.cpu.utilization"]).toBe(0.5);
  expect(values['system.cpu.utilization{cpu.logical_number="1"}']).toBeNaN();
});

test("a first reading has gauges and no rates", () => {
  const values = valuesOf(
    undefined,
    sample(1000, [
      { metric: "system.cpu.context_switches", value: 500 },
      { metric: "system.cpu.load_average.1m", value: 0.5 },
    ]),
  );
  expect(values["system.cpu.context_switches"]).toBeNaN();
  expect(values["system.cpu.load_average.1m"]).toBe(0.5);
});

test.each([
  // name                                            before  after      interval  rate
  ["rates use the monotonic interval", 1000, 3000, 2.5, 80],
  ["a step of the clock has no rate", 1000, 3_600_000, 2, Number.NaN],
  ["after a lost sample there is no rate", 1000, 4000, 1, Number.NaN],
  ["after a restart there is no rate", 1000, 3000, Number.NaN, Number.NaN],
  ["a clock that is set back has no rate", 9000, 1000, 1, Number.NaN],
])("%s", (_name, before, after, interval, rate) => {
  const at = (time: number, value: number) => sample(time, [{ metric: "system.cpu.context_switches", value }], interval);
  expect(valuesOf(at(before, 100), at(after, 300))["system.cpu.context_switches"]).toBe(rate);
});

test("a counter that goes back gives no rate", () => {
  const at = (time: number, value: number) => sample(time, [{ metric: "system.cpu.context_switches", value }]);
  expect(valuesOf(at(1000, 100), at(2000, 3))["system.cpu.context_switches"]).toBeNaN();
});

test("memory in use is the limit less what is available", () => {
  const values = valuesOf(
    undefined,
    sample(1000, [
      { metric: "system.memory.limit", value: 16 },
      { metric: "system.memory.linux.available", value: 12 },
      { metric: "system.paging.limit", value: 0 },
      { metric: "system.paging.usage", labels: { "system.paging.state": "free" }, value: 0 },
    ]),
  );
  expect(values['system.memory.usage{system.memory.state="used"}']).toBe(4);
  expect(values["system.memory.utilization"]).toBe(0.25);
  expect(values["system.paging.utilization"]).toBeNaN();
});

test("filesystem utilization follows df: reserved space is in neither side", () => {
  const usage = (state: string, value: number) => ({
    metric: "system.filesystem.usage",
    labels: { "system.filesystem.mountpoint": "/", "system.filesystem.state": state },
    value,
  });
  const values = valuesOf(undefined, sample(1000, [usage("used", 30), usage("free", 60), usage("reserved", 10)]));
  expect(values['system.filesystem.utilization{system.filesystem.mountpoint="/"}']).toBeCloseTo(1 / 3);
  expect(values['system.filesystem.limit{system.filesystem.mountpoint="/"}']).toBe(100);
});

test("bandwidth totals leave out loopback and virtual interfaces, unless there is nothing else", () => {
  const io = (name: string, value: number) => ({
    metric: "system.network.io",
    labels: { "network.interface.name": name, "network.io.direction": "receive" },
    value,
  });
  const total = 'system.network.io{network.io.direction="receive"}';
  const physical = valuesOf(
    sample(1000, [io("eth0", 0), io("veth1", 0), io("lo", 0)]),
    sample(2000, [io("eth0", 5), io("veth1", 7), io("lo", 9)]),
  );
  expect(physical[total]).toBe(5);
  const contained = valuesOf(sample(1000, [io("veth1", 0), io("lo", 0)]), sample(2000, [io("veth1", 7), io("lo", 9)]));
  expect(contained[total]).toBe(7);
});

test.each([
  ["eth0", false],
  ["enp3s0", false],
  ["wlan0", false],
  ["eth0.10", true],
  ["docker0", true],
  ["br-1a2b", true],
  ["lo", true],
])("%s is virtual: %s", (name, virtual) => {
  expect(isVirtualInterface(name)).toBe(virtual);
});

test("in a container with a quota the quota is the whole, and the machine's cores are not ours", () => {
  const quota = (user: number, system: number): Reading[] => [
    { metric: "system.cpu.quota.limit", value: 2 },
    { metric: "system.cpu.quota.time", labels: { "cpu.mode": "user" }, value: user },
    { metric: "system.cpu.quota.time", labels: { "cpu.mode": "system" }, value: system },
    ...cores({ 0: [10 * user, 5, 0] }),
  ];
  const values = valuesOf(sample(1000, quota(10, 1)), sample(2000, quota(11, 1.5)));
  expect(values["system.cpu.utilization"]).toBe(0.75);
  expect(values['system.cpu.utilization{cpu.mode="system"}']).toBe(0.25);
  expect(values['system.cpu.utilization{cpu.mode="idle"}']).toBe(0.25);
  expect(values['system.cpu.utilization{cpu.logical_number="0"}']).toBeUndefined();
});

test("a quota that is taken away leaves the shares of the machine's cores, without waiting for a new layout", () => {
  const quota: Reading[] = [
    { metric: "system.cpu.quota.limit", value: 2 },
    { metric: "system.cpu.quota.time", labels: { "cpu.mode": "user" }, value: 10 },
    { metric: "system.cpu.quota.time", labels: { "cpu.mode": "system" }, value: 1 },
  ];
  const before = sample(1000, [...quota, ...cores({ 0: [10, 5, 0], 1: [10, 5, 0] })]);
  const after = sample(2000, [...quota, ...cores({ 0: [11, 5, 0], 1: [10, 6, 0] })]);
  for (const slot of [0, 1, 2]) after.values[slot] = Number.NaN;
  const values = valuesOf(before, after);
  expect(values["system.cpu.utilization"]).toBe(0.5);
  expect(values['system.cpu.utilization{cpu.mode="user"}']).toBe(0.5);
  expect(values['system.cpu.utilization{cpu.mode="idle"}']).toBe(0.5);
});

test("a container's share is of its own limits; without a limit it has none", () => {
  const box = (id: string, more: Record<string, number>): Reading[] =>
    Object.entries(more).map(([name, value]) => ({ metric: `container.${name}`, labels: { "container.id": id }, value }));
  const at = (seconds: number) => [
    ...box("a", { "memory.working_set": 30, "memory.limit": 120, "cpu.time": 5 + seconds, "cpu.limit": 4 }),
    ...box("b", { "memory.working_set": 10, "cpu.time": 1 }),
  ];
  const values = valuesOf(sample(1000, at(1)), sample(2000, at(2)));
  expect(values['container.memory.utilization{container.id="a"}']).toBe(0.25);
  expect(values['container.memory.available{container.id="a"}']).toBe(90);
  expect(values['container.cpu.utilization{container.id="a"}']).toBe(0.25);
  expect(values['container.cpu.time{container.id="a"}']).toBe(1);
  expect(values['container.memory.utilization{container.id="b"}']).toBeUndefined();
});

test("the work for many filesystems grows as their number, not as its square", () => {
  let looks = 0;
  const usage = (mounts: number) =>
    Array.from({ length: mounts }, (_, mount) =>
      ["used", "free", "reserved"].map((state) => ({
        metric: "system.filesystem.usage",
        labels: { "system.filesystem.mountpoint": `/mnt/${mount}`, "system.filesystem.state": state },
        value: state === "used" ? 30 : 60,
      })),
    ).flat();
  const counted = (mounts: number) => {
    const { series, ...rest } = sample(1000, usage(mounts));
    looks = 0;
    const watched = series.map(({ metric, labels }) => ({
      metric,
      get labels() {
        looks++;
        return labels;
      },
    }));
    const values = valuesOf(undefined, { ...rest, series: watched });
    expect(values[`system.filesystem.utilization{system.filesystem.mountpoint="/mnt/${mounts - 1}"}`]).toBeCloseTo(1 / 3);
    return looks;
  };
  const few = counted(200);
  expect(counted(2000)).toBeLessThan(11 * few);
});

test("a share of nothing is no value, and never infinite", () => {
  const reading = (metric: string, value: number) => ({ metric, value });
  const all = [
    reading("system.memory.limit", 0),
    reading("system.memory.linux.available", 5),
    reading("hostscope.sample.interval", 1),
  ];
  const sample = {
    at: 1000,
    series: all.map(({ metric }) => ({ metric, labels: {} })),
    values: Float64Array.from(all, ({ value }) => value),
  };
  const { series, values } = deriveFrame(sample, { ...sample, at: 2000 });
  const share = series.findIndex(({ metric }) => metric === "system.memory.utilization");
  expect(share).toBeGreaterThanOrEqual(0);
  expect(values[share]).toBeNaN();
});
