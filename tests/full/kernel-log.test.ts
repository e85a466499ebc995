/** A real OOM kill: the kernel's message becomes a mark, and the alert names the victim. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { skips } from "../helpers/mount-namespace";
import { eventually, getJson, startServer } from "../helpers/server";

const ID = "0123456789ab".padEnd(64, "d");
const VERSION_1 = "/sys/fs/cgroup/memory";
const parent = existsSync(VERSION_1) ? `${VERSION_1}/docker` : "/sys/fs/cgroup/docker";
const limitFile = existsSync(VERSION_1) ? "memory.limit_in_bytes" : "memory.max";

function whyNoGroup(): string | null {
  if (process.getuid?.() !== 0) return "a group with a limit needs root";
  try {
    mkdirSync(`${parent}/${ID}`, { recursive: true });
    writeFileSync(`${parent}/${ID}/${limitFile}`, String(60 << 20));
    return null;
  } catch (error) {
    return `no group with a limit: ${String(error)}`;
  }
}

test.skipIf(skips("a real OOM kill", whyNoGroup()))(
  "a container that is killed for want of memory is a mark on the charts and named in the alert",
  async () => {
    await using server = await startServer();
    await eventually(async () => (await getJson<{ timestamp: string | null }>(`${server.url}/api/metrics/current`)).timestamp);
    const script = "const kept = []; process.stdin.once('data', () => { for (;;) kept.push(Buffer.alloc(5 << 20, 1)); });";
    const victim = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "ignore", "ignore"] });
    writeFileSync(`${parent}/${ID}/cgroup.procs`, String(victim.pid));
    const ended = once(victim, "exit");
    victim.stdin.write("go\n");
    await ended;
    const said = new RegExp(
      `^the kernel killed \\S+ \\(pid ${victim.pid}, .* MiB, in docker 0123456789ab\\): its group's memory limit`,
    );
    interface Marks {
      marks: { kind: string; text: string }[];
    }
    await eventually(async () => {
      const { marks } = await getJson<Marks>(`${server.url}/api/marks?hours=1`);
      return marks.some(({ kind, text }) => kind === "kernel" && said.test(text));
    });
    const alert = await eventually(async () => {
      const { alerts } = await getJson<{ alerts: { rule: string; message: string }[] }>(`${server.url}/api/alerts?hours=1`);
      return alerts.find(({ rule }) => rule === "out of memory");
    });
    expect(alert.message).toContain(`pid ${victim.pid}`);
    // The kernel releases a group a moment after its last process has ended.
    await wait(1000);
    rmdirSync(`${parent}/${ID}`);
  },
);
