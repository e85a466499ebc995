import { spawn } from "node:child_process";
import { CustomError, type CustomReading, type CustomSource, jsonNumber, numberOf, parseNagios, parsePrometheus } from "./custom";

const MAX_STDOUT = 64 * 1024;
const MAX_STDERR = 4 * 1024;
/** A grandchild may keep the pipes open: output counts until this long after the program exits. */
const GRACE_MS = 100;

const CLEAN_ENVIRONMENT = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C" } as Record<
  string,
  string
> as NodeJS.ProcessEnv;

export type CommandOutput = "number" | "json" | "prometheus" | "nagios";

export interface CommandOptions {
  argv: readonly [string, ...string[]];
  output: CommandOutput;
  pointer: string;
}

function parse(text: string, { output, pointer }: CommandOptions): readonly CustomReading[] {
  switch (output) {
    case "number":
      return [{ value: numberOf(text) }];
    case "json":
      return [{ value: jsonNumber(text, pointer) }];
    case "prometheus":
      return parsePrometheus(text);
    case "nagios":
      return parseNagios(text);
  }
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program without a shell, in its own process group. Kills the whole group on timeout and when the program exits. */
function run([program, ...args]: readonly [string, ...string[]], signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: "/",
      // Keeps our secrets from the program.
      env: CLEAN_ENVIRONMENT,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let stdout = "";
    let stderr = "";
    const killGroup = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has already exited.
      }
    };
    const fail = (message: string) => {
      killGroup();
      child.stdout.destroy();
      child.stderr.destroy();
      reject(new CustomError(message));
    };
    signal.addEventListener("abort", () => fail("took longer than its timeout"), { once: true });
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString("utf8");
      if (stdout.length > MAX_STDOUT) fail(`printed more than ${MAX_STDOUT / 1024} KiB`);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (stderr.length < MAX_STDERR) stderr += chunk.toString("utf8");
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      fail(
        error.code === "ENOENT"
          ? `there is no program ${program}`
          : error.code === "EACCES"
            ? `${program} may not be run`
            : error.message,
      );
    });
    const finish = (code: number | null) => {
      killGroup();
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code, stdout, stderr });
    };
    child.on("close", finish);
    // On a busy machine the grace period may end before the pipes were read: one more turn of the event loop reads them.
    child.on("exit", (code) => setTimeout(() => setImmediate(finish, code), GRACE_MS));
  });
}

/** Parses a program's output. Nagios plugins report their state as the exit code: 0 to 2 are valid answers. */
export function commandSource(options: CommandOptions): CustomSource {
  return async (signal) => {
    const { code, stdout, stderr } = await run(options.argv, signal);
    const answered = code === 0 || (options.output === "nagios" && code !== null && code <= 2);
    if (!answered) {
      const why = stderr.trim().split("\n").at(-1)?.slice(0, 100);
      throw new CustomError(`ended with ${code ?? "a signal"}${why ? `: ${why}` : ""}`);
    }
    return parse(stdout, options);
  };
}
