import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { command, cookieOf, type LoginServer, logIn, PASSWORD, send, startWithUsers } from "../helpers/login";
import { eventually, folderEnvironment, runHostscope, startServer } from "../helpers/server";

let open: LoginServer;
let port: number;

beforeAll(async () => {
  open = await startWithUsers("security:\n  auth: required\n  cors_origins: [https://dash.example.org]\n");
  port = open.server.port;
});

afterAll(() => open.server[Symbol.asyncDispose]());

const ORIGIN = { "sec-fetch-site": "same-origin" };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test("a stranger gets the login page and nothing else", async () => {
  const page = await send(port, "/performance?from=1");
  expect([page.status, page.headers.location]).toEqual([303, "/login?next=%2Fperformance%3Ffrom%3D1"]);
  const api = await send(port, "/api/metrics/current");
  expect(api.status).toBe(401);
  expect(api.headers["www-authenticate"]).toContain("Bearer");
  expect(JSON.parse(api.body)).toMatchObject({ status: 401, title: "Log in first" });
  const login = await send(port, "/login");
  expect(login.status).toBe(200);
  expect(login.body).toContain("Password");
  const host = JSON.parse((await send(port, "/api/host", { headers: bearer(open.tokens.viewer) })).body) as { name: string };
  // Match whole words outside of nonces, which may contain a short name by chance.
  expect(login.body.replaceAll(/nonce="[^"]*"/g, "").split(/[^\w-]+/)).not.toContain(host.name);
});

test("a login opens pages and API, and is closed to scripts", async () => {
  const answer = await logIn(port, "Ann");
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).toEqual({ user: { name: "ann", role: "admin" } });
  expect(String(answer.headers["set-cookie"])).toMatch(/HttpOnly/i);
  expect(String(answer.headers["set-cookie"])).toMatch(/SameSite=Lax/i);
  const headers = { cookie: cookieOf(answer) };
  expect((await send(port, "/", { headers })).status).toBe(200);
  expect((await send(port, "/login", { headers })).headers.location).toBe("/");
  expect(JSON.parse((await send(port, "/api/access/me", { headers })).body)).toMatchObject({
    role: "admin",
    name: "ann",
    kind: "user",
  });
  await send(port, "/api/auth/sign-out", { method: "POST", headers: { ...headers, ...ORIGIN } });
  expect((await send(port, "/api/access/me", { headers })).status).toBe(401);
});

test("a viewer sees and does not change, and sees no login but their own", async () => {
  await logIn(port, "ann");
  const headers = { cookie: cookieOf(await logIn(port, "bob")) };
  expect((await send(port, "/api/metrics/current", { headers })).status).toBe(200);
  const stop = await send(port, "/api/monitoring/stop", { method: "POST", headers: { ...headers, ...ORIGIN } });
  expect(stop.status).toBe(403);
  const { sessions } = JSON.parse((await send(port, "/api/access/sessions", { headers })).body) as {
    sessions: { user: string }[];
  };
  expect(new Set(sessions.map(({ user }) => user))).toEqual(new Set(["bob"]));
  const { entries } = JSON.parse((await send(port, "/api/access/audit", { headers: bearer(open.tokens.admin) })).body) as {
    entries: object[];
  };
  expect(entries).toContainEqual(expect.objectContaining({ actor: "bob", action: "monitoring.stop", result: "forbidden" }));
  expect(entries).toContainEqual(expect.objectContaining({ actor: "bob", action: "login", result: "ok" }));
});

test("one changes one's own password by saying the old one; one's other logins end", async () => {
  const mine = { cookie: cookieOf(await logIn(port, "bob")) };
  const other = { cookie: cookieOf(await logIn(port, "bob")) };
  const change = (current: string, password: string, headers: Record<string, string>) =>
    send(port, "/api/access/password", {
      method: "PUT",
      headers: { ...ORIGIN, ...headers },
      body: JSON.stringify({ current, password }),
    });
  expect((await change("not the password", "staple horse battery", mine)).status).toBe(403);
  expect((await change(PASSWORD, "short", mine)).status).toBe(400);
  expect((await change(PASSWORD, "staple horse battery", bearer(open.tokens.admin))).status).toBe(409);
  expect((await change(PASSWORD, "staple horse battery", mine)).status).toBe(200);
  expect((await send(port, "/api/access/me", { headers: mine })).status).toBe(200);
  expect((await send(port, "/api/access/me", { headers: other })).status).toBe(401);
  expect((await logIn(port, "bob")).status).toBe(401);
  expect((await change("staple horse battery", PASSWORD, mine)).status).toBe(200);
});

