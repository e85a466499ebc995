/** The process scanner over several ticks of a fake /proc. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { ProcessRow } from "~/domain/process";
import { Redactor } from "~/domain/redact";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { runAtOnce } from "../slices";
import { readProcessDetails } from "./process-details";
import { ProcessScanner } from "./processes";

const detailsOf = (host: FakeProc, pid: number, change: Partial<Parameters<typeof readProcessDetails>[1]> = {}) =>
  readProcessDetails(host.roots, {
    pid,
    memoryBytes: 1,
    now: 1000,
    redactor: new Redactor(),
    run: async (work) => runAtOnce(work),
    ...change,
  });

/** Ticks a scanner; `scan()` returns what changed, by pid. */
function scannerOf(host: FakeProc, at = 0) {
  const scanner = new ProcessScanner(host.roots, 4);
  return {
    scan: (busySeconds = 0) => {
      at += 1000;
      const { delta, readings } = scanner.scan({ at, elapsedMs: 1000, isWatched: false }, busySeconds);
      return { ...delta, readings, rows: new Map<number, ProcessRow>(delta.changed.map((row) => [row.pid, row])) };
    },
    scanner,
    [Symbol.dispose]: () => scanner.close(),
  };
}

test("a number that another process has now begins anew, with no rates from the one before", () => {
  using host = new FakeProc();
  host.process(7, { name: "old", ticks: 500, minorFaults: 90 });
  using table = scannerOf(host);
  table.scan();
  host.process(7, { name: "new", ticks: 2, minorFaults: 1, start: 900 });
  expect(table.scan().rows.get(7)).toMatchObject({
    name: "new",
    startedAt: 1_009_000,
    cpu: null,
    minorFaultsPerSecond: null,
  });
});

test("secrets in arguments reach neither the table nor the page of one process", async () => {
  using host = new FakeProc();
  host.process(7, { name: "mysql" });
  host.write("7/cmdline", "mysql\0-uroot\0-phunter22\0--ssl\0");
  host.write("7/status", "Uid:\t0\t0\t0\t0\n");
  using table = scannerOf(host);
  expect(table.scan().rows.get(7)?.command).toBe("mysql -uroot -p*** --ssl");
  expect((await detailsOf(host, 7))?.arguments).toEqual(["mysql", "-uroot", "-p***", "--ssl"]);
});

test("what a process did before it was first seen counts when it began since the listing before", () => {
  using host = new FakeProc();
  const io = "read_bytes: 0\nwrite_bytes: 900000000\ncancelled_write_bytes: 0\n";
  using table = scannerOf(host, 1_100_000);
  host.process(6, { ticks: 90 });
  host.write("6/io", io);
  expect(table.scan().rows.get(6)).toMatchObject({ cpu: null, writeBytesPerSecond: null });
  host.process(7, { ticks: 90, start: 10_150 });
  host.write("7/io", io);
  host.process(8, { ticks: 90, start: 0 });
  const { rows } = table.scan();
  expect(rows.get(7)?.cpu).toBeGreaterThan(0);
  expect(rows.get(7)?.writeBytesPerSecond).toBeGreaterThan(900e6);
  // Hidden until now, but started long ago.
  expect(rows.get(8)).toMatchObject({ cpu: null });
});

test("children that no listing saw are told of their parent, those that were seen are not", () => {
  using host = new FakeProc();
  using table = scannerOf(host);
  host.process(6);
  host.process(7, { parent: 6, minorFaults: 4000 });
  table.scan();
  host.end(7);
  host.process(6, { childFaults: 4000, ticks: 1 });
  expect(table.scan().rows.get(6)).toMatchObject({ shortLivedPerSecond: null });
  host.process(6, { childFaults: 12_000, ticks: 2 });
  expect(table.scan().rows.get(6)?.shortLivedPerSecond).toBeGreaterThan(99);
});

test("the I/O of children that have ended is told once: by their own rows what was seen of it, by their parent the rest", () => {
  using host = new FakeProc();
  const write = (pid: number, bytes: number) => host.write(`${pid}/io`, `read_bytes: 0\nwrite_bytes: ${bytes}\n`);
  using table = scannerOf(host);
  host.process(6);
  write(6, 0);
  host.process(7, { parent: 6 });
  write(7, 1e9);
  table.scan();
  host.end(7);
  // The kernel adds all that a child wrote to its parent once that has waited for it.
  host.process(6, { ticks: 1 });
  write(6, 1e9);
  expect(table.scan().rows.get(6)).toMatchObject({ writeBytesPerSecond: 0 });
  host.process(6, { ticks: 2 });
  write(6, 3e9);
  expect(table.scan().rows.get(6)?.writeBytesPerSecond).toBeGreaterThan(0);
});

