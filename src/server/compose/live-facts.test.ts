import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { liveFactsOf } from "./live-facts";

const NOW = 1_000_000_000_000;
const MEMORY_OF_THE_MACHINE = { metric: "system.memory.utilization", labels: {} };
const SMAPS = "Rss: 900 kB\nPss: 500 kB\nPss_Anon: 300 kB\nPrivate_Dirty: 200 kB\nSwapPss: 0 kB\n";

/** Asked for the largest processes, it names those given, and remembers the question. */
function tableOf(pids: readonly number[]) {
  const asked: [string, number][] = [];
  const top = (by: string, limit: number) => {
    asked.push([by, limit]);
    return pids.map((pid) => ({ pid })) as never;
  };
  return { asked, top };
}

test("the memory of the largest processes is read while it happens, and what may not be read is left out", async () => {
  using host = new FakeProc();
  host.write("5/smaps_rollup", SMAPS);
  const processes = tableOf([5, 6]);
  const facts = await liveFactsOf(host.roots, processes)(MEMORY_OF_THE_MACHINE, NOW - 5000, NOW);
  expect(facts?.memory).toEqual(
    new Map([[5, expect.objectContaining({ proportionalBytes: 300 * 1024, unsharedBytes: 200 * 1024 })]]),
  );
  expect(processes.asked).toEqual([["memory", 20]]);
});

test.each([
  ["of the past", MEMORY_OF_THE_MACHINE, NOW - 11_000],
  ["of the CPU, which the process table has", { metric: "system.cpu.utilization", labels: {} }, NOW],
  ["of a filesystem without its mount point", { metric: "system.filesystem.utilization", labels: {} }, NOW],
])("nothing is looked at for an explanation %s", async (_what, series, at) => {
  using host = new FakeProc();
  host.write("5/smaps_rollup", SMAPS);
  const processes = tableOf([5]);
  expect(await liveFactsOf(host.roots, processes)(series, at, NOW)).toBeUndefined();
  expect(processes.asked).toEqual([]);
});

test("without /proc nothing is looked at", async () => {
  using host = new FakeProc();
  rmSync(host.roots.proc, { recursive: true });
  expect(await liveFactsOf(host.roots, tableOf([5]))(MEMORY_OF_THE_MACHINE, NOW, NOW)).toBeUndefined();
});
