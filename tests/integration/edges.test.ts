import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { send } from "../helpers/login";
import { PATIENCE_MS } from "../helpers/patience";
import { folderEnvironment, getJson, runHostscope, type StartedServer, startServer, temporaryFolder } from "../helpers/server";

let server: StartedServer;

beforeAll(async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "data"));
  mkdirSync(join(folder, "logs"));
  writeFileSync(join(folder, "logs", "monitor.log"), "");
  chmodSync(join(folder, "data"), 0o755);
  chmodSync(join(folder, "logs", "monitor.log"), 0o644);
  server = await startServer({ folder });
});

afterAll(() => server[Symbol.asyncDispose]());

/** Sends raw bytes and reads until the server closes the connection. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk) => (text += chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
    setTimeout(() => socket.destroy(), PATIENCE_MS).unref();
  });
}

const HEAD = "POST /api/monitoring/stop HTTP/1.1\r\nHost: localhost\r\n";

test.each([
  [
    "a length and chunks",
    `${HEAD}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  ],
  ["chunks", `${HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["chunks under another name", `${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ["chunks behind a tab", `${HEAD}Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n`],
  ["two lengths", `${HEAD}Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello`],
  ["a negative length", `${HEAD}Content-Length: -1\r\n\r\n`],
  ["a length with a plus", `${HEAD}Content-Length: +5\r\n\r\nhello`],
  ["a hexadecimal length", `${HEAD}Content-Length: 0x5\r\n\r\nhello`],
  ["a folded header", `${HEAD}X-A: b\r\n c\r\nContent-Length : 5\r\n\r\nhello`],
  ["a blank before the colon", `${HEAD}Content-Length : 0\r\n\r\n`],
  ["line feeds alone", "POST /api/monitoring/stop HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n0\n\n"],
  ["a zero byte in a header", `${HEAD}X-A: b\u0000c\r\nContent-Length: 0\r\n\r\n`],
  ["two Hosts", "POST /api/monitoring/stop HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n"],
  ["no Host", "POST /api/monitoring/stop HTTP/1.1\r\nContent-Length: 0\r\n\r\n"],
  ["an absolute target", "POST http://localhost/api/monitoring/stop HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"],
  ["HTTP/0.9", "GET /api/health\r\n\r\n"],
  ["an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["a version that is none", "GET /api/health HTTP/9.9\r\nHost: localhost\r\n\r\n"],
  ["TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"],
  ["TRACE", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ["CONNECT", "CONNECT localhost:25 HTTP/1.1\r\nHost: localhost:25\r\n\r\n"],
  [
    "an upgrade to a web socket",
    "GET /api/stream HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  ],
  [
    "an upgrade to HTTP/2",
    "GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n\r\n",
  ],
  ["an expectation of one's own", `${HEAD}Expect: a-pony\r\nContent-Length: 0\r\n\r\n`],
  [
    "10,000 headers",
    `GET / HTTP/1.1\r\nHost: localhost\r\n${Array.from({ length: 10_000 }, (_, n) => `X-${n}: 1\r\n`).join("")}\r\n`,
  ],
  ["a header of 20 kB", `GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ${"a".repeat(20_000)}\r\n\r\n`],
  ["a name with a blank", "GET / HTTP/1.1\r\nHost: localhost\r\nX A: b\r\n\r\n"],
])("%s gets one answer with the security headers, and the connection ends", async (_name, bytes) => {
  const text = await exchange(bytes);
  expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  expect(text.toLowerCase()).toContain("content-security-policy: default-src 'none'");
  expect(text.toLowerCase()).toContain("x-content-type-options: nosniff");
  expect(text).not.toMatch(/node|\/src\/|at \w+ \(/);
});

test("nothing of that has stopped the monitoring, and the next request is served", async () => {
  expect(await getJson(`${server.url}/api/monitoring`)).toMatchObject({ monitoring: "running" });
});

test("every kind of answer carries the security headers and a policy", async () => {
  const page = await send(server.port, "/", { headers: { host: "localhost" } });
  const script = /\/_next\/static\/[^"]+\.js/.exec(page.body)?.[0] ?? "";
  const asked: [string, Parameters<typeof send>[2]?][] = [
    ["/"],
    ["/nothing"],
    ["/login"],
    [script],
    ["/icon.svg"],
    ["/api/health"],
    ["/api/nothing"],
    ["/api/stream"],
    ["/api/docs"],
    ["/api/openapi.json"],
    ["/metrics"],
    ["/api/trpc/host.get"],
    ["/api/trpc/nothing"],
    ["/api/auth/nothing"],
    ["/api/health", { method: "DELETE" }],
    ["/api/health", { method: "OPTIONS" }],
    ["/api/health", { method: "TRACE" }],
    ["/api/health", { headers: { host: "evil.example" } }],
    ["/", { headers: { host: "localhost", "x-forwarded-for": "192.0.2.1" } }],
    ["/api/monitoring/stop", { method: "POST", headers: { origin: "https://evil.example" } }],
    ["/api//x"],
    ["/performance/"],
  ];
  for (const [target, sent] of asked) {
    const { headers, status } = await send(server.port, target, sent);
    const name = `${sent?.method ?? "GET"} ${target}: ${status}`;
    expect(headers["x-content-type-options"], name).toBe("nosniff");
    expect(headers["x-frame-options"], name).toBe("DENY");
    expect(headers["referrer-policy"], name).toBe("no-referrer");
    expect(headers["cross-origin-opener-policy"], name).toBe("same-origin");
    expect(headers["content-security-policy"], name).toContain("default-src 'none'");
    expect(headers["content-security-policy"], name).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/);
    expect(headers["x-powered-by"], name).toBeUndefined();
  }
});

test("this machine's requests load nothing of the logins", async () => {
  // Made at the start; what opens the logins would make it again.
  rmSync(join(server.dataDir, "auth.secret"));
  expect((await send(server.port, "/api/health")).status).toBe(200);
  expect((await send(server.port, "/", { headers: { host: "localhost", cookie: "hostscope=a.b" } })).status).toBe(200);
  expect(existsSync(join(server.dataDir, "auth.secret"))).toBe(false);
});

test("the eleventh export of a minute waits, on this machine the hundred-first", async () => {
  const statuses: number[] = [];
  let last: Awaited<ReturnType<typeof send>> | undefined;
  for (let count = 0; count < 101; count++) {
    last = await send(server.port, "/api/export/nothing", { from: "127.0.0.77" });
    statuses.push(last.status);
  }
  expect(statuses.slice(0, 100)).not.toContain(429);
  expect(last?.status).toBe(429);
  expect(last?.headers.ratelimit).toMatch(/^"export";r=0;t=\d+$/);
  expect(last?.headers["ratelimit-policy"]).toBe('"export";q=100;w=60');
  expect(Number(last?.headers["retry-after"])).toBeGreaterThan(0);
  expect(JSON.parse(last?.body ?? "{}")).toMatchObject({ status: 429 });
  // Another spelling or a made-up address does not make another client.
  for (const header of ["x-client-id", "user-agent"]) {
    const headers = { [header]: "other" };
    expect((await send(server.port, "/api/export/%6eothing", { from: "127.0.0.77", headers })).status).toBe(429);
  }
  expect((await send(server.port, "/api/export/nothing", { from: "127.0.0.78" })).status).not.toBe(429);
});

test("a hundred streams a minute from one address, and no more", async () => {
  const statuses = await Promise.all(
    Array.from({ length: 101 }, () => send(server.port, "/api/stream", { from: "127.0.0.79" }).then(({ status }) => status)),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(100);
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
});

test("files that others could read are narrowed at the start, and a folder with other things in it is named", async () => {
  expect(server.stderr()).toContain("logs/monitor.log from 0644 to 0600");
  expect(statSync(join(server.folder, "logs", "monitor.log")).mode & 0o777).toBe(0o600);
  expect(statSync(server.dataDir).mode & 0o777).toBe(0o700);
  const folder = temporaryFolder();
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data", "somebody-else.txt"), "");
  chmodSync(join(folder, "data"), 0o755);
  await using shared = await startServer({ folder });
  expect(shared.stderr()).toMatch(/warning: other users can access .*data \(0755\); run `chmod 0700/);
  expect(statSync(shared.dataDir).mode & 0o777).toBe(0o755);
});

test("another address without a user ends with 78 and names the command", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.yaml"), "", { mode: 0o600 });
  const { code, stderr } = await runHostscope(["start", "--port", "0", "--host", "192.0.2.1"], folderEnvironment(folder));
  expect(code).toBe(78);
  expect(stderr).toContain("hostscope user add NAME");
  rmSync(folder, { recursive: true });
});

test("on a terminal it asks for name and password, and shows no password", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.yaml"), "", { mode: 0o600 });
  // No interface has this address, so binding fails with 69 after the questions.
  const child = spawn("script", ["-qefc", "bin/hostscope.mjs start --port 0 --host 192.0.2.1", join(folder, "typescript")], {
    env: { ...process.env, ...folderEnvironment(folder) },
    stdio: ["pipe", "pipe", "ignore"],
  });
  let shown = "";
  const answers: [RegExp, string][] = [
    [/Name of the first admin/, "ann\r"],
    [/Password for ann/, "a quiet password\r"],
    [/Repeat the password/, "a quiet password\r"],
  ];
  child.stdout.on("data", (text) => {
    shown += text;
    const [question] = answers;
    if (question?.[0].test(shown)) {
      answers.shift();
      child.stdin.write(question[1]);
    }
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  expect(shown).toContain("192.0.2.1 is not an address of this machine");
  expect(code).toBe(69);
  expect(shown).not.toContain("quiet");
  const database = new Database(join(folder, "data", "hostscope.db"), { readonly: true });
  expect(database.prepare("SELECT username, role FROM users").all()).toEqual([{ username: "ann", role: "admin" }]);
  expect(readFileSync(join(folder, "data", "hostscope.db")).includes("a quiet password")).toBe(false);
  database.close();
  rmSync(folder, { recursive: true });
});
