/** A Debian with the real systemd as process 1 of its own: made by debootstrap, started in a namespace of mounts and of processes. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensurePrograms } from "./debian";

/** Makes the root; takes a minute. Units are files of /etc/systemd/system, by name; each is started with the machine. */
export function makeSystemdRoot(root: string, units: Record<string, string>): void {
  ensurePrograms("debootstrap");
  const made = spawnSync("debootstrap", ["--variant=minbase", "--include=systemd,systemd-sysv,dbus", "bookworm", root], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`debootstrap: ${made.stdout.slice(-1000)}${made.stderr}`);
  const folder = join(root, "etc/systemd/system");
  mkdirSync(join(folder, "multi-user.target.wants"), { recursive: true });
  for (const [name, text] of Object.entries(units)) {
    writeFileSync(join(folder, name), text);
    symlinkSync(`../${name}`, join(folder, "multi-user.target.wants", name));
  }
}

/** The shell's lines that boot it, with control groups of its own, in a root below which services can have their own mounts: the outer namespace sees what it mounts, and its processes end with the shell. */
const bootScript = (root: string) => `
set -e
mountpoint -q ${root} || mount --bind ${root} ${root}
for place in run tmp proc sys; do ! mountpoint -q ${root}/$place || umount --recursive --lazy ${root}/$place; done
mount -t tmpfs tmpfs ${root}/run
mount -t tmpfs tmpfs ${root}/tmp
mount -t sysfs -o ro sysfs ${root}/sys
mount -t tmpfs tmpfs ${root}/sys/fs/cgroup
groups=${root}/sys/fs/cgroup/systemd
mkdir $groups
mount -t cgroup -o none,name=systemd cgroup $groups || { groups=${root}/sys/fs/cgroup; mount -t cgroup2 cgroup2 $groups; }
mkdir $groups/machine-$$
echo $$ >$groups/machine-$$/cgroup.procs
mount --bind $groups/machine-$$ $groups
exec unshare --cgroup --pid --fork --kill-child sh -c "mount -t proc proc ${root}/proc; exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot ${root} /lib/systemd/systemd --log-target=null"
`;

/** That machine, which can be switched on and off. `through` enters the namespace of mounts that it is in. */
export class SystemdMachine implements AsyncDisposable {
  private booted: ChildProcess;

  constructor(
    private readonly root: string,
    private readonly through: readonly string[],
  ) {
    this.booted = this.start();
  }

  private start(): ChildProcess {
    const [enter = "", ...rest] = this.through;
    return spawn(enter, [...rest, "sh", "-c", bootScript(this.root)], { stdio: "ignore" });
  }

  /** Runs a command in its root, among its processes: systemd refuses some who are none of them. Throws with what it printed when it fails. */
  run(...command: string[]): string {
    const [enter = "", ...rest] = this.through;
    const env = { ...process.env, PATH: "/usr/sbin:/usr/bin:/sbin:/bin", DEBIAN_FRONTEND: "noninteractive" };
    const among = ["nsenter", `--pid=/proc/${this.booted.pid}/ns/pid_for_children`, "--"];
    const done = spawnSync(enter, [...rest, ...among, "chroot", this.root, ...command], { encoding: "utf8", env });
    if (done.status !== 0) throw new Error(`${command.join(" ")}: ${done.error?.message ?? ""}${done.stdout}${done.stderr}`);
    return done.stdout;
  }

  /** As its user would: systemd ends everything, then itself; and on again. */
  async restart(): Promise<void> {
    const ended = once(this.booted, "exit");
    this.run("systemctl", "poweroff");
    await ended;
    this.booted = this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.booted.exitCode !== null) return;
    const ended = once(this.booted, "exit");
    this.booted.kill("SIGKILL");
    await ended;
  }
}
