import { statfs } from "node:fs";
import type { Labels, Reading } from "~/domain/sample";
import type { Collector, Roots, Tick } from "./collector";
import { type KernelFile, readKernelFile } from "./procfs";

export interface Mount {
  mountpoint: string;
  device: string;
  type: string;
  readOnly: boolean;
}

/** Kernel interfaces, in-memory filesystems, overlays, and images that are always full. */
const PSEUDO =
  /^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|efivarfs|erofs|fuse\.(gvfsd-fuse|lxcfs|portal|snapfuse)|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|ramfs|rootfs|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tmpfs|tracefs)$/;
const CONTAINER_MOUNT = /^\/(?:var\/lib\/(?:docker|containers|kubelet\/pods)|run\/(?:docker|containerd|user))\//;
const REMOTE = /^(nfs4?|cifs|smb3?|smbfs|9p|ceph|glusterfs|lustre|afs|ncpfs|fuse\..*|fuse|fuseblk)$/;

/** The kernel writes blanks, tabs, newlines and backslashes in mount points as octal escapes. */
function unescapeOctal(text: string): string {
  return text.includes("\\")
    ? text.replace(/\\([0-7]{3})/g, (_match, digits) => String.fromCharCode(Number.parseInt(digits, 8)))
    : text;
}

/**
 * Parses /proc/self/mountinfo into the filesystems to watch: one entry per device, as bind mounts repeat it, and the last mount
 * where several cover one directory. An overlay is kept only at "/", where it is a container's root.
 */
export function parseMountinfo(text: string): Mount[] {
  const byMountpoint = new Map<string, { mount: Mount; numbers: string }>();
  for (const line of text.split("\n")) {
    const [before, after] = line.split(" - ");
    if (before === undefined || after === undefined) continue;
    const [, , numbers, , mountpoint, options] = before.split(" ");
    const [type, device, superOptions] = after.split(" ");
    if (!numbers || !mountpoint || !options || !type || !device) continue;
    const point = unescapeOctal(mountpoint);
    byMountpoint.delete(point);
    if (PSEUDO.test(type) && !(type === "overlay" && point === "/")) continue;
    if (CONTAINER_MOUNT.test(point)) continue;
    const readOnly = /(^|,)ro(,|$)/.test(options) || /(^|,)ro(,|$)/.test(superOptions ?? "");
    byMountpoint.set(point, { mount: { mountpoint: point, device: unescapeOctal(device), type, readOnly }, numbers });
  }
  const seen = new Set<string>();
  return [...byMountpoint.values()]
    .sort((a, b) => a.mount.mountpoint.length - b.mount.mountpoint.length)
    .filter(({ numbers }) => !seen.has(numbers) && seen.add(numbers))
    .map(({ mount }) => mount);
}

/** The part of Node's StatFs that df needs; sizes in blocks. */
export interface FilesystemSpace {
  bsize: number;
  blocks: number;
  bfree: number;
  bavail: number;
  files: number;
  ffree: number;
}

const labelsByMount = new Map<string, Record<"used" | "free" | "reserved", Labels>>();

function labelsOf(mount: Mount): Record<"used" | "free" | "reserved", Labels> {
  const key = `${mount.mountpoint} ${mount.device} ${mount.type} ${mount.readOnly}`;
  let labels = labelsByMount.get(key);
  if (!labels) {
    const base = {
      "system.device": mount.device,
      "system.filesystem.mountpoint": mount.mountpoint,
      "system.filesystem.type": mount.type,
      "system.filesystem.mode": mount.readOnly ? "ro" : "rw",
    };
    const state = (value: string) => ({ ...base, "system.filesystem.state": value });
    labels = { used: state("used"), free: state("free"), reserved: state("reserved") };
    labelsByMount.set(key, labels);
  }
  return labels;
}

/** df's arithmetic: "used" excludes the blocks reserved for root. Filesystems without inodes report 0 of 0. */
export function spaceReadings(mount: Mount, space: FilesystemSpace): Reading[] {
  if (space.blocks <= 0) return [];
  const labels = labelsOf(mount);
  const free = Math.max(0, space.bavail) * space.bsize;
  const readings: Reading[] = [
    { metric: "system.filesystem.usage", labels: labels.used, value: (space.blocks - space.bfree) * space.bsize },
    { metric: "system.filesystem.usage", labels: labels.free, value: free },
    { metric: "system.filesystem.usage", labels: labels.reserved, value: Math.max(0, space.bfree * space.bsize - free) },
  ];
  if (space.files > 0) {
    readings.push(
      { metric: "system.filesystem.inodes.usage", labels: labels.used, value: space.files - space.ffree },
      { metric: "system.filesystem.inodes.usage", labels: labels.free, value: space.ffree },
    );
  }
  return readings;
}

/** A new mount is noticed after at most this long. */
const MOUNTS_EVERY_MS = 5_000;
const LOCAL_EVERY_MS = 5_000;
const REMOTE_EVERY_MS = 30_000;
const STUCK_AFTER_MS = 2_000;

interface Watched {
  mount: Mount;
  /** Monotonic time of a statfs call that has not returned. A mount has at most one, so a dead server blocks one thread. */
  askedAt: number | undefined;
  answeredAt: number;
  readings: Reading[];
}

/** True when statfs has not returned in time: another call would only block one more thread. */
function isStuck(watched: Watched, now: number): boolean {
  return watched.askedAt !== undefined && now - watched.askedAt > STUCK_AFTER_MS;
}

/**
 * Space of every mounted filesystem. statfs runs in libuv's thread pool and its result is used at the next tick. A mount that
 * does not answer within two seconds has no readings until it does, and blocks one thread of the pool: as many dead mounts as
 * there are threads stop the readings of all others.
 */
export function openFilesystem(roots: Roots): Collector {
  const mountinfo: KernelFile = { path: `${roots.proc}/self/mountinfo` };
  const watched = new Map<string, Watched>();
  let last = Buffer.alloc(0);

  let mountsReadAt = Number.NEGATIVE_INFINITY;

  const refreshMounts = (now: number) => {
    if (now - mountsReadAt < MOUNTS_EVERY_MS) return;
    mountsReadAt = now;
    const bytes = readKernelFile(mountinfo);
    if (bytes.equals(last)) return;
    last = Buffer.from(bytes);
    const mounts = parseMountinfo(bytes.toString("utf8"));
    const points = new Set(mounts.map(({ mountpoint }) => mountpoint));
    for (const point of watched.keys()) if (!points.has(point)) watched.delete(point);
    for (const mount of mounts) {
      const known = watched.get(mount.mountpoint);
      if (known && known.mount.device === mount.device && known.mount.type === mount.type) known.mount = mount;
      else watched.set(mount.mountpoint, { mount, askedAt: undefined, answeredAt: Number.NEGATIVE_INFINITY, readings: [] });
    }
  };

  const ask = (one: Watched, now: number) => {
    one.askedAt = now;
    statfs(one.mount.mountpoint, (error, space) => {
      one.askedAt = undefined;
      one.answeredAt = now;
      one.readings = error ? [] : spaceReadings(one.mount, space);
    });
  };

  return {
    name: "filesystem",
    collect: (_tick: Tick) => {
      const now = performance.now();
      refreshMounts(now);
      const readings: Reading[] = [];
      for (const one of watched.values()) {
        const every = REMOTE.test(one.mount.type) ? REMOTE_EVERY_MS : LOCAL_EVERY_MS;
        if (one.askedAt === undefined && now - one.answeredAt >= every) ask(one, now);
        if (!isStuck(one, now)) readings.push(...one.readings);
      }
      return readings;
    },
  };
}
