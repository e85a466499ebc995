import { spawn } from "node:child_process";
import type { Severity } from "~/domain/alert";
import { subjectLine } from "./message";
import type { Delivery, Notifier } from "./notifier";
import { messageJson } from "./webhook";

const CLEAN_ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
  HOME: "/",
} as unknown as NodeJS.ProcessEnv;
const TIMEOUT_MS = 10_000;
const MAX_OUTPUT = 4096;
const SHOWN_OUTPUT = 200;

export interface CommandOptions {
  argv: readonly [string, ...string[]];
  severities: readonly Severity[];
}

/**
 * Runs a program with the message as JSON on its standard input. Puts nothing of the alert on the command line or into the
 * environment: process names are untrusted. Kills the whole process group when the program ends or times out.
 */
export function commandNotifier({ argv: [program, ...args], severities }: CommandOptions): Notifier {
  return {
    name: "command",
    severities,
    send: (message, key) =>
      new Promise<Delivery>((resolve) => {
        const child = spawn(program, args, {
          stdio: ["pipe", "pipe", "pipe"],
          detached: true,
          cwd: "/",
          env: CLEAN_ENVIRONMENT,
        });
        let output = "";
        const take = (text: Buffer) => {
          if (output.length < MAX_OUTPUT) output += text.toString("utf8");
        };
        const said = () => output.replace(/\s+/g, " ").trim().slice(0, SHOWN_OUTPUT);
        const end = (result: Delivery) => {
          clearTimeout(timer);
          if (child.pid !== undefined) killGroup(child.pid);
          resolve(result);
        };
        const timer = setTimeout(
          () => end({ ok: false, retryable: true, answer: `no end within ${TIMEOUT_MS / 1000} s` }),
          TIMEOUT_MS,
        );
        child.stdout.on("data", take);
        child.stderr.on("data", take);
        // The program need not read its input: ignore EPIPE.
        child.stdin.on("error", () => {});
        child.on("error", (error: NodeJS.ErrnoException) =>
          end({ ok: false, retryable: false, answer: error.code ?? error.message }),
        );
        child.on("close", (code, signal) => {
          if (code === 0) end({ ok: true, answer: said() || "exit 0" });
          else end({ ok: false, retryable: true, answer: `${signal ?? `exit ${code}`} ${said()}`.trim() });
        });
        child.stdin.end(`${JSON.stringify({ ...messageJson(message, key), subject: subjectLine(message) })}\n`);
      }),
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has already ended.
  }
}
