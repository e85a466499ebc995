/**
 * What was found in other monitors, and in the parts that this one is built of, tried here: by every role, in both modes. Each entry names
 * its CVE or advisory.
 */
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cookieOf, logIn, PASSWORD, startWithUsers } from "../../helpers/login";
import { type StartedServer, startServer } from "../../helpers/server";

interface Raw {
  status: number;
  /** Status line, headers and body as they came. */
  text: string;
}

/** Sends bytes as they are: a client library would clean them. */
function raw(port: number, method: string, target: string, headers: Record<string, string> = {}, body = ""): Promise<Raw> {
  const lines = Object.entries({
    Host: "localhost",
    Connection: "close",
    ...headers,
    ...(body !== "" && { "Content-Length": String(Buffer.byteLength(body)) }),
  });
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    const end = () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text });
    socket.setEncoding("latin1").on("data", (chunk) => {
      text += chunk;
      // A stream does not end by itself.
      if (text.includes("text/event-stream")) socket.destroy();
    });
    socket.on("close", end);
    socket.on("error", reject);
    socket.write(`${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`);
  });
}

let closed: Awaited<ReturnType<typeof startWithUsers>>;
let open: StartedServer;
const asked: string[] = [];
const canary = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.end("inside");
});
let canaryUrl = "";

beforeAll(async () => {
  const config =
    "  rate_limit: false\nnotifications:\n  webhook:\n    url: https://hooks.example.org/canary-secret-path\n    secret: canary-signature\n";
  closed = await startWithUsers(`security:\n  auth: required\n${config}`);
  open = await startServer({ config: `security:\n${config}` });
  await new Promise<void>((listening) => canary.listen(0, "127.0.0.1", listening));
  canaryUrl = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
});

afterAll(async () => {
  canary.close();
  await closed.server[Symbol.asyncDispose]();
  await open[Symbol.asyncDispose]();
});

interface Asker {
  name: string;
  port: number;
  headers: Record<string, string>;
}

function askers(): Asker[] {
  const bearer = (role: "viewer" | "admin" | "pusher") => ({ authorization: `Bearer ${closed.tokens[role]}` });
  const { port } = closed.server;
  return [
    { name: "nobody", port, headers: {} },
    ...(["pusher", "viewer", "admin"] as const).map((role) => ({ name: role, port, headers: bearer(role) })),
    { name: "local", port: open.port, headers: {} },
    {
      name: "a page of another site",
      port: open.port,
      headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    },
  ];
}

/** No file of the machine, no secret, no failure, no foreign redirect, no header of the asker's, no permission for other origins. */
function faultsOf({ status, text }: Raw): string[] {
  const faults: string[] = [];
  if (status === 0 || status >= 500) faults.push(`status ${status}`);
  if (/root:[x*]:0:0|daemon:[x*]:/.test(text)) faults.push("/etc/passwd");
  if (/canary-secret-path|canary-signature/.test(text)) faults.push("a secret");
  if (/^location: *(?:https?:)?[/\\]{2}/im.test(text)) faults.push("a redirect elsewhere");
  if (/^x-injected:/im.test(text)) faults.push("an injected header");
  if (/^access-control-allow-origin:/im.test(text)) faults.push("permission for another origin");
  if (/\n\s+at .*\.js:|node_modules/.test(text.split("\r\n\r\n")[0] ?? "")) faults.push("a stack");
  return faults;
}