const ioText = (written: number, cancelled = 0) =>
  `read_bytes: 0\nwrite_bytes: ${written}\ncancelled_write_bytes: ${cancelled}\n`;

test("a process that deletes what another one wrote and the disk has not yet shows its own writes all the same", () => {
  using host = new FakeProc();
  using table = scannerOf(host);
  host.process(7);
  host.write("7/io", ioText(0, 0));
  table.scan();
  host.process(7, { ticks: 1 });
  host.write("7/io", ioText(0, 1e9));
  expect(table.scan().rows.get(7)).toMatchObject({ writeBytesPerSecond: 0 });
  host.process(7, { ticks: 2 });
  host.write("7/io", ioText(5e6, 1e9));
  expect(table.scan().rows.get(7)?.writeBytesPerSecond).toBeGreaterThan(0);
});

test("a child that deleted what another process wrote takes nothing off the writes of its parent", () => {
  using host = new FakeProc();
  using table = scannerOf(host);
  host.process(6);
  host.write("6/io", ioText(0, 0));
  host.process(7, { parent: 6 });
  host.write("7/io", ioText(0, 1e9));
  table.scan();
  host.end(7);
  host.process(6, { ticks: 1 });
  host.write("6/io", ioText(5e6, 1e9));
  expect(table.scan().rows.get(6)?.writeBytesPerSecond).toBeGreaterThan(0);
});

test("a tree that ends in one second is not shown again by who waited for it", () => {
  using host = new FakeProc();
  using table = scannerOf(host);
  // A shell that waits for make, which waits for a compiler.
  host.process(5);
  host.process(6, { parent: 5, ticks: 1000 });
  host.process(7, { parent: 6, ticks: 50_000 });
  table.scan(10);
  host.end(6);
  host.end(7);
  host.process(5, { childTicks: 51_000 });
  expect(table.scan(14).rows.get(5)?.cpu).toBe(0);
});

test("what a parent shows of its children is never more than the machine did", () => {
  using host = new FakeProc();
  using table = scannerOf(host);
  host.process(5);
  table.scan(10);
  // It waited for a child that another one had started, and that had been shown there.
  host.process(5, { childTicks: 40_000 });
  expect(table.scan(10.2).rows.get(5)?.cpu).toBeLessThan(0.4);
});

test("the session, and what of the memory is shared and swapped out, of the status file", () => {
  using host = new FakeProc();
  host.process(7);
  host.write("7/status", "Name:\tx\nUid:\t0\t0\nRssAnon:\t 20 kB\nRssFile:\t 8 kB\nRssShmem:\t 4 kB\nVmSwap:\t 16 kB\n");
  using table = scannerOf(host);
  const row = table.scan().rows.get(7);
  expect(row).toMatchObject({ sessionId: 1, sharedBytes: 12_288, swapBytes: 16_384 });
  // Kernels before 4.5 do not tell them.
  host.process(8);
  host.write("8/status", "Name:\tx\nUid:\t0\t0\n");
  expect(table.scan().rows.get(8)).toMatchObject({ sharedBytes: null, swapBytes: null });
});

test("counters that step back give nothing below zero", () => {
  using host = new FakeProc();
  host.process(7, { ticks: 500, minorFaults: 90, majorFaults: 5, childTicks: 40 });
  using table = scannerOf(host);
  table.scan();
  host.process(7, { ticks: 400, minorFaults: 10, majorFaults: 1, childTicks: 4 });
  const rows = [1, 2, 3, 4, 5].flatMap(() => table.scan().rows.get(7) ?? []);
  expect(rows[0]).toMatchObject({ cpu: 0 });
  for (const { minorFaultsPerSecond, majorFaultsPerSecond } of rows) {
    expect([minorFaultsPerSecond ?? 0, majorFaultsPerSecond ?? 0]).toEqual([0, 0]);
  }
});

