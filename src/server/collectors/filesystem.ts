/** Space of every mounted filesystem. */
import { statfsSync } from "node:fs";
import type { NotMeasured } from "~/domain/host";
import { printable } from "~/domain/printable";
import type { Labels, Reading } from "~/domain/sample";
import { ofHost, type Roots } from "../roots";
import type { Collector, Tick } from "./collector";
import { reasonOf } from "./kernel-files";
import { LabelCache } from "./label-cache";
import { type FilesystemSpace, MountAnswers } from "./mount-answers";
import { type Mount, parseMountinfo, parseMountRows } from "./mount-table";
import { mountsInUse } from "./mounts-in-use";
import { closeKernelFile, type KernelFile, readKernelFile } from "./procfs";

type NamedMount = Pick<Mount, "mountpoint" | "device" | "type" | "readOnly">;

const labelsByMount = new LabelCache<Record<"used" | "free" | "reserved", Labels>>();

function labelsOf(mount: NamedMount): Record<"used" | "free" | "reserved", Labels> {
  const key = `${mount.mountpoint} ${mount.device} ${mount.type} ${mount.readOnly}`;
  return labelsByMount.get(key, () => {
    const base = {
      "system.device": mount.device,
      "system.filesystem.mountpoint": mount.mountpoint,
      "system.filesystem.type": mount.type,
      "system.filesystem.mode": mount.readOnly ? "ro" : "rw",
    };
    const state = (value: string) => ({ ...base, "system.filesystem.state": value });
    return { used: state("used"), free: state("free"), reserved: state("reserved") };
  });
}

/** df's arithmetic: "used" excludes the blocks reserved for root. Filesystems without inodes report 0 of 0. */
export function spaceReadings(mount: NamedMount, space: FilesystemSpace): Reading[] {
  if (space.blocks <= 0) return [];
  const labels = labelsOf(mount);
  const size = space.frsize || space.bsize;
  const free = Math.max(0, space.bavail) * size;
  const readings: Reading[] = [
    { metric: "system.filesystem.usage", labels: labels.used, value: Math.max(0, space.blocks - space.bfree) * size },
    { metric: "system.filesystem.usage", labels: labels.free, value: free },
    { metric: "system.filesystem.usage", labels: labels.reserved, value: Math.max(0, space.bfree * size - free) },
  ];
  if (space.files > 0) {
    readings.push(
      { metric: "system.filesystem.inodes.usage", labels: labels.used, value: Math.max(0, space.files - space.ffree) },
      { metric: "system.filesystem.inodes.usage", labels: labels.free, value: Math.max(0, space.ffree) },
    );
  }
  return readings;
}

/** A new mount is noticed after at most this long. */
const MOUNTS_EVERY_MS = 5_000;
const LOCAL_EVERY_MS = 5_000;
const REMOTE_EVERY_MS = 30_000;
const NEVER = Number.NEGATIVE_INFINITY;

interface Watched {
  mount: Mount;
  /** As the kernel writes it, below the host's root. */
  path: Buffer;
  askedAt: number;
  /** When it was last found automounted and not in use, and so not asked. */
  leftAt: number;
  readings: Reading[];
}

const textOf = (latin1: string) => Buffer.from(latin1, "latin1").toString("utf8");

/** A name of bytes as text; bytes that are no UTF-8 as `\xff`, so that two names never become one. */
function shownName(latin1: string): string {
  const text = textOf(latin1);
  if (!text.includes("\ufffd")) return printable(text);
  const escaped = (byte: string) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;
  return printable(latin1.replace(/[\x80-\xff]/g, escaped));
}

const NOT_IN_USE = "automounted and not seen in use; reading its space would keep it mounted";
const isLeft = ({ askedAt, leftAt }: Watched) => leftAt > askedAt;

/** Its old readings would look like new ones. */
function leave(one: Watched, untold: NotMeasured[]): void {
  one.readings = [];
  untold.push({ what: one.mount.mountpoint, reason: NOT_IN_USE });
}

function isDue({ mount, askedAt, leftAt }: Watched, now: number): boolean {
  return now - Math.max(askedAt, leftAt) >= (mount.isRemote || mount.isAutomounted ? REMOTE_EVERY_MS : LOCAL_EVERY_MS);
}

/** Whether it is time to ask for the space of a filesystem. One look at /proc says for all automounted ones which are in use. */
function openTurns(roots: Roots, watched: ReadonlyMap<string, Watched>): (one: Watched, now: number) => boolean {
  let used: ReadonlySet<string> = new Set();
  let lookedAt = NEVER;
  const mountpointOf = ({ path }: Watched) => path.toString("latin1").slice(roots.host?.length ?? 0);
  const isInUse = (one: Watched, now: number) => {
    if (now - lookedAt >= REMOTE_EVERY_MS) {
      lookedAt = now;
      const automounted = [...watched.values()].filter(({ mount }) => mount.isAutomounted);
      used = mountsInUse(roots.proc, new Set(automounted.map(mountpointOf)));
    }
    return used.has(mountpointOf(one));
  };
  return (one, now) => {
    if (!isDue(one, now)) return false;
    if (!one.mount.isAutomounted || one.askedAt === NEVER || isInUse(one, now)) return true;
    one.leftAt = now;
    return false;
  };
}

