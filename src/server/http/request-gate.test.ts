import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { accessRules } from "./decide";
import { RequestGate } from "./request-gate";

afterEach(() => vi.useRealTimers());

test("a stream that was opened with a token is checked with it, and ends when it is revoked", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const seen: (string | undefined)[] = [];
  let valid = true;
  const gate = new RequestGate({
    rules: accessRules({ auth: "required", allowed_hosts: [], trusted_proxies: [], cors_origins: [] }, undefined, "host"),
    accessSecret: "secret",
    rateLimit: false,
    identify: async ({ authorization }) => {
      seen.push(authorization);
      if (authorization !== "Bearer hs_token" || !valid) return null;
      return { role: "viewer", actor: { kind: "token", name: "script", id: "1" } };
    },
    development: false,
    onError: (error) => {
      throw error;
    },
  });
  const server = createServer((request, response) => {
    void gate.receive(request, response, (_request, opened) => {
      opened.writeHead(200, { "content-type": "text/event-stream" });
      opened.write("event: snapshot\n\n");
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { authorization: "Bearer hs_token" };
    get({ host: "127.0.0.1", port, path: "/api/stream", headers }, resolve).on("error", reject);
  });
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
  server.closeAllConnections();
  server.close();
});
