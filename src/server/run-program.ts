/**
 * Runs a program of the user's, without a shell and without our environment, which has secrets. The program is the leader of a
 * process group; whatever ends the run, the whole group is killed.
 */
import { spawn } from "node:child_process";
import type { Readable } from "node:stream";

const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
  HOME: "/",
} as unknown as NodeJS.ProcessEnv;

export interface RunOptions {
  signal: AbortSignal;
  /** Written to its standard input. */
  input?: string;
  /** Characters of each output that are kept. */
  mostOutput: number;
  /** Ends the run when standard output gets longer. Without it the rest is dropped. */
  endsBeyond?: true;
  /** How long after its exit processes that it started may keep its outputs open. Without it, until the signal aborts. */
  graceMs?: number;
}

export type ProgramEnd =
  | { kind: "exit"; code: number | null; exitSignal: NodeJS.Signals | null }
  | { kind: "not started"; error: NodeJS.ErrnoException }
  | { kind: "aborted" }
  | { kind: "too much output" };

export type ProgramResult = ProgramEnd & { stdout: string; stderr: string };

/** Never rejects. */
export function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  { signal, input, mostOutput, endsBeyond, graceMs }: RunOptions,
): Promise<ProgramResult> {
  if (signal.aborted) return Promise.resolve({ kind: "aborted", stdout: "", stderr: "" });
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: "/", env: ENVIRONMENT, stdio: ["pipe", "pipe", "pipe"], detached: true });
    const output = { stdout: "", stderr: "" };
    let [isGroupGone, isOver] = [false, false];
    const collect = (stream: Readable, name: keyof typeof output) => {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        output[name] += text.slice(0, mostOutput - output[name].length + 1);
        if (endsBeyond && name === "stdout" && output.stdout.length > mostOutput) finish({ kind: "too much output" });
      });
    };
    const finish = (end: ProgramEnd) => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener("abort", onAbort);
      if (child.pid !== undefined && !isGroupGone) killGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ ...end, stdout: output.stdout.slice(0, mostOutput), stderr: output.stderr.slice(0, mostOutput) });
    };
    const onAbort = () => finish({ kind: "aborted" });
    signal.addEventListener("abort", onAbort, { once: true });
    collect(child.stdout, "stdout");
    collect(child.stderr, "stderr");
    child.on("error", (error) => finish({ kind: "not started", error }));
    // Without a member, the number of the group may be somebody else's by the time the outputs are closed.
    child.on("exit", () => {
      isGroupGone = child.pid !== undefined && !hasMembers(child.pid);
    });
    child.on("close", (code, exitSignal) => finish({ kind: "exit", code, exitSignal }));
    if (graceMs !== undefined) {
      // On a busy machine the grace period may end before the pipes were read: one more turn of the event loop reads them.
      child.on("exit", (code, exitSignal) =>
        setTimeout(() => setImmediate(() => finish({ kind: "exit", code, exitSignal })), graceMs),
      );
    }
    // A program need not read its input: ignore EPIPE.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

function hasMembers(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}