test("a process that ends between two ticks, or while it is read, has exited", () => {
  using host = new FakeProc();
  host.process(7);
  host.process(8);
  using table = scannerOf(host);
  table.scan();
  host.end(7);
  expect(table.scan().exited).toEqual([7]);
  // Its folder is still listed, its files are gone.
  host.end(8);
  mkdirSync(join(host.roots.proc, "8"));
  host.process(9);
  const after = table.scan();
  expect(after.rows.has(9)).toBe(true);
});

test.each([
  ["a closing bracket", Buffer.from("evil) R 1 (x"), "evil) R 1 (x"],
  ["a line break", Buffer.from("two\nlines"), "two\ufffdlines"],
  ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x41]), "\ufffd\ufffdA"],
  ["an escape sequence", Buffer.from("\u001b[2J"), "\ufffd[2J"],
])("a name with %s", (_what, bytes, name) => {
  using host = new FakeProc();
  host.process(7, { name: bytes });
  using table = scannerOf(host);
  expect(table.scan().rows.get(7)).toMatchObject({ name, state: "sleeping", parentPid: 1 });
});

test("what may not be read is null and not zero", () => {
  using host = new FakeProc();
  host.process(7);
  using table = scannerOf(host);
  expect(table.scan().rows.get(7)).toMatchObject({
    openFiles: null,
    voluntarySwitchesPerSecond: null,
    readBytesPerSecond: null,
    user: "",
    group: null,
  });
});

test("open files, switches and the group are read when a process has settled, and again while it works", () => {
  using host = new FakeProc();
  const switches = (count: number) =>
    `Name:\tx\nUid:\t0\t0\t0\t0\nvoluntary_ctxt_switches:\t${count}\nnonvoluntary_ctxt_switches:\t0\n`;
  const id = "3f2a91c07d44e1b5f2a91c07d44e1b5f2a91c07d44e1b5f2a91c07d44e1b5f2a";
  host.process(7);
  host.write("7/status", switches(0));
  host.write("7/cgroup", "0::/\n");
  host.write("7/fd/0", "");
  using table = scannerOf(host);
  expect(table.scan().rows.get(7)).toMatchObject({ openFiles: null, group: null, voluntarySwitchesPerSecond: null });
  host.write("7/cgroup", `0::/system.slice/docker-${id}.scope\n`);
  host.write("7/fd/1", "");
  let last: ProcessRow | undefined;
  for (let tick = 1; tick <= 14; tick++) {
    host.process(7, { ticks: tick, minorFaults: 10 * tick });
    host.write("7/status", switches(tick * 1000));
    last = table.scan().rows.get(7) ?? last;
  }
  expect(last).toMatchObject({ openFiles: 2, group: "docker 3f2a91c07d44" });
  expect(last?.voluntarySwitchesPerSecond).toBeGreaterThan(0);
  expect(last?.minorFaultsPerSecond).toBeGreaterThan(0);
  expect(last?.majorFaultsPerSecond).toBe(0);
});

test("of many processes all are there, and idle ones are then read in rotation", () => {
  using host = new FakeProc();
  for (let pid = 1; pid <= 600; pid++) host.process(pid, { start: pid });
  using table = scannerOf(host);
  const first = table.scan();
  expect(first.changed).toHaveLength(600);
  expect(first.readings.find(({ labels }) => labels?.["process.state"] === "sleeping")?.value).toBe(600);
  expect(first.staleMs).toBe(5000);
  for (let tick = 0; tick < 12; tick++) table.scan();
  host.process(599, { start: 599, ticks: 100 });
  const ticksUntilSeen = [1, 2, 3, 4, 5].find(() => table.scan().rows.has(599));
  expect(ticksUntilSeen).toBeDefined();
});

