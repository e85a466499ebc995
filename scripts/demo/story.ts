/**
 * What happens on the demo's machine in a day: a fork storm, a backup that fills its disk, a deployment whose worker leaks until the kernel
 * kills it. Says what runs and what people do; what Hostscope finds of it is not written here.
 */
import type { WrittenFile } from "~/domain/written-file";
import type { MachineTick } from "./machine";
import { noise, requestRate } from "./noise";
import { type Program, program } from "./program";
import { MIB, RESIDENTS } from "./residents";

const MINUTE = 60;
const HOUR = 3600;

/** More than a day: it is shown up to the minute of the hour that it is now. */
export const STORY_SECONDS = 25 * HOUR;

/** Seconds of the story. */
export const TIMES = {
  storm: 5 * HOUR + 12 * MINUTE,
  stormEnds: 5 * HOUR + 27 * MINUTE,
  backup: 10 * HOUR + 3 * MINUTE,
  deployment: 17 * HOUR + 20 * MINUTE,
} as const;

/** How long people take to see to it. */
const CLEANED_UP_AFTER = 22 * MINUTE;
const ROLLED_BACK_AFTER = 17 * MINUTE;
const RESTARTED_AFTER = 5;

const BACKUP_MOUNT = "/srv/backup";
const BACKUP_FILE = `${BACKUP_MOUNT}/shop-full.sql.zst`;
const BACKUP_BYTES_PER_SECOND = 14e6;
const LEAK_BYTES_PER_SECOND = 0.93e6;

/** Something that a person or the kernel does, which is marked on the charts. */
export interface StoryMark {
  kind: "note" | "kernel";
  text: string;
}

function worker(pid: number, from: number, release: string, leaks: boolean): Program {
  const wants = (second: number) => {
    const rate = requestRate(second);
    const leaked = leaks ? LEAK_BYTES_PER_SECOND * Math.max(0, second - from) * (1 + 0.04 * noise(second, 900, 80)) : 0;
    return {
      cores: 0.0026 * rate + 0.02 + (leaks ? 0.03 : 0),
      privateBytes: (176 + 9 * noise(second, 900, 81)) * MIB + leaked,
      writtenBytes: 400 * rate,
      connections: 6,
    };
  };
  return program(
    {
      pid,
      name: "node",
      command: `node /srv/shop/${release}/worker.js --queue orders`,
      user: "shop",
      group: "shop-worker.service",
      threads: 11,
      openFiles: 38,
      sharedBytes: 42 * MIB,
      startedAt: from,
    },
    wants,
  );
}

/** A login of ann, her shell, and what she runs. */
function session(pid: number, from: number, until: number): Program[] {
  const life = { startedAt: from, endsAt: until, sessionId: pid + 9 };
  return [
    program(
      { ...life, pid, parentPid: 561, name: "sshd-session", command: "sshd-session: ann@pts/0" },
      { privateBytes: 3 * MIB },
    ),
    program({ ...life, pid: pid + 9, parentPid: pid, name: "bash", command: "-bash", user: "ann" }, { privateBytes: 4 * MIB }),
  ];
}

/** A script that starts a few programs for each line of a file. */
function storm(): Program[] {
  const { storm: from, stormEnds: until } = TIMES;
  const script = program(
    {
      pid: 20_418,
      parentPid: 20_409,
      name: "import-prices.s",
      command: "/bin/bash ./import-prices.sh prices.csv",
      user: "ann",
      sessionId: 20_409,
      startedAt: from,
      endsAt: until,
    },
    (second) => ({
      cores: 3.9 + 0.15 * noise(second, 10, 90),
      systemShare: 0.62,
      privateBytes: 5 * MIB,
      forks: 410 + 40 * noise(second, 10, 91),
      writtenBytes: 60_000,
    }),
  );
  return [...session(20_400, from - 40, until + 6 * MINUTE), script];
}

function backup(until: number): Program[] {
  const from = TIMES.backup;
  const life = { startedAt: from, endsAt: until, sessionId: 33_101, group: "cron.service" };
  const cores = (second: number, share: number, salt: number) => share * (1 + 0.1 * noise(second, 20, salt));
  return [
    program({ ...life, pid: 33_100, parentPid: 540, name: "cron", command: "/usr/sbin/CRON -f" }, { privateBytes: MIB }),
    program(
      { ...life, pid: 33_101, parentPid: 33_100, name: "backup.sh", command: "/bin/sh /usr/local/bin/backup.sh shop" },
      { privateBytes: MIB },
    ),
    program({ ...life, pid: 33_104, parentPid: 33_101, name: "pg_dump", command: "pg_dump --format=plain shop" }, (second) => ({
      cores: cores(second, 0.22, 100),
      privateBytes: 14 * MIB,
      readBytes: 48e6 * (1 + 0.08 * noise(second, 30, 101)),
    })),
    program(
      { ...life, pid: 33_105, parentPid: 33_101, name: "zstd", command: `zstd -9 -o ${BACKUP_FILE}`, threads: 2 },
      (second) => ({
        cores: cores(second, 0.74, 102),
        privateBytes: 38 * MIB,
        writtenBytes: BACKUP_BYTES_PER_SECOND * (1 + 0.08 * noise(second, 30, 103)),
        device: "sdb" as const,
        fills: BACKUP_MOUNT,
      }),
    ),
  ];
}

