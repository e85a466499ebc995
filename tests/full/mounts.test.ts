/** Mounts that hang, unusual block sizes and unreadable pressure files, from a real kernel: FUSE in a mount namespace. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import type { Health } from "~/domain/health";
import { cookieOf, logIn, send, startWithUsers } from "../helpers/login";
import { MountNamespace, skips, whyNoMounts } from "../helpers/mount-namespace";
import { eventually, startServer } from "../helpers/server";

const folder = mkdtempSync(join(tmpdir(), "hostscope-mounts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOBODY = 65_534;
const LOGINS = 10;
const DEAD = ["one", "two", "three", "four", "five"].map((name) => join(folder, "dead", name));
const PAGES = ["/", "/performance", "/processes", "/network", "/alerts", "/reports", "/settings"];
const noMounts = whyNoMounts();

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** Milliseconds of ten logins, each after the one before. */
async function loginTimes(port: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < LOGINS; index++) {
    const start = performance.now();
    expect((await logIn(port, "ann")).status).toBe(200);
    times.push(performance.now() - start);
  }
  return times;
}

test.skipIf(skips("five dead mounts", noMounts))(
  "five mounts that never answer: all others keep their readings, logins and pages their speed, and each is named with its age",
  async () => {
    await using mounts = new MountNamespace();
    const { server, tokens } = await startWithUsers("", { through: mounts.through });
    await using _server = server;
    const get = async <T>(path: string) => {
      const { status, body } = await send(server.port, path, { headers: { authorization: `Bearer ${tokens.admin}` } });
      if (status !== 200) throw new Error(`${path} answers ${status}: ${body.slice(0, 200)}`);
      return JSON.parse(body) as T;
    };
    await loginTimes(server.port);
    const usual = median(await loginTimes(server.port));

    for (const mountpoint of DEAD) await mounts.mount(mountpoint, "fuse.sshfs", "hang");
    const coarse = join(folder, "coarse");
    const space = { blocks: 120_699_413, bfree: 30_924_800, bavail: 30_924_800, files: 1000, ffree: 500 };
    await mounts.mount(coarse, "fuse.sshfs", { ...space, bsize: 2 ** 20, frsize: 4096 });
    const detail = await eventually(async () => {
      const { checks } = await get<Health>("/api/health");
      const told = checks.find(({ name }) => name === "collectors")?.detail ?? "";
      return DEAD.every((mountpoint) => new RegExp(`${mountpoint}: no answer for \\d+ s`).test(told)) && told;
    });
    console.log(detail);
    const { notMeasured } = await get<{ notMeasured: { what: string; since?: string }[] }>("/api/host");
    expect(notMeasured.flatMap(({ what, since }) => (since === undefined ? [] : [what])).sort()).toEqual([...DEAD].sort());

    const burdened = median(await loginTimes(server.port));
    console.log(`a login: ${usual.toFixed(0)} ms, with five dead mounts ${burdened.toFixed(0)} ms`);
    expect(burdened).toBeLessThan(2 * usual);
    const cookie = cookieOf(await logIn(server.port, "ann"));
    for (const path of [...PAGES, "/api/processes/1"]) {
      const start = performance.now();
      const { status, body } = await send(server.port, path, { headers: { cookie } });
      expect([path, status]).toEqual([path, 200]);
      console.log(`${path}: ${(performance.now() - start).toFixed(0)} ms`);
      if (path === "/") expect(body).toContain("no answer");
    }

    const from = Date.now();
    await wait(10_000);
    interface History {
      series: { labels: Record<string, string>; values: (number | null)[] }[];
    }
    const range = `from=${new Date(from).toISOString()}&to=${new Date(from + 8000).toISOString()}`;
    const { series } = await get<History>(`/api/metrics/history/system.filesystem.limit?${range}&points=8`);
    const of = (mountpoint: string) =>
      series.find(({ labels }) => labels["system.filesystem.mountpoint"] === mountpoint)?.values ?? [];
    expect(of("/").filter((value) => value !== null).length).toBeGreaterThanOrEqual(6);
    expect(of(coarse).find((value) => value !== null)).toBe(space.blocks * 4096);
    for (const mountpoint of DEAD) expect(of(mountpoint).every((value) => value === null)).toBe(true);
  },
);

test.skipIf(skips("pressure that answers EOPNOTSUPP, as nobody", noMounts))(
  "as nobody, on a host with /sys 0700, interrupts 0400, pressure that answers 95 and no vmstat: all else is sampled, the four are named",
  async () => {
    const host = join(folder, "host");
    cpSync("tests/fixtures/hosts/recorded/firecracker-vm", host, { recursive: true, dereference: false, filter: copyable });
    chmodSync(folder, 0o755);
    rmSync(join(host, "proc", "vmstat"), { force: true });
    mkdirSync(join(host, "proc", "pressure"), { recursive: true });
    chmodSync(join(host, "sys"), 0o700);
    chmodSync(join(host, "proc", "interrupts"), 0o400);
    const own = join(folder, "own");
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "config.yaml"), "", { mode: 0o600 });
    for (const path of [own, join(own, "config.yaml")]) chownSync(path, NOBODY, NOBODY);
    await using mounts = new MountNamespace();
    for (const name of ["cpu", "io", "memory"]) {
      const path = join(host, "proc", "pressure", name);
      writeFileSync(path, "");
      await mounts.mount(path, "fuse.file", "errno:95");
    }
    const through = [...mounts.through, "setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
    const [program = "", ...rest] = through;
    const readable = spawnSync(program, [...rest, "test", "-r", join(process.cwd(), "package.json")]);
    if (skips("a server as nobody", readable.status === 0 ? null : "this checkout may not be read by others")) return;
    await using server = await startServer({
      through,
      folder: own,
      env: { HOSTSCOPE_PROC_ROOT: join(host, "proc"), HOSTSCOPE_SYS_ROOT: join(host, "sys"), HOME: own },
    });
    const health = await eventually(async () => {
      const response = await fetch(`${server.url}/api/health`);
      const told = ((await response.json()) as Health).checks.find(({ name }) => name === "collectors");
      return told?.detail.includes("not available: ") && told;
    });
    console.log(health.detail);
    expect(health.status).toBe("ok");
    for (const [path, reason] of [
      ["proc/interrupts", "no permission (EACCES)"],
      ["proc/vmstat", "not supported by this kernel"],
      ["proc/pressure/cpu", "disabled in this kernel"],
      ["sys", "no permission (EACCES)"],
    ])
      expect(health.detail).toContain(`${join(host, path as string)}: ${reason}`);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    for (const name of ["node_cpu_seconds_total", "node_memory_MemAvailable_bytes", "node_disk_read_bytes_total"])
      expect(metrics).toContain(name);
  },
);

/** Sockets and links that lead out of the recording stay behind. */
function copyable(source: string): boolean {
  return !/\/(fd|ns|exe|cwd|root)$/.test(source);
}
