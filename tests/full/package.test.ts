/** The package of Debian under the real systemd: installed, killed, rebooted, upgraded, removed, purged. */
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checked } from "../helpers/base-system";
import { ensurePrograms } from "../helpers/debian";
import { freePort } from "../helpers/free-port";
import { MountNamespace, skips, whyNoMounts } from "../helpers/mount-namespace";
import { eventually, getJson, temporaryFolder } from "../helpers/server";
import { makeSystemdRoot, SystemdMachine } from "../helpers/systemd-root";

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Made of that commit. */
function makePackage(commit: string, name: string): string {
  const path = join(folder, name);
  checked("git", ["clone", "--quiet", ".", path]);
  checked("git", ["checkout", "--quiet", "--detach", commit], { cwd: path });
  checked("cp", ["-al", "node_modules", join(path, "node_modules")]);
  checked("npm", ["run", "release", "--", "linux-x64"], { cwd: path });
  const made = readdirSync(join(path, "release")).find((one) => one.endsWith("_amd64.deb")) ?? "";
  return join(path, "release", made);
}

/** The same package, called an earlier version. */
function asEarlier(path: string): string {
  const unpacked = join(folder, "earlier");
  checked("dpkg-deb", ["-R", path, unpacked]);
  const control = join(unpacked, "DEBIAN/control");
  writeFileSync(control, readFileSync(control, "utf8").replace(/^Version: .*$/m, "Version: 0.1.9"));
  const earlier = join(folder, "earlier.deb");
  checked("dpkg-deb", ["--build", "--root-owner-group", "-Znone", unpacked, earlier]);
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

/** Machine with the two packages in /packages, whose services have that port. */
function makeRoot(port: number): string {
  const root = join(folder, "root");
  makeSystemdRoot(root, {});
  // It shares our network, where somebody else may use the usual port.
  mkdirSync(join(root, "etc/systemd/system.conf.d"), { recursive: true });
  writeFileSync(join(root, "etc/systemd/system.conf.d/port.conf"), `[Manager]\nDefaultEnvironment=HOSTSCOPE_PORT=${port}\n`);
  mkdirSync(join(root, "packages"));
  cpSync(makePackage("HEAD", "new"), join(root, "packages/new.deb"));
  cpSync(asEarlier(makePackage("HEAD~1", "old")), join(root, "packages/old.deb"));
  return root;
}

/** Seconds of the history that are compared. */
const COMPARED_S = 5;

/** Query for the first seconds of the history, when they are over. */
async function firstSeconds(url: string): Promise<string> {
  const since = await eventually(async () => (await getJson<{ historySince: string | null }>(`${url}/api/host`)).historySince);
  const from = Date.parse(since);
  await eventually(async () => Date.now() > from + 2 * COMPARED_S * 1000);
  return `from=${from}&to=${from + COMPARED_S * 1000}&step=1`;
}

/** What a user would miss: a note, the history, a line in the configuration. */
async function keptBy(url: string, root: string, span: string) {
  const { marks } = await getJson<{ marks: { text: string }[] }>(`${url}/api/marks`);
  const { series } = await getJson<{ series: unknown[] }>(`${url}/api/metrics/history/system.memory.usage?${span}`);
  const configuration = readFileSync(join(root, "etc/hostscope/config.yaml"), "utf8");
  return { note: marks.some(({ text }) => text === "before the upgrade"), series, own: configuration.endsWith("# mine\n") };
}

test.skipIf(skips("the package under systemd", whyNoMounts()))(
  "nothing of the user's is lost from the first installation to the purge, after which nothing of ours is left",
  async () => {
    ensurePrograms("dpkg-deb", "x86_64-linux-gnu-strip");
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const isUp = () =>
      fetch(`${url}/api/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    const root = makeRoot(port);
    await using mounts = new MountNamespace();
    await using machine = new SystemdMachine(root, mounts.through);
    await eventually(async () => canAsk(machine));
    const unit = (property: string) => machine.run("systemctl", "show", "--value", "-p", property, "hostscope.service").trim();

    machine.run("dpkg", "-i", "/packages/old.deb");
    await eventually(isUp);
    expect(await (await fetch(url)).text()).toContain("<html");
    expect(unit("UnitFileState")).toBe("enabled");
    expect(unit("User")).toBe("hostscope");
    machine.run("systemd-analyze", "security", "--offline=true", "--threshold=20", "/usr/lib/systemd/system/hostscope.service");
    appendFileSync(join(root, "etc/hostscope/config.yaml"), "# mine\n");
    const marked = await fetch(`${url}/api/marks`, { method: "POST", body: JSON.stringify({ text: "before the upgrade" }) });
    expect(marked.ok).toBe(true);
    const span = await firstSeconds(url);
    const kept = await keptBy(url, root, span);
    expect(kept).toMatchObject({ note: true, own: true });
    expect(JSON.stringify(kept.series)).toMatch(/\d{6}/);

    machine.run("systemctl", "kill", "--signal=KILL", "hostscope.service");
    await eventually(async () => unit("NRestarts") === "1" && (await isUp()));
    expect(await keptBy(url, root, span)).toEqual(kept);

    await machine.restart();
    await eventually(isUp);
    expect(await keptBy(url, root, span)).toEqual(kept);

    machine.run("dpkg", "-i", "/packages/new.deb");
    await eventually(isUp);
    expect(machine.run("dpkg-query", "-W", "-f", "${Version}", "hostscope")).not.toBe("0.1.9");
    expect(await keptBy(url, root, span)).toEqual(kept);

    machine.run("dpkg", "--remove", "hostscope");
    expect(await isUp()).toBe(false);
    expect(existsSync(join(root, "var/lib/hostscope/hostscope.db"))).toBe(true);
    machine.run("dpkg", "-i", "/packages/new.deb");
    await eventually(isUp);
    expect(await keptBy(url, root, span)).toEqual(kept);

    machine.run("dpkg", "--purge", "hostscope");
    expect(await isUp()).toBe(false);
    expect(checked("find", [root, "-xdev", "-iname", "*hostscope*"])).toBe("");
    for (const name of ["passwd", "group"]) expect(readFileSync(join(root, "etc", name), "utf8")).not.toContain("hostscope");
  },
);
