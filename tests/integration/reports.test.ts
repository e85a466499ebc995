import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { childrenOf } from "../helpers/processes";
import { eventually, folderEnvironment, getJson, runHostscope, type StartedServer, startServer } from "../helpers/server";

let smtp: SMTPServer;
const mails: { to: string[]; mail: ParsedMail }[] = [];
let server: StartedServer;

beforeAll(async () => {
  smtp = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    onData: (stream, session, done) => {
      simpleParser(stream).then((mail) => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), mail });
        done();
      }, done);
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", () => resolve()));
  server = await startServer({
    config: `
notifications:
  email:
    smtp_server: 127.0.0.1
    smtp_port: ${(smtp.server.address() as AddressInfo).port}
    tls: none
    to_addresses: [admin@example.org]
reports:
  schedules:
    - name: weekly review
      cron: weekly
      time_zone: Europe/Berlin
      hours: 1
      to: [boss@example.org]
`,
  });
  await eventually(async () => {
    const { series } = await getJson<{ series: { values: (number | null)[] }[] }>(
      `${server.url}/api/metrics/history/system.memory.utilization?hours=0.1&points=2000`,
    );
    return (series[0]?.values.filter((value) => value !== null).length ?? 0) > 6;
  });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

const client = (...args: string[]) => runHostscope(args, folderEnvironment(server.folder));

