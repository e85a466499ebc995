/** A Debian with the real systemd as process 1 of its own: made by debootstrap, started in a namespace of mounts and of processes. */
import { spawnSync } from "node:child_process";
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

/** The shell's lines that boot it: the outer namespace sees what it mounts, and its processes end with the shell. */
export const bootScript = (root: string) => `
set -e
mount -t tmpfs tmpfs ${root}/run
mount -t tmpfs tmpfs ${root}/tmp
mount -t sysfs -o ro sysfs ${root}/sys
mount -t tmpfs tmpfs ${root}/sys/fs/cgroup
mkdir ${root}/sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd cgroup ${root}/sys/fs/cgroup/systemd || mount -t cgroup2 cgroup2 ${root}/sys/fs/cgroup
exec unshare --pid --fork --kill-child sh -c "mount -t proc proc ${root}/proc; exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot ${root} /lib/systemd/systemd --log-target=null"
`;
