/** data/server.json: which process serves a data directory, and its URL. */
import { readFileSync, writeFileSync } from "node:fs";
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

export function writeServerFile(dataDir: string, server: RunningServer): void {
  writeFileSync(join(dataDir, "server.json"), JSON.stringify(server), { mode: 0o600 });
}