test("a report comes in four formats, as an attachment with a name, and the JSON is as its schema says", async () => {
  const types = { pdf: "application/pdf", html: "text/html", csv: "text/csv", json: "application/json" };
  for (const [format, type] of Object.entries(types)) {
    const response = await fetch(`${server.url}/api/export/report?format=${format}&hours=1&timeZone=UTC`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain(type);
    expect(response.headers.get("content-disposition")).toMatch(
      new RegExp(`^attachment; filename="hostscope-[^"]+\\.${format}"; filename\\*=UTF-8''hostscope-`),
    );
    const body = Buffer.from(await response.arrayBuffer());
    if (format === "pdf") expect(body.subarray(0, 5).toString()).toBe("%PDF-");
    if (format === "json") {
      const validate = new Ajv({ strict: false, validateFormats: false }).compile(
        await getJson<object>(`${server.url}/api/export/report/schema`),
      );
      expect(validate(JSON.parse(body.toString())), JSON.stringify(validate.errors)).toBe(true);
    }
  }
});

test.each([
  ["format", "/api/export/report?format=docx"],
  ["hours", "/api/export/report?hours=-1"],
  ["hours", "/api/export/report?hours=24&from=2026-01-01T00:00:00Z"],
  ["to", "/api/export/report?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"],
  ["timeZone", "/api/export/report?timeZone=Mars/Olympus"],
  ["inline", "/api/export/report?format=pdf&inline=1"],
  ["rows", "/api/export/report?format=pdf&rows=points"],
  ["color", "/api/export/report?color=red"],
  ["metric", "/api/export/data?metric=no.such.metric"],
  ["metric", "/api/export/data?metric=processes&metric=system"],
  ["format", "/api/export/data?metric=processes&format=openmetrics"],
  ["step", "/api/export/data?step=0"],
])("a wrong %s is refused and named: %s", async (parameter, path) => {
  const response = await fetch(`${server.url}${path}`);
  expect(response.status).toBe(400);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const { errors } = (await response.json()) as { errors: { parameter: string }[] };
  expect(errors[0]?.parameter).toBe(parameter);
});

test("HEAD tells what GET would send without making it", async () => {
  for (const path of ["/api/export/report?format=html", "/api/export/data?format=ndjson"]) {
    const response = await fetch(`${server.url}${path}`, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-disposition")).toContain("attachment");
    expect(await response.text()).toBe("");
  }
});

test("a client that leaves ends its report, and the next one is made", async () => {
  const leaving = new AbortController();
  const left = Array.from({ length: 6 }, () =>
    fetch(`${server.url}/api/export/report?format=pdf&hours=1`, { signal: leaving.signal }).catch(() => null),
  );
  await new Promise((resolve) => setImmediate(resolve));
  leaving.abort();
  await Promise.all(left);
  const response = await fetch(`${server.url}/api/export/report?format=json&hours=1`);
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  // Reports are made one at a time in processes of their own: those of disconnected clients were stopped, not finished first.
  expect(await eventually(async () => childrenOf(server.pid).length === 0)).toBe(true);
});

test("readings are the same in CSV, JSON and NDJSON, read back by other programs", async () => {
  const to = new Date().toISOString();
  const query = `hours=0.02&to=${to}&metric=system.memory.utilization,system.cpu.load_average.1m`;
  const text = async (format: string) => (await fetch(`${server.url}/api/export/data?format=${format}&${query}`)).text();
  const lines = (await text("ndjson")).trim().split("\n");
  const rows = lines.map((line) => JSON.parse(line) as { timestamp: string; metric: string; value: number });
  expect(rows.length).toBeGreaterThan(8);
  expect(new Set(rows.map(({ metric }) => metric)).size).toBe(2);
  expect((JSON.parse(await text("json")) as { rows: unknown[] }).rows).toEqual(rows);
  const csv = await text("csv");
  const script = "import csv,json,sys; print(json.dumps([dict(r) for r in csv.DictReader(sys.stdin)]))";
  // Without Python, check only the header.
  const python = spawnSync("python3", ["-c", script], { input: csv, encoding: "utf8", maxBuffer: 2 ** 26 });
  expect(csv.split("\r\n")[0]).toBe("timestamp,metric,labels,unit,value,min,max");
  const read = python.error ? null : (JSON.parse(python.stdout) as Record<string, string>[]);
  expect((read ?? rows).map(({ timestamp, metric, value }) => ({ timestamp, metric, value: Number(value) }))).toEqual(
    rows.map(({ timestamp, metric, value }) => ({ timestamp, metric, value })),
  );
  const metrics = await text("openmetrics");
  expect(metrics).toContain("# TYPE system_memory_utilization gauge");
  expect(metrics.endsWith("# EOF\n")).toBe(true);
  const processes = await (await fetch(`${server.url}/api/export/data?metric=processes&step=1&hours=0.02&format=ndjson`)).text();
  expect(processes).toContain(`"pid":${server.pid},`);
});

test("a report that is kept is listed, downloaded, shown and deleted", async () => {
  const made = (await (
    await fetch(`${server.url}/api/reports`, { method: "POST", body: JSON.stringify({ format: "html", hours: 1 }) })
  ).json()) as { id: string; state: string };
  expect(made.state).toBe("waiting");
  const ready = await eventually(async () => {
    const report = await getJson<{ state: string; bytes: number }>(`${server.url}/api/reports/${made.id}`);
    return report.state === "ready" && report;
  });
  const shown = await fetch(`${server.url}/api/export/reports/${made.id}?inline=1`);
  const policy = shown.headers.get("content-security-policy") ?? "";
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  expect(shown.headers.get("content-disposition")).toBe("inline");
  expect(await shown.text()).toContain(`<script data-hostscope nonce="${nonce}">`);
  const saved = await fetch(`${server.url}/api/export/reports/${made.id}`);
  expect((await saved.arrayBuffer()).byteLength).toBe(ready.bytes);
  expect(readdirSync(join(server.dataDir, "reports"))).toContain(`${made.id}.html`);
  expect((await fetch(`${server.url}/api/reports/${made.id}`, { method: "DELETE" })).status).toBe(200);
  expect(existsSync(join(server.dataDir, "reports", `${made.id}.html`))).toBe(false);
  expect((await fetch(`${server.url}/api/export/reports/${made.id}`)).status).toBe(404);
  expect((await fetch(`${server.url}/api/export/reports/..%2F..%2Fserver.json`)).status).toBe(400);
});

test("a new schedule takes no other's place, a change does", async () => {
  const save = (fields: object) =>
    fetch(`${server.url}/api/reports/schedules`, {
      method: "POST",
      body: JSON.stringify({ name: "nightly", cron: "daily", format: "html", hours: 24, ...fields }),
    });
  expect((await save({ replace: false })).status).toBe(200);
  expect((await save({ replace: false, hours: 48 })).status).toBe(409);
  const hours = async () => {
    const schedules = await getJson<{ name: string; hours: number }[]>(`${server.url}/api/reports/schedules`);
    return schedules.find(({ name }) => name === "nightly")?.hours;
  };
  expect(await hours()).toBe(24);
  expect((await save({ hours: 48 })).status).toBe(200);
  expect(await hours()).toBe(48);
  expect((await fetch(`${server.url}/api/reports/schedules/nightly`, { method: "DELETE" })).status).toBe(200);
});

test("a schedule is told in words with its next moments, and its report arrives by mail with the PDF", async () => {
  const [schedule] = await getJson<{ words: string; next: string[] }[]>(`${server.url}/api/reports/schedules`);
  expect(schedule?.words).toBe("each Monday at 07:00");
  expect(schedule?.next).toHaveLength(3);
  await fetch(`${server.url}/api/reports/schedules/weekly%20review/run`, { method: "POST" });
  const { to, mail } = await eventually(async () => mails[0]);
  expect(to).toEqual(["boss@example.org"]);
  expect(mail.subject).toMatch(/^\[hostscope\] \S+: weekly review$/);
  expect(mail.attachments).toHaveLength(1);
  expect(mail.attachments[0]).toMatchObject({ contentType: "application/pdf", filename: expect.stringMatching(/\.pdf$/) });
  expect(mail.attachments[0]?.content.subarray(0, 5).toString()).toBe("%PDF-");
  await eventually(async () => {
    const [report] = await getJson<{ delivery: { state: string } | null }[]>(`${server.url}/api/reports`);
    return report?.delivery?.state === "done";
  });
});

test("the terminal saves a report whole, does not write over a file, and says what the server refuses", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-download-"));
  try {
    const path = join(folder, "day.json");
    const saved = await client("report", "--format", "json", "--hours", "1", "-O", path);
    expect(saved).toMatchObject({ code: 0, stdout: `${path}\n` });
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ title: "Performance report" });
    const again = await client("report", "--format", "json", "-O", path);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/already exists\. Use --force/);
    expect((await client("export", "--format", "csv", "--hours", "1", "-O", path, "--force")).code).toBe(0);
    expect(readFileSync(path, "utf8")).toMatch(/^timestamp,metric,/);
    const piped = await client("export", "--format", "ndjson", "--hours", "0.01", "--metric", "system.uptime", "-O", "-");
    expect(JSON.parse(piped.stdout.split("\n")[0] ?? "")).toMatchObject({ metric: "system.uptime" });
    const wrong = await client("export", "--metric", "nonsense", "-O", join(folder, "x"));
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown metric 'nonsense'") });
    expect(readdirSync(folder)).toEqual(["day.json"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("no temporary file and no process of a report is left", async () => {
  const stray = readdirSync(join(server.dataDir, "reports")).filter((name) => name.endsWith(".part"));
  expect(stray).toEqual([]);
  await eventually(async () => {
    const found = execFileSync("ps", ["-eo", "ppid,args"], { encoding: "utf8" });
    return !found.split("\n").some((line) => line.includes("render.mjs") && line.trim().startsWith(`${server.pid} `));
  });
});
