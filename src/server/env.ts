/** The one place that reads the environment. Flags beat it, it beats the configuration file. */
export interface Environment {
  host: string | undefined;
  port: number | undefined;
  configPath: string | undefined;
  dataDir: string | undefined;
  logDir: string | undefined;
  /** For the command line's client commands. */
  url: string | undefined;
  token: string | undefined;
  procRoot: string;
  sysRoot: string;
  color: boolean;
}

function text(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === "" ? undefined : value;
}

export function readEnvironment(): Environment {
  const port = text("HOSTSCOPE_PORT");
  return {
    host: text("HOSTSCOPE_HOST"),
    port: port === undefined ? undefined : Number(port),
    configPath: text("HOSTSCOPE_CONFIG"),
    dataDir: text("HOSTSCOPE_DATA_DIR"),
    logDir: text("HOSTSCOPE_LOG_DIR"),
    url: text("HOSTSCOPE_URL"),
    token: text("HOSTSCOPE_TOKEN"),
    procRoot: text("HOSTSCOPE_PROC_ROOT") ?? "/proc",
    sysRoot: text("HOSTSCOPE_SYS_ROOT") ?? "/sys",
    color: text("NO_COLOR") === undefined && text("TERM") !== "dumb",
  };
}

/** `${NAME}` in the configuration file; undefined when the variable is not set. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}
