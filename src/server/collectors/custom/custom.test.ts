import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { isRunning } from "../../../../tests/helpers/processes";
import { eventually } from "../../../../tests/helpers/server";
import { type CommandSourceOptions, commandSource } from "./command";
import { type CustomSource, jsonNumber, numberOf, parseNagios, parsePrometheus, resolveJsonPointer } from "./custom";
import { CustomRunner } from "./runner";
import { functionSource, httpSource, textfileSource } from "./sources";

const folder = mkdtempSync(join(tmpdir(), "hostscope-custom-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (source: CustomSource) => source(new AbortController().signal);
const node = (script: string, change: Partial<CommandSourceOptions> = {}) =>
  commandSource({ argv: [process.execPath, "-e", script], output: "number", pointer: "", ...change });

test.each([
  ["a number", "console.log(' 42.5 ')", {}, [{ value: 42.5 }]],
  ["a number in JSON", 'console.log(\'{"a":{"b~c":[7]}}\')', { output: "json", pointer: "/a/b~0c/0" }, [{ value: 7 }]],
  [
    "Prometheus text",
    "console.log('# HELP x\\nx{a=\"1\"} 3\\ny 4')",
    { output: "prometheus" },
    [
      { metric: "x", value: 3, labels: { a: "1" } },
      { metric: "y", value: 4 },
    ],
  ],
  [
    "a Nagios warning",
    "console.log('WARN | time=0.5s;1;2'); process.exit(1)",
    { output: "nagios" },
    [{ value: 0.5, labels: { "nagios.label": "time" } }],
  ],
] as const)("a program's output: %s", async (_name, script, change, readings) => {
  expect(await read(node(script, change))).toEqual(readings);
});

test.each([
  ["text", "console.log('lots')", /expected a number, got "lots"/],
  ["nothing", "", /expected a number, got ""/],
  ["infinity", "console.log('1e999')", /expected a number/],
  ["a comma for a point", "console.log('1,5')", /expected a number/],
  ["an exit code", "console.error('no database'); process.exit(3)", /exited with 3: no database/],
  ["a flood", "for (;;) process.stdout.write('x'.repeat(65536))", /printed more than 64 KiB/],
])("%s is an error and never 0", async (_name, script, message) => {
  await expect(read(node(script))).rejects.toThrow(message);
});

test("a program that hangs is ended with all that it started when its time is up", async () => {
  const marker = join(folder, "pid");
  const script = `
    const { spawn } = require("node:child_process");
    const child = spawn("sleep", ["60"], { stdio: "inherit" });
    require("node:fs").writeFileSync(${JSON.stringify(marker)}, String(child.pid));
    process.on("SIGTERM", () => {});
    setInterval(() => {}, 1000);`;
  const time = new AbortController();
  const reading = node(script)(time.signal);
  const grandchild = await eventually(async () => Number(readFileSync(marker, "utf8")));
  time.abort();
  await expect(reading).rejects.toThrow("timed out");
  await eventually(async () => !isRunning(grandchild));
});

test("a program that is not there, and one that may not be run", async () => {
  writeFileSync(join(folder, "plain"), "x", { mode: 0o600 });
  await expect(read(commandSource({ argv: ["/nowhere/x"], output: "number", pointer: "" }))).rejects.toThrow(
    "program not found: /nowhere/x",
  );
  await expect(read(commandSource({ argv: [join(folder, "plain")], output: "number", pointer: "" }))).rejects.toThrow(
    "no permission to run",
  );
});

test("arguments are no shell's: nothing in them is run", async () => {
  const canary = join(folder, "canary");
  await read(
    node("console.log(process.argv.length)", {
      argv: [process.execPath, "-e", "console.log(1)", `$(touch ${canary})`, `; touch ${canary}`],
    }),
  );
  expect(() => writeFileSync(canary, "", { flag: "wx" })).not.toThrow();
});

test("HTTP: Prometheus text is read by its own names, those that are asked for", async () => {
  const text = '# TYPE jobs gauge\njobs{queue="mail"} 3\njobs{queue="print"} 1\njobs_done_total 9 1795478400000\n';
  const bodies: Record<string, string> = { "/metrics": text, "/plain": "42\n", "/page": "<html>\n", "/none": "# nothing\n" };
  const server = createServer((request, response) => response.end(bodies[request.url ?? ""])).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const from = (path: string, metrics: string[] = []) =>
    read(httpSource({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, pointer: "", metrics }));
  expect(await from("/metrics")).toHaveLength(3);
  expect(await from("/metrics", ["jobs", "other*"])).toEqual([
    { metric: "jobs", value: 3, labels: { queue: "mail" } },
    { metric: "jobs", value: 1, labels: { queue: "print" } },
  ]);
  expect(await from("/plain")).toEqual([{ value: 42 }]);
  await expect(from("/metrics", ["nope"])).rejects.toThrow("the response has no metric nope");
  await expect(from("/page")).rejects.toThrow("the response is neither JSON nor Prometheus text");
  await expect(from("/none")).rejects.toThrow("the response has no metrics");
  server.close();
});

test("HTTP: a pointer into the answer, a refusal, a redirect", async () => {
  const server = createServer((request, response) => {
    if (request.url === "/ok") response.end('{"queue":{"length":12}}');
    else response.writeHead(request.url === "/moved" ? 302 : 500, { location: "/ok" }).end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await read(httpSource({ url: `${base}/ok`, pointer: "/queue/length", metrics: [] }))).toEqual([{ value: 12 }]);
  await expect(read(httpSource({ url: `${base}/ok`, pointer: "/queue/size", metrics: [] }))).rejects.toThrow(
    "nothing found at /queue/size",
  );
  await expect(read(httpSource({ url: `${base}/moved`, pointer: "", metrics: [] }))).rejects.toThrow("responded with 302");
  server.close();
  await expect(read(httpSource({ url: `${base}/ok`, pointer: "", metrics: [] }))).rejects.toThrow(/ECONNREFUSED|UND_ERR_SOCKET/);
});

test("a small packed answer that is huge when unpacked is refused, and so is a long one", async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const server = createServer((request, response) => {
    if (request.url === "/packed") response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
    else response.end(`${" ".repeat(1024 * 1024)}12`);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ["/packed", "/long"]) {
    await expect(read(httpSource({ url: `${base}${path}`, pointer: "", metrics: [] }))).rejects.toThrow(
      "the response is larger than 1024 KiB",
    );
  }
  server.closeAllConnections();
  server.close();
});

test("a pipe, a device or a huge file among the text files is refused without waiting", async () => {
  const files = mkdtempSync(join(folder, "files-"));
  const pipe = join(files, "pipe.prom");
  execFileSync("mkfifo", [pipe]);
  await expect(read(textfileSource(files))).rejects.toThrow(`${pipe} is not a regular file`);
  await expect(read(textfileSource("/dev/zero"))).rejects.toThrow("/dev/zero is not a regular file");
  writeFileSync(join(files, "a.prom"), `# ${"x".repeat(1024 * 1024)}\n`);
  await expect(read(textfileSource(join(files, "a.prom")))).rejects.toThrow("is larger than 1024 KiB");
});

test("text files of a folder, as node_exporter reads them", async () => {
  writeFileSync(join(folder, "a.prom"), 'backup_age_seconds{job="db",path="a\\"b"} 3600\n');
  writeFileSync(join(folder, "ignored.txt"), "nonsense here");
  expect(await read(textfileSource(folder))).toEqual([
    { metric: "backup_age_seconds", value: 3600, labels: { job: "db", path: 'a"b' } },
  ]);
  await expect(read(textfileSource("/nowhere"))).rejects.toThrow("ENOENT");
});

test("a function that no plugin has registered says where to add it", async () => {
  await expect(read(functionSource("get_x", new Map()))).rejects.toThrow(
    "no plugin registers the function get_x; add it in plugins/",
  );
  expect(await read(functionSource("get_x", new Map([["get_x", async () => ({ value: "7", tags: { pool: "a" } })]])))).toEqual([
    { value: 7, labels: { pool: "a" } },
  ]);
});

test("numbers, pointers and Nagios output in detail", () => {
  expect(numberOf("-1.5e3\n")).toBe(-1500);
  expect(() => resolveJsonPointer({}, "/__proto__")).toThrow();
  expect(jsonNumber('"12"', "")).toBe(12);
  expect(parsePrometheus("x NaN\ny +Inf\nz 1 1700000000000")).toEqual([{ metric: "z", value: 1 }]);
  expect(() => parsePrometheus("x = 1")).toThrow("line 1 is not Prometheus text");
  expect(() => parseNagios("OK")).toThrow("no performance data");
});

const metric = (name: string, source: CustomSource) => ({
  name,
  source,
  intervalSeconds: 10,
  timeoutSeconds: 0.2,
  unit: "1",
  kind: "gauge" as const,
  labels: { host: "a" },
});

test("one metric that hangs makes no other late, and its error is told once", async () => {
  const changes: (string | null)[] = [];
  const hanging: CustomSource = (signal) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("timed out"))));
  const runner = new CustomRunner([metric("slow", hanging), metric("quick", async () => [{ value: 5 }])], ({ name, error }) =>
    changes.push(`${name}: ${error}`),
  );
  runner.tick(1000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(runner.readings(1000)).toEqual([{ metric: "quick", labels: { host: "a" }, value: 5 }]);
  await expect.poll(() => changes).toEqual(["slow: timed out"]);
  runner.tick(5000);
  expect(runner.readings(60_000)).toEqual([]);
});

test("pushed readings stand for five minutes", () => {
  const runner = new CustomRunner([], () => {});
  runner.push([{ reading: { metric: "deploys", value: 3 }, at: 0 }], 0);
  expect(runner.readings(299_000)).toHaveLength(1);
  expect(runner.readings(301_000)).toHaveLength(0);
});

test("a clock that is set back stops no reads, and keeps nothing current that is old", async () => {
  let reads = 0;
  const hour = 3_600_000;
  const runner = new CustomRunner([metric("offset", async () => [{ value: ++reads }])], () => {});
  runner.push([{ reading: { metric: "deploys", value: 3 }, at: 2 * hour }], 2 * hour);
  for (let second = 0; second < 10; second++) {
    runner.tick(2 * hour + second * 1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const before = reads;
  for (let second = 10; second < 400; second++) {
    runner.tick(second * 1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(reads - before).toBeGreaterThan(before * 5);
  expect(runner.readings(400_000)).toEqual([{ metric: "offset", labels: { host: "a" }, value: reads }]);
});

test("of what is pushed for one series the newest reading stands, in whatever order it comes and its tags are written", () => {
  const runner = new CustomRunner([], () => {});
  const reading = (value: number, labels: Record<string, string>) => ({ metric: "deploys", value, labels });
  runner.push([{ reading: reading(10, { a: "1", b: "2" }), at: 200 }], 300);
  runner.push([{ reading: reading(3, { b: "2", a: "1" }), at: 100 }], 300);
  expect(runner.readings(300).map(({ value }) => value)).toEqual([10]);
  runner.push([{ reading: reading(11, { b: "2", a: "1" }), at: 300 }], 300);
  expect(runner.readings(300).map(({ value }) => value)).toEqual([11]);
});

test("a new series above the limit of a day is refused with all that came with it, whatever time its reading says", () => {
  const runner = new CustomRunner([], () => {});
  const readings = (count: number, at = 0) =>
    Array.from({ length: count }, (_, index) => ({ reading: { metric: `m${index}`, value: 1 }, at }));
  runner.push(readings(400), 0);
  expect(() => runner.push(readings(501), 0)).toThrow("At most 500 series can be pushed in a day");
  expect(runner.readings(0)).toHaveLength(400);
  runner.push(readings(500), 0);
  runner.push(readings(500), 0);
  expect(runner.readings(0)).toHaveLength(500);
  // The readings have had their time; the series are still there.
  expect(runner.readings(600_000)).toHaveLength(0);
  const another = [{ reading: { metric: "another", value: 1 }, at: 3_600_000 - 299_000 }];
  expect(() => runner.push(another, 3_600_000)).toThrow("A tag whose value keeps changing");
  runner.push(readings(499, 80_000_000), 80_000_000);
  runner.push(another, 90_000_000);
  expect(() => runner.push([{ reading: { metric: "one more", value: 1 }, at: 0 }], 90_000_000)).toThrow("At most 500");
});

test.each([
  ["one line of 200,000 letters", `m{${"a".repeat(200_000)}} 1`],
  ["fifty lines of 16,000 letters", Array.from({ length: 50 }, () => `m{${"a".repeat(16_000)}} 1`).join("\n")],
])("%s as text of Prometheus is read or refused, and not tried from each letter", (_name, text) => {
  // A square of the length would take minutes.
  try {
    expect(parsePrometheus(text).every(({ labels }) => labels === undefined)).toBe(true);
  } catch (error) {
    expect(String(error)).toContain("longer than");
  }
  expect(() => parseNagios(`OK | ${"a".repeat(60_000)}`)).toThrow("no performance data");
  expect(() => parseNagios(`OK | a=${"1".repeat(60_000)},`)).toThrow("no performance data");
});

test("labels and performance values are read as before", () => {
  expect(parsePrometheus('m{a="1",b_2="x\\n\\"y"} 2\nn +Inf\nconstructor 3')).toEqual([
    { metric: "m", value: 2, labels: { a: "1", b_2: 'x\n"y' } },
    { metric: "constructor", value: 3 },
  ]);
  expect(() => parsePrometheus("m constructor")).toThrow("line 1 is not Prometheus text");
  expect(parseNagios("OK | time=0.12s;1;2 'disk size'=40B x=1")).toEqual([
    { value: 0.12, labels: { "nagios.label": "time" } },
    { value: 40, labels: { "nagios.label": "disk size" } },
    { value: 1, labels: { "nagios.label": "x" } },
  ]);
});

test.each([
  ["offset=-2.3e-05s;0.5;1", -2.3e-5],
  ["rate=1E+3B/s", 1000],
  ["used=12.%;80;90", 12],
  ["delay=.5ms", 0.5],
  ["delta=+3us", 3],
  ["rta=0,041ms", null],
  ["version=1.2.3", null],
  ["range=1-5", null],
  ["size=1e", 1],
  ["size=1e-", null],
  ["state=U", null],
])("the performance value %s is %s", (data, value) => {
  const found = parseNagios(`OK | ${data} last=7`).find(({ labels }) => labels?.["nagios.label"] !== "last");
  expect(found?.value ?? null).toBe(value);
});

test("a source gives a thousand readings at most, and a folder a hundred files", async () => {
  const lines = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `m${from + index} 1`).join("\n");
  expect(parsePrometheus(lines(1000))).toHaveLength(1000);
  expect(() => parsePrometheus(lines(1001))).toThrow("more than 1000 readings");
  const folder = mkdtempSync(join(tmpdir(), "hostscope-many-"));
  const read = () => textfileSource(folder)(AbortSignal.timeout(10_000));
  for (let file = 0; file < 3; file++) writeFileSync(join(folder, `${file}.prom`), lines(400, file * 400));
  await expect(read()).rejects.toThrow("more than 1000 readings");
  for (let file = 0; file < 101; file++) writeFileSync(join(folder, `${file}.prom`), "m 1");
  await expect(read()).rejects.toThrow("more than 100 files");
  rmSync(folder, { recursive: true });
});

test("a source that gives ever new series fails once it has given 2,000 in a day", async () => {
  let round = 0;
  const source: CustomSource = async () =>
    Array.from({ length: 500 }, (_, index) => ({ value: 1, labels: { round: String(round), index: String(index) } }));
  const errors: (string | null)[] = [];
  const metric = { name: "churn", source, intervalSeconds: 1, timeoutSeconds: 5, unit: "1", kind: "gauge" as const, labels: {} };
  const runner = new CustomRunner([metric], ({ error }) => errors.push(error));
  for (round = 0; round < 6; round++) {
    runner.tick(round * 2000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(errors).toEqual([expect.stringContaining("more than 2000 series")]);
});
