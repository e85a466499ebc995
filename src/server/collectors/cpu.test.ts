import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { openCpu } from "./cpu";

function writeSys(host: FakeProc, path: string, text: string): void {
  const full = join(host.roots.sys, "devices/system/cpu", path);
  mkdirSync(join(full, ".."), { recursive: true });
  writeFileSync(full, text);
}

const stat = (cpus: number) => Array.from({ length: cpus }, (_, cpu) => `cpu${cpu} 1 0 1 1 0 0 0 0 0 0\n`).join("");

/** Frequencies in MHz by CPU at a second; NaN where a CPU has a series and no reading. */
function frequenciesOf(collector: ReturnType<typeof openCpu>, second: number): number[] {
  return collector
    .collect({ at: 1000 * second, elapsedMs: 1000, isWatched: true })
    .filter(({ metric }) => metric === "system.cpu.frequency")
    .map(({ value }) => value / 1e6);
}

test("frequencies that take the kernel long to tell are read in turn, and each is told for half a minute", () => {
  using host = new FakeProc();
  const CPUS = 8;
  host.write("stat", stat(CPUS));
  const tell = (megahertz: number) => {
    for (let cpu = 0; cpu < CPUS; cpu++) writeSys(host, `cpu${cpu}/cpufreq/scaling_cur_freq`, `${1000 * megahertz}\n`);
  };
  let passed = 0;
  // 2 ms for each look at the clock: three reads fit into the time.
  const collector = openCpu(host.roots, () => (passed += 2));
  tell(1000);
  expect(frequenciesOf(collector, 0)).toEqual([1000, 1000, 1000, ...new Array(5).fill(Number.NaN)]);
  tell(2000);
  expect(frequenciesOf(collector, 1)).toEqual([1000, 1000, 1000, 2000, 2000, 2000, Number.NaN, Number.NaN]);
  tell(3000);
  expect(frequenciesOf(collector, 2)).toEqual([3000, 1000, 1000, 2000, 2000, 2000, 3000, 3000]);
  tell(4000);
  // Ticks were lost: what is older than half a minute is not told.
  expect(frequenciesOf(collector, 40)).toEqual([Number.NaN, 4000, 4000, 4000, ...new Array(4).fill(Number.NaN)]);
});

test("a frequency that waits for its turn is still told after CPUs have been looked for again", () => {
  using host = new FakeProc();
  host.write("stat", stat(2));
  for (const cpu of [0, 1]) writeSys(host, `cpu${cpu}/cpufreq/scaling_cur_freq`, "1000000\n");
  let passed = 0;
  const collector = openCpu(host.roots, () => (passed += 5));
  frequenciesOf(collector, 0);
  expect(frequenciesOf(collector, 40)).toEqual([Number.NaN, 1000]);
  expect(frequenciesOf(collector, 60)).toEqual([1000, 1000]);
});

test("a CPU that refuses to tell its frequency has none, and the others have theirs", () => {
  using host = new FakeProc();
  host.write("stat", stat(2));
  writeSys(host, "cpu0/cpufreq/scaling_cur_freq", "1000000\n");
  mkdirSync(join(host.roots.sys, "devices/system/cpu/cpu1/cpufreq/scaling_cur_freq"), { recursive: true });
  expect(frequenciesOf(openCpu(host.roots), 0)).toEqual([1000]);
});
