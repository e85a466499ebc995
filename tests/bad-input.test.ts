/** Runs several ticks of the whole sampler on kernel files that contain garbage, shrink, vanish and come back. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deriveFrame } from "~/domain/derive";
import { type Sample, seriesKey } from "~/domain/sample";
import { COLLECTORS } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";
import { FakeProc } from "./helpers/fake-proc";

const NET_HEAD = "Inter-|   Receive  |  Transmit\n face |bytes packets\n";
const link = (name: string, bytes: number) => `  ${name}: ${bytes} 10 0 0 0 0 0 0 ${bytes} 10 0 0 0 0 0 0\n`;
const disk = (name: string, count: number) =>
  `   8 0 ${name} ${count} 0 ${8 * count} 5 ${count} 0 ${8 * count} 5 0 ${count} ${count} 0 0 0 0 0 0\n`;
const cpus = (ticks: readonly number[]) =>
  `cpu  1 0 1 1 0 0 0 0 0 0\n${ticks.map((idle, core) => `cpu${core} ${idle / 2} 0 5 ${idle} 3 0 0 0 0 0\n`).join("")}ctxt ${1000 + (ticks[0] ?? 0)}\nbtime 1000\n`;

function machine(host: FakeProc): void {
  host.write("stat", cpus([100, 100]));
  host.write("loadavg", "0.1 0.2 0.3 1/2 3\n");
  host.write("uptime", "50.0 60.0\n");
  host.write("meminfo", "MemTotal: 1000 kB\nMemFree: 500 kB\nMemAvailable: 700 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
  host.write("vmstat", "pgfault 10\npgmajfault 1\n");
  host.write("diskstats", disk("sda", 100));
  host.write("net/dev", NET_HEAD + link("eth0", 1000));
  host.write("self/mountinfo", "");
}

/** Advances the host by one second per tick; returns the derived values and the collectors that changed state. */
function ticker(host: FakeProc) {
  const sampler = new Sampler(host.roots, COLLECTORS, 2);
  let at = 0;
  let previous: Sample | undefined;
  return {
    tick: () => {
      at += 1000;
      const { sample, changes, absences } = sampler.collect(at);
      // Use the test's clock: exactly one second per tick, whatever the real time.
      const interval = sample.series.findIndex(({ metric }) => metric === "hostscope.sample.interval");
      sample.values[interval] = previous ? 1 : Number.NaN;
      const frame = deriveFrame(previous, sample);
      previous = sample;
      const values = Object.fromEntries(frame.series.map((one, index) => [seriesKey(one), frame.values[index] as number]));
      for (const [key, value] of Object.entries(values)) {
        expect(value, key).not.toBeLessThan(0);
        if (/utilization/.test(key)) expect(value > 1, `${key} is ${value}`).toBe(false);
      }
      return { values, changes, absences };
    },
    [Symbol.dispose]: () => sampler.close(),
  };
}

test("counters that wrap, reset or step back give a gap and never a negative or a giant rate", () => {
  using host = new FakeProc();
  machine(host);
  using run = ticker(host);
  run.tick();
  host.write("stat", cpus([40, 200]));
  host.write("diskstats", disk("sda", 3));
  host.write("net/dev", NET_HEAD + link("eth0", 5));
  host.write("vmstat", "pgfault 3\npgmajfault 0\n");
  const { values, changes } = run.tick();
  expect(changes).toEqual([]);
  expect(values['system.network.io{network.interface.name="eth0",network.io.direction="receive"}']).toBeNaN();
  expect(values['system.disk.io{disk.io.direction="read",system.device="sda"}']).toBeNaN();
  expect(values['system.cpu.utilization{cpu.logical_number="0"}']).toBeNaN();
  expect(values['system.cpu.utilization{cpu.logical_number="1"}']).toBeGreaterThan(0);
});

test("processors, interfaces and disks that come and go begin with a gap and leave nothing behind", () => {
  using host = new FakeProc();
  machine(host);
  using run = ticker(host);
  run.tick();
  host.write("stat", cpus([200, 200, 1, 1]));
  host.write("diskstats", disk("sda", 101) + disk("sdb", 9000));
  host.write("net/dev", NET_HEAD + link("eth0", 2000) + link("usb0", 9_000_000));
  const grown = run.tick().values;
  expect(grown['system.cpu.utilization{cpu.logical_number="3"}']).toBeNaN();
  expect(grown['system.network.io{network.io.direction="receive"}']).toBe(1000);
  expect(grown['system.disk.io{disk.io.direction="read"}']).toBe(4096);
  machine(host);
  run.tick();
  const { values, changes } = run.tick();
  expect(changes).toEqual([]);
  expect(values['system.network.io{network.interface.name="usb0",network.io.direction="receive"}'] ?? Number.NaN).toBeNaN();
});

test("a file that vanishes is told once, the rest goes on, and its return is told too", () => {
  using host = new FakeProc();
  machine(host);
  using run = ticker(host);
  run.tick();
  // An open descriptor of a deleted file still reads, so empty the file instead.
  host.write("meminfo", "");
  const { values, changes } = run.tick();
  expect(changes).toEqual([]);
  expect(values["system.memory.utilization"] ?? Number.NaN).toBeNaN();
  expect(values["system.cpu.load_average.1m"]).toBe(0.1);
  machine(host);
  expect(run.tick().values["system.memory.utilization"]).toBeCloseTo(0.3);
});

test("a machine that loses its network table is told once, and reads it as soon as it is back", () => {
  using host = new FakeProc();
  machine(host);
  rmSync(join(host.roots.proc, "net"), { recursive: true });
  using run = ticker(host);
  const table = join(host.roots.proc, "net/dev");
  expect(run.tick().absences).toContainEqual({ what: table, reason: "not supported by this kernel" });
  expect(run.tick().absences).toBeNull();
  machine(host);
  const { absences, values } = run.tick();
  expect(absences?.map(({ what }) => what)).not.toContain(table);
  expect(Object.keys(values)).toContain('system.network.io{network.interface.name="eth0",network.io.direction="receive"}');
});
