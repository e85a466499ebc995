/** /proc/PID/mountinfo: which filesystems are worth watching, and by which of their mounts. Pure. */

export interface Mount {
  mountpoint: string;
  device: string;
  type: string;
  readOnly: boolean;
  /** `8:1`. */
  numbers: string;
  /** Somebody else has to answer for it, and may not: a server, or a program (FUSE). So has what is mounted below such a mount. */
  isRemote: boolean;
  /** autofs has mounted it and unmounts it when nobody has used it for a time. */
  isAutomounted: boolean;
  /** It cannot be reached: another mount lies on a folder above it. */
  isCovered: boolean;
}

/** Kernel interfaces, overlays, and images that are always full. */
const PSEUDO =
  /^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|efivarfs|erofs|fuse\.(gvfsd-fuse|lxcfs|portal|snapfuse|squashfuse(_ll)?|.*\.AppImage)|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|ramfs|resctrl|rootfs|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$/;
/** Of tmpfs: what container runtimes, systemd and kubelet keep one by one, and what covers files of the kernel. */
const OTHERS_TMPFS =
  /^\/(?:run\/(?:credentials|docker|containerd|netns|snapd)|var\/lib\/(?:docker|containers|containerd|kubelet|lxc|lxd|incus)|proc|sys|dev)(?:\/|$)/;
const OWN_TMPFS = /^\/dev\/shm$/;
/** Below these, bind mounts repeat what is told elsewhere. */
const RUNTIME = /^\/(?:var\/lib\/(?:docker|containers|containerd|kubelet)|run\/(?:docker|containerd))\//;
/** Single files that container runtimes mount. */
const SINGLE_FILE =
  /^\/(?:etc\/(?:hosts|hostname|resolv\.conf|localtime|timezone)|run\/(?:\.containerenv|secrets(?:\/.*)?)|usr\/bin\/(?:tini|docker-init|catatonit))$/;
const REMOTE =
  /^(nfs4?|cifs|smb3?|smbfs|9p|afs|beegfs|ceph|coda|davfs|gfs2|glusterfs|gpfs|lustre|ncpfs|ocfs2|orangefs|prl_fs|vboxsf|virtiofs|vmhgfs|fuse\..*|fuse|fuseblk)$/;

/** The kernel writes blanks, tabs, newlines and backslashes in mount points as octal escapes. */
function unescapeOctal(text: string): string {
  return text.includes("\\")
    ? text.replace(/\\([0-7]{3})/g, (_match, digits) => String.fromCharCode(Number.parseInt(digits, 8)))
    : text;
}

interface Row extends Mount {
  id: string;
  parent: string;
  /** The folder of the filesystem that is mounted: `/`, or another one for a bind mount. */
  root: string;
  /** Of autofs: what it mounts is unmounted when it is not in use. */
  expires: boolean;
}

const isReadOnly = (options: string | undefined) => /(^|,)ro(,|$)/.test(options ?? "");

/** One row per mount, in the order of the file. */
export function parseMountRows(text: string): Row[] {
  const rows = text.split("\n").flatMap((line): Row[] => {
    const [before, after] = line.split(" - ");
    if (before === undefined || after === undefined) return [];
    const [id, parent, numbers, root, mountpoint, options] = before.split(" ");
    const [type, device, superOptions] = after.split(" ");
    if (!id || !parent || !numbers || !root || !mountpoint || !options || !type || device === undefined) return [];
    return [
      {
        id,
        parent,
        numbers,
        root: unescapeOctal(root),
        mountpoint: unescapeOctal(mountpoint),
        device: unescapeOctal(device),
        type,
        readOnly: isReadOnly(options) || isReadOnly(superOptions),
        isRemote: REMOTE.test(type),
        // systemd mounts for good unless it is given a time.
        expires: type === "autofs" && !/(^|,)timeout=0(,|$)/.test(superOptions ?? ""),
        isAutomounted: false,
        isCovered: false,
      },
    ];
  });
  const remote = withWhatLiesOn(rows, (row) => row.isRemote);
  const expiring = withWhatLiesOn(rows, (row) => row.expires);
  for (const row of rows) {
    row.isRemote = remote.has(row);
    row.isAutomounted = expiring.has(row);
  }
  return rows;
}

