/** Shows an incident file in the pages: a server of its own on this machine's loopback, which samples and changes nothing. */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { StartError } from "~/domain/errors";
import { parseConfig } from "~/server/config/load";
import type { Environment } from "~/server/env";
import { accessRules } from "~/server/http/decide";
import { openFrontDoor } from "~/server/http/front-door";
import { OpenMode } from "~/server/http/open-mode";
import type { IncidentHead } from "~/server/incident/head";
import { readIncident } from "~/server/incident/read-file";
import { openLog } from "~/server/log";
import { currentRuntime } from "~/server/runtime";
import { setStartupOptions } from "~/server/startup-options";
import { ExcerptWriter } from "~/server/store/excerpt/write-excerpt";
import { openDatabase } from "~/server/store/file/database";
import { migrate } from "~/server/store/file/migrate";
import { codeOf, databasePathIn, migrationsOf } from "../data-folder";
import type { ProgramOptions } from "../program-options";
import { timeText } from "../time";
import { EXIT_WITHIN_MS, LOOPBACK, say, startHeadless, startWeb } from "./serving";

interface OpenInput extends Pick<ProgramOptions, "programDir" | "prepareBuild"> {
  flags: { port?: string; mode?: "web" | "headless" };
  environment: Environment;
  version: string;
}

/** Also that of a terminal that closes: it has no configuration to read again. */
const ENDING = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

export async function openIncident(file: string, input: OpenInput): Promise<void> {
  const { programDir, version, flags } = input;
  process.umask(0o077);
  const port = Number(flags.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new StartError(64, `--port must be a whole number from 0 to 65535, not '${flags.port}'.`);
  const folder = privateFolder();
  const head = await unpack(resolve(file), folder, programDir);
  await serve({ ...input, folder, head, port, version });
}

/** Nobody else may look into it; it is gone when the process ends, however it ends by itself. */
function privateFolder(): string {
  try {
    const folder = mkdtempSync(join(tmpdir(), "hostscope-open-"));
    chmodSync(folder, 0o700);
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    // While it unpacks there is nothing to stop in order.
    for (const signal of ENDING) process.once(signal, () => process.exit(0));
    return folder;
  } catch (error) {
    throw new StartError(
      73,
      `Cannot create a temporary folder in ${tmpdir()} (${codeOf(error)}). Set TMPDIR to a writable folder.`,
    );
  }
}

async function unpack(path: string, folder: string, programDir: string): Promise<IncidentHead> {
  const database = openDatabase(databasePathIn(folder), { timeoutMs: 5000, checkpoints: true });
  try {
    // Nothing is lost with it: the file is still there.
    database.pragma("synchronous = OFF");
    migrate(database, migrationsOf(programDir), Date.now());
    return await readIncident(path, new ExcerptWriter(database));
  } finally {
    database.close();
  }
}

interface Serving extends OpenInput {
  folder: string;
  head: IncidentHead;
  port: number;
}

async function serve({ folder, head, port, programDir, version, flags, environment, prepareBuild }: Serving): Promise<void> {
  const config = parseConfig("incident", `monitoring:\n  interval: ${head.intervalSeconds}\n`, () => undefined);
  const logDir = join(folder, "logs");
  const log = openLog({ folder: logDir, level: config.logging.level });
  const accessSecret = randomBytes(24).toString("base64url");
  const settings = { ...config.server, ...config.security };
  const door = await openFrontDoor({
    hosts: LOOPBACK,
    port,
    rules: accessRules(settings, undefined, hostname()),
    accessSecret,
    rateLimit: config.security.rate_limit,
    openMode: new OpenMode(folder, (page) =>
      log.error(`the pages were opened at ${JSON.stringify(page)} through a proxy that hides its clients: access is now closed`),
    ),
    identify: async () => null,
    userOfConnection: () => null,
    onError: (error) => log.error({ err: error }, "a request failed before it was admitted"),
    development: false,
    basePath: "",
  });
  if (flags.mode !== "headless") await prepareBuild(() => say("Building the pages, about 40 s (only after an update)"), "");
  const url = `http://127.0.0.1:${door.port}`;
  setStartupOptions({
    config,
    configPath: join(folder, "config.yaml"),
    configName: "",
    overrides: new Map(),
    demo: head.demo,
    url,
    version,
    programDir,
    dataDir: folder,
    databasePath: databasePathIn(folder),
    replacedDatabase: null,
    roots: environment.roots,
    log,
    logDir,
    accessSecret,
    basePath: "",
    incident: head,
  });
  const stop = () => {
    setTimeout(() => process.exit(0), EXIT_WITHIN_MS).unref();
    Promise.all([currentRuntime().then((runtime) => runtime?.stop()), door.close()])
      .catch(() => {})
      .finally(() => process.exit(0));
  };
  for (const signal of ENDING) process.removeAllListeners(signal).once(signal, stop);
  const web = { dev: false, dir: programDir, hostname: "localhost", port: door.port };
  const { handle } = flags.mode === "headless" ? await startHeadless(log) : await startWeb(web, "");
  door.serve(handle);
  const stretch = `${head.host.name}, ${timeText(head.from)} to ${timeText(head.to)}`;
  say(
    `listening ${url}\n  ${stretch}${head.redacted ? ", without command lines" : ""}\n  local access only; press Ctrl+C to stop`,
  );
}
