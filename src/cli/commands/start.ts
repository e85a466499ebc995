import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, relative } from "node:path";
import { StartError } from "~/domain/errors";
import { everyText } from "~/domain/format-value";
import type { Overrides } from "~/server/config/describe";
import { ConfigError, loadConfig } from "~/server/config/load";
import type { Config } from "~/server/config/schema";
import { type Environment, environmentVariable } from "~/server/env";
import { type AccessRules, accessRules, isLoopbackName } from "~/server/http/decide";
import { type FrontDoor, openFrontDoor } from "~/server/http/front-door";
import { OpenMode } from "~/server/http/open-mode";
import { type Log, openLog } from "~/server/log";
import { currentRuntime, findRuntime } from "~/server/runtime";
import { setStartupOptions } from "~/server/startup-options";
import { isSqliteSafe, reserveIndex } from "~/server/store/file/database";
import type { DataLock } from "~/server/store/file/lock";
import { type ServiceManager, serviceManager } from "~/server/systemd/notify";
import {
  announce,
  changesWithoutLogin,
  codeOf,
  countUsers,
  databasePathIn,
  madeWithoutLogin,
  makeFolder,
  migrationsOf,
  prepareDatabase,
  takeDataDir,
} from "../data-folder";
import { refuseForeignLinks, tightenModes } from "../file-modes";
import { makeFirstUser } from "../first-user";
import { isReleased, placesOf } from "../places";
import type { ProgramOptions } from "../program-options";
import { EXIT_WITHIN_MS, LOOPBACK, say, startHeadless, startWeb, urlOf } from "./serving";

export interface StartFlags {
  host?: string;
  port?: string;
  config?: string;
  dataDir?: string;
  logDir?: string;
  dev?: boolean;
  demo?: boolean;
  mode?: "web" | "headless";
}

const ONLY_AT_ROOT =
  "server.public_url has a path, but the pages in this package work only at the root. Give Hostscope its own host name, start it with --mode headless, or run it from a checkout, which builds the pages for that path.";

interface StartInput extends Pick<ProgramOptions, "programDir" | "prepareBuild"> {
  flags: StartFlags;
  environment: Environment;
  version: string;
}

/** Checks everything that can fail before loading Next; each failure is one line and has its own exit code. */
export async function start(input: StartInput): Promise<void> {
  const { programDir, version, flags } = input;
  process.umask(0o077);
  const settings = readSettings(input);
  const { config, dataDir, logDir } = settings;
  say(`Hostscope ${version}`);

  makeFolders({ dataDir, logDir });
  const lock = takeDataDir(dataDir);
  const databasePath = databasePathIn(dataDir);
  const replaced = prepareDatabase(databasePath, migrationsOf(programDir), Date.now());
  for (const line of tightenModes({ configPath: settings.configPath, folders: [dataDir, logDir] })) say(line);
  const rules = accessRules({ ...config.server, ...config.security }, settings.host, hostname());
  if (settings.host !== undefined && !isLoopbackName(settings.host.toLowerCase()) && countUsers(dataDir) === 0) {
    await makeFirstUser(settings.host, { flags: { dataDir }, environment: input.environment, programDir });
  }
  const log = openLog({ folder: logDir, level: config.logging.level });
  if (replaced) log.error(`the database was damaged (${replaced.damage}): kept as ${replaced.keptAs}, starting a new one`);
  if (!isSqliteSafe())
    log.warn(
      "this SQLite version can corrupt a database that two connections write to: run `npm ci` with the lockfile of this version",
    );

  const basePath = basePathOf(config);
  const openMode = openModeOf(dataDir, log);
  const accessSecret = randomBytes(24).toString("base64url");
  const door = await openFrontDoor({
    hosts: settings.host === undefined ? LOOPBACK : [settings.host],
    port: settings.port,
    rules,
    accessSecret,
    rateLimit: config.security.rate_limit,
    openMode,
    identify: async (credentials) => (await currentRuntime())?.access.identify(credentials) ?? null,
    userOfConnection: (connection) => findRuntime()?.userOfConnection(connection) ?? null,
    onError: (error) => log.error({ err: error }, "a request failed before it was admitted"),
    development: flags.dev === true,
    basePath,
  });
  if (flags.mode === "web" && flags.dev !== true) await preparePages(input, basePath);

  const url = urlOf(settings.host, door.port);
  setStartupOptions({
    config,
    configPath: settings.configPath,
    configName: shownPath(settings.configPath),
    overrides: settings.overrides,
    demo: flags.demo === true,
    url,
    version,
    programDir,
    dataDir,
    databasePath,
    replacedDatabase: replaced?.keptAs ?? null,
    roots: input.environment.roots,
    log,
    logDir,
    accessSecret,
    basePath,
  });
  const service = serviceManager(input.environment, (error) => log.warn({ err: error }, "systemd-notify did not run"));
  const stop = onceStopped({ door, lock, log, databasePath, service });
  obeySignals(stop, log);

  const isDev = flags.dev === true;
  const web = { dev: isDev, dir: programDir, hostname: settings.host ?? "localhost", port: door.port };
  const { handle, upgrade } = flags.mode === "headless" ? await startHeadless(log) : await startWeb(web, basePath);
  door.serve(async (request, response) => {
    const [path] = (request.url ?? "").split("?", 1);
    const begun = (await currentRuntime())?.beginRequest(`${request.method} ${path}`);
    if (begun) response.once("close", () => begun.end(performance.now()));
    await begun?.collected;
    return handle(request, response);
  }, upgrade);

  announce(dataDir, { url, logDir });
  say(`listening ${url}`);
  if (rules.beyondLoopback && LOOPBACK.some((address) => urlOf(address, door.port) === url)) {
    say(`  and on every other address of this machine (${settings.host})`);
  }
  for (const line of accessLines(rules, openMode, dataDir)) say(line);
  if (flags.mode === "headless") say("  headless: REST API, live stream and /metrics, no pages");
  sayPlaces(settings);
  service.ready();
  log.info(`started version ${version}, sampling ${everyText(config.monitoring.interval)}`);
}

