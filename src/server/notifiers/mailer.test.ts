import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { expect, test } from "vitest";
import { createMailer, type MailerOptions, needsTls } from "./mailer";

const OPTIONS: MailerOptions = {
  host: "127.0.0.1",
  port: 25,
  tls: "auto",
  username: undefined,
  password: undefined,
  from: "hostscope@example.org",
  messageDomain: "web-1.example.org",
};
const MAIL = { to: ["a@example.org"], subject: "s", text: "t", html: "<p>t</p>", key: "k" };

async function withServer<T>(options: SMTPServerOptions, use: (port: number) => Promise<T>): Promise<T> {
  const server = new SMTPServer({ authOptional: true, ...options });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  try {
    return await use((server.server.address() as AddressInfo).port);
  } finally {
    await new Promise<void>((closed) => server.close(() => closed()));
  }
}

test.each([
  [{ tls: "auto", host: "mail.example.org", password: "x" }, true],
  [{ tls: "auto", host: "10.0.0.1", password: "x" }, true],
  [{ tls: "auto", host: "x.localhost", password: "x" }, true],
  [{ tls: "auto", host: "mail.example.org", password: undefined }, false],
  [{ tls: "auto", host: "localhost", password: "x" }, false],
  [{ tls: "auto", host: "::1", password: "x" }, false],
  [{ tls: "auto", host: "127.0.0.2", password: "x" }, false],
  [{ tls: "none", host: "mail.example.org", password: "x" }, false],
  [{ tls: "required", host: "localhost", password: undefined }, true],
] as const)("a password goes in clear to this machine only: %j", (options, needs) => {
  expect(needsTls({ ...OPTIONS, ...options })).toBe(needs);
});

test("a server without encryption is told no password, and the failure names the setting", async () => {
  const asked: string[] = [];
  const result = await withServer(
    {
      hideSTARTTLS: true,
      disabledCommands: ["STARTTLS"],
      authMethods: ["PLAIN"],
      onAuth: ({ username }, _session, done) => {
        asked.push(username ?? "");
        done(null, { user: 1 });
      },
    },
    (port) => createMailer({ ...OPTIONS, port, tls: "required", username: "ops", password: "secret" })(MAIL),
  );
  expect(result).toMatchObject({ ok: false, outcome: expect.stringContaining("notifications.email.tls: none") });
  expect(asked).toEqual([]);
});

test("the outcome of a delivery is a code, whatever the server says", async () => {
  const say = (text: string, responseCode: number) => Object.assign(new Error(text), { responseCode });
  const refused = await withServer(
    { disabledCommands: ["STARTTLS"], onRcptTo: (_address, _session, done) => done(say("the key is 4711", 550)) },
    (port) => createMailer({ ...OPTIONS, port })(MAIL),
  );
  expect(refused).toMatchObject({ ok: false, retryable: false, outcome: "550", answer: expect.stringContaining("4711") });
  const sent = await withServer({ disabledCommands: ["STARTTLS"] }, (port) => createMailer({ ...OPTIONS, port })(MAIL));
  expect(sent).toMatchObject({ ok: true, outcome: "250" });
});

test.each([
  ["127.0.0.1", 25, "private"],
  ["mail.internal", 587, "private"],
  ["10.0.0.1", 465, "private"],
  ["mail.example.org", 6379, "port 6379"],
  ["localhost", 25, "private"],
  ["0x7f000001", 25, "private"],
])("a server that was set over the API is not asked at %s:%i", async (host, port, why) => {
  const result = await createMailer({ ...OPTIONS, host, port, publicOnly: true })(MAIL);
  expect(result).toMatchObject({ ok: false, retryable: false, outcome: expect.stringContaining(why) });
});

const say = (text: string, responseCode: number) => Object.assign(new Error(text), { responseCode });

test.each([
  ["greylisting", 450, true],
  ["a busy server", 451, true],
  ["too many connections", 421, true],
  ["a receiver that does not exist", 550, false],
])("%s (%i) is tried again: %s", async (_name, code, retryable) => {
  const result = await withServer(
    { disabledCommands: ["STARTTLS"], onRcptTo: (_address, _session, done) => done(say("no", code)) },
    (port) => createMailer({ ...OPTIONS, port })(MAIL),
  );
  expect(result).toMatchObject({ ok: false, retryable });
});

test.each([
  ["a login that fails for a moment", 454, true],
  ["a wrong password", 535, false],
])("%s (%i) is tried again: %s", async (_name, code, retryable) => {
  const result = await withServer(
    {
      disabledCommands: ["STARTTLS"],
      authMethods: ["PLAIN"],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(say("no", code)),
    },
    (port) => createMailer({ ...OPTIONS, port, tls: "none", username: "ops", password: "x" })(MAIL),
  );
  expect(result).toMatchObject({ ok: false, retryable });
});

test("of several receivers those that were put off are named, and are the only ones to be tried again", async () => {
  const codes: Record<string, number> = { "late@example.org": 450, "gone@example.org": 550 };
  const result = await withServer(
    {
      disabledCommands: ["STARTTLS"],
      onRcptTo: ({ address }, _session, done) => done(codes[address] === undefined ? null : say("no", codes[address])),
    },
    (port) => createMailer({ ...OPTIONS, port })({ ...MAIL, to: ["now@example.org", "late@example.org", "gone@example.org"] }),
  );
  expect(result).toMatchObject({ ok: false, isRefused: true, retryable: true, remaining: ["late@example.org"] });
});

test("mails about one alert are one thread, and say that nobody wrote them", async () => {
  const headers: string[] = [];
  const server: SMTPServerOptions = {
    disabledCommands: ["STARTTLS"],
    onData: (stream, _session, done) => {
      let text = "";
      stream.on("data", (part) => (text += part));
      stream.on("end", () => {
        headers.push(text);
        done();
      });
    },
  };
  await withServer(server, (port) => createMailer({ ...OPTIONS, port })({ ...MAIL, key: "m2", about: ["a1", "a2"] }));
  expect(headers[0]).toMatch(/^Message-ID: <m2@web-1\.example\.org>/im);
  expect(headers[0]).toMatch(/^In-Reply-To: <a1@web-1\.example\.org>/im);
  expect(headers[0]).toMatch(/^References: <a1@web-1\.example\.org> <a2@web-1\.example\.org>/im);
  expect(headers[0]).toMatch(/^Auto-Submitted: auto-generated/im);
});
