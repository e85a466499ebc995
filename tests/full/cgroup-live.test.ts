/** Real control groups: a process with a quota and a limit, the kernel's counters compared with Hostscope's. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { deriveFrame } from "~/domain/derive";
import type { Sample } from "~/domain/sample";
import { COLLECTORS } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";

const ID = "0123456789ab".padEnd(64, "c");
const CONTROLLERS = ["cpu", "cpuacct", "memory", "pids", "blkio"] as const;
const folderOf = (controller: string) => `/sys/fs/cgroup/${controller}/docker/${ID}`;
const hasVersion1 = CONTROLLERS.every((controller) => existsSync(`/sys/fs/cgroup/${controller}/cgroup.procs`));

/** Groups as Docker creates them with cgroup v1. */
class FakeContainer implements AsyncDisposable {
  readonly child = spawn(process.execPath, ["-e", "const block = Buffer.alloc(80 << 20, 1); for (;;) Math.sqrt(block[5])"], {
    stdio: "ignore",
  });

  constructor() {
    for (const controller of CONTROLLERS) mkdirSync(folderOf(controller), { recursive: true });
    writeFileSync(`${folderOf("cpu")}/cpu.cfs_quota_us`, "30000");
    writeFileSync(`${folderOf("memory")}/memory.limit_in_bytes`, String(300 << 20));
    for (const controller of CONTROLLERS) writeFileSync(`${folderOf(controller)}/cgroup.procs`, String(this.child.pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
    // The kernel releases a group a moment after its last process has ended.
    await wait(500);
    for (const controller of CONTROLLERS) rmdirSync(folderOf(controller));
  }
}

test.skipIf(!hasVersion1)(
  "a container of version 1 uses its quota to the full, is throttled, and stays below its limit",
  async () => {
    await using container = new FakeContainer();
    const sampler = new Sampler({ proc: "/proc", sys: "/sys" }, COLLECTORS, cpus().length);
    let previous: Sample | undefined;
    let group: string | null | undefined;
    const values: Record<string, number[]> = {};
    for (let tick = 0; tick < 12; tick++) {
      const { sample, processes } = sampler.collect(Date.now());
      const { series, values: drawn } = deriveFrame(previous, sample);
      previous = sample;
      group = processes.changed.find(({ pid }) => pid === container.child.pid)?.group ?? group;
      series.forEach(({ metric, labels }, index) => {
        if (labels["container.id"] === ID.slice(0, 12)) (values[metric] ??= []).push(drawn[index] as number);
      });
      await wait(1000);
    }
    sampler.close();
    const mean = (metric: string) => {
      const known = (values[metric] ?? []).filter((value) => !Number.isNaN(value)).slice(2);
      return known.reduce((sum, value) => sum + value, 0) / known.length;
    };
    expect(group).toBe(`docker ${ID.slice(0, 12)}`);
    expect(mean("container.cpu.time")).toBeCloseTo(0.3, 1);
    expect(mean("container.cpu.utilization")).toBeGreaterThan(0.9);
    expect(mean("container.cpu.throttled.time")).toBeGreaterThan(0);
    expect(mean("container.memory.working_set")).toBeGreaterThan(80 << 20);
    expect(mean("container.memory.utilization")).toBeLessThan(1);
  },
);
