/**
 * `npx tsx scripts/record-data.ts`: writes tests/fixtures/data-VERSION, a data folder as this version leaves it, with its
 * answers. Run it before each release: `unshare --uts sh -c 'hostname web-01 && npx tsx scripts/record-data.ts'` gives the host a
 * name that may be published.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { ask, FIXTURE_HOST, FIXTURE_PASSWORD, unpackFixture } from "../tests/helpers/data-fixture";
import { eventually, folderEnvironment, getJson, runHostscope, startServer } from "../tests/helpers/server";
import { buildDay } from "./recorded-day";

/** Keeps everything, however old the fixture becomes. The rule fires on any machine. */
const CONFIG = `# A folder as it was left behind.
retention: {raw: 36500d, processes: 36500d, minute: 36500d, hour: 36500d, tables: 36500d, alerts: 36500d, reports: 36500d}
thresholds:
  cpu: {warning: 75, critical: 90}
alerts:
  group_wait: 1s
  rules:
    - name: any process # of this machine
      metric: system.process.count
      match: {process.state: sleeping}
      window: 0
      warning: 1
      description: There are processes.
`;

const version = (JSON.parse(readFileSync("package.json", "utf8")) as { version: string }).version;
const target = join("tests", "fixtures", `data-${version}`);
const folder = mkdtempSync(join(tmpdir(), "hostscope-record-"));
const dataDir = join(folder, "data");
const env = folderEnvironment(folder);

/** Compressed as far as possible, because it stays in the repository forever. */
function packed(path: string): Buffer {
  return brotliCompressSync(readFileSync(path), {
    params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 },
  });
}

