/** Every kind of mail about one metric, sent over an encrypted and authenticated connection to a real server. */
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";

const TLS = { key: readFileSync("tests/fixtures/tls/key.pem"), cert: readFileSync("tests/fixtures/tls/certificate.pem") };

let smtp: SMTPServer;
const mails: { mail: ParsedMail; secure: boolean; user: string | undefined }[] = [];

beforeAll(async () => {
  smtp = new SMTPServer({
    ...TLS,
    authMethods: ["PLAIN"],
    onAuth: (auth, _session, done) =>
      auth.password === "right" ? done(null, { user: auth.username }) : done(new Error("wrong password")),
    onData: (stream, session, done) => {
      simpleParser(stream).then((mail) => {
        mails.push({ mail, secure: session.secure, user: session.user });
        done();
      }, done);
    },
  });
  // The server that is killed at the end may be sending a mail.
  smtp.on("error", () => {});
  await new Promise<void>((listening) => smtp.listen(0, "127.0.0.1", () => listening()));
});

afterAll(() => new Promise<void>((closed) => smtp.close(() => closed())));

const config = () => `
alerts:
  group_wait: 2s
  group_interval: 2s
  repeat_interval: 4s
  rules:
    - {name: queue, metric: queue_length, aggregate: last, window: 0, warning: 10, critical: 100, description: "The queue is long.", remedy: "Add workers."}
notifications:
  email:
    smtp_server: localhost
    smtp_port: ${(smtp.server.address() as AddressInfo).port}
    username: hostscope
    password: right
    tls: required
    to_addresses: [admin@example.org]
`;

const subjects = () => mails.map(({ mail }) => mail.subject ?? "");
const arrived = (pattern: RegExp, after = 0) =>
  eventually(async () => mails.slice(after).find(({ mail }) => pattern.test(mail.subject ?? "")));

function pushing(server: StartedServer) {
  let values: Record<string, number> = {};
  const send = () =>
    fetch(`${server.url}/api/metrics/custom`, {
      method: "POST",
      body: JSON.stringify(
        Object.entries(values).map(([name, value]) => ({ metric: "queue_length", value, tags: { queue: name } })),
      ),
    });
  return {
    set: async (next: Record<string, number>) => {
      values = next;
      await send();
    },
  };
}

interface Listed {
  alerts: { id: string; rule: string; severity: string; state: string; mutedBy: string | null }[];
}

test("fire, aggregate, escalate, acknowledge, repeat, silence and resolve arrive as mail over TLS", async () => {
  await using server = await startServer({
    config: config(),
    env: { NODE_EXTRA_CA_CERTS: resolve("tests/fixtures/tls/certificate.pem") },
  });
  const queues = pushing(server);
  const listed = async () =>
    (await getJson<Listed>(`${server.url}/api/alerts?hours=1`)).alerts.filter(({ rule }) => rule === "queue");
  const post = (path: string, body: unknown) => fetch(`${server.url}/api${path}`, { method: "POST", body: JSON.stringify(body) });
  const started = Date.now();

  // Two alerts that fire together share one message.
  await queues.set({ in: 20, out: 30, idle: 1 });
  const fired = await arrived(/^\[warning\] .*queue .* \+ 1 more$/);
  expect(fired).toMatchObject({ secure: true, user: "hostscope" });
  expect(fired.mail.text).toContain("The queue is long.");
  expect(fired.mail.text).toContain("/alerts");
  expect(fired.mail.text).toMatch(/alerts\?alert=[a-z0-9]+-[a-f0-9]{8}\n/);
  expect(fired.mail.messageId).not.toContain("@hostscope>");
  expect(fired.mail.headers.get("auto-submitted")).toBe("auto-generated");
  expect(fired.mail.html).not.toMatch(/<(script|img|link)/);

  // An escalation is sent at once and repeated until it is acknowledged.
  await queues.set({ in: 200, out: 30, idle: 1 });
  await arrived(/^\[critical\] .*queue=in at 200/);
  const repeated = await arrived(/^\[critical\] .*queue=in at 200/, mails.length);
  expect(repeated.mail.text).toContain("[critical] Still firing: queue queue=in at 200 (threshold 100)");
  const critical = (await listed()).find(({ severity }) => severity === "critical");
  await post(`/alerts/${critical?.id}/acknowledge`, { note: "on it" });
  const acknowledged = mails.length;

  // A silenced alert is not sent until the silence ends.
  const silence = (await (await post("/alerts/silences", { rule: "queue", hours: 1, note: "moving" })).json()) as { id: string };
  await queues.set({ in: 200, out: 30, idle: 40 });
  const silenced = await eventually(async () => (await listed()).find(({ mutedBy }) => mutedBy === "silence moving"));
  expect(silenced.state).toBe("firing");
  await eventually(async () => (await listed()).length === 3);
  expect(
    subjects()
      .slice(acknowledged)
      .filter((subject) => /queue=idle at 40/.test(subject)),
  ).toEqual([]);
  await fetch(`${server.url}/api/alerts/silences/${silence.id}`, { method: "DELETE" });
  await arrived(/^\[warning\] .*queue=idle at 40/, acknowledged);

  await queues.set({ in: 1, out: 1, idle: 1 });
  const resolved = await arrived(/^\[resolved\] .*queue/, acknowledged);
  expect(resolved.mail.text).toMatch(/Resolved: queue queue=\w+ back to 1\n/);
  expect(resolved.mail.text).toMatch(/resolved \d\d:\d\d UTC.*after/);
  // What fired and what resolved stand in one thread.
  const roots = ({ mail }: (typeof mails)[number]) => [mail.references ?? []].flat();
  expect(roots(resolved).some((root) => roots(fired).includes(root))).toBe(true);
  expect(await eventually(async () => (await listed()).every(({ state }) => state === "resolved"))).toBe(true);

  // One reminder may have been on its way at the acknowledgement; none may follow.
  const reminders = mails.slice(acknowledged).filter(({ mail }) => mail.text?.includes("[critical] Still firing"));
  expect(reminders.length).toBeLessThanOrEqual(1);

  // A back-test of the same rule over the same seconds must match what happened.
  const lines = readFileSync(join(server.folder, "logs/alerts.log"), "utf8").trim().split("\n");
  const live = lines
    .map(
      (line) => JSON.parse(line) as { kind: string; at: string; rule: string; severity: string; labels: Record<string, string> },
    )
    .filter(({ rule, kind }) => rule === "queue" && kind !== "acknowledged")
    .map(({ at, labels, kind, severity }) => `${at} ${labels.queue} ${kind} ${severity}`);
  const rule = { name: "queue", metric: "queue_length", aggregate: "last", window: 0, warning: 10, critical: 100 };
  const answer = (await (
    await post("/alerts/rules/backtest", { rule, from: new Date(started - 2000).toISOString(), to: new Date().toISOString() })
  ).json()) as { approximate: boolean; transitions: { at: string; key: string; kind: string; severity: string }[] };
  const replayed = answer.transitions.map(
    ({ at, key, kind, severity }) => `${at} ${/queue="(\w+)"/.exec(key)?.[1]} ${kind} ${severity}`,
  );
  expect(answer.approximate).toBe(false);
  expect(replayed).toEqual(live);
  expect(live.length).toBeGreaterThanOrEqual(7);
});
