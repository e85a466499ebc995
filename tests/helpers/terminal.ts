/** Runs a command in a real pseudo-terminal, with only what every Debian, Ubuntu and macOS has: `script`, `stty`, `sh`. */
import { type ChildProcess, spawn } from "node:child_process";
import { platform } from "node:os";
import { PATIENCE_MS } from "./patience";
import { eventually } from "./server";

export interface Terminal {
  /** All output so far, with its escape sequences. */
  output: () => string;
  type: (keys: string) => void;
  /** Pid of the command itself. */
  pid: () => Promise<number>;
  until: (pattern: RegExp, withinMs?: number) => Promise<string>;
  /** Ends what is still running. */
  [Symbol.asyncDispose]: () => Promise<void>;
}

interface TerminalOptions {
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
}

const quoted = (text: string) => `'${text.replace(/'/g, "'\\''")}'`;

/** Prints `PID n` before the command, and `EXIT code` and the terminal's settings after it. */
function wrapped(command: readonly string[], { columns = 80, rows = 24 }: TerminalOptions): string {
  const inner = `echo "PID $$"; exec ${command.map(quoted).join(" ")}`;
  return `stty cols ${columns} rows ${rows}; sh -c ${quoted(inner)}; echo "EXIT $?"; stty -a`;
}

export function openTerminal(command: readonly string[], options: TerminalOptions = {}): Terminal {
  const line = wrapped(command, options);
  const args = platform() === "darwin" ? ["-q", "/dev/null", "sh", "-c", line] : ["-qfc", line, "/dev/null"];
  const { NO_COLOR: _none, FORCE_COLOR: _forced, ...inherited } = process.env;
  const child: ChildProcess = spawn("script", args, {
    env: { ...inherited, SHELL: "/bin/sh", TERM: "xterm-256color", LANG: "C.UTF-8", ...options.env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (part: string) => (text += part));
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const until = (pattern: RegExp, withinMs = PATIENCE_MS) =>
    eventually(async () => pattern.exec(text)?.[0], withinMs).catch(() => {
      throw new Error(`${pattern} was not shown:\n${text.slice(-3000)}`);
    });
  return {
    output: () => text,
    type: (keys) => void child.stdin?.write(keys),
    pid: async () => Number((await until(/PID \d+/)).slice(4)),
    until,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