/**
 * Local filesystems answer at once and are asked here; those that may not answer have their own program. What autofs has mounted for a time
 * is asked when it is new, which is when somebody has used it, and later only while somebody does: a question would keep it mounted.
 */
export function openFilesystem(roots: Roots): Collector {
  const host = roots.host ?? "";
  const table: KernelFile = { path: ofHost(roots, "mountinfo") };
  const answers = new MountAnswers();
  const watched = new Map<string, Watched>();
  const isTurn = openTurns(roots, watched);
  let last = Buffer.alloc(0);
  let mountsReadAt = NEVER;
  let absences: readonly NotMeasured[] = [];
  /** The table itself, when it cannot be read. */
  let unread: NotMeasured | null = null;

  const readTable = () => {
    try {
      const bytes = readKernelFile(table);
      unread = null;
      return bytes;
    } catch (error) {
      unread = { what: table.path, reason: reasonOf(error) };
      return Buffer.alloc(0);
    }
  };

  const refreshMounts = (now: number) => {
    if (now - mountsReadAt < MOUNTS_EVERY_MS) return;
    mountsReadAt = now;
    const bytes = readTable();
    if (bytes.equals(last)) return;
    last = Buffer.from(bytes);
    const isReadOnly = readOnlyOfHost(roots);
    const keys = new Set<string>();
    for (const found of parseMountinfo(bytes.toString("latin1"))) {
      if (found.isCovered) continue;
      const mount = { ...found, readOnly: isReadOnly(found) };
      const path = Buffer.from(host + mount.mountpoint, "latin1");
      const shown = { ...mount, mountpoint: shownName(mount.mountpoint), device: shownName(mount.device) };
      const key = path.toString("latin1");
      const known = watched.get(key);
      keys.add(key);
      const isSame = known && known.mount.numbers === mount.numbers && known.mount.type === mount.type;
      watched.set(key, isSame ? { ...known, mount: shown } : { mount: shown, path, askedAt: NEVER, leftAt: NEVER, readings: [] });
    }
    for (const key of watched.keys()) if (!keys.has(key)) watched.delete(key);
    answers.keepOnly(new Set([...watched.values()].map(({ path }) => path.toString("utf8"))));
  };

  const readLocal = (one: Watched, now: number) => {
    one.askedAt = now;
    try {
      one.readings = spaceReadings(one.mount, statfsSync(one.path));
    } catch {
      // Not for this user, or gone.
      one.readings = [];
    }
  };

  return {
    name: "filesystem",
    collect: (_tick: Tick) => {
      const now = performance.now();
      refreshMounts(now);
      const questions: Watched[] = [];
      const untold: NotMeasured[] = unread === null ? [] : [unread];
      for (const one of watched.values()) {
        const path = one.path.toString("utf8");
        if (!one.mount.isRemote) {
          if (isTurn(one, now)) readLocal(one, now);
          if (isLeft(one)) leave(one, untold);
          continue;
        }
        if (!Buffer.from(path, "utf8").equals(one.path) || path.includes("\n")) {
          untold.push({ what: one.mount.mountpoint, reason: "its name is not valid UTF-8" });
          continue;
        }
        const since = answers.stuckSince(path);
        const answer = answers.answerOf(path);
        one.askedAt = Math.max(one.askedAt, answer?.at ?? NEVER);
        one.readings = since === undefined && answer?.space ? spaceReadings(one.mount, answer.space) : [];
        if (since !== undefined)
          untold.push({ what: one.mount.mountpoint, reason: "no answer", since: Math.round(Date.now() - (now - since)) });
        else if (isTurn(one, now)) questions.push(one);
        if (since === undefined && isLeft(one)) leave(one, untold);
      }
      answers.ask(
        questions.map(({ path }) => path.toString("utf8")),
        now,
      );
      absences = sameAbsences(absences, untold) ? absences : untold;
      return [...watched.values()].flatMap(({ readings }) => readings);
    },
    get absences() {
      return absences;
    },
  };
}

const sameAbsences = (one: readonly NotMeasured[], other: readonly NotMeasured[]) =>
  one.length === other.length && one.every(({ what, reason }, at) => other[at]?.what === what && other[at]?.reason === reason);

/**
 * How the host has mounted a filesystem: a service that systemd protects sees its own mounts read-only. Where process 1 may not be looked
 * at, how we see it.
 */
function readOnlyOfHost({ proc }: Roots): (mount: Mount) => boolean {
  const file: KernelFile = { path: `${proc}/1/mountinfo` };
  try {
    const rows = parseMountRows(readKernelFile(file).toString("latin1"));
    const byPlace = new Map(rows.map((row) => [`${row.numbers} ${row.mountpoint}`, row.readOnly]));
    return (mount) => byPlace.get(`${mount.numbers} ${mount.mountpoint}`) ?? mount.readOnly;
  } catch {
    return (mount) => mount.readOnly;
  } finally {
    closeKernelFile(file);
  }
}
