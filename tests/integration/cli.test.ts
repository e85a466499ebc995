import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATIENCE_MS } from "../helpers/patience";
import { eventually, folderEnvironment, getJson, runHostscope, type StartedServer, startServer } from "../helpers/server";
import { openTerminal } from "../helpers/terminal";

const BIN = resolve("bin/hostscope.mjs");
const ENTER = "\u001b[?1049h";
const LEAVE = "\u001b[?25h\u001b[?1049l";
const DEAD = "http://127.0.0.1:1";

let server: StartedServer;
let environment: Record<string, string>;
const run = (...args: string[]) => runHostscope(args, environment);

beforeAll(async () => {
  const config = `
notifications:
  command: {argv: ["true"]}
alerts:
  rules:
    - {name: queue, metric: queue, aggregate: last, critical: 10, for: 0s}
`;
  server = await startServer({ config });
  environment = { ...folderEnvironment(server.folder), HOSTSCOPE_URL: server.url };
  await eventually(async () => (await getJson<{ timestamp: string | null }>(`${server.url}/api/metrics/current`)).timestamp);
});

afterAll(() => server[Symbol.asyncDispose]());

test("the monitor takes the terminal, obeys keys and leaves it as it was", async () => {
  await using terminal = openTerminal([BIN, "monitor"], { env: { ...environment, CI: "true" } });
  await terminal.until(/● live/);
  expect(terminal.output()).toContain(ENTER);
  terminal.type("/hostscope");
  await terminal.until(/processes, \d+ match/);
  terminal.type("\r");
  terminal.type("?");
  await terminal.until(/press again to reverse/);
  terminal.type("?q");
  await terminal.until(/EXIT 0[\s\S]*icanon[\s\S]*echoke/);
  expect(terminal.output().lastIndexOf(LEAVE)).toBeGreaterThan(terminal.output().lastIndexOf(ENTER));
  expect(terminal.output()).toMatch(/[\s;]icanon/);
  expect(terminal.output()).toMatch(/[\s;]echo[\s;]/);
});

test.each([
  ["Ctrl-C", 130, (_pid: number, type: (keys: string) => void) => type("\u0003")],
  ["SIGTERM", 143, (pid: number) => process.kill(pid, "SIGTERM")],
  ["a hang-up", 129, (pid: number) => process.kill(pid, "SIGHUP")],
] as const)("after %s the terminal is as it was", async (_name, code, end) => {
  await using terminal = openTerminal([BIN, "monitor", "--local"], { columns: 160, rows: 50 });
  await terminal.until(/● live/);
  end(await terminal.pid(), terminal.type);
  await terminal.until(new RegExp(`EXIT ${code}[\\s\\S]*icanon[\\s\\S]*echoke`));
  expect(terminal.output()).toContain(LEAVE);
  expect(terminal.output()).toMatch(/[\s;]icanon/);
});

test("the monitor says that the server is gone, and goes on when it is back", async () => {
  await using first = await startServer();
  await using terminal = openTerminal([BIN, "monitor", "--url", first.url]);
  await terminal.until(/● live/);
  await first.kill("SIGKILL");
  await terminal.until(/reconnecting/);
  const before = terminal.output().length;
  const again = await startServer({ folder: first.folder, port: first.port });
  try {
    await eventually(async () => terminal.output().slice(before).includes("● live"));
  } finally {
    await again.kill("SIGKILL");
  }
  terminal.type("q");
  await terminal.until(/EXIT 0/);
});

test("on a terminal words are coloured, with NO_COLOR and --color never they are not", async () => {
  const shown = async (args: string[], env: Record<string, string> = {}) => {
    await using terminal = openTerminal([BIN, "status", ...args], { env: { ...environment, ...env } });
    await terminal.until(/EXIT 0/);
    return terminal.output();
  };
  expect(await shown([])).toContain("\u001b[");
  expect(await shown([], { NO_COLOR: "1" })).not.toContain("\u001b[");
  expect(await shown(["--color", "never"])).not.toContain("\u001b[");
});

