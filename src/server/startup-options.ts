/** What `start` has decided before Next is loaded, handed over inside the one process. */
import type { Overrides } from "./config/describe";
import type { Config } from "./config/schema";
import type { Log } from "./log";

export interface StartupOptions {
  config: Config;
  configPath: string;
  /** How messages call the file. */
  configName: string;
  /** What flags and environment say instead of the file. */
  overrides: Overrides;
  /** The past in the database is a recording: pages say so. */
  demo: boolean;
  version: string;
  /** Folder of the program: package.json, dist/, prisma/. */
  programDir: string;
  dataDir: string;
  databasePath: string;
  /** The name under which a damaged database was kept at this start. */
  replacedDatabase: string | null;
  procRoot: string;
  sysRoot: string;
  log: Log;
  logDir: string;
  /** Where this server answers, as a person opens it on this machine. */
  url: string;
  /** Marks requests that came through the front door; new in each process. */
  accessSecret: string;
}

const KEY = Symbol.for("hostscope.boot");
type Slot = { [KEY]?: StartupOptions };

export function setStartupOptions(boot: StartupOptions): void {
  (globalThis as Slot)[KEY] = boot;
}

/** Undefined when Next was started by something else than `hostscope start`. */
export function getStartupOptions(): StartupOptions | undefined {
  return (globalThis as Slot)[KEY];
}