/** ann's session in which she deploys: two minutes of building. */
function deployment(pid: number, at: number): Program[] {
  const command = "/bin/bash ./deploy.sh";
  const life = { startedAt: at - 130, endsAt: at, sessionId: pid + 9, user: "ann" };
  return [
    ...session(pid, at - 170, at + 4 * MINUTE),
    program({ ...life, pid: pid + 30, parentPid: pid + 9, name: "deploy.sh", command }, { privateBytes: 2 * MIB }),
    program(
      { ...life, pid: pid + 32, parentPid: pid + 30, name: "npm ci", command: "npm ci --omit=dev", threads: 12 },
      (second) => ({
        cores: 1.1 + 0.3 * noise(second, 8, 110),
        privateBytes: 190 * MIB,
        writtenBytes: 2.4e6,
        receivedBytes: 1.1e6,
      }),
    ),
  ];
}

/** A second on the machine, as the people and programs of the story act on it. */
export class Story {
  private programs: Program[] = [
    ...RESIDENTS,
    worker(1420, -5 * 86_400, "2.14.3", false),
    ...storm(),
    ...backup(Number.POSITIVE_INFINITY),
    ...deployment(41_200, TIMES.deployment),
  ];
  private readonly todo = new Map<number, () => StoryMark>();
  /** What the backup has written; null while it does not run. */
  private backupBytes: number | null = null;

  constructor(private readonly machine: { free(mountpoint: string, bytes: number): void }) {
    this.todo.set(TIMES.deployment, () => {
      this.replaceWorker(41_311, TIMES.deployment, "2.15.0", true);
      return { kind: "note", text: "deployed shop 2.15.0" };
    });
  }

  running(second: number): Program[] {
    return this.programs.filter(({ startedAt, endsAt }) => startedAt <= second && endsAt > second);
  }

  /** What people and the kernel did since the second before. */
  act(second: number): StoryMark[] {
    const due = [...this.todo].filter(([at]) => at <= second).sort(([a], [b]) => a - b);
    return due.map(([at, run]) => {
      this.todo.delete(at);
      return run();
    });
  }

  /** Lets the story go on from what happened on the machine. */
  saw({ second, seconds, killed, full, written }: MachineTick): void {
    const bytes = written.get(33_105);
    if (bytes !== undefined) this.backupBytes = (this.backupBytes ?? 0) + bytes * seconds;
    if (full.includes(BACKUP_MOUNT) && this.backupBytes !== null) this.endBackup(second);
    if (killed) this.afterKill(killed.program, second);
  }

  /** The file that grows on a mount, as a look at the open files would find it. */
  files(mountpoint: string, begin: number): WrittenFile[] {
    if (mountpoint !== BACKUP_MOUNT || this.backupBytes === null) return [];
    const bornAt = begin + 1000 * TIMES.backup;
    return [{ pid: 33_105, path: BACKUP_FILE, bytes: this.backupBytes, bytesPerSecond: BACKUP_BYTES_PER_SECOND, bornAt }];
  }

  private end(test: (one: Program) => boolean, at: number): void {
    this.programs = this.programs.map((one) => (test(one) && one.endsAt > at ? { ...one, endsAt: at } : one));
  }

  private endBackup(second: number): void {
    const bytes = this.backupBytes ?? 0;
    this.end(({ group, startedAt }) => group === "cron.service" && startedAt === TIMES.backup, second);
    this.backupBytes = null;
    this.todo.set(second + CLEANED_UP_AFTER, () => {
      this.machine.free(BACKUP_MOUNT, bytes + 9e9);
      return { kind: "note", text: "removed the backup that failed and two old ones" };
    });
  }

  private replaceWorker(pid: number, at: number, release: string, leaks: boolean): void {
    this.end(({ group }) => group === "shop-worker.service", at);
    this.programs.push(worker(pid, at, release, leaks));
  }

  private afterKill(killed: Program, second: number): void {
    this.end((one) => one === killed, second);
    const rolledBack = second + ROLLED_BACK_AFTER;
    this.programs.push(worker(47_902, second + RESTARTED_AFTER, "2.15.0", true), ...deployment(48_300, rolledBack));
    this.todo.set(rolledBack, () => {
      this.replaceWorker(48_410, rolledBack, "2.14.3", false);
      return { kind: "note", text: "rolled back to shop 2.14.3" };
    });
  }
}