test("of many processes idle ones are read at once when those that work do not explain how busy the machine is, and only then", () => {
  using host = new FakeProc();
  const PIDS = 400;
  for (let pid = 1; pid <= PIDS; pid++) host.process(pid, { start: pid });
  using table = scannerOf(host);
  // A machine under load takes longer than a second for a scan: then one core would explain less.
  let nowMs = 0;
  using _clock = vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  let busySeconds = 0;
  let lastPages = 0;
  /** The machine uses `cores`, one of them for pid 5. Every process has `pages`. */
  const scan = (tick: number, { cores, pages }: { cores: number; pages: number }) => {
    busySeconds += cores;
    nowMs += 1000;
    for (let pid = 1; pages !== lastPages && pid <= PIDS; pid++) host.process(pid, { start: pid, pages });
    lastPages = pages;
    host.process(5, { start: 5, pages, ticks: 100 * tick });
    return table.scan(busySeconds).rows;
  };
  for (let tick = 1; tick <= 20; tick++) scan(tick, { cores: 1, pages: 10 });
  const explained = scan(21, { cores: 1, pages: 11 });
  expect(explained.has(5)).toBe(true);
  expect(explained.size).toBeLessThan(PIDS / 3);
  const unexplained = scan(22, { cores: 9, pages: 12 });
  expect(unexplained.size).toBeGreaterThan(PIDS * 0.7);
});

test("of few processes an idle one is read in the tick in which it ran, or when it has more threads than one", () => {
  using host = new FakeProc();
  const ran = (pid: number, nanoseconds: number) => host.write(`${pid}/schedstat`, `${nanoseconds} 0 1\n`);
  for (const pid of [5, 6, 7]) ran(pid, 1000);
  host.process(5);
  host.process(6);
  host.process(7, { threads: 3 });
  host.process(8);
  using table = scannerOf(host);
  // Until all of them count as idle.
  for (let tick = 1; tick <= 40; tick++) table.scan();
  host.process(5, { state: "T" });
  ran(5, 1001);
  expect(table.scan().rows.get(5)?.state).toBe("stopped");
  host.process(7, { threads: 3, state: "T" });
  expect(table.scan().rows.get(7)?.state).toBe("stopped");
  // Without schedstat it is read at each tick.
  host.process(8, { state: "T" });
  expect(table.scan().rows.get(8)?.state).toBe("stopped");
  for (let tick = 1; tick <= 20; tick++) table.scan();
  // Memory that the kernel reclaimed shows when its turn comes.
  host.process(6, { pages: 9 });
  const seen = [1, 2, 3, 4, 5].filter(() => table.scan().rows.has(6));
  expect(seen).toHaveLength(1);
});

test("a worker of the kernel is read in its turn when it has run, takes other names, and has no command line", () => {
  using host = new FakeProc();
  const worker = (ran: number, change: { state?: string; name?: string } = {}) => {
    host.process(44, { parent: 2, virtualBytes: 0, pages: 0, name: "kworker/1:1", ...change });
    host.write("44/schedstat", `${ran} 0 1\n`);
  };
  worker(1000);
  using table = scannerOf(host);
  const seen = () => [1, 2, 3, 4, 5].flatMap(() => table.scan().rows.get(44) ?? []);
  for (let tick = 1; tick <= 60; tick++) table.scan();
  host.write("44/cmdline", "not\0read\0");
  // Does not happen on a real kernel: a kernel thread that has not run does not change.
  worker(1000, { state: "D" });
  expect(seen()).toEqual([]);
  worker(1001, { state: "I", name: "kworker/1:1-events" });
  expect(seen()[0]).toMatchObject({ state: "idle", name: "kworker/1:1-events", command: "" });
});

test("what an idle process does after it was seen not to run is what it did since then", () => {
  using host = new FakeProc();
  host.write("5/schedstat", "1000 0 1\n");
  host.process(5);
  using table = scannerOf(host);
  const now = vi.spyOn(performance, "now");
  let ms = 10_000;
  now.mockImplementation(() => ms);
  for (let tick = 1; tick <= 20; tick++, ms += 1000) table.scan();
  for (const ticks of [50, 100, 150, 200, 250]) {
    host.process(5, { ticks });
    host.write("5/schedstat", `${1000 + ticks} 0 1\n`);
    expect(table.scan().rows.get(5)?.cpu).toBe(0.5);
    ms += 1000;
    for (let tick = 1; tick <= 15; tick++, ms += 1000) table.scan();
  }
});

test("of few processes one that slept for minutes is seen at once when it works hard, and in its turn when it hardly does", () => {
  using host = new FakeProc();
  for (const pid of [1, 2, 3, 4, 5, 6, 7]) host.process(pid, { start: pid });
  using table = scannerOf(host);
  for (let tick = 1; tick <= 120; tick++) table.scan();
  host.process(6, { start: 6, ticks: 90 });
  expect(table.scan(0.9).rows.get(6)?.cpu).toBeGreaterThan(0);
  for (let tick = 1; tick <= 120; tick++) table.scan(0.9);
  host.process(7, { start: 7, ticks: 1 });
  const ticks = [1, 2, 3, 4, 5].find(() => table.scan(0.9).rows.has(7));
  expect(ticks).toBeDefined();
});

