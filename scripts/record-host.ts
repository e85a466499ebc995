/**
 * Copies the files in /proc and /sys that the collectors read into a fixture.
 *   npx tsx scripts/record-host.ts NAME     writes tests/fixtures/hosts/recorded/NAME
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const PROC = [
  "stat",
  "loadavg",
  "uptime",
  "meminfo",
  "vmstat",
  "diskstats",
  "interrupts",
  "softirqs",
  "schedstat",
  "pressure/cpu",
  "pressure/memory",
  "pressure/io",
  "pressure/irq",
  "self/mountinfo",
  "net/dev",
  "net/snmp",
  "net/snmp6",
  "net/netstat",
  "net/sockstat",
  "net/sockstat6",
  "net/softnet_stat",
  "net/tcp",
  "net/tcp6",
  "net/udp",
  "net/udp6",
  "sys/fs/file-nr",
  "sys/kernel/pid_max",
  "sys/kernel/threads-max",
  "sys/kernel/random/entropy_avail",
  "sys/net/netfilter/nf_conntrack_count",
  "sys/net/netfilter/nf_conntrack_max",
];
const PROCESS_FILES = ["stat", "status", "cmdline", "io", "cgroup"];
const PROCESSES = 12;

const [name] = process.argv.slice(2);
if (!name) {
  console.error("usage: npx tsx scripts/record-host.ts NAME");
  process.exit(2);
}
const target = join("tests/fixtures/hosts/recorded", name);

/** Copies a file; one that is missing or unreadable is missing from the fixture too. */
function copy(from: string, to: string): void {
  try {
    const bytes = readFileSync(from);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, bytes);
  } catch {
    return;
  }
}

for (const path of PROC) copy(`/proc/${path}`, join(target, "proc", path));
const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
for (const pid of pids.slice(0, PROCESSES)) {
  for (const file of PROCESS_FILES) copy(`/proc/${pid}/${file}`, join(target, "proc", pid, file));
}
for (const block of readdirSync("/sys/block")) copy(`/sys/block/${block}/size`, join(target, "sys/block", block, "size"));
for (const link of readdirSync("/sys/class/net")) {
  for (const file of ["speed", "operstate"]) copy(`/sys/class/net/${link}/${file}`, join(target, "sys/class/net", link, file));
}
for (const cpu of readdirSync("/sys/devices/system/cpu").filter((entry) => /^cpu\d+$/.test(entry))) {
  const base = `/sys/devices/system/cpu/${cpu}`;
  for (const file of ["topology/core_id", "topology/physical_package_id", "cpufreq/scaling_cur_freq"]) {
    copy(`${base}/${file}`, join(target, "sys/devices/system/cpu", cpu, file));
  }
}
console.log(`recorded ${target}`);
