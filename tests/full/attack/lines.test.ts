/** What was done for real on an earlier release, tried again on this one. */
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import Database from "better-sqlite3";
import { SMTPServer } from "smtp-server";
import { expect, test } from "vitest";
import { Auth } from "../../../src/server/auth/auth";
import { cookieOf, logIn, PASSWORD, send, startWithUsers } from "../../helpers/login";
import { eventually, startServer } from "../../helpers/server";

const json = <T>(body: string) => JSON.parse(body) as T;

async function patch(port: number, changes: object[], headers: Record<string, string> = {}) {
  const answer = await send(port, "/api/config", { method: "PATCH", headers, body: JSON.stringify({ changes }) });
  return { status: answer.status, body: json<Record<string, unknown>>(answer.body) };
}

test("a local account that moves the mail server to its own gets no password, and the audit log says what it did", async () => {
  const taken: unknown[] = [];
  const thief = new SMTPServer({
    authMethods: ["PLAIN"],
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onAuth: ({ password }, _session, done) => {
      taken.push(password);
      done(null, { user: 1 });
    },
  });
  await new Promise<void>((listening) => thief.listen(0, "127.0.0.1", () => listening()));
  const { port: thiefPort } = thief.server.address() as AddressInfo;
  await using server = await startServer({
    config: `notifications:
  email:
    smtp_server: mail.example.org
    username: ops
    password: hunter2-hunter2
    to_addresses: [ops@example.org]
`,
  });
  const moved = await patch(server.port, [
    { path: "notifications.email.smtp_server", value: "127.0.0.1" },
    { path: "notifications.email.smtp_port", value: thiefPort },
    { path: "notifications.email.tls", value: "none" },
  ]);
  expect(moved).toMatchObject({ status: 200, body: { passwordRemoved: true } });
  const tested = await send(server.port, "/api/notifications/test", { method: "POST", body: '{"channel":"email"}' });
  expect(json(tested.body)).toMatchObject({ ok: false });
  expect(taken.filter((password) => password === "hunter2-hunter2")).toEqual([]);
  const audit = (await send(server.port, "/api/access/audit?limit=1000")).body;
  const { entries } = json<{ entries: { action: string; changes: object[] }[] }>(audit);
  expect(entries.find(({ action }) => action === "config.set")?.changes).toEqual(
    expect.arrayContaining([
      { what: "notifications.email.smtp_server", from: "mail.example.org", to: "127.0.0.1" },
      { what: "notifications.email.password", from: "<secret>", to: null },
    ]),
  );
  expect(audit).not.toContain("hunter2");
  await new Promise<void>((closed) => thief.close(() => closed()));
});

test("users and tokens that were made without a login are named at a start that requires one", async () => {
  const first = await startServer();
  const { folder, dataDir } = first;
  const path = join(dataDir, "hostscope.db");
  const auth = await Auth.open({ databasePath: path, dataDir, timeoutMs: 5000 });
  for (const name of ["eve", "ann"]) await auth.users.add({ name, password: PASSWORD, role: "admin" });
  for (const [name, createdBy] of [
    ["backdoor", "local"],
    ["backup", "ann"],
  ] as const) {
    await auth.tokens.create({ name, role: "admin", createdBy, expiresAt: null }, Date.now());
  }
  await auth.close();
  // As an earlier version wrote it: there, this was allowed.
  const database = new Database(path, { timeout: 5000 });
  const line = database.prepare(
    "INSERT INTO audit (at, actor, address, action, target, result) SELECT created_at, 'local', '127.0.0.1', ?, ?, 'ok' FROM users LIMIT 1",
  );
  line.run("access.addUser", "eve");
  line.run("access.createToken", "backdoor");
  database.close();
  await first.kill("SIGTERM");
  await using server = await startServer({ folder, config: "security: {auth: required}\n" });
  // What a start says comes after the line that the helper waits for.
  await expect.poll(() => server.stderr()).toMatch(/ {2}logs /);
  expect(server.stderr()).toMatch(/user eve was created or changed without a login/);
  expect(server.stderr()).toMatch(/token backdoor \(\w+\) was created or changed without a login/);
  expect(server.stderr()).not.toMatch(/user ann|token backup/);
});

