/** Which links count toward the total of a network namespace, with real bridges, taps and veths. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { ensurePrograms } from "../helpers/debian";
import { skips } from "../helpers/mount-namespace";

/** A namespace of networks and mounts, whose /sys is its own. */
class NetworkNamespace {
  readonly holder = spawn(
    "unshare",
    ["-n", "-m", "--propagation", "private", "sh", "-c", "mount -t sysfs sysfs /sys; exec sleep 600"],
    {
      stdio: "ignore",
    },
  );

  run(command: string): string {
    const enter = ["-n", "-m", `--wd=${process.cwd()}`, "-t", String(this.holder.pid), "--", "sh", "-ec", command];
    const { status, stdout, stderr } = spawnSync("nsenter", enter, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
    return stdout;
  }

  /** Names of the links in the total. */
  counted(): string[] {
    const { links } = JSON.parse(
      this.run(`"${process.execPath}" node_modules/tsx/dist/cli.mjs tests/helpers/sample-host.ts /`),
    ) as {
      links: string[];
    };
    return links.sort();
  }

  async end(): Promise<void> {
    const ended = once(this.holder, "exit");
    this.holder.kill("SIGKILL");
    await ended;
  }
}

function whyNoNetworks(): string | null {
  if (process.getuid?.() !== 0) return "namespaces of networks need root";
  ensurePrograms("ip");
  const tried = spawnSync("unshare", ["-n", "sh", "-c", "ip link add br0 type bridge && ip link add v0 type veth peer name v1"], {
    encoding: "utf8",
  });
  return tried.status === 0 ? null : `this kernel has no bridges or veths: ${tried.stderr.trim()}`;
}

const open: NetworkNamespace[] = [];
afterAll(async () => {
  for (const one of open) await one.end();
});

test.skipIf(skips("links of a network namespace", whyNoNetworks()))(
  "a namespace without hardware counts its link to the outside, and neither bridges nor taps nor its own containers' links",
  async () => {
    const [host, outside] = [new NetworkNamespace(), new NetworkNamespace()];
    open.push(host, outside);
    // Both have mounted their /sys.
    await wait(1000);
    host.run(`ip link add eth0 type veth peer name outer && ip link set outer netns ${outside.holder.pid}`);
    expect(host.counted()).toEqual(["eth0"]);
    host.run("ip link add br0 type bridge && ip tuntap add tap0 mode tap && ip link set tap0 master br0");
    host.run("ip link add vethc type veth peer name cont && ip link set vethc master br0");
    expect(host.counted()).toEqual(["eth0"]);
  },
);
