/** The package of Debian under the real systemd: installed, killed, rebooted, upgraded, removed, purged. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checked } from "../helpers/base-system";
import { ensurePrograms } from "../helpers/debian";
import { MountNamespace, skips, whyNoMounts } from "../helpers/mount-namespace";
import { eventually, temporaryFolder } from "../helpers/server";
import { makeSystemdRoot, SystemdMachine } from "../helpers/systemd-root";

const URL = "http://127.0.0.1:5000";
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function makePackage(): string {
  const path = join(folder, "checkout");
  checked("git", ["clone", "--quiet", ".", path]);
  checked("cp", ["-al", "node_modules", join(path, "node_modules")]);
  checked("npm", ["run", "release", "--", "linux-x64"], { cwd: path });
  const name = readdirSync(join(path, "release")).find((one) => one.endsWith("_amd64.deb")) ?? "";
  return join(path, "release", name);
}

/** The same package as that of an earlier version. */
function asEarlier(path: string): string {
  const unpacked = join(folder, "earlier");
  checked("dpkg-deb", ["-R", path, unpacked]);
  const control = join(unpacked, "DEBIAN/control");
  writeFileSync(control, readFileSync(control, "utf8").replace(/^Version: .*$/m, "Version: 0.1.9"));
  const earlier = join(folder, "hostscope_0.1.9_amd64.deb");
  checked("dpkg-deb", ["--build", "--root-owner-group", unpacked, earlier]);
  return earlier;
}

/** Whether its systemd answers yet. */
function canAsk(machine: SystemdMachine): boolean {
  try {
    machine.run("systemctl", "list-units", "--no-pager");
    return true;
  } catch {
    return false;
  }
}

const isUp = () =>
  fetch(`${URL}/api/health`).then(
    ({ ok }) => ok,
    () => false,
  );
const marks = async () => ((await (await fetch(`${URL}/api/marks`)).json()) as { marks: { text: string }[] }).marks;

test.skipIf(skips("the package under systemd", whyNoMounts()))(
  "nothing of the user's is lost from the first installation to the purge, after which nothing of ours is left",
  async () => {
    ensurePrograms("dpkg-deb", "x86_64-linux-gnu-strip");
    const path = makePackage();
    const earlier = asEarlier(path);
    const root = join(folder, "root");
    makeSystemdRoot(root, {});
    await using mounts = new MountNamespace();
    mkdirSync(join(root, "packages"));
    checked("cp", [path, join(root, "packages/new.deb")]);
    checked("cp", [earlier, join(root, "packages/old.deb")]);
    await using machine = new SystemdMachine(root, mounts.through);
    await eventually(async () => canAsk(machine));
    machine.run("dpkg", "-i", "/packages/old.deb");
    await eventually(isUp);
    const configuration = join(root, "etc/hostscope/config.yaml");
    appendFileSync(configuration, "# mine\n");
    await fetch(`${URL}/api/marks`, { method: "POST", body: JSON.stringify({ text: "before the upgrade" }) });

    machine.run("systemctl", "kill", "--signal=KILL", "hostscope.service");
    await eventually(
      async () =>
        (await isUp()) && machine.run("systemctl", "show", "-p", "NRestarts", "hostscope.service").trim() === "NRestarts=1",
    );
    expect(await marks()).toMatchObject([{ text: "before the upgrade" }]);

    await machine.restart();
    await eventually(isUp);

    machine.run("dpkg", "-i", "/packages/new.deb");
    await eventually(isUp);
    expect(readFileSync(configuration, "utf8")).toMatch(/# mine\n$/);
    expect((await marks()).some(({ text }) => text === "before the upgrade")).toBe(true);
    const served = (await (await fetch(`${URL}/api/host`)).json()) as { name: string };
    expect(served.name).not.toBe("");

    machine.run("dpkg", "--remove", "hostscope");
    expect(await isUp()).toBe(false);
    expect(existsSync(join(root, "var/lib/hostscope/hostscope.db"))).toBe(true);
    machine.run("dpkg", "--purge", "hostscope");
    const left = checked("find", [root, "-xdev", "-iname", "*hostscope*", "-not", "-path", "*/packages/*"]);
    expect(left).toBe("");
    expect(readFileSync(join(root, "etc/passwd"), "utf8")).not.toContain("hostscope");
  },
);