test("the counts by state follow each change", () => {
  using host = new FakeProc();
  for (const pid of [1, 2, 3]) host.process(pid);
  using table = scannerOf(host);
  const counts = () => {
    const { readings } = table.scan();
    return Object.fromEntries(readings.map(({ labels, value }) => [labels?.["process.state"], value]));
  };
  expect(counts()).toMatchObject({ sleeping: 3, running: 0, defunct: 0 });
  host.process(2, { state: "R" });
  host.process(3, { state: "Z" });
  expect(counts()).toMatchObject({ sleeping: 1, running: 1, defunct: 1 });
  host.end(3);
  host.process(2, { state: "S" });
  host.process(4, { state: "D" });
  expect(counts()).toMatchObject({ sleeping: 2, running: 0, defunct: 0, uninterruptible: 1 });
});

test("of many processes each one that begins or ends is seen at once, and where the kernel's count misses one, within ticks", () => {
  using host = new FakeProc();
  for (let pid = 1; pid <= 400; pid++) host.process(pid, { start: pid });
  host.write("loadavg", "0.1 0.1 0.1 1/500 400\n");
  using table = scannerOf(host);
  table.scan();
  expect(table.scan().exited).toEqual([]);
  host.process(401, { start: 401 });
  host.write("loadavg", "0.1 0.1 0.1 1/501 401\n");
  expect(table.scan().rows.has(401)).toBe(true);
  host.end(17);
  host.write("loadavg", "0.1 0.1 0.1 1/500 401\n");
  expect(table.scan().exited).toEqual([17]);
  table.scan();
  // A count that missed a new process is not trusted again.
  host.process(402, { start: 402 });
  let ticks = 1;
  while (ticks < 20 && !table.scan().rows.has(402)) ticks++;
  expect(ticks).toBeLessThanOrEqual(10);
  host.process(403, { start: 403 });
  expect(table.scan().rows.has(403)).toBe(true);
});

test("with sparse detail idle ones take turns on a small machine too, those that work do not", () => {
  using host = new FakeProc();
  host.process(7, { start: 7 });
  host.process(8, { start: 8 });
  using table = scannerOf(host);
  table.scanner.detail = "sparse";
  for (let tick = 1; tick <= 30; tick++) {
    host.process(8, { start: 8, ticks: 100 * tick, pages: tick });
    expect(table.scan()).toMatchObject({ staleMs: 10_000 });
  }
  host.process(7, { start: 7, ticks: 50 });
  let seen = 0;
  while (seen < 20 && !table.scan().rows.has(7)) seen++;
  expect(seen).toBeLessThan(10);
  host.process(8, { start: 8, ticks: 9000, pages: 900 });
  expect(table.scan().rows.get(8)?.memoryBytes).toBe(900 * 4096);
});

test("one process in full, as far as it may be read", async () => {
  using host = new FakeProc();
  host.process(1, { name: "init", parent: 0 });
  host.process(7, { parent: 1, ticks: 250, threads: 2, pages: 3 });
  host.write("7/cmdline", "node\0--title=a b\0");
  host.write(
    "7/limits",
    "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 4096                 files\n",
  );
  host.write("7/io", "rchar: 9\nwchar: 9\nsyscr: 3\nsyscw: 4\nread_bytes: 4096\nwrite_bytes: 0\ncancelled_write_bytes: 0\n");
  host.write("7/smaps_rollup", "00-ff ---p 00:00 0 [rollup]\nRss: 12 kB\nPss:  8 kB\nSwapPss: 4 kB\n");
  for (const thread of [7, 9]) {
    host.write(`7/task/${thread}/stat`, `${thread} (worker) R 1 1 1 0 -1 0 0 0 0 0 50 0 0 0 20 0 2 0 100 8192 3 0\n`);
    host.write(`7/task/${thread}/status`, "Name:\tx\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t2\n");
  }
  const found = await detailsOf(host, 7, { memoryBytes: 122_880, now: 1_061_000 });
  expect(found).toMatchObject({
    startedAt: 1_001_000,
    ageSeconds: 60,
    arguments: ["node", "--title=a b"],
    parents: [{ pid: 1, name: "init" }],
    cpuSeconds: 2.5,
    memoryUtilization: 0.1,
    readCalls: 3,
    writeCalls: 4,
    pssBytes: 8192,
    swapBytes: 4096,
    openFilesLimit: 1024,
    openFiles: null,
    executable: null,
    readBytes: 4096,
    voluntarySwitches: 10,
    involuntarySwitches: 4,
    unread: { openFiles: "no permission", executable: "not supported by this kernel or process" },
  });
  expect(found?.threads).toEqual([7, 9].map((id) => ({ id, name: "worker", state: "running", cpuSeconds: 0.5 })));
  expect(await detailsOf(host, 8)).toBeNull();
});

