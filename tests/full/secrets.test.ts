/** Plants secrets wherever Hostscope accepts one: none may appear in an answer, a log, a page or its scripts. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { seeded } from "../../scripts/recording";
import type { Role } from "../../src/domain/access";
import { Auth } from "../../src/server/auth/auth";
import { OPERATIONS } from "../../src/server/http/operations";
import { policyTable } from "../../src/server/http/policy";
import { command, cookieOf, logIn, send } from "../helpers/login";
import { drawSeed } from "../helpers/properties";
import { eventually, folderEnvironment, runHostscope, startServer, temporaryFolder } from "../helpers/server";

const ANSWERS = 2000;

/** Generates words that occur nowhere else. */
function planter() {
  const planted = new Map<string, string>();
  const random = seeded(drawSeed());
  return {
    planted,
    plant: (where: string) => {
      const secret = `Canary${planted.size}x${random().toString(36).slice(2, 14)}`;
      planted.set(where, secret);
      return secret;
    },
  };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test(`25 planted secrets are seen nowhere in ${ANSWERS} answers, logs, pages and their scripts`, async () => {
  const { planted, plant } = planter();
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "smtp"), plant("the password file of the mail"));
  writeFileSync(join(folder, "hook"), `http://127.0.0.1:9/${plant("the file of a webhook's address")}`);
  const env = {
    SMTP_USER_SECRET: plant("a webhook's secret from the environment"),
    HOOK: plant("a webhook's address from the environment"),
    HOSTSCOPE_TOKEN: plant("a token in the environment"),
  };
  const hook = (name: string) =>
    `    - url: http://127.0.0.1:9/${plant(`${name}: address`)}\n      secret: ${plant(`${name}: signature`)}\n`;
  const config = `security:
  auth: required
  rate_limit: false
notifications:
  email:
    smtp_server: 127.0.0.1
    smtp_port: 9
    username: hostscope
    password_file: ${join(folder, "smtp")}
    tls: none
    to_addresses: [admin@example.org]
  webhook:
${hook("first")}${hook("second")}${hook("third")}    - url_file: ${join(folder, "hook")}
      secret: \${SMTP_USER_SECRET}
    - url: http://127.0.0.1:9/\${HOOK}
custom_metrics:
  queue:
    http: http://reader:${plant("a password in an address")}@127.0.0.1:9/stats
    interval: 1
  depth:
    http: {url: "http://reader:${plant("a password in another address")}@127.0.0.1:9/stats", pointer: /x}
    interval: 1
`;
  await using server = await startServer({ config, folder, env });
  const auth = await Auth.open({ databasePath: join(server.dataDir, "hostscope.db"), dataDir: server.dataDir, timeoutMs: 5000 });
  const passwords: Record<string, string> = {};
  for (const [name, role] of [
    ["ann", "admin"],
    ["bob", "viewer"],
    ["eve", "viewer"],
  ] as [string, Role][]) {
    passwords[name] = plant(`${name}'s password`);
    await auth.users.add({ name, password: passwords[name], role });
  }
  await auth.users.setPassword("eve", plant("eve's second password"));
  const token = async (name: string, role: Role, expiresAt: number | null) => {
    const made = await auth.tokens.create({ name, role, createdBy: "test", expiresAt }, Date.now());
    planted.set(`the token ${name}`, made.token.split("_")[2] ?? "");
    return made;
  };
  const reader = await token("reader", "viewer", null);
  await token("writer", "admin", null);
  await token("ended", "admin", Date.now() - 1000);
  const gone = await token("gone", "viewer", null);
  await auth.tokens.revoke(gone.entry.id);
  await auth.close();
  planted.set("what signs cookies", readFileSync(join(server.dataDir, "auth.secret"), "utf8").trim());

  const seen: string[] = [];
  const look = (where: string, text: string) => {
    for (const [name, secret] of planted) if (text.includes(secret)) seen.push(`${name} in ${where}`);
  };

  const { port } = server;
  const cookie = cookieOf(await logIn(port, "ann", passwords.ann));
  planted.set("the cookie of a login", decodeURIComponent(cookie.split("=")[1] ?? "").split(".")[0] ?? "");
  const mistaken = plant("a mistyped password");
  look("a failed login", (await logIn(port, "bob", mistaken)).body);
  const weak = plant("a new password, refused").slice(0, 11);
  planted.set("a new password, refused", weak);
  expect(planted.size).toBeGreaterThanOrEqual(25);

  const origin = { "sec-fetch-site": "same-origin" };
  const asked: [string, Parameters<typeof send>[2]][] = [
    [
      "/api/access/users",
      { method: "POST", headers: { cookie, ...origin }, body: JSON.stringify({ name: "dan", password: weak }) },
    ],
    [
      "/api/access/users",
      {
        method: "POST",
        headers: { cookie, ...origin },
        body: JSON.stringify({ name: "dan", password: [weak] }),
      },
    ],
    [
      "/api/access/users/bob/password",
      { method: "PUT", headers: { cookie, ...origin }, body: JSON.stringify({ password: weak }) },
    ],
    [
      "/api/trpc/access.addUser",
      { method: "POST", headers: { cookie, ...origin }, body: JSON.stringify({ name: "dan", password: weak }) },
    ],
    ["/api/auth/sign-in/username", { method: "POST", body: JSON.stringify({ username: "bob", password: [mistaken] }) }],
    ...["email", "webhook", "webhook 1", "webhook 2", "webhook 3", "webhook 4", "webhook 5"].map(
      (channel): [string, Parameters<typeof send>[2]] => [
        "/api/notifications/test",
        { method: "POST", headers: { cookie, ...origin }, body: JSON.stringify({ channel }) },
      ],
    ),
  ];
  const callers: Record<string, string>[] = [
    {},
    { cookie },
    { authorization: `Bearer ${reader.token}` },
    { authorization: `Bearer ${gone.token}` },
  ];
  const targets = [
    ...[
      "/",
      "/alerts",
      "/login",
      "/network",
      "/performance",
      "/processes",
      "/reports",
      "/settings",
      "/nothing",
      "/metrics",
      "/api/docs",
      "/api/openapi.json",
      "/api/stream",
    ],
    ...OPERATIONS.filter(({ method }) => method === "GET").map(({ path, example }) => {
      const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(String(example?.[name] ?? "system")));
      return `/api${filled}`;
    }),
    ...policyTable()
      .procedures.filter(({ kind }) => kind === "query")
      .map(({ procedure }) => `/api/trpc/${procedure}`),
    "/api/export/data?format=csv&hours=1&metric=system.cpu.utilization",
    "/api/export/report?format=json&hours=1",
  ];
  for (const caller of callers) for (const target of targets) asked.push([target, { headers: caller }]);
  let answers = 0;
  const failures: string[] = [];
  while (answers < ANSWERS) {
    for (const [target, sent] of asked) {
      const { status, headers, body } = await send(port, target, sent);
      answers++;
      look(`${sent?.method ?? "GET"} ${target} (${status})`, `${JSON.stringify(headers)}\n${body}`);
      if (status >= 500 && status !== 503) failures.push(`${target}: ${status}`);
    }
  }
  expect([...new Set(seen)]).toEqual([]);
  expect([...new Set(failures)]).toEqual([]);

  await eventually(async () => readFileSync(join(folder, "logs", "monitor.log"), "utf8").includes("login as bob"));
  for (const file of filesBelow(join(folder, "logs"))) look(file, readFileSync(file, "utf8"));
  look("the terminal", server.stderr());
  for (const args of [
    ["user", "list", "--json"],
    ["token", "list", "--json"],
  ])
    look(args.join(" "), await command(folder, args));
  for (const args of [["doctor"], ["config", "show"], ["config", "check"]]) {
    const { stdout, stderr } = await runHostscope(args, { ...folderEnvironment(folder), ...env });
    look(`hostscope ${args.join(" ")}`, `${stdout}\n${stderr}`);
  }
  const scripts = filesBelow(".next/static");
  expect(scripts.length).toBeGreaterThan(5);
  for (const file of scripts) look(file, readFileSync(file, "latin1"));
  // Check that the browser's scripts contain no server code either.
  const bundle = scripts.map((file) => readFileSync(file, "latin1")).join("\n");
  for (const word of ["better-sqlite3", "x-hostscope-access", "auth.secret", "api_tokens", "PrismaClient"]) {
    if (bundle.includes(word)) seen.push(`${word} in the client's scripts`);
  }
  expect([...new Set(seen)]).toEqual([]);
  console.log(`${planted.size} secrets, ${answers} answers`);
});