/** The rows of which something is true, and all that are mounted on them. */
function withWhatLiesOn(rows: readonly Row[], isTrueOf: (row: Row, parent: Row | undefined) => boolean): ReadonlySet<Row> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const known = new Map<Row, boolean>();
  for (const row of rows) {
    const unknown: Row[] = [];
    let one: Row | undefined = row;
    for (; one && !known.has(one); one = byId.get(one.parent)) {
      // A broken table can lead back here.
      known.set(one, false);
      unknown.push(one);
    }
    let isTrue = one !== undefined && known.get(one) === true;
    for (const below of unknown.reverse()) {
      isTrue ||= isTrueOf(below, byId.get(below.parent));
      known.set(below, isTrue);
    }
  }
  return new Set(rows.filter((row) => known.get(row)));
}

/** True when one of these mount points is a folder above a path. */
function isBelowOne(path: string, mountpoints: ReadonlySet<string>): boolean {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    if (mountpoints.has(path.slice(0, end))) return true;
  return path !== "/" && mountpoints.has("/");
}

/** Marks what cannot be reached, and leaves out what another mount lies on, as df does. */
function reachable(rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const onParent = new Map<string, Set<string>>();
  const buried = new Set<Row>();
  for (const row of rows) {
    const mountpoints = onParent.get(row.parent);
    if (mountpoints) mountpoints.add(row.mountpoint);
    else onParent.set(row.parent, new Set([row.mountpoint]));
    const parent = byId.get(row.parent);
    if (parent && parent !== row && parent.mountpoint === row.mountpoint) buried.add(parent);
  }
  const isLost = ({ parent, mountpoint }: Row) => isBelowOne(mountpoint, onParent.get(parent) as ReadonlySet<string>);
  // What lies on a lost mount is lost with it; what lies below a buried one, too, but not what buries it.
  const covered = withWhatLiesOn(
    rows,
    (row, parent) => isLost(row) || (parent !== undefined && buried.has(parent) && row.mountpoint !== parent.mountpoint),
  );
  for (const row of rows) row.isCovered = covered.has(row);
  return rows.filter((row) => !buried.has(row));
}

function isWatched({ type, mountpoint, root }: Row): boolean {
  if (type === "overlay") return mountpoint === "/";
  if (PSEUDO.test(type)) return false;
  if (type === "tmpfs") return OWN_TMPFS.test(mountpoint) || !OTHERS_TMPFS.test(mountpoint);
  if (SINGLE_FILE.test(mountpoint)) return false;
  return !RUNTIME.test(mountpoint) || root === "/";
}

/**
 * The filesystems to watch: one mount for each, as bind mounts repeat them. The mount of the whole filesystem gives the name, then the
 * shortest path. An overlay is kept only at "/", where it is a container's root.
 */
export function parseMountinfo(text: string): Mount[] {
  const chosen = new Map<string, Row>();
  for (const row of reachable(parseMountRows(text))) {
    if (!isWatched(row)) continue;
    const before = chosen.get(row.numbers);
    if (before === undefined || rank(row) < rank(before)) chosen.set(row.numbers, row);
  }
  return [...chosen.values()]
    .sort((a, b) => a.mountpoint.length - b.mountpoint.length)
    .map(({ id: _id, parent: _parent, root: _root, expires: _expires, ...mount }) => mount);
}

/** What can be reached first, then whole filesystems before bind mounts, short paths before long ones. */
const rank = ({ root, mountpoint, isCovered }: Row) =>
  (isCovered ? 2_000_000 : 0) + (root === "/" ? 0 : 1_000_000) + mountpoint.length;
