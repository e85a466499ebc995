import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Health } from "~/domain/health";
import { eventually, getJson, startServer, temporaryFolder } from "../helpers/server";

/** In plugins/ beside the configuration. */
const PLUGIN = `
import { readdir } from "node:fs/promises";
export default function mine({ addCustomMetric }) {
  function get_my_metric() {
    return 11;
  }
  addCustomMetric("my_custom_metric", get_my_metric);
  addCustomMetric("get_temporary_files", async () => (await readdir("/tmp")).length);
  addCustomMetric("open_sessions", () => 5);
}
`;

interface Metric {
  metric: string;
  labels: Record<string, string>;
  value: number;
  unit: string;
}

test("a metric of each kind is in the API, in history and in the catalogue; one that fails says why", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-prom-"));
  writeFileSync(join(folder, "backup.prom"), 'backup_age_seconds{job="db"} 3600\n');
  const web = createServer((_request, response) => response.end('{"queue":{"length":12}}')).listen(0, "127.0.0.1");
  await new Promise((resolve) => web.once("listening", resolve));
  const home = temporaryFolder();
  mkdirSync(join(home, "plugins"));
  writeFileSync(join(home, "plugins", "mine.mjs"), PLUGIN);
  await using server = await startServer({
    folder: home,
    config: `
custom_metrics:
  my_custom_metric:
    function: "lambda: get_my_metric()"
    interval: 1
  database_connections:
    function: "lambda: get_database_connection_count()"
    interval: 60
    thresholds:
      warning: 100
      critical: 200
  temporary_files:
    function: get_temporary_files
    interval: 1
    unit: "{file}"
  answer:
    command: [echo, "42"]
    interval: 1
    tags: {team: platform}
    thresholds: {warning: 40}
  orders:
    command: [echo, "7"]
    type: counter
    interval: 1
  queue_length:
    http: {url: "http://127.0.0.1:${(web.address() as AddressInfo).port}/", pointer: /queue/length}
    interval: 1
  backups:
    textfile: ${folder}
    interval: 1
`,
  });
  const current = async () => (await getJson<{ metrics: Metric[] }>(`${server.url}/api/metrics/current`)).metrics;
  const find = (name: string) =>
    eventually(async () => {
      const found = (await current()).find(({ metric }) => metric === name);
      return found;
    });
  expect(await find("answer")).toMatchObject({ value: 42, labels: { team: "platform" } });
  expect(await find("queue_length")).toMatchObject({ value: 12 });
  expect(await find("backup_age_seconds")).toMatchObject({ value: 3600, labels: { job: "db" } });
  expect(await find("temporary_files")).toMatchObject({ unit: "{file}" });
  // Registered under the metric's name, named by its own; and one that nothing names.
  expect(await find("my_custom_metric")).toMatchObject({ value: 11 });
  expect(await find("open_sessions")).toMatchObject({ value: 5 });

  const scraped = await eventually(async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return text.includes("_orders") ? text : undefined;
  });
  expect(scraped).toContain("# TYPE hostscope_custom_orders_total counter\nhostscope_custom_orders_total 7\n");

  const sent = await fetch(`${server.url}/api/metrics/custom`, {
    method: "POST",
    body: JSON.stringify([{ metric: "deploys", value: 3, tags: { env: "live" } }]),
  });
  expect(await sent.json()).toEqual({ accepted: 1 });
  expect(await find("deploys")).toMatchObject({ value: 3, labels: { env: "live" } });
  const refused = await fetch(`${server.url}/api/metrics/custom`, {
    method: "POST",
    body: JSON.stringify({ metric: "system.cpu.utilization", value: 3 }),
  });
  expect(refused.status).toBe(400);
  const named = (count: number) => Array.from({ length: count }, (_, index) => ({ metric: `pushed_${index}`, value: 1 }));
  const push = async (items: object[]) =>
    (await fetch(`${server.url}/api/metrics/custom`, { method: "POST", body: JSON.stringify(items) })).status;
  expect([await push(named(200)), await push(named(400).slice(200)), await push(named(600).slice(400))]).toEqual([200, 200, 400]);
  expect(await push(named(1))).toBe(200);

  const statuses = await getJson<{ name: string; error: string | null }[]>(`${server.url}/api/metrics/custom`);
  expect(statuses.find(({ name }) => name === "database_connections")?.error).toBe(
    "no plugin registers the function get_database_connection_count; add it in plugins/",
  );
  const history = await eventually(async () => {
    const answer = await getJson<{ series: { values: (number | null)[] }[] }>(
      `${server.url}/api/metrics/history/answer?hours=0.01`,
    );
    return answer.series[0]?.values.includes(42) ? answer : null;
  });
  expect(history.series).toHaveLength(1);
  const catalogue = await getJson<{ metric: string }[]>(`${server.url}/api/metrics`);
  expect(catalogue.map(({ metric }) => metric)).toEqual(expect.arrayContaining(["answer", "backup_age_seconds", "deploys"]));
  await eventually(async () => {
    const { alerts } = await getJson<{ alerts: { rule: string }[] }>(`${server.url}/api/alerts?hours=1`);
    return alerts.some(({ rule }) => rule === "answer");
  });
  web.close();
});

test("the requirements' own configuration blocks start the server as they are", async () => {
  await using server = await startServer({
    config: `
# Monitoring settings
monitoring:
  interval: 5  # seconds
  history_size: 1000

# Alert thresholds
thresholds:
  cpu:
    warning: 80
    critical: 95
  memory:
    warning: 85
    critical: 95

# Notifications
notifications:
  email:
    enabled: true
    smtp_server: "smtp.gmail.com"
    to_addresses: ["admin@company.com"]

  webhook:
    enabled: true
    url: "https://hooks.slack.com/your-webhook"

custom_metrics:
  database_connections:
    function: "lambda: get_database_connection_count()"
    interval: 60
    thresholds:
      warning: 100
      critical: 200
  my_custom_metric:
    function: "lambda: get_my_metric()"
    interval: 30
`,
  });
  expect((await getJson<Health>(`${server.url}/api/health`)).checks).toContainEqual(
    expect.objectContaining({ name: "configuration", status: "ok" }),
  );
  const { channels } = await getJson<{ channels: string[] }>(`${server.url}/api/notifications`);
  expect(channels).toEqual(["email", "webhook"]);
});