test("a pusher's token sends metrics and marks, and nothing else", async () => {
  const open = await startWithUsers("security:\n  auth: required\n");
  await using server = open.server;
  const headers = { authorization: `Bearer ${open.tokens.pusher}` };
  const statusOf = async (method: string, target: string, body?: object) =>
    (await send(server.port, target, { method, headers, ...(body && { body: JSON.stringify(body) }) })).status;
  expect(await statusOf("POST", "/api/metrics/custom", { metric: "deploys", value: 1 })).toBe(200);
  expect(await statusOf("POST", "/api/marks", { text: "deployed" })).toBe(200);
  for (const target of [
    "/",
    "/processes",
    "/api/health",
    "/api/access/me",
    "/api/marks",
    "/metrics",
    "/api/stream",
    "/api/export/data",
    "/%61pi/access/me",
  ]) {
    expect([target, await statusOf("GET", target)]).toEqual([target, 403]);
  }
  expect(await statusOf("POST", "/api/monitoring/stop")).toBe(403);
});

test("wrong tries of a stranger shut out neither the owner elsewhere nor the owner's browser, also without rate limits", async () => {
  const open = await startWithUsers("security:\n  auth: required\n  rate_limit: false\n");
  await using server = open.server;
  const { port } = server;
  const known = cookieOf(await logIn(port, "ann", PASSWORD, { from: "127.0.0.7" }));
  expect(known).toContain("hostscope-device=");
  const tries = [];
  for (let wrong = 0; wrong < 15; wrong++)
    tries.push((await logIn(port, "ann", `wrong password ${wrong}`, { from: "127.0.0.7" })).status);
  expect(tries.slice(0, 10).every((status) => status === 401)).toBe(true);
  expect(tries).toContain(429);
  const refused = await logIn(port, "ann", "wrong password", { from: "127.0.0.7" });
  expect([refused.status, Number(refused.headers["retry-after"])]).toEqual([429, expect.any(Number)]);
  expect((await logIn(port, "ann", PASSWORD, { from: "127.0.0.8" })).status).toBe(200);
  expect(
    (await logIn(port, "ann", PASSWORD, { from: "127.0.0.7", headers: { cookie: known, "sec-fetch-site": "same-origin" } }))
      .status,
  ).toBe(200);
});

test("a test of a channel says how it ended and not what the other side said", async () => {
  const inside = createServer((_request, response) => response.end("the key of the cloud is 4711")).listen(0, "127.0.0.1");
  await new Promise((listening) => inside.once("listening", listening));
  const url = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/latest/meta-data`;
  const open = await startWithUsers("security:\n  auth: required\nserver:\n  trusted_proxies: [127.0.0.9]\n");
  await using server = open.server;
  const admin = { authorization: `Bearer ${open.tokens.admin}` };
  const sendTest = async (headers: Record<string, string>) =>
    (await send(server.port, "/api/notifications/test", { method: "POST", headers, body: '{"channel":"webhook"}' })).body;
  // From this machine: allowed, and still no bytes of the other side.
  expect((await patch(server.port, [{ path: "notifications.webhook", value: [{ url }] }], admin)).status).toBe(200);
  const here = await sendTest(admin);
  expect(json(here)).toMatchObject({ ok: true, answer: "200" });
  // From afar: not even asked.
  const afar = { ...admin, "x-forwarded-for": "203.0.113.7" };
  const from = "127.0.0.9";
  const other = `${url}/other`;
  const changed = await send(server.port, "/api/config", {
    method: "PATCH",
    headers: afar,
    from,
    body: JSON.stringify({ changes: [{ path: "notifications.webhook", value: [{ url: other }] }] }),
  });
  expect(changed.status).toBe(200);
  expect(json(await sendTest(admin))).toMatchObject({ ok: false, answer: expect.stringContaining("https") });
  const list = await send(server.port, "/api/notifications", { headers: { authorization: `Bearer ${open.tokens.viewer}` } });
  expect(`${here}${list.body}`).not.toContain("4711");
  inside.close();
});

test("endless ranges and exports cost no more than there is, and leave nothing running behind", async () => {
  await using server = await startServer();
  const { port } = server;
  await eventually(async () => (await send(port, "/api/processes/1/history")).status === 200);
  for (const target of [
    "/api/processes/top?from=0&to=8640000000000000",
    "/api/alerts/statistics?from=8640000000000000&to=0",
    "/api/marks?from=0&to=8640000000000000",
    "/api/processes/1/history?from=0&to=8640000000000000",
  ]) {
    expect([target, (await send(port, target)).status]).toEqual([target, 200]);
  }
  // Twelve that leave at once: the places of four would be taken for ever.
  for (let export_ = 0; export_ < 12; export_++) {
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /api/export/data?metric=processes&from=0&step=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await new Promise((begun) => socket.once("data", begun));
    socket.destroy();
    await new Promise((closed) => socket.once("close", closed));
  }
  expect((await send(port, "/api/export/data?metric=processes&hours=0.01")).status).toBe(200);
});