async function command(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runHostscope(args, env);
  if (code !== 0) throw new Error(`hostscope ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

async function post<T>(url: string, body: unknown): Promise<T> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

mkdirSync(dataDir, { mode: 0o700 });
// End early in the hour, so that few readings are still unsealed when the server continues in the same hour.
const recorded = Math.floor(Date.now() / 3_600_000) * 3_600_000 + 240_000;
await buildDay(dataDir, recorded, { fineSeconds: 780, coarseSeconds: 900 });

const startedAt = Date.now();
const server = await startServer({ folder, config: CONFIG, env: FIXTURE_HOST });
const passwordFile = join(folder, "password");
writeFileSync(passwordFile, FIXTURE_PASSWORD);
await command("user", "add", "ann", "--role", "admin", "--password-file", passwordFile);
const token = await command("token", "create", "reader", "--role", "viewer", "--days", "0");
const alert = await eventually(async () => {
  const { alerts } = await getJson<{ alerts: { id: string; rule: string }[] }>(`${server.url}/api/alerts?hours=1`);
  return alerts.find(({ rule }) => rule === "any process");
}, 30_000);
await post(`${server.url}/api/alerts/${alert.id}/acknowledge`, { note: "seen" });
await post(`${server.url}/api/marks`, { text: "deployed 1.4" });
await post(`${server.url}/api/metrics/custom`, { metric: "deploys", value: 3, tags: { env: "live" } });
await post(`${server.url}/api/alerts/silences`, { rule: "disk*", hours: 8760, note: "moving data" });
const report = await post<{ id: string }>(`${server.url}/api/reports`, { format: "csv", hours: 1 });
await eventually(
  async () => (await getJson<{ state: string }>(`${server.url}/api/reports/${report.id}`)).state === "ready",
  60_000,
);
// Let the server itself write a process block and a row of the readable tables.
const liveFrom = Date.now();
await eventually(async () => Date.now() - liveFrom > 130_000, 140_000);
await post(`${server.url}/api/monitoring/stop`, {});
await command("backup", join(folder, "backup.db"));
const ended = Date.now();
await server.kill("SIGKILL");

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, "data"), { recursive: true });
for (const name of readdirSync(dataDir)) {
  if (/^(lock\.db|server\.json|.*-shm)/.test(name)) continue;
  const path = join(dataDir, name);
  if (statSync(path).isDirectory()) cpSync(path, join(target, "data", name), { recursive: true });
  else writeFileSync(join(target, "data", `${name}.br`), packed(path));
}
writeFileSync(join(target, "backup.db.br"), packed(join(folder, "backup.db")));
writeFileSync(join(target, "config.yaml"), CONFIG);
rmSync(folder, { recursive: true });

/** Only requests whose answer does not depend on the time: no range that ends now, no silence that expires. */
const range = (from: number, to: number) => `from=${from}&to=${to}`;
const [DAY, HOUR, MINUTE] = [86_400_000, 3_600_000, 60_000];
const second = recorded - 10 * MINUTE;
const { processes } = await (async () => {
  const again = await startServer({ folder: unpackFixture(target).folder, config: CONFIG, env: FIXTURE_HOST });
  const table = await getJson<{ processes: { pid: number; name: string }[] }>(`${again.url}/api/processes?at=${second}&limit=1`);
  await again.kill("SIGTERM");
  return table;
})();
const paths = [
  `/api/metrics/history/system?points=60&${range(recorded - DAY, ended)}`,
  `/api/metrics/history/system.cpu.utilization?points=120&${range(second, second + 2 * MINUTE)}`,
  `/api/metrics/history/system.cpu.utilization?points=60&agg=max&${range(recorded - HOUR, ended)}`,
  `/api/metrics/history/system.memory.usage?points=30&${range(recorded - 10 * MINUTE, recorded)}`,
  `/api/metrics/history/system.disk.io?step=3600&${range(recorded - DAY, recorded)}`,
  `/api/metrics/history/system.network.io?points=60&${range(recorded - HOUR, recorded)}`,
  `/api/metrics/history/system.process.count?points=60&${range(liveFrom, ended)}`,
  `/api/processes?limit=20&at=${second}`,
  `/api/processes?limit=20&sort=memory&at=${recorded - 124 * MINUTE}`,
  `/api/processes?limit=1000&tree=true&at=${recorded - MINUTE}`,
  `/api/processes?limit=20&at=${liveFrom + 30_000}`,
  `/api/processes?limit=20&at=${ended - 5000}`,
  `/api/processes/top?limit=20&${range(recorded - 3 * HOUR, ended)}`,
  `/api/processes/top?limit=20&sort=io&${range(recorded - 40 * MINUTE, recorded - 20 * MINUTE)}`,
  `/api/processes/${processes[0]?.pid}/history?points=60&${range(second - 10 * MINUTE, second + 9 * MINUTE)}`,
  `/api/alerts?${range(recorded - DAY, ended)}`,
  `/api/alerts/statistics?${range(recorded - DAY, ended)}`,
  `/api/notifications`,
  // The host's boot is as long ago as its uptime says, whenever a server starts on it: a longer range would have a mark of each.
  `/api/marks?${range(startedAt, liveFrom)}`,
  `/api/reports`,
  `/api/export/reports/${report.id}`,
  `/api/export/data?format=csv&metric=system.cpu.utilization&${range(second, second + 2 * MINUTE)}`,
  `/api/export/data?format=ndjson&metric=processes&step=60&${range(second, second + 2 * MINUTE)}`,
  `/api/export/data?format=json&metric=all&step=3600&${range(recorded - 3 * HOUR, recorded - HOUR)}`,
  `/api/access/users`,
  `/api/access/tokens`,
  `/api/access/audit?limit=50`,
];
const { folder: copy } = unpackFixture(target);
const again = await startServer({ folder: copy, config: CONFIG, env: FIXTURE_HOST });
const answers = await ask(again.url, paths);
await again.kill("SIGTERM");
rmSync(copy, { recursive: true });
writeFileSync(join(target, "answers.json"), `${JSON.stringify({ token, answers })}\n`);
console.log(`${target} is written`);
