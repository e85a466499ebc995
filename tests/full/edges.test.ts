/** Many clients at once, and a proxy in front. Clients use addresses from all of 127.0.0.0/8. */
import { mkdirSync, readFileSync } from "node:fs";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PASSWORD, startWithUsers } from "../helpers/login";
import { ask, startNginx } from "../helpers/nginx";
import { eventually, getJson, startServer } from "../helpers/server";

const address = (index: number) => `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${1 + (index & 127)}`;

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
}

/** Milliseconds from sending a request to the last byte of its response. */
function timed(port: number, agent: Agent): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path: "/api/health", agent }, (response) => {
      response.resume().on("end", () => resolve(performance.now() - started));
    }).on("error", reject);
  });
}

test("3,000 clients that never finish their headers are dropped, and nobody else waits for them", async () => {
  await using server = await startServer();
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  for (let warm = 0; warm < 50; warm++) await timed(server.port, agent);
  const alone: number[] = [];
  for (let count = 0; count < 200; count++) alone.push(await timed(server.port, agent));

  let closed = 0;
  const sockets: Socket[] = [];
  for (let index = 0; index < 3000; index++) {
    const socket = connect({ host: "127.0.0.1", port: server.port, localAddress: address(index) });
    socket.on("error", () => {});
    socket.on("close", () => closed++);
    socket.on("connect", () => socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: "));
    socket.resume();
    sockets.push(socket);
    if (index % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write("a");
  }, 1000);
  const meanwhile: number[] = [];
  const started = performance.now();
  while (performance.now() - started < 10_000) {
    meanwhile.push(await timed(server.port, agent));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await eventually(async () => closed >= 3000, 20_000);
  clearInterval(drip);
  agent.destroy();
  console.log(
    `p99 of ${meanwhile.length} requests beside 3,000 half requests: ${percentile(meanwhile, 0.99).toFixed(1)} ms, p50 ${percentile(meanwhile, 0.5).toFixed(1)} ms; alone p99 ${percentile(alone, 0.99).toFixed(1)} ms`,
  );
  expect(percentile(meanwhile, 0.99)).toBeLessThan(100);
});

const VIEWERS = 1000;
const WATCHED_SECONDS = 20;

test("1,000 viewers get 99.9 % of the frames within 250 ms, the next one is told to wait, and none is left after they go", async () => {
  await using server = await startServer();
  await eventually(async () => (await getJson<{ timestamp: string | null }>(`${server.url}/api/metrics/current`)).timestamp);
  const viewers: IncomingMessage[] = [];
  const seen: Map<number, number>[] = [];
  const open = (index: number) =>
    new Promise<number>((resolve, reject) => {
      const options = {
        host: "127.0.0.1",
        port: server.port,
        path: "/api/stream",
        localAddress: address(index * 3),
        agent: false as const,
      };
      get(options, (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          resolve(response.statusCode ?? 0);
          return;
        }
        const frames = new Map<number, number>();
        viewers.push(response);
        seen.push(frames);
        response.setEncoding("latin1").on("data", (text: string) => {
          for (const [, id] of text.matchAll(/id: (\d+)\nevent: sample/g)) frames.set(Number(id), Date.now());
        });
        response.on("error", () => {});
        resolve(200);
      }).on("error", reject);
    });
  for (let index = 0; index < VIEWERS; index += 20) {
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, one) => open(index + one)));
    expect(statuses.every((status) => status === 200)).toBe(true);
  }
  expect(await open(VIEWERS)).toBe(503);

  const from = Date.now() + 1000;
  await new Promise((resolve) => setTimeout(resolve, (WATCHED_SECONDS + 2) * 1000));
  const ticks = new Set(
    seen.flatMap((frames) => [...frames.keys()].filter((id) => id >= from && id < from + WATCHED_SECONDS * 1000)),
  );
  expect(ticks.size).toBeGreaterThanOrEqual(WATCHED_SECONDS - 1);
  const delays: number[] = [];
  let missing = 0;
  for (const frames of seen) {
    for (const id of ticks) {
      const arrived = frames.get(id);
      if (arrived === undefined) missing++;
      else delays.push(arrived - id);
    }
  }
  const share = delays.length / (delays.length + missing);
  console.log(
    `${(share * 100).toFixed(2)} % of ${ticks.size} x ${VIEWERS} frames, p50 ${percentile(delays, 0.5)} ms, p99 ${percentile(delays, 0.99)} ms after the tick`,
  );
  expect(share).toBeGreaterThanOrEqual(0.999);
  expect(percentile(delays, 0.99)).toBeLessThan(250);

  for (const viewer of viewers) viewer.destroy();
  const connected = () => {
    const hex = server.port.toString(16).toUpperCase().padStart(4, "0");
    const lines = readFileSync("/proc/net/tcp", "latin1").split("\n");
    return lines.filter((line) => new RegExp(`^\\s*\\d+: \\w+:${hex} \\w+:\\w+ 01 `).test(line)).length;
  };
  await eventually(async () => connected() <= 2, 5000);
  expect(await open(VIEWERS + 1)).toBe(200);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

test("behind nginx with the lines of the documentation: a login, live data within two seconds, and the client's own address", async () => {
  const { server } = await startWithUsers(
    'server:\n  public_url: https://monitor.example.org\n  trusted_proxies: [127.0.0.1, "::1"]\n',
  );
  const folder = join(server.folder, "nginx");
  mkdirSync(folder);
  const nginx = await startNginx({ upstream: server.port, port: await freePort(), folder });
  try {
    const stranger = await eventually(async () => ask(nginx.port, "/alerts"));
    expect([stranger.status, stranger.headers.location]).toEqual([303, "/login?next=%2Falerts"]);
    expect(stranger.headers["strict-transport-security"]).toContain("max-age");

    const origin = { origin: "https://monitor.example.org", "sec-fetch-site": "same-origin" };
    const login = await ask(nginx.port, "/api/auth/sign-in/username", {
      method: "POST",
      from: "127.9.8.7",
      headers: { ...origin, "content-type": "application/json", "x-forwarded-for": "203.0.113.9" },
      body: JSON.stringify({ username: "ann", password: PASSWORD }),
    });
    expect(login.status).toBe(200);
    const [cookie = ""] = login.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^__Host-hostscope=.*HttpOnly.*/i);
    expect(cookie).toMatch(/; Secure/i);
    const headers = { cookie: cookie.split(";", 1)[0] ?? "" };
    // nginx's client is 127.9.8.7; the forged address must not be believed.
    expect(JSON.parse((await ask(nginx.port, "/api/access/me", { headers, from: "127.9.8.7" })).body)).toMatchObject({
      name: "ann",
      address: "127.9.8.7",
    });
    expect(readFileSync(join(server.folder, "logs", "monitor.log"), "utf8")).toContain("ann logged in from 127.9.8.7");

    const started = performance.now();
    const live = await ask(nginx.port, "/api/stream", { headers, enough: (text) => text.includes("event: sample") });
    expect(live.status).toBe(200);
    expect(performance.now() - started).toBeLessThan(2000);

    const write = { method: "POST", headers: { ...headers, ...origin } };
    expect((await ask(nginx.port, "/api/monitoring/start", write)).status).toBe(200);
    const foreign = { method: "POST", headers: { ...headers, origin: "https://evil.example", "sec-fetch-site": "cross-site" } };
    expect((await ask(nginx.port, "/api/monitoring/start", foreign)).status).toBe(403);
    expect((await ask(nginx.port, "/api/health", { headers: { host: "evil.example" } })).status).toBe(421);
  } finally {
    await nginx.stop();
    await server[Symbol.asyncDispose]();
  }
});