/** Its threads are numbered from its own number on. */
function withThreads(host: FakeProc, pid: number, threads: number): void {
  host.process(pid, { threads });
  for (let thread = pid; thread < pid + threads; thread++)
    host.write(`${pid}/task/${thread}/status`, "Name:\tx\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t2\n");
}

test("the threads of a process are read in slices", async () => {
  using host = new FakeProc();
  withThreads(host, 7, 300);
  let slices = 0;
  const found = await detailsOf(host, 7, {
    run: async (work) => {
      for (let step = work.next(); ; step = work.next()) {
        if (step.done) return step.value;
        slices++;
      }
    },
  });
  expect(found).toMatchObject({ voluntarySwitches: 1500, involuntarySwitches: 600, unread: {} });
  expect(slices).toBeGreaterThanOrEqual(10);
});

test("the switches of a process with thousands of threads are not summed up, and the answer says so", async () => {
  using host = new FakeProc();
  withThreads(host, 7, 2100);
  const found = await detailsOf(host, 7);
  expect(found).toMatchObject({ threadCount: 2100, voluntarySwitches: null, involuntarySwitches: null });
  expect(found?.unread).toMatchObject({
    voluntarySwitches: "more than 2000 threads",
    involuntarySwitches: "more than 2000 threads",
  });
});

test("a title that a process writes over its command line is seen within five ticks, and not looked for in one that rests", () => {
  using host = new FakeProc();
  host.process(7, { ticks: 1 });
  host.write("7/cmdline", "server\0: starting\0");
  using table = scannerOf(host);
  expect(table.scan().rows.get(7)?.command).toBe("server : starting");
  for (let tick = 0; tick < 5; tick++) table.scan();
  host.write("7/cmdline", "server: 3 connections\0");
  const seen = [];
  for (let tick = 1; tick <= 10; tick++) {
    // Too little work for a tick of CPU time.
    host.process(7, { ticks: 1, minorFaults: tick });
    seen.push(table.scan().rows.get(7)?.command);
  }
  expect(seen.slice(0, 5)).toContain("server: 3 connections");
});

test("a zombie keeps the command line that it had", () => {
  using host = new FakeProc();
  host.process(7);
  host.write("7/cmdline", "job\0--all\0");
  using table = scannerOf(host);
  table.scan();
  host.process(7, { state: "Z", virtualBytes: 0, pages: 0 });
  host.write("7/cmdline", "");
  const seen = Array.from({ length: 10 }, () => table.scan().rows.get(7)?.command);
  expect(new Set(seen)).toEqual(new Set(["job --all", undefined]));
});

test("a clock that is set after the start moves the start times with it", () => {
  using host = new FakeProc();
  host.write("stat", "cpu  0 0 0 0 0 0 0 0 0 0\nbtime 0\n");
  host.process(7, { start: 6000 });
  const scanner = new ProcessScanner(host.roots, 4);
  const scan = (at: number) => scanner.scan({ at, elapsedMs: 1000, isWatched: false }, 0).delta;
  expect(scan(100_000).changed).toMatchObject([{ pid: 7, startedAt: 60_000 }]);
  host.write("stat", "cpu  0 0 0 0 0 0 0 0 0 0\nbtime 1790000000\n");
  expect(scan(1_790_000_101_000)).toMatchObject({
    changed: [{ pid: 7, startedAt: 1_790_000_060_000 }],
    startsMovedMs: 1_790_000_000_000,
  });
  scanner.close();
});