const up = "../".repeat(8);
/** Paths that opened something in other programs. */
const PATHS: Record<string, readonly string[]> = {
  "Grafana CVE-2021-43798, Icinga CVE-2022-24716, Beszel CVE-2026-27734: files outside of a folder": [
    `/public/plugins/alertlist/${up}etc/passwd`,
    `/public/plugins/alertlist/${up.replaceAll("/", "%2f")}etc%2fpasswd`,
    `/lib/icinga/icinga-php-thirdparty/etc/passwd`,
    `/_next/static/${up}etc/passwd`,
    `/_next/static/${up.replaceAll("../", "%2e%2e%2f")}etc%2fpasswd`,
    `/_next/static/..%5c..%5c..%5cetc%5cpasswd`,
    `/api/export/reports/${up.replaceAll("../", "%2e%2e%2f")}etc%2fpasswd`,
    `/api/reports/${up.replaceAll("../", "..%2f")}etc%2fpasswd`,
    `/api/reports/%2Fetc%2Fpasswd`,
    `/api/export/reports/..%00`,
    `/static/../../../../etc/passwd`,
    `/icon-192.png/../../../../etc/passwd`,
  ],
  "Grafana CVE-2021-39226: the name of a parameter in its place": [
    "/api/reports/:id",
    "/api/alerts/:id/acknowledge",
    "/api/processes/:pid",
    "/api/export/reports/{id}",
    "/api/access/sessions/:id",
  ],
  "Prometheus CVE-2021-29622, Grafana CVE-2025-4123: redirects elsewhere": [
    "/new/http://evil.example",
    "/new//evil.example",
    "//evil.example/%2e%2e",
    "/\\evil.example",
    "/login?next=//evil.example",
    "/login?next=https://evil.example",
    "/login?next=/%5cevil.example",
    "/login?next=javascript:alert(1)",
    "/public/..%2F%5cevil.example%2f%3f%2F..%2F..",
    "/evil.example//..;/",
  ],
  "Glances CVE-2026-30928, Prometheus CVE-2026-42151: secrets in what shows the configuration": [
    "/api/config",
    "/api/4/config",
    "/api/4/args",
    "/api/v1/status/config",
    "/api/v1/status/flags",
    "/config",
    "/debug/pprof/cmdline",
    "/.env",
    "/config/config.yaml",
    "/data/hostscope.db",
    "/auth.secret",
    "/.git/config",
  ],
  "Netdata CVE-2018-18836: a header through the query": [
    "/api/metrics/history/system?hours=1%0d%0aX-Injected:%201",
    "/api/export/data?metric=system&format=csv%0d%0aX-Injected:%201",
    "/api/export/report?format=json%0d%0aX-Injected:%201",
    "/login?next=/%0d%0aX-Injected:%201",
  ],
  "Next.js CVE-2025-29927 and its followers: other ways to a page": [
    "/processes.rsc",
    "/processes.segments/_tree.segment.rsc",
    "/_next/data/build/processes.json",
    "/processes?_rsc=1",
    "/processes?__nextLocale=en&__nextDefaultLocale=en",
    "/_next/image?url=%2Fapi%2Fconfig&w=64&q=75",
    "/_next/server/app/page.js",
    "/_next/../server/app/page.js",
    "/__nextjs_original-stack-frame?file=/etc/passwd",
    "/_next/static/chunks/../../server/middleware.js",
  ],
  "better-auth CVE-2025-61928: what else its library serves": [
    "/api/auth/sign-up/email",
    "/api/auth/api-key/create",
    "/api/auth/admin/create-user",
    "/api/auth/forget-password",
    "/api/auth/reset-password/x?callbackURL=https://evil.example",
    "/api/auth/verify-email?token=x&callbackURL=//evil.example",
    "/api/auth/callback/github?state=x",
    "/api/auth/error?error=%3Cscript%3E",
    "/api/auth/list-sessions",
    "/api/auth/ok",
  ],
  "Graphite CVE-2017-18638, Grafana: addresses that are asked for the asker": [
    "/composer/send_email?to=a@b.c&url=CANARY",
    "/api/datasources/proxy/1/?url=CANARY",
    "/_next/image?url=CANARY&w=64&q=75",
    "/avatar/CANARY",
  ],
};

test.each(Object.entries(PATHS))("%s", async (_name, paths) => {
  const faults: string[] = [];
  for (const asker of askers()) {
    for (const path of paths) {
      for (const method of ["GET", "HEAD", "POST"]) {
        const target = path.replace("CANARY", encodeURIComponent(canaryUrl));
        const answer = await raw(asker.port, method, target, asker.headers, method === "POST" ? "{}" : "");
        for (const fault of faultsOf(answer)) faults.push(`${asker.name} ${method} ${target}: ${fault}`);
        const isOurs = /^\/(api\/config|login|processes\?|evil)/.test(target);
        if (asker.name === "nobody" && answer.status === 200 && !target.startsWith("/login") && !isOurs)
          faults.push(`nobody ${method} ${target}: 200`);
      }
    }
  }
  expect(faults).toEqual([]);
  expect(asked).toEqual([]);
});

