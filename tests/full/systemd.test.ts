/** A real systemd, its bus and its failed units, on a Debian booted in namespaces. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { FailedUnit } from "~/domain/systemd";
import { MountNamespace, skips, whyNoMounts } from "../helpers/mount-namespace";
import { eventually, getJson, startServer, temporaryFolder } from "../helpers/server";
import { makeSystemdRoot, SystemdMachine } from "../helpers/systemd-root";

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const UNITS = {
  "broken.service": "[Unit]\nDescription=Fails at once\n[Service]\nExecStart=/bin/false\n",
  "slow\\x2dstart.service":
    "[Unit]\nDescription=Never ready\n[Service]\nType=notify\nTimeoutStartSec=2\nExecStart=/bin/sleep 600\n",
  "fine.service": "[Unit]\nDescription=Runs\n[Service]\nExecStart=/bin/sleep 600\n",
};

test.skipIf(skips("the real systemd", whyNoMounts()))(
  "units that fail under the real systemd are named with result and time, and a reset takes them away",
  async () => {
    const root = join(folder, "root");
    makeSystemdRoot(root, UNITS);
    await using mounts = new MountNamespace();
    await using machine = new SystemdMachine(root, mounts.through);
    await using server = await startServer({
      through: mounts.through,
      env: { HOSTSCOPE_HOST_ROOT: root, HOSTSCOPE_PROC_ROOT: "/proc", HOSTSCOPE_SYS_ROOT: "/sys" },
    });
    const failed = await eventually(async () => {
      const { units } = await getJson<{ units: FailedUnit[] }>(`${server.url}/api/units/failed`);
      return ["broken.service", "slow\\x2dstart.service"].every((name) => units.some(({ unit }) => unit === name)) && units;
    });
    const of = (name: string) => failed.find(({ unit }) => unit === name);
    expect(of("broken.service")).toMatchObject({ description: "Fails at once", result: "exit-code" });
    expect(of("slow\\x2dstart.service")).toMatchObject({ description: "Never ready", result: "timeout" });
    expect(of("fine.service")).toBeUndefined();
    expect(Math.abs(Date.now() - Date.parse(String(of("broken.service")?.since)))).toBeLessThan(300_000);
    machine.run("systemctl", "reset-failed", "broken.service");
    await eventually(async () => {
      const { units } = await getJson<{ units: FailedUnit[] }>(`${server.url}/api/units/failed`);
      return !units.some(({ unit }) => unit === "broken.service");
    });
  },
);
