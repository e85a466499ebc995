/** One child process a report: a PDF of many tables would hold up the event loop for seconds, and its memory stays when it is done. */
import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { serialize } from "node:v8";
import { AppError } from "~/domain/errors";
import type { RenderRequest } from "./render/render";

const MOST_MEMORY_MB = 256;
/** On a busy machine a report of low priority takes minutes. */
const DEADLINE_MS = 600_000;
const MOST_BYTES = 256 * 1024 * 1024;
/** Sampling and answers go first, but on a machine whose cores are all busy a report still gets its turn. */
const LOW_PRIORITY = 5;

/** The file. The child ends when the signal says that nobody waits, and at the deadline. */
export function renderInChild(scriptPath: string, request: RenderRequest, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${MOST_MEMORY_MB}`, scriptPath], {
      env: { NODE_ENV: "production" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let errors = "";
    let failure: unknown;
    const end = (reason: unknown) => {
      failure ??= reason;
      child.kill("SIGKILL");
    };
    const onAbort = () => end(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const deadline = setTimeout(
      () => end(new AppError("too_large", `the report took longer than ${DEADLINE_MS / 1000} s: ask for a shorter period`)),
      DEADLINE_MS,
    );
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) end(new AppError("too_large", "the report is too large: ask for a shorter period"));
      else chunks.push(chunk);
    });
    child.stderr.on("data", (text: Buffer) => {
      errors = (errors + text.toString()).slice(-4000);
    });
    child.on("error", end);
    child.on("close", (code) => {
      clearTimeout(deadline);
      signal.removeEventListener("abort", onAbort);
      if (failure !== undefined) reject(failure);
      else if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new Error(`the report's process ended with ${code}: ${errors.trim()}`));
    });
    try {
      if (child.pid !== undefined) setPriority(child.pid, LOW_PRIORITY);
    } catch {
      // It ended already, or this platform has no priorities.
    }
    // A child that ended early says so by its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(serialize(request));
  });
}
