import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
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

afterAll(async () => {
  sink.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

/** A rule that fires at once on any machine, told after a second. */
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
  }, 20_000);
  expect(alert).toMatchObject({ severity: "warning", state: "firing" });

  const mail = await eventually(async () => mails.find(({ text }) => text.includes("any process")), 20_000);
  expect(mail).toMatchObject({ to: ["admin@example.org", "other@example.org"], user: "hostscope" });
  expect(mail.text).toMatch(/^Subject: \[warning\] \S+ any process \d+/m);
  expect(mail.text).toContain("Leave them alone.");
  expect(mail.text).toContain("Message-ID: <");

  const post = await eventually(async () => posts.find(({ body }) => body.includes("any process")), 20_000);
  expect(post.headers["x-hostscope-signature"]).toBe(`sha256=${createHmac("sha256", "shared").update(post.body).digest("hex")}`);
  const payload = JSON.parse(post.body) as { key: string; alerts: { id: string; kind: string }[] };
  expect(post.headers["idempotency-key"]).toBe(payload.key);
  expect(payload.alerts[0]).toMatchObject({ id: alert.id, kind: "fired" });
  const line = await eventually(async () => readFileSync(join(server.folder, "logs/alerts.log"), "utf8").trim());
  expect(JSON.parse(line.split("\n")[0] ?? "")).toMatchObject({ alerts: [{ id: alert.id, kind: "fired" }] });

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

  const resolved = await fetch(`${again.url}/api/alerts/${alert.id}/resolve`, {
    method: "POST",
    body: JSON.stringify({ note: "done" }),
  });
  expect(await resolved.json()).toMatchObject({ state: "resolved", note: "done" });
  const statistics = await getJson<{ total: number; byRule: Record<string, number> }>(
    `${again.url}/api/alerts/statistics?hours=1`,
  );
  expect(statistics.byRule["any process"]).toBeGreaterThanOrEqual(1);
});

test("a receiver that fails for a while gets the message later, with the same key; a refusal is told and not repeated", async () => {
  posts.length = 0;
  sinkStatus = 503;
  await using server = await startServer({ config: config({ password: "wrong" }) });
  const first = await eventually(async () => posts[0], 20_000);
  sinkStatus = 200;
  const second = await eventually(async () => posts[1], 30_000);
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

test("a test message says what the far side answered, and redirects are not followed", async () => {
  await using server = await startServer({ config: config() });
  const send = async (channel: string) =>
    (
      await fetch(`${server.url}/api/notifications/test`, { method: "POST", body: JSON.stringify({ channel }) })
    ).json() as Promise<Record<string, unknown>>;
  expect(await send("webhook")).toEqual({ ok: true, answer: "200 noted" });
  expect(await send("email")).toMatchObject({ ok: true });
  sinkStatus = 302;
  expect(await send("webhook")).toMatchObject({ ok: false, retryable: false });
  sinkStatus = 200;
  expect(await send("pigeon")).toMatchObject({ status: 404 });
});
