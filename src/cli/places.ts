/** Where the program keeps what is its own: a checkout beside itself, an installed one where the system wants it. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Environment } from "~/server/env";

export interface Places {
  configPath: string;
  dataDir: string;
  logDir: string;
}

/** Written into every artifact; a checkout has none. */
const RELEASE_FILE = "release.json";

export function isReleased(programDir: string): boolean {
  return existsSync(join(programDir, RELEASE_FILE));
}

/** Without flags and variables: root has the folders of the system, a user those of the XDG Base Directory Specification. */
export function usualPlaces({ programDir, released, isRoot, home, xdg }: UsualInput): Places {
  if (!released) {
    return {
      configPath: join(programDir, "config", "config.yaml"),
      dataDir: join(programDir, "data"),
      logDir: join(programDir, "logs"),
    };
  }
  if (isRoot) {
    return { configPath: "/etc/hostscope/config.yaml", dataDir: "/var/lib/hostscope", logDir: "/var/log/hostscope" };
  }
  const folder = (given: string | undefined, usual: string) => join(given ?? join(home, usual), "hostscope");
  return {
    configPath: join(folder(xdg.config, ".config"), "config.yaml"),
    dataDir: folder(xdg.data, ".local/share"),
    logDir: join(folder(xdg.state, ".local/state"), "logs"),
  };
}

interface UsualInput {
  programDir: string;
  released: boolean;
  isRoot: boolean;
  home: string;
  xdg: Environment["xdg"];
}

interface PlacesInput {
  flags?: { config?: string; dataDir?: string; logDir?: string };
  environment: Pick<Environment, "configPath" | "dataDir" | "logDir" | "xdg">;
  programDir: string;
}

/** Flags beat the environment, which beats what is usual. */
export function placesOf({ flags = {}, environment, programDir }: PlacesInput): Places {
  const usual = usualPlaces({
    programDir,
    released: isReleased(programDir),
    isRoot: process.getuid?.() === 0,
    home: homedir(),
    xdg: environment.xdg,
  });
  const place = (flag: string | undefined, variable: string | undefined, fallback: string) => {
    const named = flag ?? variable;
    return named === undefined ? fallback : resolve(named);
  };
  return {
    configPath: place(flags.config, environment.configPath, usual.configPath),
    dataDir: place(flags.dataDir, environment.dataDir, usual.dataDir),
    logDir: place(flags.logDir, environment.logDir, usual.logDir),
  };
}