function sayPlaces({ configPath, dataDir, logDir }: Settings): void {
  const here = (path: string) => shownPath(path) || ".";
  say(`  configuration ${here(configPath)}`);
  say(`  data          ${here(dataDir)}`);
  say(`  logs          ${here(logDir)}`);
}

async function preparePages({ programDir, prepareBuild }: StartInput, basePath: string): Promise<void> {
  if (basePath !== "" && isReleased(programDir)) throw new StartError(78, ONLY_AT_ROOT);
  const when = basePath === "" ? "only after an update" : `once for the path ${basePath}`;
  await prepareBuild(() => say(`Building the pages, about 40 s (${when})`), basePath);
}

function obeySignals(stop: (signal: NodeJS.Signals) => void, log: Log): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(signal));
  // logrotate has moved the logs, or somebody wants the configuration read now. Under nohup a terminal that closes ends nothing.
  process.on("SIGHUP", () => {
    log.reopen();
    findRuntime()?.reload();
  });
}

function makeFolders({ dataDir, logDir }: Pick<Settings, "dataDir" | "logDir">): void {
  makeFolder(dataDir, "data folder");
  makeFolder(logDir, "log folder");
  refuseForeignLinks([dataDir, logDir]);
}

function openModeOf(dataDir: string, log: Log): OpenMode {
  const openMode = new OpenMode(dataDir, (page, notKept) => {
    log.error(
      `the pages were opened at ${JSON.stringify(page)} through a proxy that hides its clients: everyone has to log in now (\`hostscope user add NAME\`); make the proxy send Host and X-Forwarded-For (see docs/access.md)`,
    );
    if (notKept !== null) log.error({ err: notKept }, `cannot write ${openMode.path}: this will be forgotten at a restart`);
  });
  return openMode;
}

/** Startup lines about who has access. */
function accessLines({ beyondLoopback, proxies, ...rules }: AccessRules, openMode: OpenMode, dataDir: string): string[] {
  const open = rules.open && !openMode.isClosed();
  if (open && !beyondLoopback) return ["  local access only, no login"];
  const lines = [open ? "  login required, except from this machine" : "  login required"];
  if (rules.open && openMode.isClosed()) {
    lines.push(`  the pages were opened through a proxy that hides its clients; delete ${openMode.path} once that is fixed`);
  }
  if (!open) {
    for (const made of madeWithoutLogin(dataDir)) {
      lines.push(
        `  ${made} was created or changed without a login; remove it if you do not recognize it (\`hostscope ${made.split(" ")[0]} --help\`)`,
      );
    }
  }
  const changes = open ? 0 : changesWithoutLogin(dataDir);
  if (changes > 0) {
    lines.push(
      `  ${changes} ${changes === 1 ? "change" : "changes"} to settings, rules and silences made without a login; see GET /api/access/audit`,
    );
  }
  if (countUsers(dataDir) === 0) lines.push("  no users yet; run `hostscope user add NAME --role admin`");
  if (beyondLoopback && proxies.length === 0) {
    lines.push("  warning: over plain HTTP, anyone on the network can read passwords; put an HTTPS proxy in front");
  }
  return lines;
}

