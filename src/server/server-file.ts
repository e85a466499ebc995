/** data/server.json: which process serves a data directory, and its URL. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface RunningServer {
  pid: number;
  /** Null while it starts. */
  url: string | null;
  /** Absent while it starts. */
  logDir?: string;
}

export function readServerFile(dataDir: string): RunningServer | null {
  try {
    return JSON.parse(readFileSync(join(dataDir, "server.json"), "utf8")) as RunningServer;
  } catch {
    return null;
  }
}

/** Null when none runs: what a killed server leaves behind is not one. */
export function runningServer(dataDir: string): RunningServer | null {
  const file = readServerFile(dataDir);
  return file !== null && isRunning(file, dataDir) ? file : null;
}

/** Whether the process that the file names is there and of the user who wrote it: what a killed server leaves names nobody's, or anybody's. */
function isRunning({ pid }: RunningServer, dataDir: string): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== "linux") return true;
    return statSync(`/proc/${pid}`).uid === statSync(join(dataDir, "server.json")).uid;
  } catch {
    return false;
  }
}

export function writeServerFile(dataDir: string, server: RunningServer): void {
  writeFileSync(join(dataDir, "server.json"), JSON.stringify(server), { mode: 0o600 });
}
