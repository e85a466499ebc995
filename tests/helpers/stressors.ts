/** Processes that cause a known problem, and busy ones that do not. All of their children end with their process group. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Stressor {
  pid: number;
  stop: () => Promise<void>;
}

function group(program: string, args: readonly string[], after: () => void = () => {}): Stressor {
  const child: ChildProcess = spawn(program, args, { stdio: "ignore", detached: true });
  const gone = new Promise((resolve) => child.on("exit", resolve));
  const pid = child.pid ?? 0;
  return {
    pid,
    stop: async () => {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // It has already ended.
      }
      await gone;
      after();
    },
  };
}

const node = (source: string, after?: () => void) => group(process.execPath, ["-e", source], after);

export function cpuHog(): Stressor {
  return node("for (;;) Math.sqrt(Math.random())");
}

/** Allocates `megabytes` within a few seconds and keeps them. */
export function memoryHog(megabytes: number): Stressor {
  return node(`
    const kept = [];
    const timer = setInterval(() => {
      if (kept.length >= ${megabytes / 16}) return clearInterval(timer);
      kept.push(Buffer.alloc(16 << 20, 7));
    }, 50);
    setInterval(() => kept.length, 1000);`);
}

export function diskHog(): Stressor {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-stress-"));
  const source = `
    const fs = require("node:fs");
    const block = Buffer.alloc(1 << 20, 7);
    const fd = fs.openSync(${JSON.stringify(join(folder, "file"))}, "w");
    for (let i = 0; ; i = (i + 1) % 128) { fs.writeSync(fd, block, 0, block.length, i << 20); fs.fdatasyncSync(fd); }`;
  return node(source, () => rmSync(folder, { recursive: true, force: true }));
}

/** A shell that runs one short program after another. */
export function forkStorm(): Stressor {
  return group("sh", ["-c", "while :; do /bin/true; done"]);
}

/** A program that never waits for its children. */
export function zombieParent(count: number): Stressor {
  return group("sh", ["-c", `i=0; while [ $i -lt ${count} ]; do sleep 0.01 & i=$((i+1)); done; exec sleep 600`]);
}

/** Busy for a share of its time, with some memory and a few writes: the usual load beside the culprit. */
export function innocent({
  share,
  megabytes,
  kilobytesPerSecond,
}: {
  share: number;
  megabytes: number;
  kilobytesPerSecond: number;
}): Stressor {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-innocent-"));
  const source = `
    const fs = require("node:fs");
    const kept = Buffer.alloc(${megabytes} << 20, 7);
    const fd = fs.openSync(${JSON.stringify(join(folder, "file"))}, "w");
    const block = Buffer.alloc(${kilobytesPerSecond} * 1024, kept[0]);
    setInterval(() => { const end = performance.now() + 100 * ${share}; while (performance.now() < end) Math.sqrt(Math.random()); }, 100);
    setInterval(() => { fs.writeSync(fd, block, 0, block.length, 0); fs.fdatasync(fd, () => {}); }, 1000);`;
  return node(source, () => rmSync(folder, { recursive: true, force: true }));
}