test("where no terminal is the monitor writes a line an interval, plain or JSON", async () => {
  const plain = await run("monitor", "--count", "2");
  expect(plain.code).toBe(0);
  expect(plain.stdout.trim().split("\n")).toHaveLength(2);
  expect(plain.stdout).toMatch(/^\d\d:\d\d:\d\d {2}cpu .* load .* memory \d.*%/);
  expect(plain.stdout).not.toContain("\u001b");
  const json = await run("monitor", "--local", "--json", "--count", "2");
  for (const line of json.stdout.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("memory");
});

test("a list can be had as JSON, as lines of JSON and as CSV", async () => {
  const rows = JSON.parse((await run("processes", "--limit", "2", "--json")).stdout) as { processes: unknown[] };
  expect(rows.processes).toHaveLength(2);
  const lines = (await run("processes", "--limit", "2", "-o", "ndjson")).stdout.trim().split("\n");
  expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual(["pid", "pid"]);
  expect((await run("processes", "--limit", "2", "-o", "csv")).stdout).toMatch(/^pid,startedAt,/);
  const found = await run("processes", "--filter", `${server.pid}`, "--tree");
  expect(found.stdout).toContain("hostscope.mjs start");
});

test("a reader that has seen enough ends the command without a word", () => {
  const script = `${BIN} processes --limit 500 | head -1`;
  const result = spawnSync("bash", ["-o", "pipefail", "-c", script], {
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  expect([result.status, result.stderr]).toEqual([0, ""]);
});

test("marks are made, listed and taken away; channels are listed and tried; logs are read", async () => {
  const made = await run("mark", "deployed 1.4");
  const id = /\(([\w-]+)\)/.exec(made.stdout)?.[1] ?? "";
  expect((await run("mark")).stdout).toMatch(/ \d\d:\d\d:\d\d[-+]\d\d:\d\d {2}note {3}deployed 1\.4/);
  expect((await run("mark", "--utc")).stdout).toMatch(/ \d\d:\d\d:\d\dZ {2}note {3}deployed 1\.4/);
  expect((await run("mark", "--remove", id)).stdout).toBe("Removed\n");
  expect((await run("mark", "--remove", id)).code).toBe(5);
  expect((await run("notify")).stdout).toContain("Channels: command");
  expect((await run("notify", "test", "command")).stdout).toContain("Sent a test to command");
  expect((await run("logs", "-n", "5")).stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[-+]\d\d:\d\d info {5}started version/m);
});

test("alerts count in the exit code of status, and in the check for Nagios", async () => {
  expect((await run("status", "--exit-code")).code).not.toBe(11);
  await fetch(`${server.url}/api/metrics/custom`, { method: "POST", body: '{"metric": "queue", "value": 50}' });
  const firing = await eventually(async () => {
    const { stdout } = await run("alerts", "--state", "firing", "--json");
    return (JSON.parse(stdout) as { alerts: { id: string; rule: string }[] }).alerts.find(({ rule }) => rule === "queue");
  });
  expect((await run("status", "--exit-code")).code).toBe(11);
  const check = await run("status", "--nagios");
  expect([check.code, check.stdout]).toEqual([2, expect.stringMatching(/^HOSTSCOPE CRITICAL - .*queue/)]);
  const taken = await run("alerts", "ack", firing.id, "--note", "seen", "--json");
  expect(JSON.parse(taken.stdout)).toMatchObject({ note: "seen" });
  expect((await run("alerts", "resolve", firing.id)).stdout).toMatch(/^Resolved: /);
});

test.each([
  ["an unknown command", ["statu"], 2, /Did you mean status/],
  ["an unknown option", ["status", "--nonsense"], 2, /unknown option/],
  ["a moment that is none", ["why", "cpu", "--at", "soon"], 2, /Cannot read --at 'soon'.*yesterday 14:00/],
  ["a number that is none", ["monitor", "--count", "x"], 2, /whole number of at least 1/],
  ["a rejected value", ["processes", "--limit", "99999"], 2, /limit/],
  ["an alert that is not there", ["alerts", "ack", "a-00000000"], 5, /There is no alert/],
  ["an id that is none", ["alerts", "ack", "nope"], 2, /^id: expected an alert id such as \S+\n$/],
  ["a mark's id that is none", ["mark", "--remove", "nope"], 2, /^id: expected a mark id such as \S+\n$/],
  ["a metric that is none", ["why", "nosuch"], 5, /^Unknown metric 'nosuch'\..* Short names are cpu, memory, /],
  ["a misspelt metric", ["why", "system.cpu.utilisation"], 5, /Did you mean system\.cpu\.utilization/],
  ["a rule that is none", ["alerts", "silence", "--rule", "nosuchrule"], 2, /nosuchrule/],
  ["a channel that is not there", ["notify", "test", "pigeon"], 5, /There is no channel pigeon/],
])("%s: what it is and what to do, and its exit code", async (_name, args, code, message) => {
  const result = await run(...args);
  expect([result.code, result.stdout]).toEqual([code, ""]);
  expect(result.stderr).toMatch(message);
  expect(result.stderr).not.toMatch(/^ {4}at /m);
});

test.each([
  ["status"],
  ["monitor", "--once"],
  ["alerts"],
  ["processes"],
  ["mark", "x"],
  ["notify"],
  ["why", "cpu"],
  ["monitoring", "start"],
])("with the server down %s ends with 3 and one line that says what to do", async (...args) => {
  const result = await runHostscope([...args, "--url", DEAD]);
  expect([result.code, result.stdout]).toEqual([3, ""]);
  expect(result.stderr).toBe(
    `Cannot reach Hostscope at ${DEAD}. Start it with \`hostscope start\`, or set its address with --url.\n`,
  );
});

test("--debug shows where it failed, and Nagios hears UNKNOWN", async () => {
  expect((await runHostscope(["status", "--url", DEAD, "--debug"])).stderr).toMatch(/^ {4}at /m);
  const check = await runHostscope(["status", "--nagios", "--url", DEAD]);
  expect([check.code, check.stdout]).toEqual([3, expect.stringMatching(/^HOSTSCOPE UNKNOWN - Cannot reach Hostscope/)]);
});

/** Runs a line in a shell where `npx hostscope` and `hostscope` are this program and talk to our server. */
function shell(line: string) {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-bin-"));
  for (const [name, text] of [
    ["npx", `shift; exec ${BIN} "$@"`],
    ["hostscope", `exec ${BIN} "$@"`],
  ] as const) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const env = { ...process.env, ...environment, PATH: `${folder}:${process.env.PATH}` };
  return spawnSync("bash", ["-c", line.replaceAll("localhost:5000", `127.0.0.1:${server.port}`)], {
    env,
    encoding: "utf8",
    timeout: PATIENCE_MS,
    cwd: folder,
  });
}

/** Commands from the specification, run with our program. */
test.each([
  "hostscope monitor --interval 2 --count 1",
  "hostscope status",
  "hostscope alerts --hours 24",
  "hostscope report --format pdf --hours 24",
  "hostscope export --format json --hours 48",
  "curl -sf http://localhost:5000/api/export/report?format=pdf",
  "curl -sf http://localhost:5000/api/metrics/current",
  "curl -sf http://localhost:5000/api/metrics/history/system?hours=24",
  "curl -sf -X POST http://localhost:5000/api/monitoring/start",
  "curl -sf http://localhost:5000/api/alerts?hours=24",
  "curl -sf http://localhost:5000/api/health",
])("%s works as it stands", (line) => {
  const result = shell(line);
  expect([result.status, result.stderr]).toEqual([0, ""]);
  // `No alerts.` is the shortest.
  expect(result.stdout.trim().length).toBeGreaterThan(5);
});

/** Lines that cannot run here: they never end, ask a question, or need the server stopped. */
const NOT_HERE =
  /npm (ci|start|test)|logs --follow|hostscope open|restore|user (add|password)|token|start --mode|completion|doctor|backup|notify test|example\.org/;
const documents = ["README.md", ...["terminal", "http", "configuration", "access", "history"].map((name) => `docs/${name}.md`)];
const lines = documents
  .flatMap((path) => [...readFileSync(path, "utf8").matchAll(/```bash\n([\s\S]*?)```/g)])
  .flatMap(([, block]) => (block ?? "").split("\n"))
  .filter((line) => /^(npx|curl|hostscope)/.test(line) && !NOT_HERE.test(line));

test.each(lines)("as documented: %s", (line) => {
  const bounded = line
    .replace("hostscope monitor ", "hostscope monitor --once ")
    .replace(/^curl -N/, "curl -N --max-time 2")
    .replace(/^curl/, "curl -s");
  const { status, stdout, stderr } = shell(bounded);
  // Accept a stream cut off by its time limit, and a past that this new server does not have.
  const fine = bounded.includes("--max-time") ? [28] : line.includes("--at 03:12") ? [0, 5] : [0];
  expect(fine, stderr).toContain(status);
  if (line.startsWith("curl")) expect(stdout).not.toContain("urn:hostscope:problem");
});

test("a server without pages answers programs, and says so to browsers", async () => {
  await using headless = await startServer({ arguments: ["--mode", "headless"] });
  await eventually(async () => headless.stderr().includes("no pages"));
  const page = await fetch(headless.url);
  expect([page.status, page.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  for (const path of ["/api/health", "/api/docs", "/metrics"]) expect((await fetch(headless.url + path)).status).toBe(200);
  expect((await fetch(`${headless.url}/metricsx`)).status).toBe(404);
});

test("the completion of a bash is taken by a bash", () => {
  const script = `eval "$(${BIN} completion bash)"; complete -p hostscope`;
  expect(execFileSync("bash", ["-c", script], { encoding: "utf8" })).toContain("-F _hostscope hostscope");
});