test("a browser's write from another site is refused with a login too, also by tRPC and by an old browser", async () => {
  const cookie = cookieOf(await logIn(port, "ann"));
  const attempts: Record<string, string>[] = [
    {},
    { "sec-fetch-site": "cross-site" },
    { origin: "https://evil.example" },
    { origin: "null", "sec-fetch-site": "same-origin" },
  ];
  for (const path of ["/api/monitoring/stop", "/api/trpc/monitoring.stop", "/api/auth/sign-out"]) {
    for (const extra of attempts) {
      expect(
        (await send(port, path, { method: "POST", headers: { cookie, ...extra } })).status,
        `${path} ${JSON.stringify(extra)}`,
      ).toBe(403);
    }
    expect((await send(port, `${path}?input={}`, { headers: { cookie } })).status, path).not.toBe(200);
  }
  const page = await send(port, "/api/trpc/monitoring.start", { method: "POST", body: "{}", headers: { cookie, ...ORIGIN } });
  expect(page.status).toBe(200);
});

test("what is revoked is over: at once here, within seconds from the command line, and its streams with it", async () => {
  const cookie = cookieOf(await logIn(port, "ann"));
  const other = cookieOf(await logIn(port, "ann"));
  const { sessions } = JSON.parse((await send(port, "/api/access/sessions", { headers: { cookie } })).body) as {
    sessions: { id: string; user: string; current: boolean }[];
  };
  const newest = sessions.find(({ user, current }) => user === "ann" && !current);
  expect((await send(port, "/api/access/me", { headers: { cookie: other } })).status).toBe(200);
  const revoke = await send(port, `/api/access/sessions/${newest?.id}`, { method: "DELETE", headers: { cookie, ...ORIGIN } });
  expect(revoke.status).toBe(200);
  expect((await send(port, "/api/access/me", { headers: { cookie: other } })).status).toBe(401);

  const token = await command(open.server.folder, ["token", "create", "short", "--json"]);
  const { id, token: key } = JSON.parse(token) as { id: string; token: string };
  const stream = await fetch(`${open.server.url}/api/stream`, { headers: bearer(key) });
  expect(stream.status).toBe(200);
  const ended = (async () => {
    for await (const _chunk of stream.body as unknown as AsyncIterable<Uint8Array>);
  })().catch(() => {});
  await command(open.server.folder, ["token", "revoke", id]);
  await eventually(async () => (await send(port, "/api/access/me", { headers: bearer(key) })).status === 401);
  await ended;
});

test("a token works as a Bearer and nowhere else", async () => {
  const { viewer, admin } = open.tokens;
  expect((await send(port, "/api/access/me", { headers: bearer(viewer) })).status).toBe(200);
  expect((await send(port, "/api/monitoring/start", { method: "POST", headers: bearer(viewer) })).status).toBe(403);
  expect((await send(port, "/api/monitoring/start", { method: "POST", headers: bearer(admin) })).status).toBe(200);
  for (const target of [
    `/api/access/me?token=${admin}`,
    `/api/access/me?access_token=${admin}`,
    `/api/stream?authorization=Bearer%20${admin}`,
  ]) {
    expect((await send(port, target)).status).toBe(401);
  }
  const elsewhere: Record<string, string>[] = [
    { authorization: `Basic ${Buffer.from(`ann:${PASSWORD}`).toString("base64")}` },
    { "x-api-key": admin },
    { cookie: `hostscope=${admin}` },
  ];
  for (const headers of elsewhere) {
    expect((await send(port, "/api/access/me", { headers })).status).toBe(401);
  }
});

