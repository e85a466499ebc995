import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { containerNetwork } from "./cgroup-network";
import { openCgroups } from "./cgroups";
import { keptKernelFiles, readKernelFile } from "./procfs";

const HEAD = "Inter-|   Receive  |  Transmit\n face |bytes packets|bytes packets\n";
const LO = "    lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n";
const uplink = (receive: number, transmit: number) => `  eth0: ${receive} 1 0 0 0 0 0 0 ${transmit} 1 0 0 0 0 0 0\n`;
const DOCKER = `system.slice/docker-${"3f2a91c0".repeat(8)}.scope`;
const HOST_NAMESPACE = 1;

/** A host whose processes are in namespaces, and its containers' traffic, collected once a second. */
class Containers extends FakeProc {
  private at = 0;
  private readonly collector;

  constructor({ own, host }: { own: number; host?: string } = { own: HOST_NAMESPACE }) {
    super();
    this.namespace("self", own);
    this.namespace(1, HOST_NAMESPACE);
    this.inGroup("cgroup.controllers", "cpu\n");
    this.collector = openCgroups({ ...this.roots, ...(host !== undefined && { host }) });
  }

  private inGroup(path: string, text: string): void {
    const full = join(this.roots.sys, "fs/cgroup", path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }

  group(path: string, pids: readonly number[]): void {
    this.inGroup(`${path}/cpu.stat`, "usage_usec 1\n");
    this.inGroup(`${path}/cgroup.procs`, pids.map((pid) => `${pid}\n`).join(""));
  }

  namespace(pid: number | "self", namespace: number): void {
    // The kernel's link can be opened.
    this.write(`${pid}/ns/net:[${namespace}]`, "");
    symlinkSync(`net:[${namespace}]`, join(this.roots.proc, `${pid}/ns/net`));
  }

  start(pid: number, namespace: number, interfaces: string): void {
    this.namespace(pid, namespace);
    this.write(`${pid}/net/dev`, HEAD + LO + interfaces);
  }

  /** Received and sent bytes after so many seconds; empty without a reading. */
  after(seconds: number): number[] {
    let traffic: number[] = [];
    for (let second = 0; second < seconds; second++) {
      this.at += 1000;
      const readings = this.collector.collect({ at: this.at, elapsedMs: 1000, isWatched: true });
      traffic = readings.filter(({ metric }) => metric === "container.network.io").map(({ value }) => value);
    }
    return traffic;
  }
}

test("a container that is restarted under the same group has the traffic of its new network", () => {
  using host = new Containers();
  host.group(DOCKER, [10]);
  host.start(10, 2, uplink(100, 200));
  expect(host.after(1)).toEqual([100, 200]);
  const kept = keptKernelFiles();
  host.end(10);
  host.group(DOCKER, [20]);
  host.start(20, 3, uplink(5, 6));
  expect(host.after(10)).toEqual([5, 6]);
  expect(keptKernelFiles()).toBe(kept);
});

test("a restarted container whose process has the same number as before has the traffic of its new network", () => {
  using host = new Containers();
  host.group(DOCKER, [10]);
  host.start(10, 2, uplink(100, 200));
  host.after(1);
  host.end(10);
  host.start(10, 3, uplink(5, 6));
  expect(host.after(10)).toEqual([5, 6]);
});

test("a container whose process exits is read through another one", () => {
  using host = new Containers();
  host.group(DOCKER, [10, 11]);
  host.start(10, 2, uplink(100, 200));
  host.start(11, 2, uplink(100, 200));
  host.after(1);
  host.end(10);
  host.group(DOCKER, [11]);
  host.write("11/net/dev", HEAD + LO + uplink(300, 400));
  expect(host.after(10)).toEqual([300, 400]);
});

test("a container that has stopped has no traffic, and no descriptor that keeps its network alive", () => {
  using host = new Containers();
  host.group(DOCKER, [10]);
  host.start(10, 2, uplink(100, 200));
  const kept = keptKernelFiles();
  host.after(1);
  host.end(10);
  host.group(DOCKER, []);
  expect(host.after(10)).toEqual([]);
  expect(keptKernelFiles()).toBe(kept + 1); // cpu.stat
});

test("a network with no link but lo has no readings", () => {
  using host = new Containers();
  host.group(DOCKER, [10]);
  host.start(10, 2, uplink(100, 200));
  host.after(1);
  host.write("10/net/dev", HEAD + LO);
  expect(host.after(1)).toEqual([]);
});

test("booted systemd-nspawn: its supervisor is in the host's network, its processes are two groups down", () => {
  using host = new Containers();
  const machine = "machine.slice/machine-web.scope";
  host.group(machine, []);
  host.group(`${machine}/supervisor`, [9]);
  host.start(9, HOST_NAMESPACE, uplink(7, 8));
  host.group(`${machine}/payload/init.scope`, [10]);
  host.start(10, 2, uplink(100, 200));
  expect(host.after(1)).toEqual([100, 200]);
});

test("a service with a network of its own in a container is not taken for the container", () => {
  using host = new Containers();
  host.group("lxc.payload.web/a.slice/private.service", [11]);
  host.start(11, 3, uplink(7, 8));
  host.group("lxc.payload.web/init.scope", [10]);
  host.start(10, 2, uplink(100, 200));
  expect(host.after(1)).toEqual([100, 200]);
});

test.each([
  ["on the host", { own: HOST_NAMESPACE }],
  ["from another container", { own: 5, host: "/host" }],
])("a container in the host's network has no traffic of its own, watched %s", (_where, place) => {
  using host = new Containers(place);
  host.group(DOCKER, [10]);
  host.start(10, HOST_NAMESPACE, uplink(100, 200));
  expect(host.after(1)).toEqual([]);
});

test.skipIf(!existsSync("/proc/self/maps"))(
  "net/dev is read to its end, though the kernel returns a page of it at a time",
  () => {
    using host = new Containers();
    host.group(DOCKER, [10]);
    host.namespace(10, 2);
    const { roots } = host;
    mkdirSync(join(roots.proc, "10/net"));
    // Another file of many pages and short lines.
    symlinkSync("/proc/self/maps", join(roots.proc, "10/net/dev"));
    const network = containerNetwork(roots, join(roots.sys, "fs/cgroup", DOCKER), null);
    expect(network && readKernelFile(network.file).toString()).toContain("[stack]");
  },
);
