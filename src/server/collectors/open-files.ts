/** Files that processes have open for writing on one mount, and how fast they grow: who fills it. */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statfsSync, statSync } from "node:fs";
import { printable } from "~/domain/printable";
import type { WrittenFile } from "~/domain/written-file";
import { hostPath, ofHost, type Roots } from "../roots";
import type { FilesystemSpace } from "./mount-answers";
import { parseMountRows } from "./mount-table";

/** Descriptors that are looked at in all: a program can have half a million. */
const MOST_DESCRIPTORS = 50_000;
const DESCRIPTORS_A_SLICE = 200;
const ACCESS_MODE = 3;

interface SeenFile {
  pid: number;
  path: string;
  /** Allocated, as a sparse file fills nothing. */
  bytes: number;
  bornAt: number;
}

/** The mount of a descriptor that is open for writing, from /proc/PID/fdinfo/N: nothing is asked of the filesystem, which may hang. */
function mountWrittenTo(path: string): string | null {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const buffer = Buffer.alloc(256);
    const text = buffer.toString("latin1", 0, readSync(file, buffer));
    const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(text)?.[1] ?? "0", 8);
    return (flags & ACCESS_MODE) === 0 ? null : (/^mnt_id:\s*(\d+)/m.exec(text)?.[1] ?? null);
  } catch {
    return null;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Another user's process, or one that has ended.
    return [];
  }
}

/** One look at the regular files on some mounts that the processes have open for writing, by process and inode. In slices. */
function* look(proc: string, pids: Iterable<number>, mounts: ReadonlySet<string>): Generator<undefined, Map<string, SeenFile>> {
  const found = new Map<string, SeenFile>();
  let looked = 0;
  for (const pid of pids) {
    for (const descriptor of listed(`${proc}/${pid}/fd`)) {
      if (++looked > MOST_DESCRIPTORS) return found;
      if (looked % DESCRIPTORS_A_SLICE === 0) yield;
      const mount = mountWrittenTo(`${proc}/${pid}/fdinfo/${descriptor}`);
      if (mount === null || !mounts.has(mount)) continue;
      const path = `${proc}/${pid}/fd/${descriptor}`;
      try {
        const file = statSync(path);
        if (!file.isFile()) continue;
        const { ino, blocks, birthtimeMs } = file;
        found.set(`${pid} ${ino}`, { pid, path: printable(readlinkSync(path)), bytes: blocks * 512, bornAt: birthtimeMs });
      } catch {
        // Closed between the listing and now.
      }
    }
  }
  return found;
}

/** The ids of all mounts of the filesystem at a mount point; null where it may not answer, or is not mounted. */
function mountsOf(roots: Roots, mountpoint: string): ReadonlySet<string> | null {
  const text = readFileSync(ofHost(roots, "mountinfo"), "latin1");
  const rows = parseMountRows(text);
  const own = rows.findLast((row) => Buffer.from(row.mountpoint, "latin1").toString() === mountpoint);
  if (!own || own.isRemote) return null;
  return new Set(rows.filter(({ numbers }) => numbers === own.numbers).map(({ id }) => id));
}

/** Bytes in use on a mount that answers at once; null where its files are not known. */
function usedBytes(roots: Roots, mountpoint: string): number | null {
  const path = hostPath(roots, mountpoint);
  if (path === null) return null;
  try {
    const { frsize, bsize, blocks, bfree }: FilesystemSpace = statfsSync(path);
    return (blocks - bfree) * (frsize || bsize);
  } catch {
    return null;
  }
}

export interface WatchedMount {
  mountpoint: string;
  pids: readonly number[];
  /** Runs a look in slices, and the time between two. */
  run: (work: Generator<undefined, Map<string, SeenFile>>) => Promise<Map<string, SeenFile>>;
  pause: () => Promise<void>;
}

export interface WrittenMount {
  files: WrittenFile[];
  /** Bytes per second by which the mount grew meanwhile, whoever wrote; 0 where that is not known. */
  mountGrowth: number;
}

/** Two looks, and what grew between them. Null for a filesystem that may not answer, or is not there. */
export async function filesWrittenOn(roots: Roots, { mountpoint, pids, run, pause }: WatchedMount): Promise<WrittenMount | null> {
  const mounts = mountsOf(roots, mountpoint);
  if (mounts === null) return null;
  const first = await run(look(roots.proc, pids, mounts));
  const startedMs = performance.now();
  const usedBefore = usedBytes(roots, mountpoint);
  await pause();
  const used = usedBytes(roots, mountpoint);
  const second = await run(look(roots.proc, pids, mounts));
  const seconds = (performance.now() - startedMs) / 1000;
  const files = [...second].map(([key, { pid, path, bytes, bornAt }]) => {
    // A file that was opened between the looks may have been there before.
    const before = first.get(key)?.bytes ?? (bornAt > Date.now() - 1000 * seconds ? 0 : bytes);
    return { pid, path, bytes, bornAt, bytesPerSecond: Math.max(0, bytes - before) / seconds };
  });
  return { files, mountGrowth: used === null || usedBefore === null ? 0 : Math.max(0, used - usedBefore) / seconds };
}
