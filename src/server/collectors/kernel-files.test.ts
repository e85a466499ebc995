import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KernelFiles, reasonOf } from "./kernel-files";
import { parseLoad } from "./load";
import { COLLECTORS } from "./registry";
import { Sampler } from "./run";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-guard-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const readingsOf = (name: string) => ({
  file: { path: join(folder, name) },
  parse: (bytes: Buffer) => [{ metric: name, value: Number(bytes) }],
});

test("a file that cannot be read takes no other down, says why, and is read as soon as it is there", () => {
  write("a", "1");
  const files = new KernelFiles([{ ...readingsOf("a"), usual: true }, { ...readingsOf("b"), usual: true }, readingsOf("unused")]);
  expect(files.read(0)).toEqual([{ metric: "a", value: 1 }]);
  const told = files.absences;
  expect(told).toEqual([{ what: join(folder, "b"), reason: "not supported by this kernel" }]);
  expect(files.read(1000)).toHaveLength(1);
  expect(files.absences).toBe(told);
  write("b", "2");
  expect(files.read(2000)).toEqual([
    { metric: "a", value: 1 },
    { metric: "b", value: 2 },
  ]);
  expect(files.absences).toEqual([]);
  write("unused", "3");
  expect(files.read(3000)).toHaveLength(3);
});

test("a file that answers with an error is tried again each minute", () => {
  mkdirSync(join(folder, "refusing"));
  const files = new KernelFiles([readingsOf("refusing")]);
  expect(files.read(0)).toEqual([]);
  expect(files.absences).toEqual([{ what: join(folder, "refusing"), reason: "EISDIR" }]);
  rmSync(join(folder, "refusing"), { recursive: true });
  write("refusing", "1");
  expect(files.read(59_000)).toEqual([]);
  expect(files.read(60_000)).toHaveLength(1);
  expect(files.absences).toEqual([]);
});

/** The descriptor that is open reads nothing any more; who opens the file anew reads `text`. */
function outgrow(path: string, text: string): void {
  truncateSync(join(folder, path));
  rmSync(join(folder, path));
  write(path, text);
}

// lxc/lxcfs#694: a file that has outgrown the buffer of its descriptor reads as empty.
test("a file whose open descriptor reads nothing any more is opened anew", () => {
  write("stat", "1");
  const files = new KernelFiles([{ ...readingsOf("stat"), usual: true }]);
  files.read(0);
  outgrow("stat", "22222222");
  expect(files.read(1000)).toEqual([{ metric: "stat", value: 22222222 }]);
  expect(files.absences).toEqual([]);
});

test("a file that every Linux has and that is empty is named until it has something in it", () => {
  write("stat", "1");
  write("unused", "");
  const files = new KernelFiles([{ ...readingsOf("stat"), usual: true }, readingsOf("unused")]);
  files.read(0);
  outgrow("stat", "");
  expect(files.read(1000).map(({ metric }) => metric)).toEqual(["unused"]);
  const told = files.absences;
  expect(told).toEqual([{ what: join(folder, "stat"), reason: "empty" }]);
  files.read(2000);
  expect(files.absences).toBe(told);
  write("stat", "2");
  expect(files.read(3000)[0]).toEqual({ metric: "stat", value: 2 });
  expect(files.absences).toEqual([]);
});

test("a clock that was set back does not keep a file away for long", () => {
  const files = new KernelFiles([readingsOf("a")]);
  files.read(1_000_000_000);
  write("a", "1");
  expect(files.read(5_000)).toHaveLength(1);
});

test("a parser that throws is a file that cannot be read", () => {
  write("loadavg", "x");
  const broken = {
    file: { path: join(folder, "loadavg") },
    parse: () => {
      throw new Error("is not what it was");
    },
  };
  const files = new KernelFiles([broken, { file: { path: join(folder, "loadavg") }, parse: parseLoad }]);
  expect(files.read(0)).toEqual([]);
  expect(files.absences).toEqual([{ what: join(folder, "loadavg"), reason: "is not what it was" }]);
});

// netdata/netdata#7531: Red Hat 8 and its relatives boot with psi=0, and reading answers EOPNOTSUPP, which Node calls ENOTSUP.
test.each([
  [{ code: "ENOTSUP", errno: -95 }, "disabled in this kernel"],
  [{ code: "EOPNOTSUPP", errno: -95 }, "disabled in this kernel"],
  [{ code: "EACCES", errno: -13 }, "no permission (EACCES)"],
  [{ code: "ENOENT", errno: -2 }, "not supported by this kernel"],
  [{ code: "EIO", errno: -5 }, "EIO"],
])("%j means: %s", (error, reason) => {
  expect(reasonOf(Object.assign(new Error("x"), error))).toBe(reason);
});