/** Headers that made other programs trust the asker, or do something else. */
const HEADERS: Record<string, readonly Record<string, string>[]> = {
  "Next.js CVE-2025-29927: a middleware's own request": [
    "middleware",
    "src/middleware",
    "pages/_middleware",
    "middleware:".repeat(5),
  ].map((value) => ({
    "x-middleware-subrequest": value,
  })),
  "Cacti CVE-2022-46169, Grafana's auth proxy: an address or a user in a header": [
    { "x-forwarded-for": "127.0.0.1" },
    { "x-webauth-user": "admin" },
    { "x-remote-user": "root", "remote-user": "root" },
    { forwarded: "for=127.0.0.1;by=127.0.0.1;host=localhost;proto=https" },
    { "x-hostscope-access": "x:admin:e30=" },
    { "x-hostscope-location": "localhost" },
  ],
  "Zabbix CVE-2022-23131: a session that the asker wrote": [
    { cookie: `zbx_session=${Buffer.from('{"saml_data":{"username_attribute":"Admin"}}').toString("base64")}` },
    { cookie: "hostscope=eyJ1c2VyIjoiYW5uIn0=.x" },
    { cookie: `hostscope=${"a".repeat(32)}.${"b".repeat(43)}%3D` },
    { cookie: "__Host-hostscope=x.y; hostscope-device=ann.x" },
  ],
  "React2Shell CVE-2025-55182: an action of the server": [
    { "next-action": "0".repeat(42), "content-type": "text/plain" },
    { "next-action": "x", "content-type": "multipart/form-data; boundary=x" },
    { "next-action": "", accept: "text/x-component" },
  ],
};

test.each(Object.entries(HEADERS))("%s", async (_name, all) => {
  const faults: string[] = [];
  const { port } = closed.server;
  for (const headers of all) {
    for (const target of [
      "/",
      "/processes",
      "/settings",
      "/api/config",
      "/api/health",
      "/api/access/users",
      "/api/trpc/access.users",
      "/metrics",
      "/api/stream",
    ]) {
      for (const method of ["GET", "POST", "DELETE"]) {
        const answer = await raw(port, method, target, headers, method === "POST" ? "[]" : "");
        if (answer.status < 300 || answer.status >= 500)
          faults.push(`${method} ${target} with ${JSON.stringify(headers)}: ${answer.status}`);
        faults.push(...faultsOf(answer));
      }
    }
  }
  expect(faults).toEqual([]);
});

