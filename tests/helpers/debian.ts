/** Debian programs that a long test or a benchmark needs. */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";

const PACKAGES: Readonly<Record<string, string>> = {
  "aarch64-linux-gnu-strip": "binutils-aarch64-linux-gnu",
  buildah: "buildah",
  chromium: "chromium",
  "dbus-daemon": "dbus-daemon",
  debootstrap: "debootstrap",
  "dpkg-deb": "dpkg",
  glances: "glances python3-bottle",
  iostat: "sysstat",
  ip: "iproute2",
  make: "make",
  netdata: "netdata",
  nginx: "nginx-light",
  openssl: "openssl",
  pdftotext: "poppler-utils",
  pidstat: "sysstat",
  prometheus: "prometheus",
  "prometheus-node-exporter": "prometheus-node-exporter",
  promtool: "prometheus",
  ss: "iproute2",
  strace: "strace",
  "stress-ng": "stress-ng",
  "qemu-aarch64-static": "qemu-user-static",
  "victoria-metrics": "victoria-metrics",
  vmstat: "procps",
  "x86_64-linux-gnu-strip": "binutils",
};

/** Debian runs this program to ask whether a package may start its service. */
const POLICY = "/usr/sbin/policy-rc.d";

const isThere = (program: string) => spawnSync("sh", ["-c", `PATH="$PATH:/usr/sbin:/sbin"; command -v ${program}`]).status === 0;

/** Installs the packages without starting their services. */
function install(packages: readonly string[]): void {
  const options = { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } } as const;
  const ownPolicy = !existsSync(POLICY) && process.getuid?.() === 0;
  if (ownPolicy) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    spawnSync("apt-get", ["update"], options);
    spawnSync("apt-get", ["install", "-y", ...packages], options);
  } finally {
    if (ownPolicy) rmSync(POLICY);
  }
}

/** Installs missing programs. Throws with the command to run when that fails. */
export function ensurePrograms(...programs: string[]): void {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return;
  const packages = missing.flatMap((program) => (PACKAGES[program] ?? program).split(" "));
  const line = `apt-get install ${packages.join(" ")}`;
  process.stderr.write(`${missing.join(", ")} missing: ${line}\n`);
  install(packages);
  const still = programs.filter((program) => !isThere(program));
  if (still.length > 0) throw new Error(`this needs ${still.join(", ")}: ${line}`);
}
