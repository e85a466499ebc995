/** A valid input for each operation: its example, or one that is prepared first. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Auth } from "../../src/server/auth/auth";
import type { OpenApiOperation } from "../../src/server/http/openapi-types";
import { logIn, PASSWORD, send } from "./login";
import { eventually, getJson, type StartedServer, startServer, temporaryFolder } from "./server";
import { startWrittenEngine } from "./written-engine";

export type Input = Record<string, unknown>;

const USER = "fuzzer";

/** `headers`: those of an administrator's token. */
export async function goodInputs(
  port: number,
  headers: Record<string, string>,
): Promise<(operation: OpenApiOperation) => Promise<unknown>> {
  let made = 0;
  const unique = () => `made-${made++}`;
  const call = async (method: string, path: string, body?: Input): Promise<Input> => {
    const answer = await send(port, path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body) as Input;
  };
  const post = (path: string, body: Input = {}) => call("POST", path, body);
  const rule = (name: string) => ({ name, metric: "system.disk.utilization", window: "1m", for: "5m", warning: "90%" });

  await post("/api/access/users", { name: USER, password: PASSWORD, role: "admin" });
  await post("/api/metrics/custom", { metric: "queue", value: 50 });
  await post("/api/alerts/rules", rule("kept"));
  const report = async () => {
    const { id } = await post("/api/reports", { format: "json", hours: 0.01 });
    return { id: String(id) };
  };
  const kept = await report();
  const newestAlert = async () => {
    const { alerts } = (await call("GET", "/api/alerts?hours=1&limit=1")) as { alerts: { id: string }[] };
    return alerts[0]?.id;
  };
  const alertId = async () => ({ id: (await newestAlert()) ?? "a-00000000" });
  // Wait for an alert before a request stops the monitoring.
  await eventually(newestAlert);
  /** Makes a new report when the last one has been deleted: only a limited number is kept. */
  const readyReport = async () => {
    for (let tries = 0; tries < 200; tries++) {
      const { status, body } = await send(port, `/api/reports/${kept.id}`, { headers });
      if (status === 404) Object.assign(kept, await report());
      else if (!/"state":"waiting"/.test(body)) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return kept;
  };

  const MAKERS: Record<string, () => Promise<unknown>> = {
    "access.addUser": async () => ({ name: unique(), password: PASSWORD, role: "viewer" }),
    "access.removeUser": async () => ({
      name: (await post("/api/access/users", { name: unique(), password: PASSWORD })).name,
    }),
    "access.setPassword": async () => ({ name: USER, password: PASSWORD }),
    "access.setRole": async () => ({ name: USER, role: "admin" }),
    "access.revokeSession": async () => {
      await logIn(port, USER);
      const { sessions } = (await call("GET", "/api/access/sessions")) as { sessions: { id: string }[] };
      return { id: sessions[0]?.id };
    },
    "access.revokeToken": async () => ({ id: (await post("/api/access/tokens", { name: unique() })).id }),
    "alerts.acknowledge": alertId,
    "alerts.get": alertId,
    "alerts.resolve": alertId,
    "alerts.reopen": alertId,
    "alerts.unacknowledge": alertId,
    "alerts.createRule": async () => rule(unique()),
    "alerts.saveRule": async () => rule("kept"),
    "alerts.enableRule": async () => ({ name: "cpu", enabled: true }),
    "alerts.deleteRule": async () => {
      const name = unique();
      await post("/api/alerts/rules", rule(name));
      return { name };
    },
    "alerts.removeSilence": async () => ({
      id: (await post("/api/alerts/silences", { rule: "cpu", hours: 1 })).id,
    }),
    "alerts.test": async () => ({ channel: "command" }),
    "marks.remove": async () => ({ id: (await post("/api/marks", { text: "x" })).id }),
    "reports.make": async () => ({ format: "json", hours: 0.01 }),
    "reports.get": readyReport,
    "reports.remove": report,
    "reports.run": async () => ({ name: "nightly" }),
    exportReport: async () => ({ format: "json", hours: 0.01 }),
    exportStoredReport: readyReport,
    exportData: async () => ({ format: "ndjson", hours: 0.01 }),
  };

  return async ({ operationId, parameters = [], requestBody }) => {
    const maker = MAKERS[operationId];
    if (maker) return maker();
    const body = requestBody?.content["application/json"]?.example;
    const fields = parameters.flatMap(({ name, example }) => (example === undefined ? [] : [[name, example] as const]));
    return { ...(body as Input | undefined), ...Object.fromEntries(fields) };
  };
}

export interface FuzzedServer extends AsyncDisposable {
  server: StartedServer;
  /** Those of an administrator's token: without a login nobody makes users and tokens. */
  headers: Record<string, string>;
}

/** A server with an alert, a channel, a schedule and an engine, and without rate limits. */
export async function startFuzzed(): Promise<FuzzedServer> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "reports"));
  const engine = await startWrittenEngine();
  const server = await startServer({
    folder,
    config: `
notifications:
  command: {argv: ["true"]}
alerts:
  rules:
    - {name: queue, metric: queue, aggregate: last, critical: 10, for: 0s}
reports:
  schedules:
    - {name: nightly, cron: daily, format: json, hours: 1, folder: ${join(folder, "reports")}}
fleet: {query_url: "${engine.url}"}
security:
  rate_limit: false
`,
  });
  await eventually(async () => (await getJson<{ timestamp: string | null }>(`${server.url}/api/metrics/current`)).timestamp);
  const auth = await Auth.open({ databasePath: join(server.dataDir, "hostscope.db"), dataDir: server.dataDir, timeoutMs: 5000 });
  const { token } = await auth.tokens.create({ name: "fuzz", role: "admin", createdBy: "test", expiresAt: null }, Date.now());
  await auth.close();
  return {
    server,
    headers: { authorization: `Bearer ${token}` },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
    },
  };
}
