import { expect, test } from "vitest";
import { deriveFrame } from "~/domain/derive";
import { type Sample, seriesKey } from "~/domain/sample";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { openCpu } from "./cpu";
import { CpuSums } from "./cpu-sums";
import { openKernel } from "./kernel";
import { openProtocols } from "./protocols";
import { Sampler } from "./run";

const sumOf = (value: number, irq = "24") => [{ metric: "system.cpu.interrupts", labels: { "system.irq": irq }, value }];

test("a sum over CPUs goes on from where it was when one of them is switched off and on", () => {
  const sums = new CpuSums();
  const valuesOf = (cpus: string, value: number) => sums.next(cpus, sumOf(value)).map((reading) => reading.value);
  expect(valuesOf("0 1", 1000)).toEqual([1000]);
  expect(valuesOf("0", 500)).toEqual([]);
  expect(valuesOf("0", 503)).toEqual([1003]);
  expect(valuesOf("0 1", 1010)).toEqual([]);
  expect(valuesOf("0 1", 1016)).toEqual([1009]);
});

test("a sum that begins anew is never below zero", () => {
  const sums = new CpuSums();
  sums.next("0", sumOf(500));
  sums.next("0 1", sumOf(1000));
  expect(sums.next("0 1", sumOf(7))).toEqual(sumOf(7));
  expect(sums.next("0 1", sumOf(9))).toEqual(sumOf(9));
});

test("a series that was not there before begins with its own sum", () => {
  const sums = new CpuSums();
  sums.next("0", sumOf(500));
  sums.next("0 1", [...sumOf(1000), ...sumOf(3, "25")]);
  expect(sums.next("0 1", [...sumOf(1001), ...sumOf(4, "25")])).toEqual([...sumOf(501), ...sumOf(4, "25")]);
});

/** Each CPU has counted for a month; a second adds 10 interrupts, 10 ms of waiting and 1 packet to each. */
function write(host: FakeProc, second: number, cpus: readonly number[], hasIndex: boolean): void {
  const softnet = (cpu: number) =>
    `${(900_000_000 + second).toString(16).padStart(8, "0")}${" 00000000".repeat(11)}${hasIndex ? ` ${cpu.toString(16).padStart(8, "0")}` : ""}\n`;
  const lines = (line: (cpu: number) => string) => cpus.map(line).join("");
  host.write(
    "stat",
    lines((cpu) => `cpu${cpu} ${8_000_000 + second} 0 0 ${99 * second} 0 0 0 0 ${6_000_000 + second} 0\n`),
  );
  host.write(
    "interrupts",
    `${lines((cpu) => ` CPU${cpu}`)}\n 24:${lines(() => ` ${500_000_000 + 10 * second}`)}  PCI-MSI 1 nvme0q1\n`,
  );
  host.write("schedstat", `version 15\n${lines((cpu) => `cpu${cpu} 0 0 0 0 0 0 100 ${9e13 + 1e7 * second} 5\ndomain0 f 0\n`)}`);
  host.write("net/softnet_stat", lines(softnet));
}

test.each([true, false])("a CPU that is switched off and on makes no spike (softnet_stat names CPUs: %s)", (hasIndex) => {
  using host = new FakeProc();
  write(host, 0, [0, 1, 2, 3], hasIndex);
  const sampler = new Sampler(host.roots, [openCpu, openKernel, openProtocols], 4);
  const METRICS = /^system\.(cpu\.(guest\.time|interrupts|run_queue\.wait_time)|network\.softnet\.processed)/;
  let before: Sample | undefined;
  const ratesAt = (second: number, cpus: readonly number[]) => {
    write(host, second, cpus, hasIndex);
    const { sample } = sampler.collect(1000 * second);
    sample.values[sample.series.findIndex(({ metric }) => metric === "hostscope.sample.interval")] = before ? 1 : Number.NaN;
    const { series, values } = deriveFrame(before, sample);
    before = sample;
    return series.flatMap((one, slot) =>
      METRICS.test(seriesKey(one)) ? [Math.round((values[slot] as number) * 100) / 100] : [],
    );
  };
  const gap = new Array(4).fill(Number.NaN);
  ratesAt(0, [0, 1, 2, 3]);
  expect(ratesAt(1, [0, 1, 2, 3])).toEqual([0.04, 40, 0.04, 4]);
  expect(ratesAt(2, [0, 1, 2])).toEqual(gap);
  ratesAt(3, [0, 1, 2]);
  expect(ratesAt(4, [0, 1, 2])).toEqual([0.03, 30, 0.03, 3]);
  expect(ratesAt(5, [0, 1, 2, 3])).toEqual(gap);
  ratesAt(6, [0, 1, 2, 3]);
  expect(ratesAt(7, [0, 1, 2, 3])).toEqual([0.04, 40, 0.04, 4]);
  sampler.close();
});