/** `https://example.org/monitor/`: `/monitor`. */
function basePathOf({ server }: Config): string {
  return server.public_url === undefined ? "" : new URL(server.public_url).pathname.replace(/\/+$/, "");
}

interface Settings {
  config: Config;
  configPath: string;
  dataDir: string;
  logDir: string;
  host: string | undefined;
  port: number;
  overrides: Overrides;
}

/** Precedence: flags, environment, file, defaults. */
function readSettings({ flags, environment, programDir }: StartInput): Settings {
  const { configPath, dataDir, logDir } = placesOf({ flags, environment, programDir });
  makeConfigFile(configPath, { isNamed: (flags.config ?? environment.configPath) !== undefined, programDir });
  const config = readConfig(configPath);
  const port = flags.port === undefined ? (environment.port ?? config.server.port) : Number(flags.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new StartError(64, `The port must be a whole number from 0 to 65535, not '${flags.port ?? String(environment.port)}'.`);
  }
  return {
    config,
    configPath,
    dataDir,
    logDir,
    host: flags.host ?? environment.host ?? config.server.host,
    port,
    overrides: overridesOf(flags, environment),
  };
}

/** Settings from flags and the environment that override the configuration file. */
function overridesOf(flags: StartFlags, environment: Environment): Overrides {
  const overrides = new Map<string, { value: unknown; source: "environment" | "flag" }>();
  const note = (path: string, flag: unknown, variable: unknown) => {
    if (flag !== undefined) overrides.set(path, { value: flag, source: "flag" });
    else if (variable !== undefined) overrides.set(path, { value: variable, source: "environment" });
  };
  note("server.host", flags.host, environment.host);
  note("server.port", flags.port === undefined ? undefined : Number(flags.port), environment.port);
  return overrides;
}

/** The path relative to the current folder where that is shorter to read; a service runs in the root, and its log is read elsewhere. */
function shownPath(path: string): string {
  const shown = relative(process.cwd(), path);
  return shown.startsWith("..") || process.cwd() === "/" ? path : shown;
}

/** Creates the usual file from the example at the first start; a file named by the user must exist. */
function makeConfigFile(path: string, { isNamed, programDir }: { isNamed: boolean; programDir: string }): void {
  if (existsSync(path)) return;
  if (isNamed) throw new StartError(78, `There is no configuration file ${path}. Copy config/config.example.yaml there.`);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    copyFileSync(join(programDir, "config", "config.example.yaml"), path);
    chmodSync(path, 0o600);
  } catch (error) {
    throw new StartError(78, `Cannot create ${path} (${codeOf(error)}). Copy it from config/config.example.yaml.`);
  }
}

function readConfig(path: string): Config {
  try {
    return loadConfig(path, environmentVariable, shownPath(path));
  } catch (error) {
    if (error instanceof ConfigError) throw new StartError(78, error.message);
    throw new StartError(78, `Cannot read the configuration ${path} (${codeOf(error)}).`);
  }
}

interface Stoppable {
  door: FrontDoor;
  lock: DataLock;
  log: Log;
  databasePath: string;
  service: ServiceManager;
}

/** Shuts down once: closes streams, writes what is pending, exits with 0 within three seconds. A second signal exits at once. */
function onceStopped({ door, lock, log, databasePath, service }: Stoppable) {
  let stopping = false;
  return (signal: string) => {
    if (stopping) process.exit(0);
    stopping = true;
    setTimeout(() => process.exit(0), EXIT_WITHIN_MS).unref();
    log.info(`stopping on ${signal}`);
    service.stopping();
    const ended = Promise.all([currentRuntime().then((runtime) => runtime?.stop()), door.close()]);
    ended
      .catch((error: unknown) => log.error({ err: error }, "shutdown failed"))
      .then(() => log.close())
      .then(() => reserveIndex(databasePath))
      .catch(() => {})
      .finally(() => {
        lock.release();
        process.exit(0);
      });
  };
}