test("Next.js CVE-2026-44578: an upgrade that asks another server", async () => {
  for (const { port, headers } of askers()) {
    for (const target of [`${canaryUrl}/`, "/", "/_next/webpack-hmr", `//${new URL(canaryUrl).host}/`]) {
      const answer = await raw(port, "GET", target, {
        ...headers,
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
      });
      expect(answer.status).not.toBe(101);
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
  }
  expect(asked).toEqual([]);
});

test("Glances CVE-2026-32632, CVE-2026-32610: another name for this host, and pages of other origins", async () => {
  for (const host of [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "0.0.0.0",
    "[::ffff:192.0.2.1]",
    "evil.example:5000",
  ]) {
    for (const target of ["/", "/api/health", "/metrics", "/api/config", "/_next/static/x.js"]) {
      expect([host, (await raw(open.port, "GET", target, { Host: host })).status]).toEqual([host, 421]);
    }
  }
  for (const origin of [
    "https://evil.example",
    "null",
    "http://localhost",
    "http://localhost:1",
    "https://localhost.evil.example",
  ]) {
    for (const target of ["/api/health", "/api/config", "/metrics"]) {
      for (const method of ["GET", "OPTIONS"]) {
        const answer = await raw(open.port, method, target, { Origin: origin, "Access-Control-Request-Method": "GET" });
        expect([origin, method, faultsOf(answer)]).toEqual([origin, method, []]);
      }
    }
  }
});

test("tRPC CVE-2025-68130: names of the prototype in a body", async () => {
  const { port } = closed.server;
  const headers = { authorization: `Bearer ${closed.tokens.admin}`, "content-type": "application/json" };
  for (const body of [
    '{"__proto__":{"role":"admin","polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '[{"__proto__":[1]}]',
    '{"changes":[{"path":["__proto__","polluted"],"value":1}]}',
    '{"changes":[{"path":"constructor.prototype.polluted","value":1}]}',
    '{"changes":[{"path":"alerts","value":{"__proto__":{"polluted":1}}}]}',
  ]) {
    for (const target of [
      "/api/config",
      "/api/marks",
      "/api/metrics/custom",
      "/api/alerts/rules",
      "/api/trpc/config.set",
      "/api/trpc/marks.add",
    ]) {
      const answer = await raw(port, target === "/api/config" ? "PATCH" : "POST", target, headers, body);
      expect([target, body, answer.status >= 400 && answer.status < 500]).toEqual([target, body, true]);
    }
  }
  const viewer = await raw(port, "GET", "/api/access/users", { authorization: `Bearer ${closed.tokens.viewer}` });
  expect(viewer.status).toBe(403);
});

test("Uptime Kuma GHSA-g9v2-wqcj-j99g, Beszel CVE-2026-40077: logins end with the password, and only their owner ends them", async () => {
  const { port } = closed.server;
  const own = { "sec-fetch-site": "same-origin" };
  const [first, second] = [cookieOf(await logIn(port, "bob")), cookieOf(await logIn(port, "bob"))];
  const ann = cookieOf(await logIn(port, "ann"));
  const { text } = await raw(port, "GET", "/api/access/sessions", { cookie: ann });
  const sessions = (
    JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)) as { sessions: { id: string; user: string }[] }
  ).sessions;
  const annes = sessions.find(({ user }) => user === "ann")?.id ?? "";
  expect((await raw(port, "DELETE", `/api/access/sessions/${annes}`, { cookie: first, ...own })).status).toBe(404);
  expect((await raw(port, "GET", "/api/access/me", { cookie: ann })).status).toBe(200);
  const body = JSON.stringify({ current: PASSWORD, password: `${PASSWORD} staple` });
  const changed = await raw(
    port,
    "PUT",
    "/api/access/password",
    { cookie: first, ...own, "content-type": "application/json" },
    body,
  );
  expect(changed.status).toBe(200);
  expect((await raw(port, "GET", "/api/access/me", { cookie: first })).status).toBe(200);
  expect((await raw(port, "GET", "/api/access/me", { cookie: second })).status).toBe(401);
});

test("Uptime Kuma GHSA-vffh-c9pq-4crh, Glances CVE-2026-53925: no template, no address of a file, no program from afar", async () => {
  const headers = { authorization: `Bearer ${closed.tokens.admin}`, "content-type": "application/json" };
  const file = join(closed.server.folder, "pwned");
  const changes = [
    { path: "notifications.webhook", value: [{ url: "file:///etc/passwd" }] },
    { path: "notifications.webhook", value: [{ url: "gopher://127.0.0.1:25/" }] },
    { path: "notifications.webhook", value: [{ url_file: "/etc/passwd" }] },
    { path: "notifications.command", value: { argv: ["touch", file] } },
    { path: "custom_metrics.x", value: { command: ["touch", file] } },
    { path: "custom_metrics.x", value: { http: "http://169.254.169.254/" } },
    { path: "custom_metrics.x", value: { textfile: "/etc" } },
    { path: "reports.schedules", value: [{ name: "x", cron: "* * * * *", folder: "/tmp" }] },
    { path: "notifications.email.password_file", value: "/etc/shadow" },
    { path: "server.links", value: [{ name: "x", url: "javascript:alert(1)" }] },
    { path: "server.links", value: [{ name: "${PATH}", url: "https://example.org" }] },
  ];
  for (const change of changes) {
    const answer = await raw(closed.server.port, "PATCH", "/api/config", headers, JSON.stringify({ changes: [change] }));
    expect([change, answer.status >= 400 && answer.status < 500]).toEqual([change, true]);
  }
  expect(existsSync(file)).toBe(false);
});
