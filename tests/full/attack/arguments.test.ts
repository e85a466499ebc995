/**
 * Secrets in the arguments of 40 processes: none is in an answer, a message, a report, an export, a log, the database or a backup of it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { seeded } from "../../../scripts/recording";
import { Auth } from "../../../src/server/auth/auth";
import { OPERATIONS } from "../../../src/server/http/operations";
import { command, send } from "../../helpers/login";
import { drawSeed } from "../../helpers/properties";
import { eventually, startServer, temporaryFolder } from "../../helpers/server";

const ANSWERS = 3000;

/** 40 kinds, each with a word of its own as the secret: `secret` makes one in the alphabet that the kind needs. */
function kinds(secret: (length?: number) => string): string[][] {
  return [
    ["mysql", "-uroot", `-p${secret()}`, "shop"],
    ["mysqldump", `--password=${secret()}`, "--all-databases"],
    ["mariadb-admin", "--password", secret(), "ping"],
    ["psql", `postgresql://anna:${secret()}@db/shop`],
    ["psql", `host=db user=anna password=${secret()} dbname=shop`],
    ["redis-cli", "-a", secret(), "ping"],
    ["mongosh", "-u", "anna", "-p", secret()],
    ["mongodump", `--uri=mongodb://anna:${secret()}@db/shop`],
    ["sqlcmd", "-S", "db", "-U", "sa", "-P", secret()],
    ["sqlplus", `scott/${secret()}@db`],
    ["curl", "-u", `anna:${secret()}`, "https://example.org"],
    ["curl", "-H", `Authorization: Bearer ${secret()}`, "https://example.org"],
    ["curl", "-H", `X-Api-Key: ${secret()}`, "https://example.org"],
    ["curl", "-b", "x", "-H", `Cookie: session=${secret()}`, "https://example.org"],
    ["curl", "-d", `{"user":"anna","client_secret":"${secret()}"}`, "https://example.org"],
    ["curl", `https://example.org/?access_token=${secret()}&page=2`],
    ["curl", `https://hooks.slack.com/services/T00000000/B00000000/${secret(24)}`],
    ["wget", `--http-password=${secret()}`, "https://example.org"],
    ["git", "clone", `https://x:ghp_${secret(36)}@github.com/a/b.git`],
    ["docker", "login", "-u", "anna", "-p", secret(), "registry"],
    ["docker", "run", "-e", `MYSQL_ROOT_PASSWORD=${secret()}`, "mysql"],
    ["helm", "upgrade", "x", "--set", `auth.password=${secret()}`],
    ["kubectl", `--token=${secret()}`, "get", "pods"],
    ["java", `-Dspring.datasource.password=${secret()}`, "-jar", "app.jar"],
    ["node", "server.js", `--jwt-secret=${secret()}`],
    ["python3", "app.py", "--db-pass", secret(), "--port", "80"],
    ["aws", "configure", "set", "aws_secret_access_key", secret()],
    ["az", "login", "--service-principal", "-u", "app", "--password", secret()],
    ["vault", "login", `hvs.${secret(24)}`],
    ["npm", "publish", `--//registry.npmjs.org/:_authToken=npm_${secret(36)}`],
    ["ldapsearch", "-D", "cn=admin", "-w", secret()],
    ["smbclient", "//host/share", "-U", `anna%${secret()}`],
    ["openssl", "rsa", "-passin", `pass:${secret()}`],
    ["zip", "-r", "-P", secret(), "a.zip", "a"],
    ["7z", "a", `-p${secret()}`, "a.7z"],
    ["sshpass", "-p", secret(), "ssh", "host"],
    ["htpasswd", "-b", "users", "anna", secret()],
    ["mosquitto_pub", "-u", "anna", "-P", secret(), "-t", "x"],
    ["sh", "-c", `echo ${secret()} | sudo -S apt update`],
    ["bash", "-c", `PGPASSWORD=${secret()} psql -h db`],
  ];
}

/** Works a little and for ever, so that the process is in every table. */
const LOOP = "while :; do for i in 1 2 3 4 5; do :; done; sleep 0.2; done";

/** Runs a shell under another name and with these arguments behind its script, or a script of a shell before the loop. */
function run([program = "", ...rest]: readonly string[]): ChildProcess {
  const [flag, script] = rest;
  if (flag === "-c") return spawn(program, ["-c", `${script} >/dev/null 2>&1; ${LOOP}`], { stdio: "ignore", detached: true });
  return spawn("bash", ["-c", LOOP, ...rest], { argv0: program, stdio: "ignore", detached: true });
}

const children: ChildProcess[] = [];
afterAll(() => {
  end();
});

