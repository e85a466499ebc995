/** Mounts that only a test sees: a namespace of mounts of its own, with FUSE filesystems in it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";

export interface FuseSpace {
  blocks: number;
  bfree: number;
  bavail: number;
  files: number;
  ffree: number;
  bsize: number;
  frsize: number;
}

/** Why this machine cannot have such a namespace; null when it can. */
export function whyNoMounts(): string | null {
  if (process.getuid?.() !== 0) return "mounts need root";
  const tried = spawnSync("unshare", ["-m", "--propagation", "private", "test", "-w", "/dev/fuse"], { encoding: "utf8" });
  return tried.status === 0 ? null : `no namespace of mounts with /dev/fuse: ${tried.error?.message ?? tried.stderr.trim()}`;
}

/** Says so where nobody can miss it, and gives `test.skipIf` its answer. */
export function skips(what: string, reason: string | null): boolean {
  if (reason !== null) console.log(`SKIPPED ${what}: ${reason}`);
  return reason !== null;
}

export class MountNamespace implements AsyncDisposable {
  private readonly holder = spawn("unshare", ["-m", "--propagation", "private", "sleep", "infinity"], { stdio: "ignore" });
  private readonly servers: ChildProcess[] = [];

  /** Put before a command, it runs inside, in the same folder. */
  get through(): string[] {
    return ["nsenter", "-m", `--wd=${process.cwd()}`, "-t", String(this.holder.pid), "--"];
  }

  /** `form` as tests/helpers/fuse-server.mjs takes it. */
  async mount(mountpoint: string, type: string, form: "hang" | `errno:${number}` | FuseSpace): Promise<void> {
    if (typeof form !== "string" || form === "hang") mkdirSync(mountpoint, { recursive: true });
    const asked = typeof form === "string" ? form : JSON.stringify(form);
    const [program = "", ...rest] = this.through;
    const server = spawn(program, [...rest, process.execPath, "tests/helpers/fuse-server.mjs", mountpoint, type, asked], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.servers.push(server);
    const [said] = (await once(server.stdout, "data")) as [Buffer];
    if (!said.toString().includes("mounted")) throw new Error(`not mounted at ${mountpoint}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of [...this.servers, this.holder]) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
  }
}
