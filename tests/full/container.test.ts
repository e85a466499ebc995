/**
 * The container form tells of its host. No engine runs here, so buildah builds the Dockerfile, and what an engine would set up is done with
 * unshare: a namespace of mounts, a read-only root, the host's root below /host, and the user of the image.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checked, makeBaseRoot } from "../helpers/base-system";
import { ensurePrograms } from "../helpers/debian";
import { freePort } from "../helpers/free-port";
import { MountNamespace, skips, whyNoMounts } from "../helpers/mount-namespace";
import { type ParsedSample, parseExposition } from "../helpers/prometheus";
import { eventually, getJson, temporaryFolder } from "../helpers/server";

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const buildah = (...args: string[]) =>
  checked("buildah", ["--root", join(folder, "images"), "--runroot", join(folder, "run"), "--storage-driver", "vfs", ...args], {
    env: { ...process.env, BUILDAH_ISOLATION: "chroot" },
  }).trim();

interface Image {
  /** Folder of its root. */
  root: string;
  /** What an engine would start in it. */
  command: readonly string[];
}

function buildImage(): Image {
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
  const { OCIv1 } = JSON.parse(buildah("inspect", "--type", "image", "localhost/hostscope")) as {
    OCIv1: { config: { User: string; Env: string[]; Entrypoint: string[]; Cmd: string[] } };
  };
  const { User, Env, Entrypoint, Cmd } = OCIv1.config;
  expect(User).toBe("hostscope");
  const root = buildah("mount", buildah("from", "--pull-never", "localhost/hostscope"));
  const usual = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/var/lib/hostscope"];
  return { root, command: ["chroot", "--userspec=5000:5000", root, "env", "-i", ...usual, ...Env, ...Entrypoint, ...Cmd] };
}

/** The shell's lines that do what compose.yaml asks of an engine, before they start the words that they are given. */
const script = (root: string) => `
set -e
mkdir -p ${root}/host
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
exec "$@"
`;

/** Bytes that each interface of the host has received, as the kernel counts them. */
function received(): Map<string, number> {
  const lines = readFileSync("/proc/1/net/dev", "utf8").matchAll(/^\s*([^\s:]+):\s*(\d+)/gm);
  return new Map([...lines].map(([, name = "", bytes]) => [name, Number(bytes)]));
}

const receivedAsTold = (samples: readonly ParsedSample[]) =>
  new Map(
    samples
      .filter(({ name }) => name === "node_network_receive_bytes_total")
      .map(({ labels, value }) => [labels.device ?? "", value]),
  );

test.skipIf(skips("the container", whyNoMounts()))(
  "a process, a mount, a network counter and the name of the host are told as on the host",
  async () => {
    ensurePrograms("buildah", "x86_64-linux-gnu-strip", "dpkg-deb");
    const { root, command } = buildImage();
    const mounted = join(folder, "mounted");
    mkdirSync(mounted);
    // The image's user may look into it, as into the folders of a host that filesystems are mounted at.
    chmodSync(folder, 0o755);
    // On the host itself: what the container's process 1 sees is the host's.
    checked("mount", ["-t", "tmpfs", "-o", "size=64M", "hostscope-test", mounted]);
    using _ = { [Symbol.dispose]: () => void checked("umount", [mounted]) };
    await using mounts = new MountNamespace();
    const [enter = "", ...rest] = mounts.through;
    const marker = spawn("sleep", ["86399"], { stdio: "ignore" });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const container: ChildProcess = spawn(enter, [...rest, "sh", "-c", script(root), "sh", ...command, "--port", String(port)], {
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
      const scrape = async () => parseExposition(await (await fetch(`${url}/metrics`)).text(), "text");
      expect(
        (await scrape()).find(({ name, labels }) => name === "node_filesystem_size_bytes" && labels.mountpoint === mounted),
      ).toMatchObject({ labels: { device: "hostscope-test", fstype: "tmpfs" }, value: 2 ** 26 });
      const before = received();
      const told = await eventually(async () => {
        const counters = receivedAsTold(await scrape());
        return [...before].every(([name, bytes]) => (counters.get(name) ?? 0) >= bytes) && counters;
      });
      const after = received();
      for (const [name, bytes] of told) expect(bytes, name).toBeLessThanOrEqual(after.get(name) ?? 0);
      expect(() => writeFileSync(`/proc/${container.pid}/root/opt/file`, "")).toThrow("EROFS");
    } finally {
      const ended = once(container, "exit");
      container.kill("SIGTERM");
      marker.kill("SIGKILL");
      await ended;
    }
  },
);
