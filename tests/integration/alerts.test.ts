import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually, folderEnvironment, getJson, runHostscope, startServer } from "../helpers/server";

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

let sink: Server;
const posts: Received[] = [];
let sinkStatus = 200;
let smtp: SMTPServer;
const mails: { from: string; to: string[]; text: string; user: string | undefined }[] = [];

beforeAll(async () => {
  sink = createServer((request, response) => {
    let body = "";
    request.on("data", (text) => (body += text));
    request.on("end", () => {
      posts.push({ headers: request.headers, body });
      response.writeHead(sinkStatus, { location: "http://127.0.0.1:9/" }).end("noted");
    });
  }).listen(0, "127.0.0.1");
  smtp = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) =>
      auth.password === "right" ? done(null, { user: auth.username }) : done(new Error("wrong password")),
    onData: (stream, session, done) => {
      let text = "";
      stream.on("data", (chunk) => (text += chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address),
          text,
          user: session.user,
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", () => resolve()));
});

beforeEach(() => {
  posts.length = 0;
  sinkStatus = 200;
});

afterAll(async () => {
  sink.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

/** A rule that fires at once on any machine and is sent after a second. */
function config({ password = "right" } = {}): string {
  return `
alerts:
  group_wait: 1s
  group_interval: 1s
  rules:
    - name: any process
      metric: system.process.count
      match: {process.state: sleeping}
      window: 0
      warning: 1
      description: There are processes.
      remedy: Leave them alone.
notifications:
  email:
    smtp_server: 127.0.0.1
    smtp_port: ${portOf(smtp.server)}
    username: hostscope
    password: ${password}
    tls: none
    to_addresses: [admin@example.org, other@example.org]
  webhook:
    url: http://127.0.0.1:${portOf(sink)}/hook?token=secret-path
    secret: shared
`;
}

interface AlertList {
  alerts: {
    id: string;
    rule: string;
    state: string;
    severity: string;
    cause: { name: string; share: number }[];
    acknowledgedBy: string | null;
    note: string | null;
  }[];
}

test("an alert fires once, names its cause, reaches mail, webhook and log, is acknowledged and resolved, and survives a restart", async () => {
  const server = await startServer({ config: config() });
  const alert = await eventually(async () => {
    const { alerts } = await getJson<AlertList>(`${server.url}/api/alerts?hours=1&state=firing`);
    return alerts.find(({ rule }) => rule === "any process");
  });
  expect(alert).toMatchObject({ severity: "warning", state: "firing" });

  const mail = await eventually(async () => mails.find(({ text }) => text.includes("any process")));
  expect(mail).toMatchObject({ to: ["admin@example.org", "other@example.org"], user: "hostscope" });
  expect(mail.text).toMatch(/^Subject: \[warning\] \S+: any process at \d+/m);
  expect(mail.text).toContain("Leave them alone.");
  expect(mail.text).toContain("Message-ID: <");

  const post = await eventually(async () => posts.find(({ body }) => body.includes("any process")));
  expect(post.headers["x-hostscope-signature"]).toBe(`sha256=${createHmac("sha256", "shared").update(post.body).digest("hex")}`);
  const payload = JSON.parse(post.body) as { key: string; alerts: { id: string; kind: string }[] };
  expect(post.headers["idempotency-key"]).toBe(payload.key);
  expect(payload.alerts[0]).toMatchObject({ id: alert.id, kind: "fired" });
  const line = await eventually(async () => readFileSync(join(server.folder, "logs/alerts.log"), "utf8").trim());
  expect(JSON.parse(line.split("\n")[0] ?? "")).toMatchObject({ id: alert.id, kind: "fired", rule: "any process" });

  const acknowledged = await runHostscope(["alerts", "ack", alert.id, "--note", "seen"], folderEnvironment(server.folder));
  expect(acknowledged.code).toBe(0);
  await server.kill("SIGTERM");

  const told = posts.length;
  await using again = await startServer({ folder: server.folder, config: config() });
  await eventually(async () => (await getJson<{ uptimeSeconds: number }>(`${again.url}/api/health`)).uptimeSeconds >= 4);
  const { alerts } = await getJson<AlertList>(`${again.url}/api/alerts?hours=1`);
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({ id: alert.id, state: "firing", acknowledgedBy: "local", note: "seen" });
  expect(posts.length).toBe(told);
  expect(await getJson(`${again.url}/api/alerts/${alert.id}`)).toEqual(alerts[0]);
  const unknown = await fetch(`${again.url}/api/alerts/mwv8q5gv-d0aec339`);
  expect([unknown.status, await unknown.json()]).toMatchObject([
    404,
    { detail: expect.stringMatching(/^There is no alert mwv8q5gv-d0aec339\./) },
  ]);

  const ask = async (method: string, path: string, body?: object) =>
    (
      await fetch(`${again.url}/api/alerts/${alert.id}/${path}`, {
        method,
        ...(method === "POST" && { body: JSON.stringify(body ?? {}) }),
      })
    ).json();
  expect(await ask("DELETE", "acknowledge")).toMatchObject({ state: "firing", acknowledgedBy: null });
  expect(await ask("POST", "resolve", { note: "done" })).toMatchObject({ state: "resolved", note: "done" });
  expect(await ask("POST", "reopen")).toMatchObject({ id: alert.id, state: "firing", resolvedAt: null });
  expect(await ask("POST", "reopen")).toMatchObject({ status: 409 });
  expect(await ask("POST", "resolve", { note: "done" })).toMatchObject({ state: "resolved", note: "done" });
  const statistics = await getJson<{ byRule: Record<string, number>; previousTotal: number | null }>(
    `${again.url}/api/alerts/statistics?hours=1`,
  );
  expect(statistics.byRule["any process"]).toBeGreaterThanOrEqual(1);
  // Hostscope has just been started: there is no hour before to compare with.
  expect(statistics.previousTotal).toBeNull();
});

test("a receiver that fails for a while gets the message later, with the same key; a refusal is told and not repeated", async () => {
  posts.length = 0;
  sinkStatus = 503;
  await using server = await startServer({ config: config({ password: "wrong" }) });
  const first = await eventually(async () => posts[0]);
  sinkStatus = 200;
  const second = await eventually(async () => posts[1]);
  expect(second.headers["idempotency-key"]).toBe(first.headers["idempotency-key"]);
  const { notifications } = await eventually(async () => {
    const answer = await getJson<{ notifications: { channel: string; state: string; answer: string }[] }>(
      `${server.url}/api/notifications`,
    );
    return answer.notifications.some(({ channel, state }) => channel === "email" && state === "failed") ? answer : null;
  });
  expect(notifications.find(({ channel }) => channel === "email")?.answer).toMatch(/535|[Ii]nvalid login|wrong password/);
  expect(notifications.find(({ channel }) => channel === "webhook")).toMatchObject({ state: "sent", answer: "200 noted" });
  expect(JSON.stringify(notifications)).not.toContain("secret-path");
});

test("a test message says how it ended and not what the receiver responded, and redirects are not followed", async () => {
  await using server = await startServer({ config: config() });
  const send = async (channel: string) =>
    (
      await fetch(`${server.url}/api/notifications/test`, { method: "POST", body: JSON.stringify({ channel }) })
    ).json() as Promise<Record<string, unknown>>;
  const steps = [
    { kind: "fired", ok: true, answer: "200" },
    { kind: "resolved", ok: true, answer: "200" },
  ];
  expect(await send("webhook")).toEqual({ ok: true, answer: "200", hint: null, steps });
  expect(await send("email")).toMatchObject({ ok: true });
  const subjects = mails.flatMap(({ text }) => /^Subject: (\[test\] .*?)\r?$/m.exec(text)?.[1] ?? []);
  expect(subjects).toEqual([
    expect.stringMatching(/^\[test\] \S+: this is a test notification$/),
    expect.stringMatching(/^\[test\] \S+: this is a test notification, resolved$/),
  ]);
  // The messages of an alert are those that told of it.
  const alert = await eventually(async () => {
    const { alerts } = await getJson<AlertList>(`${server.url}/api/alerts?hours=1&state=firing`);
    return alerts.find(({ rule }) => rule === "any process");
  });
  const messages = async (query: string) =>
    (await getJson<{ notifications: { channel: string }[] }>(`${server.url}/api/notifications${query}`)).notifications;
  await eventually(async () => (await messages(`?alert=${alert.id}`)).length === 2);
  expect((await messages("")).length).toBeGreaterThanOrEqual(6);
  sinkStatus = 302;
  expect(await send("webhook")).toMatchObject({ ok: false, hint: expect.stringContaining("redirects are not followed") });
  sinkStatus = 200;
  expect(await send("pigeon")).toMatchObject({ status: 404 });
});

test("rules, silences and settings are changed over the API, kept in the file with its comments, and in force at once", async () => {
  await using server = await startServer({ config: `# my own words\n${config()}` });
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}/api${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const file = () => readFileSync(join(server.folder, "config.yaml"), "utf8");

  const rule = {
    name: "many processes",
    metric: "system.process.count",
    match: { "process.state": "sleeping" },
    window: "10s",
    warning: 1,
  };
  expect(await call("POST", "/alerts/rules", rule)).toMatchObject({ status: 200, body: { source: "own", windowSeconds: 10 } });
  expect(await call("POST", "/alerts/rules", rule)).toMatchObject({ status: 409 });
  const percent = { name: "busy", metric: "system.cpu.utilization", warning: 70, critical: 90 };
  expect(await call("POST", "/alerts/rules", percent)).toMatchObject({
    status: 200,
    body: { thresholds: { warning: 0.7, critical: 0.9 } },
  });
  expect(await call("POST", "/alerts/rules", { ...percent, name: "x", metric: "cpu" })).toMatchObject({ status: 400 });
  expect(await call("PUT", "/alerts/rules/many%20processes", { ...rule, warning: 2 })).toMatchObject({ status: 200 });
  expect(file()).toContain("# my own words");
  expect(file()).toContain("many processes");
  await eventually(async () => {
    const { alerts } = await getJson<AlertList>(`${server.url}/api/alerts?hours=1&state=firing`);
    return alerts.some((one) => one.rule === "many processes");
  });

  const silence = await call("POST", "/alerts/silences", { rule: "many*", hours: 1, note: "maintenance" });
  expect(silence).toMatchObject({ status: 200, body: { rule: "many*", window: { kind: "once" } } });
  const { alerts } = await getJson<{ alerts: { rule: string; mutedBy: string | null }[] }>(`${server.url}/api/alerts?hours=1`);
  expect(alerts.find((one) => one.rule === "many processes")?.mutedBy).toBe("silence maintenance");
  expect(await call("DELETE", `/alerts/silences/${String(silence.body.id)}`)).toMatchObject({ status: 200 });
  const weekly = { weekly: { name: "nights", days: ["sat"], from: "22:00", to: "06:00" } };
  expect(await call("POST", "/alerts/silences", weekly)).toMatchObject({ status: 200, body: { id: "weekly:nights" } });
  expect(await call("POST", "/alerts/silences", weekly)).toMatchObject({ status: 409 });
  expect(await call("DELETE", "/alerts/silences/weekly:nights")).toMatchObject({ status: 200 });
  expect(file()).not.toContain("nights");

  const tried = await call("POST", "/alerts/rules/backtest", { rule, hours: 1 });
  expect(tried).toMatchObject({ status: 200, body: { approximate: false } });
  expect(tried.body.firings).not.toEqual([]);
  expect(await call("DELETE", "/alerts/rules/many%20processes")).toMatchObject({ status: 200, body: { removed: true } });
  expect(await call("DELETE", "/alerts/rules/cpu")).toMatchObject({ status: 200, body: { removed: false } });
  expect(file()).toMatch(/disabled:\n\s+- cpu/);

  const before = (await call("GET", "/config")).body as {
    etag: string;
    settings: { path: string; value: unknown; source: string }[];
  };
  expect(JSON.stringify(before)).not.toMatch(/secret-path|"right"|shared/);
  const changes = [{ path: "alerts.group_interval", value: "9s" }];
  expect(await call("PATCH", "/config", { changes, ifMatch: before.etag })).toMatchObject({
    status: 200,
    body: { restartNeeded: [] },
  });
  expect(await call("PATCH", "/config", { changes, ifMatch: before.etag })).toMatchObject({ status: 412 });
  const read = await fetch(`${server.url}/api/alerts/rules`);
  const etag = read.headers.get("etag") ?? "";
  expect((await fetch(`${server.url}/api/alerts/rules`, { headers: { "if-none-match": etag } })).status).toBe(304);
  const put = (tag: string) =>
    fetch(`${server.url}/api/alerts/rules/mine`, {
      method: "PUT",
      headers: { "if-match": tag },
      body: JSON.stringify({ ...rule, name: "mine" }),
    });
  expect((await put(etag)).status).toBe(200);
  expect((await put(etag)).status).toBe(412);
  const after = (await call("GET", "/config")).body as typeof before;
  expect(after.settings.find(({ path }) => path === "alerts.group_interval")).toMatchObject({ value: 9, source: "file" });
  expect(await call("PATCH", "/config", { changes: [{ path: "alerts.group_wait", value: "soon" }] })).toMatchObject({
    status: 400,
  });
  expect(await call("PATCH", "/config", { changes: [{ path: "notifications.command.argv", value: ["/bin/sh"] }] })).toMatchObject(
    {
      status: 403,
    },
  );
});

test("a saved file is in force within two seconds; a broken one is named in health and changes nothing", async () => {
  await using server = await startServer({ config: "# empty\n" });
  const path = join(server.folder, "config.yaml");
  const names = async () => (await getJson<{ name: string }[]>(`${server.url}/api/alerts/rules`)).map(({ name }) => name);
  writeFileSync(path, "alerts:\n  rules:\n    - {name: mine, metric: system.uptime, warning: 1}\n");
  await eventually(async () => (await names()).includes("mine"));
  writeFileSync(path, "alerts:\n  rulez: []\n");
  const health = await eventually(async () => {
    const answer = await getJson<{ status: string; checks: { name: string; detail: string }[] }>(`${server.url}/api/health`);
    return answer.status === "degraded" ? answer : null;
  });
  expect(health.checks.find(({ name }) => name === "configuration")?.detail).toContain("config.yaml:2:3 alerts.rulez");
  expect(await names()).toContain("mine");
});
