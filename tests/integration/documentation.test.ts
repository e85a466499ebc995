import { expect, test } from "vitest";
import { cookieOf, logIn, send, startWithUsers } from "../helpers/login";
import { startServer } from "../helpers/server";

test("the documentation is for those who may see the pages", async () => {
  const { server, tokens } = await startWithUsers("security: {auth: required}\n");
  await using _ = server;
  const stranger = await send(server.port, "/docs/alerts", { headers: { accept: "text/html" } });
  expect(stranger.status).toBe(303);
  expect(stranger.headers.location).toContain("/login?next=%2Fdocs%2Falerts");
  expect((await send(server.port, "/docs", { headers: { authorization: `Bearer ${tokens.pusher}` } })).status).toBe(403);
  const cookie = cookieOf(await logIn(server.port, "bob"));
  const page = await send(server.port, "/docs/alerts", { headers: { cookie } });
  expect(page.status).toBe(200);
  expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
  expect(page.body).toContain("<h1");
  expect((await send(server.port, "/docs/nothing", { headers: { cookie } })).status).toBe(404);
});

test("a server without pages has no documentation", async () => {
  await using server = await startServer({ arguments: ["--mode", "headless"] });
  for (const path of ["/docs", "/docs/alerts"]) expect((await fetch(server.url + path)).status).toBe(404);
});