test("a collector that cannot be opened fails alone and is opened a minute later", () => {
  let works = false;
  const openFlaky = () => {
    if (!works) throw Object.assign(new Error("no"), { code: "EACCES", errno: -13 });
    return { name: "flaky", collect: () => [{ metric: "flaky", value: 1 }] };
  };
  const openSteady = () => ({ name: "steady", collect: () => [{ metric: "steady", value: 1 }] });
  write("proc/stat", "");
  const sampler = new Sampler({ proc: join(folder, "proc"), sys: join(folder, "sys") }, [openFlaky, openSteady], 1);
  const metricsAt = (at: number) => {
    const { sample, changes } = sampler.collect(at);
    return { metrics: sample.series.map(({ metric }) => metric).filter((one) => /flaky|steady/.test(one)), changes };
  };
  expect(metricsAt(1000)).toMatchObject({
    metrics: ["steady"],
    changes: [{ collector: "flaky", error: "cannot be opened: no permission (EACCES)" }],
  });
  works = true;
  expect(metricsAt(2000).metrics).toEqual(["steady"]);
  expect(metricsAt(62_000)).toMatchObject({ metrics: ["flaky", "steady"], changes: [{ collector: "flaky", error: null }] });
  sampler.close();
});

test("a host without some of its files is sampled from the others, and the missing ones are named", () => {
  const root = "tests/fixtures/hosts/recorded/firecracker-vm";
  const copied = join(folder, "host");
  for (const name of ["proc", "sys"]) linkTree(join(root, name), join(copied, name));
  for (const gone of ["proc/vmstat", "proc/loadavg"]) rmSync(join(copied, gone), { force: true });
  const sampler = new Sampler({ proc: join(copied, "proc"), sys: join(copied, "sys") }, COLLECTORS, 2);
  const { sample, changes, absences } = sampler.collect(0);
  sampler.close();
  expect(changes).toEqual([]);
  expect(absences?.map(({ what }) => what.slice(copied.length))).toEqual(["/proc/loadavg", "/proc/vmstat"]);
  const metrics = new Set(sample.series.map(({ metric }) => metric));
  for (const metric of ["system.memory.usage", "system.uptime", "system.cpu.time", "system.network.io"])
    expect(metrics).toContain(metric);
});

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true, recursive: true })) {
    const source = join(entry.parentPath, entry.name);
    const target = join(to, source.slice(from.length));
    if (entry.isDirectory()) mkdirSync(target, { recursive: true });
    else if (entry.isFile()) {
      mkdirSync(dirname(target), { recursive: true });
      copy(source, target);
    }
  }
}

function copy(source: string, target: string): void {
  try {
    copyFileSync(source, target);
    chmodSync(target, 0o644);
  } catch {
    // A link that leads out of the fixture.
  }
}

test.skipIf(process.getuid?.() !== 0)(
  "as nobody, on a host that hides /sys and one file, everything else is sampled and both are named",
  () => {
    const root = "tests/fixtures/hosts/recorded/firecracker-vm";
    const copied = join(folder, "host");
    for (const name of ["proc", "sys"]) linkTree(join(root, name), join(copied, name));
    chmodSync(folder, 0o755);
    rmSync(join(copied, "proc", "vmstat"));
    chmodSync(join(copied, "sys"), 0o700);
    chmodSync(join(copied, "proc", "interrupts"), 0o400);
    const { stdout } = spawnSync(process.execPath, ["node_modules/tsx/dist/cli.mjs", "tests/helpers/sample-host.ts", copied], {
      uid: 65_534,
      gid: 65_534,
      encoding: "utf8",
      env: { PATH: process.env.PATH ?? "", NODE_ENV: "test", HOME: folder },
    });
    const { metrics, absences, changes } = JSON.parse(stdout) as {
      metrics: string[];
      absences: { what: string }[];
      changes: object[];
    };
    expect(changes).toEqual([]);
    expect(absences.map(({ what }) => what.slice(copied.length)).sort()).toEqual(["/proc/interrupts", "/proc/vmstat", "/sys"]);
    for (const metric of [
      "system.cpu.time",
      "system.memory.usage",
      "system.disk.io",
      "system.network.io",
      "system.cpu.softirqs",
    ]) {
      expect(metrics).toContain(metric);
    }
  },
);

test("an hour takes so many new names, and what is not taken is said", () => {
  write("proc/stat", "");
  let tick = 0;
  const openChanging = () => ({
    name: "changing",
    collect: () =>
      Array.from({ length: 10 }, (_, index) => ({
        metric: "changing",
        labels: { id: `${tick}-${index}` },
        value: 1,
      })),
  });
  const sampler = new Sampler({ proc: join(folder, "proc"), sys: join(folder, "sys") }, [openChanging], 1, undefined, 40);
  const said = new Set<string>();
  for (; tick < 40; tick++) for (const { what } of sampler.collect(1000 * tick).absences ?? []) said.add(what);
  sampler.close();
  expect([...said]).toContain("new values of id");
});
