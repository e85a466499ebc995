/**
 * Renders each report in a child process. A PDF with many tables would block the event loop for seconds, and its memory would not
 * be released afterwards.
 */
import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { serialize } from "node:v8";
import { AppError } from "~/domain/errors";
import type { RenderRequest } from "./render/render";

const MOST_MEMORY_MB = 256;
/** At low priority a report can take minutes on a busy machine. */
const DEADLINE_MS = 600_000;
const MOST_BYTES = 256 * 1024 * 1024;
/** Sampling and requests go first, but a report still gets CPU time when all cores are busy. */
const LOW_PRIORITY = 5;

/** Resolves to the file. Kills the child when the signal aborts, at the deadline, or when the file gets too large. */
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
      () => end(new AppError("too_large", `The report took longer than ${DEADLINE_MS / 1000} s. Choose a shorter period.`)),
      DEADLINE_MS,
    );
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) end(new AppError("too_large", "The report is too large. Choose a shorter period."));
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
      // The child has ended already, or the platform has no priorities.
    }
    // Ignore EPIPE from a child that ended early: its exit code reports the failure.
    child.stdin.on("error", () => {});
    child.stdin.end(serialize(request));
  });
}
