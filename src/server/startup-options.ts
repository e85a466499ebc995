/** What `start` decides before Next is loaded, passed on within the process. */
import type { Overrides } from "./config/describe";
import type { Config } from "./config/schema";
import type { IncidentHead } from "./incident/head";
import type { Log } from "./log";
import type { Roots } from "./roots";

export interface StartupOptions {
  config: Config;
  configPath: string;
  /** The name of the configuration file in messages. */
  configName: string;
  /** Settings from flags and environment that override the file. */
  overrides: Overrides;
  /** The history in the database is a recording; pages say so. */
  demo: boolean;
  version: string;
  /** The program's folder: package.json, dist/, prisma/. */
  programDir: string;
  dataDir: string;
  databasePath: string;
  /** Where this start moved a damaged database; null when it was fine. */
  replacedDatabase: string | null;
  roots: Roots;
  log: Log;
  logDir: string;
  /** The server's URL as opened on this machine. */
  url: string;
  /** The path of `server.public_url`, such as `/monitor`; empty at the root. */
  basePath: string;
  /** Marks requests that came through the front door; new in each process. */
  accessSecret: string;
  /** The incident file that the database was read from, which is shown and not watched on. */
  incident?: IncidentHead;
}

const KEY = Symbol.for("hostscope.boot");
type Slot = { [KEY]?: StartupOptions };

export function setStartupOptions(boot: StartupOptions): void {
  (globalThis as Slot)[KEY] = boot;
}

/** Undefined when Next was not started by `hostscope start`. */
export function getStartupOptions(): StartupOptions | undefined {
  return (globalThis as Slot)[KEY];
}