/** Ends the shells and what they have started. */
function end(): void {
  for (const { pid } of children.splice(0)) {
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test(`secrets in the arguments of 40 processes are nowhere in ${ANSWERS} answers, messages, reports, exports, logs and the database`, async () => {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const random = seeded(drawSeed());
  const planted: string[] = [];
  const secret = (length = 16) => {
    let word = `Qz${planted.length.toString(36)}Canary`;
    while (word.length < length) word += random().toString(36).slice(2);
    planted.push(word.slice(0, length));
    return word.slice(0, length);
  };
  const lines = kinds(secret);
  expect(lines).toHaveLength(40);
  expect(new Set(planted).size).toBe(40);

  const sink = join(folder, "messages.txt");
  const pager = join(folder, "pager.sh");
  writeFileSync(pager, `#!/bin/sh\ncat >> ${sink}\n`, { mode: 0o700 });
  const config = `
security: {auth: required, rate_limit: false}
alerts:
  group_wait: 1s
  rules:
    - {name: busy, metric: system.cpu.utilization, aggregate: last, window: 0, warning: 0.01, for: 0s}
    - {name: crowded, metric: system.process.count, aggregate: last, window: 0, warning: 1, for: 0s}
    - {name: full, metric: system.memory.utilization, aggregate: last, window: 0, warning: 0.001, for: 0s}
notifications:
  command: {argv: [${pager}], severities: [info, warning, critical]}
`;
  await using server = await startServer({ folder, config });
  const auth = await Auth.open({ databasePath: join(server.dataDir, "hostscope.db"), dataDir: server.dataDir, timeoutMs: 5000 });
  const tokenOf = async (role: "admin" | "viewer") =>
    (await auth.tokens.create({ name: role, role, createdBy: "test", expiresAt: null }, Date.now())).token;
  const callers = [await tokenOf("admin"), await tokenOf("viewer")].map((token) => ({ authorization: `Bearer ${token}` }));
  await auth.close();
  const [admin = { authorization: "" }] = callers;

  for (const argv of lines) children.push(run(argv));
  const { port } = server;
  const ask = async (target: string, headers: Record<string, string>, sent: Parameters<typeof send>[2] = {}) =>
    send(port, target, { ...sent, headers: { ...headers, ...sent?.headers } });
  const tables = await eventually(async () => {
    const { body } = await ask("/api/processes?limit=10000", admin);
    const rows = (JSON.parse(body) as { processes: { pid: number; command: string; startedAt: string }[] }).processes;
    const ours = rows.filter(({ pid }) => children.some((child) => child.pid === pid));
    return ours.length === 40 ? ours : null;
  });
  // The arguments are seen, so that a secret among them would be.
  expect(tables.filter(({ command: text }) => !text.includes("***")).map(({ command: text }) => text)).toEqual([]);

  const seen = new Set<string>();
  const look = (where: string, text: string) => {
    for (const word of planted) if (text.includes(word)) seen.add(`${word} in ${where}`);
  };
  await eventually(async () => readFileSync(sink, "utf8").includes("crowded"));
  const reports = ["json", "csv", "html", "pdf"].map((format) => `/api/export/report?format=${format}&hours=1`);
  const targets = [
    ...["/", "/alerts", "/network", "/performance", "/processes", "/reports", "/settings", "/metrics"],
    ...OPERATIONS.filter(({ method }) => method === "GET").map(({ path, example }) => {
      const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(String(example?.[name] ?? "system")));
      return `/api${filled}`;
    }),
    ...["csv", "json", "ndjson"].map((format) => `/api/export/data?format=${format}&hours=1&metric=processes&step=1`),
    "/api/processes?limit=10000",
    "/api/processes?limit=10000&tree=true",
    `/api/processes?limit=10000&at=${Date.now() - 5000}`,
    "/api/processes/top?hours=1&limit=10000",
    "/api/alerts?hours=1",
    "/api/cause?metric=system.cpu.utilization",
    ...tables.flatMap(({ pid, startedAt }) => [
      `/api/processes/${pid}`,
      `/api/processes/${pid}/history?startedAt=${encodeURIComponent(startedAt)}`,
    ]),
  ];
  let answers = 0;
  for (const caller of callers) for (const target of reports) look(target, (await ask(target, caller)).body);
  while (answers < ANSWERS) {
    for (const caller of callers) {
      for (const target of targets) {
        const { headers, body } = await ask(target, caller);
        look(target, `${JSON.stringify(headers)}\n${body}`);
        answers++;
      }
    }
  }
  look("the messages", readFileSync(sink, "utf8"));
  expect(readFileSync(sink, "utf8").length).toBeGreaterThan(1000);
  look("the terminal", server.stderr());
  const backup = join(folder, "backup.db");
  await command(folder, ["backup", backup]);
  end();
  await server.kill("SIGTERM");
  const files = filesBelow(folder);
  expect(files.some((file) => file.endsWith("hostscope.db"))).toBe(true);
  for (const file of files) look(file, readFileSync(file, "latin1"));
  console.log(`${planted.length} secrets, ${answers} answers, ${files.length} files`);
  expect([...seen]).toEqual([]);
});
