import { spawnSync } from "node:child_process";
import { mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { KernelMessages } from "./classify";
import { KernelLog, type KernelMark } from "./kernel-log";
import { parseKernelRecord } from "./record";

/** Messages as reports about other programs and kernels' own trees have them; the versions that write them. */
const TOLD: [source: string, message: string, kind: string, text: string, device: string | null][] = [
  [
    "blk-core.c, 5.18 to 6.18",
    "I/O error, dev sda, sector 12345 op 0x0:(READ) flags 0x80700 phys_seg 4 prio class 2",
    "disk_error",
    "I/O error on sda",
    "sda",
  ],
  [
    "blk-core.c, 4.x",
    "blk_update_request: critical medium error, dev sdb, sector 1953525160",
    "disk_error",
    "critical medium error on sdb",
    "sdb",
  ],
  ["blk-core.c, 4.15", "print_req_error: I/O error, dev nvme0n1, sector 0", "disk_error", "I/O error on nvme0n1", "nvme0n1"],
  ["RHEL 7", "end_request: I/O error, dev cciss!c0d0, sector 88", "disk_error", "I/O error on cciss!c0d0", "cciss!c0d0"],
  ["buffer.c", "Buffer I/O error on dev sda1, logical block 262144, async page read", "disk_error", "I/O error on sda1", "sda1"],
  [
    "libata",
    "ata1.00: exception Emask 0x0 SAct 0x0 SErr 0x0 action 0x0",
    "disk_error",
    "ata1.00: exception Emask 0x0 SAct 0x0 SErr 0x0 action 0x0",
    "ata1.00",
  ],
  [
    "nvme",
    "nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0xffff",
    "disk_error",
    "nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0xffff",
    "nvme0",
  ],
  ["scsi", "sd 0:0:0:0: [sda] tag#12 Sense Key : Medium Error [current]", "disk_error", "Medium Error on sda", "sda"],
  ["md", "md/raid1:md0: Disk failure on sdb1, disabling device.", "disk_error", "sdb1 of md0 failed", "sdb1"],
  [
    "ext4",
    "EXT4-fs error (device sda1): ext4_lookup:1855: inode #2: comm ls: deleted inode referenced: 12",
    "filesystem_error",
    "ext4 error on sda1: ext4_lookup:1855: inode #2: comm ls: deleted inode referenced: 12",
    "sda1",
  ],
  [
    "ext4",
    "EXT4-fs (sda1): Remounting filesystem read-only",
    "filesystem_error",
    "sda1 was made read-only after an error",
    "sda1",
  ],
  ["jbd2", "Aborting journal on device dm-0-8.", "filesystem_error", "the journal of dm-0 was aborted", "dm-0"],
  [
    "xfs",
    "XFS (dm-1): Corruption detected. Unmount and run xfs_repair",
    "filesystem_error",
    "XFS on dm-1: Corruption detected. Unmount and run xfs_repair",
    "dm-1",
  ],
  [
    "btrfs",
    "BTRFS warning (device sda2): csum failed root 5 ino 257 off 0 csum 0x8941 expected csum 0x1234 mirror 1",
    "filesystem_error",
    "Btrfs on sda2: csum failed root 5 ino 257 off 0 csum 0x8941 expected csum 0x1234 mirror 1",
    "sda2",
  ],
  [
    "edac",
    "EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0)",
    "machine_check",
    "memory error at MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0)",
    null,
  ],
  [
    "mce",
    "mce: [Hardware Error]: CPU 2: Machine Check: 0 Bank 5: be00000000800400",
    "machine_check",
    "hardware error: CPU 2: Machine Check: 0 Bank 5: be00000000800400",
    null,
  ],
  [
    "hung_task.c",
    "INFO: task kworker/u8:2:1234 blocked for more than 120 seconds.",
    "hung_task",
    "kworker/u8:2 (pid 1234) is blocked for more than 120 seconds",
    null,
  ],
  [
    "watchdog.c",
    "watchdog: BUG: soft lockup - CPU#3 stuck for 23s! [node:4711]",
    "hung_task",
    "CPU#3 stuck for 23s! by node (pid 4711)",
    null,
  ],
  [
    "x86 fault.c",
    "app[812]: segfault at 0 ip 000055d0c0a0 sp 00007ffd error 4 in libc.so.6[7f1a2c000000+155000] likely on CPU 1 (core 1, socket 0)",
    "segfault",
    "app (pid 812) crashed: segfault in libc.so.6",
    null,
  ],
  [
    "x86 traps.c",
    "traps: my app[9] general protection fault ip:7f12 sp:7ffc error:0 in app[400000+1000]",
    "segfault",
    "my app (pid 9) crashed: general protection fault in app",
    null,
  ],
];

test.each(TOLD)("%s: %s", (_source, message, kind, text, device) => {
  expect(new KernelMessages().read(message)).toEqual({ kind, text, device });
});

test.each([
  "usb 1-1: new high-speed USB device number 2 using xhci_hcd",
  "EXT4-fs (sda1): mounted filesystem with ordered data mode",
  "oom_reaper: reaped process 4711 (node), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB",
  "BTRFS info (device sda2): disk space caching is enabled",
  "nvme nvme0: 8/0/0 default/read/poll queues",
  "ata1.00: configured for UDMA/133",
  "XFS (sda1): Mounting V5 Filesystem",
  // The kernel quotes what anybody can choose: names of programs, of USB devices, of processes.
  "process 'python3' launched '/tmp/kx/I/O error, dev sdz, sector 5/t' with NULL argv: empty string added",
  'ptrace attach of "./Buffer I/O error on dev sdz1"[99] was attempted by "x"[100]',
  "usb 1-1: Product: [sdz] Sense Key : Medium Error",
  "usb 1-1: Manufacturer: watchdog: BUG: soft lockup - CPU#3 stuck for 23s! [node:4711]",
  "",
])("nothing has happened: %s", (message) => {
  expect(new KernelMessages().read(message)).toBeNull();
});

const CGROUP = "/system.slice/docker-3f2a91c07d44000000000000000000000000000000000000000000000000000a.scope";
const RSS = "total-vm:2560000kB, anon-rss:1048576kB, file-rss:1024kB, shmem-rss:0kB, UID:0 pgtables:500kB oom_score_adj:0";

test.each([
  [
    "Linux 4.19 and later, a container's limit",
    [
      `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=docker.scope,mems_allowed=0,oom_memcg=${CGROUP},task_memcg=${CGROUP},task=node (x),pid=4711,uid=1000`,
      `Memory cgroup out of memory: Killed process 4711 (node (x)) ${RSS}`,
    ],
    "the kernel killed node (x) (pid 4711, 1 GiB, in docker 3f2a91c07d44): its group's memory limit was reached",
  ],
  [
    "the whole machine",
    [
      "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/user.slice/user-1000.slice/session-2.scope,task=stress,pid=99,uid=1000",
      `Out of memory: Killed process 99 (stress) ${RSS}`,
    ],
    "the kernel killed stress (pid 99, 1 GiB): the machine was out of memory",
  ],
  [
    "Red Hat 7 (3.10)",
    [
      "Task in /docker/3f2a91c07d44000000000000000000000000000000000000000000000000000a killed as a result of limit of /docker/3f2a91c07d44000000000000000000000000000000000000000000000000000a",
      "Memory cgroup out of memory: Kill process 7 (java) score 990 or sacrifice child",
      "Killed process 7 (java) total-vm:2560000kB, anon-rss:1048576kB, file-rss:0kB, shmem-rss:0kB",
    ],
    "the kernel killed java (pid 7, 1 GiB, in docker 3f2a91c07d44): its group's memory limit was reached",
  ],
])("an OOM kill names victim, size and group: %s", (_name, lines, text) => {
  const messages = new KernelMessages();
  expect(lines.flatMap((line) => messages.read(line) ?? [])).toEqual([{ kind: "oom_kill", text, device: null }]);
});

test("records are parsed as the kernel documents them, and what programs write into the log is not believed", () => {
  expect(parseKernelRecord("3,339,5140900,-;I/O error\\x20\\xc3\\xa4\n SUBSYSTEM=block\n")).toEqual({
    sequence: 339,
    secondsSinceBoot: 5.1409,
    message: "I/O error ä",
  });
  // Facility 1, user: `echo "Out of memory: Killed process 1 (init)" > /dev/kmsg`.
  expect(parseKernelRecord("12,340,5140901,-;Out of memory: Killed process 1 (init)\n")).toBeNull();
  expect(parseKernelRecord("garbage")).toBeNull();
});

const folder = mkdtempSync(join(tmpdir(), "hostscope-kmsg-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let fifos = 0;

/** A log that is read from a FIFO: a record a write, as the kernel gives them. */
function following(from: ConstructorParameters<typeof KernelLog>[0]["from"]) {
  const path = join(folder, `${fifos++}`);
  spawnSync("mkfifo", [path]);
  const writer = openSync(path, "r+");
  const marks: KernelMark[] = [];
  const log = new KernelLog({ path, bootId: "a", from, onMark: (mark) => marks.push(mark) });
  let sequence = 0;
  return {
    log,
    marks,
    say: (message: string, now: number) => {
      const microseconds = process.hrtime.bigint() / 1000n;
      writeSync(writer, `3,${sequence++},${microseconds},-;${message}\n`);
      log.read(now);
    },
    [Symbol.dispose]: () => log.close(),
  };
}

const DISK = "I/O error, dev sda, sector 1 op 0x0:(READ)";
const labelled = (log: KernelLog) =>
  Object.fromEntries(log.readings().map(({ labels, value }) => [Object.values(labels ?? {}).join(" "), value]));

test("counters begin at zero, also that of a device, so that its first error is an increase", () => {
  using run = following({ bootId: "a", sequence: -1 });
  run.say("hello", 0);
  expect(labelled(run.log)).toMatchObject({ disk_error: 0, oom_kill: 0, segfault: 0 });
  run.say(DISK, 1000);
  expect(labelled(run.log)).toMatchObject({ disk_error: 1, "disk_error sda": 0 });
  expect(labelled(run.log)).toMatchObject({ disk_error: 1, "disk_error sda": 1 });
});

test("a flood makes ten marks a minute and one that counts the rest", () => {
  using run = following({ bootId: "a", sequence: -1 });
  run.say("hello", 0);
  run.log.readings();
  for (let index = 0; index < 500; index++) run.say(DISK, 10 * index);
  run.say("app[812]: segfault at 0 ip 0 sp 0 error 4 in app[0+1]", 5000);
  expect(run.marks).toHaveLength(10);
  run.say("quiet", 61_000);
  expect(run.marks.at(-1)).toEqual({
    at: 61_000,
    kind: "rest",
    text: "the kernel log also has 490 more disk errors, 1 more crash",
  });
  expect(labelled(run.log)).toMatchObject({ disk_error: 500, segfault: 1 });
});

test("the first start begins with what comes from then on; a later one goes on where it was", () => {
  using first = following(null);
  first.say(DISK, 0);
  expect(first.marks).toEqual([]);
  first.say(DISK, 1000);
  expect(first.marks).toHaveLength(1);
  using second = following(first.log.position);
  for (let index = 0; index < 4; index++) second.say(DISK, 2000);
  expect(second.marks).toHaveLength(2);
  using rebooted = following({ bootId: "another", sequence: 5000 });
  rebooted.say(DISK, 0);
  expect(rebooted.marks).toHaveLength(1);
});

test("without the right to read it, that is told", () => {
  const log = new KernelLog({ path: join(folder, "missing"), bootId: "a", from: null, onMark: () => {} });
  log.read(0);
  expect(log.absences()).toEqual([{ what: join(folder, "missing"), reason: "ENOENT" }]);
  expect(log.readings()).toEqual([]);
});