test("ten wrong passwords make the eleventh try of that name wait, and no other name", async () => {
  const tries = [];
  for (let attempt = 0; attempt < 11; attempt++) tries.push(await logIn(port, "carol", `wrong password ${attempt}`));
  expect(tries.slice(0, 10).every(({ status }) => status === 401)).toBe(true);
  const last = tries.at(-1);
  expect(last?.status).toBe(429);
  expect(Number(last?.headers["retry-after"])).toBeGreaterThan(0);
  expect((await logIn(port, "bob")).status).toBe(200);
});

test("a page of a named origin may use the API with its visitor's login, and no other", async () => {
  const cookie = cookieOf(await logIn(port, "ann"));
  const origin = "https://dash.example.org";
  const preflight = await send(port, "/api/monitoring/start", {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST" },
  });
  expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([204, origin]);
  const asked = await send(port, "/api/access/me", { headers: { cookie, origin, "sec-fetch-site": "cross-site" } });
  expect(asked.headers["access-control-allow-origin"]).toBe(origin);
  expect(asked.headers["access-control-allow-credentials"]).toBe("true");
  expect(String(asked.headers.vary)).toMatch(/origin/i);
  const foreign = await send(port, "/api/access/me", { headers: { cookie, origin: "https://evil.example" } });
  expect(foreign.headers["access-control-allow-origin"]).toBeUndefined();
  expect(String(foreign.headers.vary)).toMatch(/origin/i);
});

test("the last administrator stays, and a weak password and a strange name are refused", async () => {
  const headers = bearer(open.tokens.admin);
  expect((await send(port, "/api/access/users/ann", { method: "DELETE", headers })).status).toBe(409);
  expect((await send(port, "/api/access/users/ann/role", { method: "PUT", headers, body: '{"role":"viewer"}' })).status).toBe(
    409,
  );
  for (const user of [
    { name: "dora", password: "short" },
    { name: "../dora", password: PASSWORD },
    { name: "ann", password: PASSWORD },
  ]) {
    const answer = await send(port, "/api/access/users", { method: "POST", headers, body: JSON.stringify(user) });
    expect([400, 409]).toContain(answer.status);
    expect(answer.body).not.toContain(PASSWORD);
  }
});

test("users are made, changed and removed on the machine, beside the running server", async () => {
  const { folder } = open.server;
  const file = join(folder, "password");
  writeFileSync(file, `${PASSWORD}\n`, { mode: 0o600 });
  await command(folder, ["user", "add", "dora", "--password-file", file]);
  expect(await command(folder, ["user", "list"])).toMatch(/^dora +viewer /m);
  const cookie = cookieOf(await logIn(port, "dora"));
  await command(folder, ["user", "role", "dora", "admin"]);
  expect(await command(folder, ["user", "list"])).toMatch(/^dora +admin /m);
  writeFileSync(file, "another horse battery");
  await command(folder, ["user", "password", "dora", "--password-file", file]);
  expect((await logIn(port, "dora")).status).toBe(401);
  expect((await send(port, "/api/access/me", { headers: { cookie } })).status).toBe(401);
  await command(folder, ["user", "remove", "dora"]);
  expect((await logIn(port, "dora", "another horse battery")).status).toBe(401);
  for (const [args, code] of [
    [["user", "remove", "nobody"], 5],
    [["user", "add", "ann", "--password-file", file], 1],
    [["user", "add", "erna", "--password-file", join(folder, "none")], 2],
    [["user", "add", "erna"], 2],
    [["user", "role", "ann", "owner"], 2],
    [["token", "create", "x", "--days", "many"], 2],
    [["token", "revoke", "000000000000"], 5],
  ] as const) {
    const ended = await runHostscope(args, folderEnvironment(folder));
    expect([args.join(" "), ended.code, ended.stderr.includes(" at ")]).toEqual([args.join(" "), code, false]);
  }
});

test("a login outlives a restart", async () => {
  const config = "security:\n  auth: required\n";
  const first = (await startWithUsers(config)).server;
  const headers = { cookie: cookieOf(await logIn(first.port, "ann")) };
  await first.kill("SIGTERM");
  await using again = await startServer({ folder: first.folder, config });
  expect((await send(again.port, "/api/access/me", { headers })).status).toBe(200);
});
