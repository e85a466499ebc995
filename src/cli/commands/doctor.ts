/** Checks the installation, and prints what a bug report needs: no secrets, no measurements. */
import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, release, totalmem } from "node:os";
import { formatText } from "~/domain/format-value";
import type { Health } from "~/domain/health";
import { describeAbsence } from "~/domain/host";
import { describeForecast } from "~/domain/storage";
import { loadPlatform } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";
import { ConfigError, loadConfig } from "~/server/config/load";
import type { Config } from "~/server/config/schema";
import { environmentVariable } from "~/server/env";
import { runningServer } from "~/server/server-file";
import { isSqliteSafe, openForReading } from "~/server/store/file/database";
import { checkIntegrity } from "~/server/store/file/integrity";
import { pendingMigrations } from "~/server/store/file/migrate";
import { readSpace } from "~/server/store/file/space";
import { readStorage, retentionOf } from "~/server/store/file/storage";
import { type ClientInput, serverAddress } from "../connect";
import { codeOf, databasePathIn, migrationsOf } from "../data-folder";
import { CliError, columns, plain, printJson } from "../output";
import { placesOf } from "../places";

interface DoctorInput extends ClientInput {
  flags: ClientInput["flags"] & { config?: string; logDir?: string };
  version: string;
}

interface Finding {
  check: string;
  status: "ok" | "warning" | "failed";
  detail: string;
}

/** Checking a large file takes a second per gigabyte; only the caller waits for it. */
const CHECK_BUDGET_MS = 60_000;

const ok = (check: string, detail: string): Finding => ({ check, status: "ok", detail });
const warning = (check: string, detail: string): Finding => ({ check, status: "warning", detail });
const failed = (check: string, detail: string): Finding => ({ check, status: "failed", detail });

export async function doctor(input: DoctorInput): Promise<void> {
  const { flags, environment, programDir, version } = input;
  const { configPath, dataDir, logDir } = placesOf({ flags, environment, programDir });
  const { config, finding } = checkConfig(configPath);
  const findings = [
    checkPlatform(),
    finding,
    ...checkDataFolder(dataDir),
    ...checkDatabase(dataDir, programDir, config),
    checkFolder("log folder", logDir),
    ...(await checkServer(input, dataDir, config)),
    await checkCollectors(input),
  ];
  const machine = `hostscope ${version}, node ${process.version}, ${process.platform}-${process.arch} ${release()}, ${cpus().length} CPUs, ${formatText(totalmem(), "By")}`;
  if (flags.json) printJson({ machine, findings });
  else {
    const rows = findings.map(({ check, status, detail }) => [
      status === "ok" ? "ok" : status.toUpperCase(),
      check,
      plain(detail),
    ]);
    process.stdout.write(`${machine}\n\n${columns(rows)}\n`);
  }
  const broken = findings.filter(({ status }) => status === "failed").length;
  if (broken > 0) throw new CliError(1, `${broken} of ${findings.length} checks failed.`);
}

function checkPlatform(): Finding {
  if (process.platform !== "linux") return warning("platform", `${process.platform} is supported with fewer metrics than Linux`);
  if (!isSqliteSafe())
    return failed("platform", "this SQLite version can corrupt a database that two connections write to; run `npm ci`");
  return ok("platform", `Linux, Node ${process.version}`);
}

function checkConfig(path: string): { config: Config | null; finding: Finding } {
  const check = "configuration";
  if (!existsSync(path))
    return { config: null, finding: warning(check, `${path} does not exist yet; the first start creates it`) };
  try {
    const config = loadConfig(path, environmentVariable, path);
    const isOpen = (statSync(path).mode & 0o077) !== 0;
    return {
      config,
      finding: isOpen ? warning(check, `other users can read ${path}; run \`chmod 600 ${path}\``) : ok(check, path),
    };
  } catch (error) {
    return { config: null, finding: failed(check, error instanceof ConfigError ? error.message : `${path}: ${codeOf(error)}`) };
  }
}

function checkFolder(check: string, path: string): Finding {
  if (!existsSync(path)) return warning(check, `${path} does not exist yet; the first start creates it`);
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return ok(check, path);
  } catch (error) {
    return failed(check, `cannot write to ${path} (${codeOf(error)}); change its permissions`);
  }
}

