import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, get, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { ACCESS_HEADER, callerFrom } from "./access";
import { accessRules } from "./decide";
import { OpenMode } from "./open-mode";
import { type Handler, RequestGate, type RequestGateOptions } from "./request-gate";

afterEach(() => vi.useRealTimers());

const settings = { auth: "auto" as const, allowed_hosts: [], trusted_proxies: [], cors_origins: [] };

/** A gate with a handler behind it on a port of its own. */
async function serving(options: Partial<RequestGateOptions>, handler: Handler) {
  const gate = new RequestGate({
    rules: accessRules(settings, undefined, "host"),
    accessSecret: "secret",
    rateLimit: false,
    openMode: { close: () => {}, isClosed: () => false },
    identify: async () => null,
    userOfConnection: () => null,
    development: false,
    basePath: "",
    onError: (error) => {
      throw error;
    },
    ...options,
  });
  const server = createServer((request, response) => void gate.receive(request, response, handler)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port, close };
}

function ask(port: number, path: string, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, headers }, resolve).on("error", reject);
  });
}

test("a stream that was opened with a token is checked with it, and ends when it is revoked", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const seen: (string | undefined)[] = [];
  let valid = true;
  const { port, close } = await serving(
    {
      rules: accessRules({ ...settings, auth: "required" }, undefined, "host"),
      identify: async ({ authorization }) => {
        seen.push(authorization);
        if (authorization !== "Bearer hs_token" || !valid) return null;
        return { role: "viewer", actor: { kind: "token", name: "script", id: "1" } };
      },
    },
    (_request, opened) => {
      opened.writeHead(200, { "content-type": "text/event-stream" });
      opened.write("event: snapshot\n\n");
    },
  );
  const answer = await ask(port, "/api/stream", { authorization: "Bearer hs_token" });
  expect(answer.statusCode).toBe(200);
  answer.resume();
  const ended = new Promise((resolve) => answer.once("close", () => resolve("ended")).on("error", () => {}));
  for (let check = 0; check < 3; check++) await vi.advanceTimersByTimeAsync(10_000);
  expect(answer.closed).toBe(false);
  expect(new Set(seen)).toEqual(new Set(["Bearer hs_token"]));
  expect(seen.length).toBeGreaterThan(3);
  valid = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await ended).toBe("ended");
  close();
});

test.each([
  ["of our own", {}, 200],
  ["of our own page", { origin: "http://localhost:5000", referer: "http://localhost:5000/alerts" }, 200],
  ["from a page of another site", { "sec-fetch-site": "cross-site" }, 303],
  ["from another port of this machine", { "sec-fetch-site": "same-site" }, 303],
  ["with the Origin of a proxy", { origin: "https://monitor.example.org" }, 303],
  ["with the Referer of a proxy", { referer: "https://monitor.example.org/alerts" }, 303],
  ["with a Referer that is no address", { referer: "monitor" }, 303],
])("in the open mode a request %s gets %j %i", async (_name, headers, status) => {
  const { port, close } = await serving({}, (_request, response) => void response.end());
  const answer = await ask(port, "/alerts", { host: "localhost:5000", ...headers });
  expect(answer.statusCode).toBe(status);
  close();
});

test("a page that was opened at another host than the server sees ends the open mode, also after a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-open-"));
  const seen: string[] = [];
  const openMode = new OpenMode(folder, (host) => seen.push(host));
  const { port, close } = await serving({ openMode }, (_request, response) => void response.end());
  const host = "127.0.0.1:5000";
  const statusOf = async (path: string, headers = {}) => (await ask(port, path, { host, ...headers })).statusCode;
  expect(await statusOf("/api/stream?location=127.0.0.1:5000")).toBe(200);
  expect(await statusOf("/api/health", { "x-hostscope-location": host })).toBe(200);
  expect(await statusOf("/api/stream?location=monitor.example.org")).toBe(401);
  expect(await statusOf("/api/health", { "x-hostscope-location": host })).toBe(401);
  expect(await statusOf("/api/health", { "x-hostscope-location": "other.example.org" })).toBe(401);
  expect(seen).toEqual(["monitor.example.org"]);
  close();
  const again = new OpenMode(folder, () => {});
  expect(again.isClosed()).toBe(true);
  expect(readFileSync(again.path, "utf8")).toContain("monitor.example.org");
  rmSync(again.path);
  expect(new OpenMode(folder, () => {}).isClosed()).toBe(false);
  rmSync(folder, { recursive: true });
});

test("after a refused request nothing else of its connection runs", async () => {
  const seen: string[] = [];
  const { port, close } = await serving({}, (request, response) => {
    seen.push(request.url ?? "");
    response.end("{}");
  });
  const socket = connect(port, "127.0.0.1");
  const hidden = "POST /api/monitoring/stop HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
  const head = "GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
  socket.write(`${head}POST /api/marks HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n${hidden}${hidden}`);
  let text = "";
  for await (const bytes of socket) text += String(bytes);
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 421"]);
  expect(seen).toEqual(["/api/health"]);
  close();
});

test("in the open mode a token is who it is for, and one that is not valid gets nobody in", async () => {
  const seen: (string | null)[] = [];
  const identify: RequestGateOptions["identify"] = async ({ authorization }) =>
    authorization === "Bearer hs_token" ? { role: "viewer", actor: { kind: "token", name: "script", id: "1" } } : null;
  const { port, close } = await serving({ identify }, (request, response) => {
    seen.push(callerFrom(String(request.headers[ACCESS_HEADER]), "secret")?.actor.kind ?? null);
    response.end();
  });
  const statusOf = async (headers: Record<string, string>) => (await ask(port, "/api/health", headers)).statusCode;
  expect(await statusOf({ authorization: "Bearer hs_token" })).toBe(200);
  expect(await statusOf({ authorization: "Bearer hs_revoked" })).toBe(401);
  expect(await statusOf({ cookie: "hostscope=ended" })).toBe(200);
  expect(seen).toEqual(["token", "local"]);
  close();
});
