/** Other monitors from Debian's packages, sampling this machine once a second and listening on loopback only. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensurePrograms } from "../tests/helpers/debian";
import { eventually } from "../tests/helpers/server";

const NETDATA_PORT = 19_998;
const GLANCES_PORT = 19_608;
const EXPORTER_PORT = 19_100;
const SCRAPER_PORT = 19_191;

export const NETDATA_URL = `http://127.0.0.1:${NETDATA_PORT}`;

const isUp = (url: string) => eventually(async () => (await fetch(url)).ok, 60_000);

/** With its defaults: once a second, with its own database engine. */
export async function startNetdata(folder: string): Promise<ChildProcess> {
  ensurePrograms("netdata");
  const config = join(folder, "netdata.conf");
  writeFileSync(config, `[global]\n  run as user = netdata\n[web]\n  bind to = 127.0.0.1\n  default port = ${NETDATA_PORT}\n`);
  const child = spawn("netdata", ["-D", "-c", config], { stdio: "ignore", env: { ...process.env, DISABLE_TELEMETRY: "1" } });
  await isUp(`${NETDATA_URL}/api/v1/info`);
  return child;
}

/** Glances samples only on request: poll it every second until it ends. */
export async function startGlances(): Promise<ChildProcess> {
  ensurePrograms("glances");
  const args = ["-w", "-B", "127.0.0.1", "-p", String(GLANCES_PORT), "-t", "1", "--disable-check-update"];
  const child = spawn("glances", args, { stdio: "ignore" });
  const url = `http://127.0.0.1:${GLANCES_PORT}/api/3/all`;
  await isUp(url);
  const asking = setInterval(() => {
    fetch(url).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
  }, 1000);
  child.on("exit", () => clearInterval(asking));
  return child;
}

/** node_exporter and a Prometheus that scrapes it every second. */
export async function startScraped(folder: string): Promise<ChildProcess[]> {
  ensurePrograms("prometheus", "prometheus-node-exporter");
  const exporter = spawn("prometheus-node-exporter", [`--web.listen-address=127.0.0.1:${EXPORTER_PORT}`], { stdio: "ignore" });
  const config = join(folder, "scrape.yml");
  const data = join(folder, "scraped");
  mkdirSync(data);
  writeFileSync(
    config,
    `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: node, static_configs: [{targets: ["127.0.0.1:${EXPORTER_PORT}"]}]}]\n`,
  );
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=127.0.0.1:${SCRAPER_PORT}`];
  const scraper = spawn("prometheus", args, { stdio: "ignore" });
  await isUp(`http://127.0.0.1:${EXPORTER_PORT}/metrics`);
  await isUp(`http://127.0.0.1:${SCRAPER_PORT}/-/ready`);
  return [exporter, scraper];
}