function checkDataFolder(dataDir: string): Finding[] {
  const folder = checkFolder("data folder", dataDir);
  if (!existsSync(dataDir)) return [folder];
  const { writable, freeBytes, floorBytes } = readSpace(dataDir);
  const free = Number.isFinite(freeBytes) ? `${formatText(freeBytes, "By")} free` : "free space unknown";
  const space = writable
    ? ok("disk space", free)
    : failed("disk space", `${free}, below the minimum of ${formatText(floorBytes, "By")}; nothing is written`);
  const damaged = readdirSync(dataDir).filter((name) => /\.damaged-[^.]*$/.test(name) && !/-(wal|shm)$/.test(name));
  if (damaged.length === 0) return [folder, space];
  return [folder, space, warning("damaged databases", `${damaged.join(", ")}; delete what you do not need`)];
}

function checkDatabase(dataDir: string, programDir: string, config: Config | null): Finding[] {
  const path = databasePathIn(dataDir);
  if (!existsSync(path)) return [warning("database", `${path} does not exist yet; the first start creates it`)];
  let database: ReturnType<typeof openForReading> | undefined;
  try {
    database = openForReading(path);
    const { damage, unchecked } = checkIntegrity(database, CHECK_BUDGET_MS);
    if (damage !== null) {
      return [failed("database", `${path} is damaged (${damage}); the next start sets it aside and creates a new one`)];
    }
    const pending = pendingMigrations(database, migrationsOf(programDir));
    const whole = unchecked.length === 0 ? "intact" : `no damage found; not checked: ${unchecked.join(", ")}`;
    const schema =
      pending.length === 0
        ? ok("database schema", "up to date")
        : warning("database schema", `${pending.map(({ name }) => name).join(", ")} will be applied at the next start`);
    return [ok("database", whole), schema, ...(config && pending.length === 0 ? [checkSize(database, dataDir, config)] : [])];
  } catch (error) {
    return [failed("database", error instanceof Error ? error.message : codeOf(error))];
  } finally {
    database?.close();
  }
}

function checkSize(database: ReturnType<typeof openForReading>, dataDir: string, config: Config): Finding {
  const storage = readStorage(database, { retention: retentionOf(config.retention), disk: readSpace(dataDir), now: Date.now() });
  const { steadyBytes } = storage.forecast;
  const growth = (steadyBytes ?? 0) - (storage.bytes - storage.freeBytes);
  const text = describeForecast(storage);
  if (growth > storage.disk.freeBytes - storage.disk.floorBytes)
    return warning("history size", `${text}; more than this disk has space for`);
  return ok("history size", text);
}

export async function checkServer(input: DoctorInput, dataDir: string, config: Config | null): Promise<Finding[]> {
  const running = runningServer(dataDir);
  const named = input.flags.url ?? input.environment.url;
  if (running === null && named === undefined) {
    const port = input.environment.port ?? config?.server.port ?? 5000;
    return [warning("server", "not running on this data folder"), await checkPort(port)];
  }
  if (running?.url === null && named === undefined) return [warning("server", "starting")];
  const { url, token } = serverAddress(input);
  try {
    const response = await fetch(`${url}/api/health`, {
      signal: AbortSignal.timeout(5000),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    if (response.status === 401 && token === undefined)
      return [warning("server", `${url} requires a login; set HOSTSCOPE_TOKEN to check it`)];
    if (!response.ok) return [failed("server", `${url}/api/health responds with ${response.status}`)];
    const health = (await response.json()) as Health;
    return [
      ok("server", `${url}, version ${health.version}, up ${formatText(health.uptimeSeconds, "s")}`),
      ...health.checks.map(
        ({ name, status, detail }): Finding => ({ check: `server ${name}`, status: status === "ok" ? "ok" : "failed", detail }),
      ),
    ];
  } catch (error) {
    return [failed("server", `cannot reach ${url} (${codeOf(error)})`)];
  }
}

function checkPort(port: number): Promise<Finding> {
  return new Promise((resolvePort) => {
    const probe = createServer();
    probe.once("error", (error) =>
      resolvePort(failed("port", `cannot listen on ${port} (${codeOf(error)}); choose another with --port`)),
    );
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolvePort(ok("port", `${port} is free`))));
  });
}

async function checkCollectors({ environment }: DoctorInput): Promise<Finding> {
  const { collectors, openProcesses } = await loadPlatform(process.platform);
  const sampler = new Sampler(environment.roots, collectors, cpus().length, openProcesses);
  try {
    const { sample, changes, absences } = sampler.collect(Date.now());
    const now = Date.now();
    const failing = changes.filter(({ error }) => error !== null);
    if (failing.length > 0)
      return failed("collectors", failing.map(({ collector, error }) => `${collector}: ${error}`).join("; "));
    const untold = (absences ?? []).map((one) => describeAbsence(one, now));
    const count = `${sample.series.length} series`;
    return untold.length > 0 ? warning("collectors", `${count}; not available: ${untold.join("; ")}`) : ok("collectors", count);
  } finally {
    sampler.close();
  }
}
