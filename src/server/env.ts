/** The only module that reads environment variables. Flags override them; they override the configuration file. */
import { type Roots, rootsOf } from "./roots";

export interface Environment {
  host: string | undefined;
  port: number | undefined;
  configPath: string | undefined;
  dataDir: string | undefined;
  logDir: string | undefined;
  /** Folders of the XDG Base Directory Specification, where they are not the usual ones. */
  xdg: { config: string | undefined; data: string | undefined; state: string | undefined };
  /** For the command line's client commands. */
  url: string | undefined;
  token: string | undefined;
  roots: Roots;
  /** Where systemd listens, sd_notify(3), and within what time it wants to hear that the service goes on. */
  notifySocket: string | undefined;
  watchdogUsec: number | undefined;
  /** From NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM. */
  color: "auto" | "always" | "never";
  /** Whether the locale is UTF-8; without it only ASCII is printed. */
  utf8: boolean;
}

function text(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === "" ? undefined : value;
}

function wantedColor(): Environment["color"] {
  if (text("NO_COLOR") !== undefined || text("TERM") === "dumb") return "never";
  const forced = text("FORCE_COLOR") ?? text("CLICOLOR_FORCE");
  if (forced !== undefined && forced !== "0") return "always";
  return text("CLICOLOR") === "0" || forced === "0" ? "never" : "auto";
}

export function readEnvironment(): Environment {
  const watchdog = text("WATCHDOG_USEC");
  const port = text("HOSTSCOPE_PORT");
  return {
    host: text("HOSTSCOPE_HOST"),
    port: port === undefined ? undefined : Number(port),
    configPath: text("HOSTSCOPE_CONFIG"),
    dataDir: text("HOSTSCOPE_DATA_DIR"),
    logDir: text("HOSTSCOPE_LOG_DIR"),
    xdg: { config: text("XDG_CONFIG_HOME"), data: text("XDG_DATA_HOME"), state: text("XDG_STATE_HOME") },
    url: text("HOSTSCOPE_URL"),
    token: text("HOSTSCOPE_TOKEN"),
    roots: rootsOf({
      host: text("HOSTSCOPE_HOST_ROOT"),
      proc: text("HOSTSCOPE_PROC_ROOT"),
      sys: text("HOSTSCOPE_SYS_ROOT"),
    }),
    notifySocket: text("NOTIFY_SOCKET"),
    watchdogUsec: watchdog === undefined ? undefined : Number(watchdog),
    color: wantedColor(),
    utf8: /utf-?8/i.test(text("LC_ALL") ?? text("LC_CTYPE") ?? text("LANG") ?? ""),
  };
}

/** `${NAME}` in the configuration file; undefined when the variable is not set. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}

/** Ink draws nothing when these are set, as on CI machines. `monitor` draws even there. */
export function forgetContinuousIntegration(): void {
  delete process.env.CI;
  delete process.env.CONTINUOUS_INTEGRATION;
}
