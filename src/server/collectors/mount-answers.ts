/**
 * Space of filesystems that may not answer: network mounts and FUSE. A call that does not return blocks its thread, even against SIGKILL,
 * and libuv has four threads for the whole server. So a small program asks, `stat` of the system or Node itself, for all such mounts
 * together. When it hangs, each is asked alone, one after another, and a mount that does not answer has that process for itself until it does.
 */
import { type ChildProcess, spawn } from "node:child_process";

const STUCK_AFTER_MS = 2_000;
const MOST_ARGUMENT_BYTES = 64 * 1024;
const FORMAT = "%S %b %f %a %c %d %n";
const ASK_WITH_NODE = `
const { statfsSync } = require("node:fs");
for (const path of process.argv.slice(1)) {
  try {
    const { frsize, bsize, blocks, bfree, bavail, files, ffree } = statfsSync(path);
    console.log(frsize ?? bsize, blocks, bfree, bavail, files, ffree, path);
  } catch {}
}`;

/** The part of Node's StatFs that df needs. Sizes are in blocks of `frsize` bytes; `bsize` is what a program should read at once. */
export interface FilesystemSpace {
  bsize: number;
  frsize?: number;
  blocks: number;
  bfree: number;
  bavail: number;
  files: number;
  ffree: number;
}

interface Question {
  child: ChildProcess;
  /** Paths in the order in which they are asked. */
  paths: readonly string[];
  answered: Set<string>;
  askedAt: number;
  rest: string;
}

export interface MountAnswer {
  /** Undefined: the filesystem refused. */
  space: FilesystemSpace | undefined;
  at: number;
}

/** As many as one program is asked about: there is a limit to its arguments. The rest has its turn next. */
function fitting(paths: readonly string[]): string[] {
  let bytes = 0;
  return paths.filter((path) => {
    bytes += Buffer.byteLength(path) + 1;
    return bytes <= MOST_ARGUMENT_BYTES;
  });
}

export class MountAnswers {
  private question: Question | null = null;
  /** Mounts that do not answer, with the process that waits for each. */
  private readonly stuck = new Map<string, Question>();
  private readonly answers = new Map<string, MountAnswer>();
  /** Of a question that hung: one of them does not answer. */
  private suspects: string[] = [];
  private hasStat = true;

  answerOf(path: string): MountAnswer | undefined {
    return this.answers.get(path);
  }

  /** Monotonic milliseconds of the question that has not been answered; undefined while it answers. */
  stuckSince(path: string): number | undefined {
    return this.stuck.get(path)?.askedAt;
  }

  /** Asks for those that are due, unless a question is under way. `now` is monotonic, in milliseconds. */
  ask(due: readonly string[], now: number): void {
    if (this.question && now - this.question.askedAt > STUCK_AFTER_MS) this.setAside(this.question);
    if (this.question) return;
    const suspect = this.suspects.shift();
    const paths = suspect === undefined ? fitting(due.filter((path) => !this.stuck.has(path))) : [suspect];
    if (paths.length === 0) return;
    try {
      this.question = this.start(paths, now);
    } catch {
      // No program can be started, for want of memory or processes: asked again when it is due.
      for (const path of paths) this.answers.set(path, { space: undefined, at: now });
    }
  }

  /** Forgets mounts that are gone. */
  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of this.answers.keys()) if (!paths.has(path)) this.answers.delete(path);
    for (const path of this.stuck.keys()) if (!paths.has(path)) this.stuck.delete(path);
    this.suspects = this.suspects.filter((path) => paths.has(path));
  }

  /** Which of several does not return is not known: a program keeps its lines until it ends. */
  private setAside(question: Question): void {
    this.question = null;
    const [path = "", ...others] = question.paths;
    if (others.length > 0) this.suspects = [path, ...others];
    else this.stuck.set(path, question);
    question.child.kill("SIGKILL");
  }

  private start(paths: readonly string[], askedAt: number): Question {
    const [program, ...args] = this.hasStat
      ? ["stat", "-f", "-c", FORMAT, "--", ...paths]
      : [process.execPath, "-e", ASK_WITH_NODE, "--", ...paths];
    const env = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C" } as unknown as NodeJS.ProcessEnv;
    const child = spawn(program as string, args, { cwd: "/", env, stdio: ["ignore", "pipe", "ignore"] });
    const question: Question = { child, paths, answered: new Set(), askedAt, rest: "" };
    child.unref();
    (child.stdout as unknown as { unref(): void }).unref();
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text: string) => this.hear(question, text));
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (this.hasStat && error.code === "ENOENT") this.hasStat = false;
      this.end(question, false);
    });
    child.on("close", (code) => this.end(question, code !== null));
    return question;
  }

  private hear(question: Question, text: string): void {
    const lines = (question.rest + text).split("\n");
    question.rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, numbers = "", path = ""] = /^((?:\d+ ){6})(.+)$/.exec(line) ?? [];
      if (!question.paths.includes(path)) continue;
      const [frsize = 0, blocks = 0, bfree = 0, bavail = 0, files = 0, ffree = 0] = numbers.split(" ").map(Number);
      question.answered.add(path);
      this.answers.set(path, { space: { bsize: frsize, frsize, blocks, bfree, bavail, files, ffree }, at: question.askedAt });
    }
  }

  /** `isWhole`: it came to its end, and what it did not name was refused. */
  private end(question: Question, isWhole: boolean): void {
    if (this.question === question) this.question = null;
    for (const [path, one] of this.stuck) if (one === question) this.stuck.delete(path);
    if (!isWhole) return;
    for (const path of question.paths)
      if (!question.answered.has(path)) this.answers.set(path, { space: undefined, at: question.askedAt });
  }
}
