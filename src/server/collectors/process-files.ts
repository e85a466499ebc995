/** Files under /proc/PID other than stat and io. Each costs a read, so they are read when a process appears and rarely after. */
import { readdirSync, statSync } from "node:fs";
import type { Redactor } from "~/domain/redact";
import { passwdText, type Roots } from "../roots";
import { groupName } from "./cgroup-name";
import { type ProcessStatus, parseArguments, parsePasswd, parseProcessStatus } from "./process-stat";
import { closeKernelFile, type KernelFile, readKernelFile } from "./procfs";

const MAX_COMMAND = 1000;
/** Arguments beyond are not looked at: they could be megabytes. */
const MAX_COMMAND_BYTES = 8192;
const USERS_EVERY_MS = 60_000;
const UNREADABLE: ProcessStatus = {
  userId: null,
  voluntarySwitches: null,
  involuntarySwitches: null,
  sharedBytes: null,
  swapBytes: null,
};

export interface Command {
  text: string;
  print: number;
}

/** FNV-1a of 32 bits. */
function fingerprint(bytes: Buffer): number {
  let print = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) print = Math.imul(print ^ (bytes[at] as number), 0x01000193);
  return print;
}

export class ProcessFiles {
  private readonly proc: string;
  private users = new Map<number, string>();
  private usersReadAt = Number.NEGATIVE_INFINITY;
  private readonly sizeCounts: boolean;

  constructor(
    private readonly roots: Roots,
    private readonly redactor: Redactor,
  ) {
    this.proc = roots.proc;
    this.sizeCounts = sizeCountsDescriptors(`${roots.proc}/self/fd`);
  }

  /** Without secrets, with the bytes that it was made from, shortened to a number: they mostly stay the same. */
  command(pid: number, before?: Command): Command {
    const parse = (bytes: Buffer) => {
      const print = fingerprint(bytes.subarray(0, MAX_COMMAND_BYTES));
      return print === before?.print ? before : { print, text: this.shown(bytes).join(" ").slice(0, MAX_COMMAND) };
    };
    return this.read(pid, "cmdline", parse) ?? before ?? { print: 0, text: "" };
  }

  /** Without secrets; empty for a kernel thread, and for a process that has exited. */
  arguments(pid: number): string[] {
    return this.read(pid, "cmdline", (bytes) => this.shown(bytes)) ?? [];
  }

  private shown(bytes: Buffer): string[] {
    return this.redactor.arguments(parseArguments(bytes.subarray(0, MAX_COMMAND_BYTES)));
  }

  status(pid: number): ProcessStatus {
    return this.read(pid, "status", parseProcessStatus) ?? UNREADABLE;
  }

  group(pid: number): string | null {
    return this.read(pid, "cgroup", (bytes) => groupName(bytes.toString("latin1"))) ?? null;
  }

  /** User name of a status; the uid if /etc/passwd does not have it, "" if it could not be read. */
  userOf({ userId }: ProcessStatus, nowMs: number): string {
    if (userId === null) return "";
    if (!this.users.has(userId) && nowMs - this.usersReadAt > USERS_EVERY_MS) {
      this.usersReadAt = nowMs;
      this.users = parsePasswd(passwdText(this.roots));
    }
    return this.users.get(userId) ?? String(userId);
  }

  openFiles(pid: number): number | null {
    const path = `${this.proc}/${pid}/fd`;
    try {
      return this.sizeCounts ? statSync(path).size : readdirSync(path).length;
    } catch {
      // Another user's process on a kernel before 6.2, or one that has exited.
      return null;
    }
  }

  private read<T>(pid: number, name: string, parse: (bytes: Buffer) => T): T | undefined {
    const file: KernelFile = { path: `${this.proc}/${pid}/${name}`, whole: true };
    try {
      return parse(readKernelFile(file));
    } catch {
      return undefined;
    } finally {
      closeKernelFile(file);
    }
  }
}

/**
 * Since Linux 6.2 the size of /proc/PID/fd is its number of descriptors, visible to all. Listing the directory opens one more.
 */
function sizeCountsDescriptors(own: string): boolean {
  try {
    const listed = readdirSync(own).length;
    return Math.abs(statSync(own).size - listed) <= 2;
  } catch {
    return false;
  }
}
