/**
 * The container form tells of its host. No engine runs here, so buildah builds the Dockerfile, and what an engine would set up is done with
 * unshare: a namespace of mounts, a read-only root, the host's root below /host, and the user of the image.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checked, makeBaseRoot } from "../helpers/base-system";
import { ensurePrograms } from "../helpers/debian";
import { freePort } from "../helpers/free-port";
import { MountNamespace, skips, whyNoMounts } from "../helpers/mount-namespace";
import { eventually, getJson, temporaryFolder } from "../helpers/server";

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const buildah = (...args: string[]) =>
  checked("buildah", ["--root", join(folder, "images"), "--runroot", join(folder, "run"), "--storage-driver", "vfs", ...args], {
    env: { ...process.env, BUILDAH_ISOLATION: "chroot" },
  }).trim();

/** Returns the folder of the image's root. */
function buildImage(): string {
  const checkout = join(folder, "checkout");
  checked("git", ["clone", "--quiet", ".", checkout]);
  checked("cp", ["-al", "node_modules", join(checkout, "node_modules")]);
  checked("npm", ["run", "release", "--", "linux-x64"], { cwd: checkout });
  const base = join(folder, "base");
  makeBaseRoot(base);
  const container = buildah("from", "scratch");
  buildah("add", "--quiet", container, base, "/");
  buildah("commit", "--quiet", container, "docker.io/library/debian:bookworm-slim");
  const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as { version: string };
  const file = join(checkout, "deploy/docker/Dockerfile");
  buildah(
    "bud",
    "--pull-never",
    "--quiet",
    "-f",
    file,
    "--build-arg",
    `VERSION=${version}`,
    "-t",
    "hostscope",
    join(checkout, "release"),
  );
  return buildah("mount", buildah("from", "--pull-never", "localhost/hostscope"));
}

const script = (root: string, port: number) => `
set -e
mount --bind ${root} ${root}
mount --rbind / ${root}/host
mount --make-rslave ${root}/host
mount --rbind /proc ${root}/proc
mount --rbind /sys ${root}/sys
mount --rbind /dev ${root}/dev
for folder in tmp var/lib/hostscope var/log/hostscope etc/hostscope; do
  mount -t tmpfs -o uid=5000,gid=5000,mode=0750 tmpfs ${root}/$folder
done
mount -o remount,bind,ro ${root}
exec chroot --userspec=5000:5000 ${root} env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/var/lib/hostscope XDG_CONFIG_HOME=/etc HOSTSCOPE_HOST_ROOT=/host HOSTSCOPE_DATA_DIR=/var/lib/hostscope HOSTSCOPE_LOG_DIR=/var/log/hostscope hostscope start --port ${port}
`;

interface Series {
  series: { labels: Record<string, string> }[];
}

test.skipIf(skips("the container", whyNoMounts()))(
  "a process, a mount, a network counter and the name of the host are told as on the host",
  async () => {
    ensurePrograms("buildah", "x86_64-linux-gnu-strip", "dpkg-deb");
    const root = buildImage();
    await using mounts = new MountNamespace();
    const [enter = "", ...rest] = mounts.through;
    const mounted = join(folder, "mounted");
    mkdirSync(mounted);
    checked(enter, [...rest, "mount", "-t", "tmpfs", "-o", "size=64M", "hostscope-test", mounted]);
    const marker = spawn("sleep", ["86399"], { stdio: "ignore" });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const container: ChildProcess = spawn(enter, [...rest, "sh", "-c", script(root, port)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let output = "";
    container.stderr?.on("data", (text) => (output += text));
    try {
      await eventually(async () =>
        fetch(`${url}/api/health`).then(
          ({ ok }) => ok,
          () => false,
        ),
      ).catch(() => {
        throw new Error(output);
      });
      expect(await getJson(`${url}/api/host`)).toMatchObject({ name: hostname() });
      await eventually(async () => {
        const { processes } = await getJson<{ processes: { pid: number; command: string }[] }>(`${url}/api/processes?limit=1000`);
        return processes.some(({ pid, command }) => pid === marker.pid && command === "sleep 86399");
      });
      const of = async (metric: string) =>
        (await getJson<Series>(`${url}/api/metrics/${metric}`)).series.map(({ labels }) => labels);
      expect((await of("system.filesystem.utilization")).map((one) => one["system.filesystem.mountpoint"])).toContain(mounted);
      const interfaces = readFileSync("/proc/net/dev", "utf8").matchAll(/^\s*([\w.-]+):/gm);
      const told = new Set((await of("system.network.io")).map((one) => one["network.interface.name"]));
      for (const [, name = ""] of interfaces) if (name.startsWith("e")) expect(told).toContain(name);
    } finally {
      const ended = once(container, "exit");
      container.kill("SIGTERM");
      marker.kill("SIGKILL");
      await ended;
    }
  },
);
