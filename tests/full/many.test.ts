/** Machines with very many processes or mounts. */
import { expect, test } from "vitest";
import { deriveFrame } from "~/domain/derive";
import { COLLECTORS } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";
import { FakeProc } from "../helpers/fake-proc";

test("5,000 processes: every one in the table, and a tick with idle ones in turns stays short", () => {
  using host = new FakeProc();
  for (let pid = 1; pid <= 5000; pid++) host.process(pid, { start: pid });
  const sampler = new Sampler(host.roots, COLLECTORS, 4);
  try {
    const first = sampler.collect(1000);
    expect(first.processes.changed).toHaveLength(5000);
    for (let tick = 2; tick <= 15; tick++) sampler.collect(1000 * tick);
    const ticks = Array.from({ length: 10 }, (_, tick) => sampler.collect(1000 * (20 + tick)));
    expect(ticks.flatMap(({ changes }) => changes)).toEqual([]);
    expect(ticks.map(({ durationMs }) => durationMs).sort((a, b) => a - b)[5]).toBeLessThan(200);
  } finally {
    sampler.close();
  }
});

test("2,000 mounts: one tick reads them all, and what is drawn is ready within a second", () => {
  using host = new FakeProc();
  const mounts = Array.from(
    { length: 2000 },
    (_, i) => `${i + 30} 22 ${i}:1 / /proc/self/../../mnt/volume-${i} rw - ext4 /dev/sd${i} rw`,
  );
  host.write("self/mountinfo", `22 1 8:1 / / rw - ext4 /dev/sda1 rw\n${mounts.join("\n")}\n`);
  const sampler = new Sampler(host.roots, COLLECTORS, 4);
  try {
    const { sample, durationMs } = sampler.collect(1000);
    expect(durationMs).toBeLessThan(1000);
    const started = performance.now();
    deriveFrame(undefined, sample);
    expect(performance.now() - started).toBeLessThan(1000);
  } finally {
    sampler.close();
  }
});
