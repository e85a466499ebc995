/** A /proc of plain files that tests change between ticks. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Roots } from "~/server/roots";

export interface FakeStat {
  name: string | Buffer;
  state: string;
  parent: number;
  ticks: number;
  childTicks: number;
  minorFaults: number;
  majorFaults: number;
  childFaults: number;
  threads: number;
  start: number;
  virtualBytes: number;
  pages: number;
}

const IDLE: FakeStat = {
  name: "sleeper",
  state: "S",
  parent: 1,
  ticks: 0,
  childTicks: 0,
  minorFaults: 0,
  majorFaults: 0,
  childFaults: 0,
  threads: 1,
  start: 100,
  virtualBytes: 8192,
  pages: 10,
};

function statLine(pid: number, stat: FakeStat): Buffer {
  const { state, parent, minorFaults, majorFaults, childFaults, ticks, childTicks, threads, start, virtualBytes, pages } = stat;
  const rest = `${state} ${parent} 1 1 0 -1 0 ${minorFaults} ${childFaults} ${majorFaults} 0 ${ticks} 0 ${childTicks} 0 20 0 ${threads} 0 ${start} ${virtualBytes} ${pages} 0`;
  return Buffer.concat([Buffer.from(`${pid} (`), Buffer.from(stat.name), Buffer.from(`) ${rest}\n`)]);
}

export class FakeProc implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "hostscope-proc-"));
  readonly roots: Roots = { proc: join(this.folder, "proc"), sys: join(this.folder, "sys") };

  constructor() {
    this.write("stat", "cpu  0 0 0 0 0 0 0 0 0 0\nbtime 1000\n");
  }

  write(path: string, content: string | Buffer): void {
    const full = join(this.roots.proc, path);
    mkdirSync(join(full, ".."), { recursive: true });
    writeFileSync(full, content);
  }

  /** Rewrites a process's stat file in place, so that an open descriptor sees it, as with the kernel. */
  process(pid: number, change: Partial<FakeStat> = {}): void {
    this.write(`${pid}/stat`, statLine(pid, { ...IDLE, ...change }));
  }

  end(pid: number): void {
    rmSync(join(this.roots.proc, String(pid)), { recursive: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
