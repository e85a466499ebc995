/** A Debian with nothing but its base: made by debootstrap, and run in namespaces of mounts and of processes. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ensurePrograms } from "./debian";
import { PATIENCE_MS } from "./patience";

export function checked(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): string {
  const done = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28, ...options });
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(" ")}: ${done.error?.message ?? ""}${done.stdout}${done.stderr}`);
  return done.stdout;
}

/** Takes a minute. */
export function makeBaseRoot(root: string): void {
  ensurePrograms("debootstrap");
  checked("debootstrap", ["--variant=minbase", "bookworm", root]);
  copyFileSync("/etc/resolv.conf", join(root, "etc/resolv.conf"));
}

const inside = (root: string) => `
set -e
mount --make-rprivate /
mount -t proc proc ${root}/proc
mount -t sysfs -o ro sysfs ${root}/sys
exec chroot ${root} env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
`;

/** Starts a command in the root; it ends with its namespaces. */
export class BaseMachine implements AsyncDisposable {
  readonly startedAt = performance.now();
  private readonly child: ChildProcess;
  output = "";

  constructor(root: string, command: readonly string[]) {
    this.child = spawn("unshare", ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", inside(root), "sh", ...command], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on("data", (text) => (this.output += text));
  }

  /** Seconds until the URL answers, and until the first sample arrives in the live stream. */
  async live(url: string): Promise<{ page: number; live: number }> {
    const since = () => (performance.now() - this.startedAt) / 1000;
    await this.answered(`${url}/`);
    const page = since();
    const stream = await fetch(`${url}/api/stream`);
    for await (const chunk of stream.body ?? []) if (Buffer.from(chunk).toString().includes("event: sample")) break;
    return { page, live: since() };
  }

  private async answered(url: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (performance.now() < end) {
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}:\n${this.output}`);
      const status = await fetch(url).then(
        async (response) => {
          await response.text();
          return response.status;
        },
        () => 0,
      );
      if (status === 200) return;
      await wait(20);
    }
    throw new Error(`${url} did not answer in time:\n${this.output}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }
}
