/** Prints the logs of the server on this machine in readable form. */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { readServerFile } from "~/server/server-file";
import type { ClientInput } from "../connect";
import { CliError, paint, plain } from "../output";
import { placesOf } from "../places";
import { timeText } from "../time";

interface LogsInput extends ClientInput {
  flags: ClientInput["flags"] & { alerts?: boolean; follow?: boolean; lines?: number };
}

const CHUNK = 64 * 1024;
const LOOK_AGAIN_MS = 500;
const LEVELS: Readonly<Record<number, string>> = { 20: "debug", 30: "info", 40: "warning", 50: "error", 60: "error" };

/** Reads the last `count` lines of a file from its end. */
export function lastLines(path: string, count: number): { lines: string[]; size: number } {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    let start = size;
    let bytes = Buffer.alloc(0);
    while (start > 0 && bytes.toString("latin1").split("\n").length <= count + 1) {
      const length = Math.min(CHUNK, start);
      const chunk = Buffer.alloc(length);
      start -= length;
      readSync(file, chunk, 0, length, start);
      bytes = Buffer.concat([chunk, bytes]);
    }
    const lines = bytes.toString("utf8").split("\n");
    if (lines.at(-1) === "") lines.pop();
    return { lines: lines.slice(-count), size };
  } finally {
    closeSync(file);
  }
}

/** Formats one log line for reading; shows a line that is not JSON unchanged. */
export function readable(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return plain(line);
  }
  const { time, level, msg, message, severity, err, ...rest } = entry;
  const when = new Date(typeof time === "number" || typeof time === "string" ? time : Number.NaN);
  const clock = Number.isNaN(when.getTime()) ? "" : timeText(when.getTime());
  const word = typeof level === "number" ? (LEVELS[level] ?? String(level)) : String(severity ?? "");
  const how = word === "error" || word === "critical" ? "critical" : word === "warning" ? "warning" : "quiet";
  const reason = err && typeof err === "object" && "message" in err ? `: ${String(err.message)}` : "";
  const details = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const text = [`${String(msg ?? message ?? "")}${reason}`, ...details].filter((part) => part !== "").join("  ");
  return [paint("quiet", clock), paint(how, word.padEnd(8)), plain(text)].join(" ").trimEnd();
}

function logFolder({ environment, programDir }: LogsInput): string {
  const { dataDir, logDir } = placesOf({ environment, programDir });
  return environment.logDir ?? readServerFile(dataDir)?.logDir ?? logDir;
}

export async function logs(input: LogsInput): Promise<void> {
  const { alerts, follow, lines: count = 50, json } = input.flags;
  const path = join(logFolder(input), alerts ? "alerts.log" : "monitor.log");
  const show = (lines: readonly string[]) => {
    for (const line of lines) process.stdout.write(`${json ? line : readable(line)}\n`);
  };
  let size = 0;
  try {
    const last = lastLines(path, count);
    show(last.lines);
    ({ size } = last);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw new CliError(1, `Cannot read ${path} (${code}). Run this as the user that runs the server.`);
    if (!follow) throw new CliError(5, `There is no ${path}. Set HOSTSCOPE_LOG_DIR to the log folder, or start a server.`);
  }
  if (follow) await followFile(path, size, show);
}

/** Follows a file, also across rotation, until the program ends. */
async function followFile(path: string, from: number, show: (lines: readonly string[]) => void): Promise<never> {
  let position = from;
  let inode: number | undefined;
  let rest = "";
  for (;;) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat) {
      if ((inode !== undefined && stat.ino !== inode) || stat.size < position) position = 0;
      inode = stat.ino;
      if (stat.size > position) {
        const file = openSync(path, "r");
        const chunk = Buffer.alloc(Math.min(stat.size - position, 16 * CHUNK));
        const length = readSync(file, chunk, 0, chunk.length, position);
        closeSync(file);
        position += length;
        const parts = (rest + chunk.toString("utf8", 0, length)).split("\n");
        rest = parts.pop() ?? "";
        show(parts);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
