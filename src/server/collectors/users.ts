/** Logged-in users: from utmp, which login programs write, or where a system has none, from the session files of systemd-logind. */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import type { LoggedInUser, NotMeasured } from "~/domain/host";
import { printable } from "~/domain/printable";
import type { Reading } from "~/domain/sample";
import { hostPath, type Roots } from "../roots";
import type { Collector, Tick } from "./collector";
import { reasonOf } from "./kernel-files";
import { namesIn, readText } from "./procfs";

const USER_PROCESS = 7;
/** The highest `ut_type`: ACCOUNTING. */
const MOST_TYPE = 9;

/** Records of utmp: 384 bytes where time_t was 32 bits wide for compatibility, as on x86; 400 elsewhere, as on 64-bit ARM. */
const FORMS = [
  { bytes: 384, sinceAt: (bytes: Buffer, at: number) => bytes.readInt32LE(at + 340) },
  { bytes: 400, sinceAt: (bytes: Buffer, at: number) => Number(bytes.readBigInt64LE(at + 344)) },
] as const;

export type Login = LoggedInUser & { pid: number };

function textAt(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return printable(field.toString("utf8", 0, end < 0 ? length : end));
}

/** Records that can be some less those that cannot: in the wrong form, what stands for a type is padding or a piece of a name. */
function plausible(bytes: Buffer, size: number): number {
  let records = 0;
  for (let at = 0; at + size <= bytes.length; at += size) {
    const type = bytes.readInt16LE(at);
    if (type < 0 || type > MOST_TYPE || bytes.readInt16LE(at + 2) !== 0) records--;
    else if (type > 0) records++;
  }
  return records;
}

/** Parses utmp records of either form. Skips a record that is cut off. */
export function parseUtmp(bytes: Buffer): Login[] {
  const [first, second] = FORMS;
  const form = plausible(bytes, second.bytes) > plausible(bytes, first.bytes) ? second : first;
  const logins: Login[] = [];
  for (let at = 0; at + form.bytes <= bytes.length; at += form.bytes) {
    if (bytes.readInt16LE(at) !== USER_PROCESS) continue;
    const name = textAt(bytes, at + 44, 32);
    if (name === "") continue;
    logins.push({
      pid: bytes.readInt32LE(at + 4),
      name,
      terminal: textAt(bytes, at + 8, 32),
      from: textAt(bytes, at + 76, 256),
      since: form.sinceAt(bytes, at) * 1000,
    });
  }
  return logins;
}

/** Sessions that are no login of a person: greeters, lock screens, services' background sessions, user managers. */
const NO_LOGIN = /^(greeter|lock-screen|background|manager)/;

/** Parses a file below /run/systemd/sessions; null when it is no login, or one that is being ended. */
export function parseSession(text: string): LoggedInUser | null {
  const field = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1] ?? "";
  const name = field("USER") || field("UID");
  if (name === "" || field("STATE") === "closing" || NO_LOGIN.test(field("CLASS"))) return null;
  return {
    name: printable(name),
    terminal: printable(field("TTY") || field("DISPLAY")),
    from: printable(field("REMOTE_HOST")),
    since: Math.floor(Number(field("REALTIME")) / 1000) || 0,
  };
}

interface Found {
  users: LoggedInUser[];
  /** Why they are not known; null when they are. */
  reason: string | null;
}

function fromUtmp(roots: Roots, path: string): Found {
  try {
    const logins = parseUtmp(readFileSync(path));
    // Where /proc hides other users' processes, nothing tells whether they live.
    const seesOthers = existsSync(`${roots.proc}/1`);
    const live = logins.filter(({ pid }) => !seesOthers || existsSync(`${roots.proc}/${pid}`));
    return { users: live.map(({ pid: _pid, ...user }) => user), reason: null };
  } catch (error) {
    return { users: [], reason: reasonOf(error) };
  }
}

function findUsers(roots: Roots): Found {
  const utmp = ["/run/utmp", "/var/run/utmp"].map((path) => hostPath(roots, path) as string).find((path) => existsSync(path));
  const found = utmp === undefined ? null : fromUtmp(roots, utmp);
  if (found && found.users.length > 0) return found;
  const folder = hostPath(roots, "/run/systemd/sessions") as string;
  if (!existsSync(folder)) return found ?? { users: [], reason: "neither utmp nor systemd-logind sessions on this system" };
  const sessions = namesIn(folder).flatMap((name) => (name.endsWith(".ref") ? [] : (readText(`${folder}/${name}`) ?? [])));
  return { users: sessions.flatMap((text) => parseSession(text) ?? []), reason: null };
}

/** Empty where nothing tells of logins. */
export function readUsers(roots: Roots): LoggedInUser[] {
  return roots.host === undefined ? [] : findUsers(roots).users;
}

/** A multiple of both record forms, so that what is read begins with a record. */
const WTMP_STEP = 9600;
const WTMP_TAIL = 50 * WTMP_STEP;

/** The last thousand or so logins that are written down; empty where they are not, or may not be read. */
function readWtmp(path: string): LoggedInUser[] {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const start = Math.ceil(Math.max(0, fstatSync(file).size - WTMP_TAIL) / WTMP_STEP) * WTMP_STEP;
    const bytes = Buffer.alloc(WTMP_TAIL);
    const length = readSync(file, bytes, 0, bytes.length, start);
    return parseUtmp(bytes.subarray(0, length)).map(({ pid: _pid, ...login }) => login);
  } catch {
    return [];
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Logins that began in [from, to], those that have ended since included where the system writes them down. */
export function loginsIn(roots: Roots, { from, to }: { from: number; to: number }): LoggedInUser[] {
  if (roots.host === undefined) return [];
  const all = [...readWtmp(hostPath(roots, "/var/log/wtmp") as string), ...readUsers(roots)];
  const found = new Map(
    all
      .filter(({ since }) => since >= from && since <= to)
      .map((one) => [`${one.name} ${one.terminal} ${Math.floor(one.since / 1000)}`, one]),
  );
  return [...found.values()].sort((a, b) => a.since - b.since);
}

const EVERY_MS = 10_000;

/** Number of logins; no reading where nothing tells. */
export function openUsers(roots: Roots): Collector {
  if (roots.host === undefined) return { name: "users", collect: () => [] };
  let readAt = Number.NEGATIVE_INFINITY;
  let readings: Reading[] = [];
  let absences: readonly NotMeasured[] = [];
  return {
    name: "users",
    collect: ({ at }: Tick) => {
      if (Math.abs(at - readAt) < EVERY_MS) return readings;
      readAt = at;
      const { users, reason } = findUsers(roots);
      readings = reason === null ? [{ metric: "system.user.session.count", value: users.length }] : [];
      if ((absences[0]?.reason ?? null) !== reason) absences = reason === null ? [] : [{ what: "logged-in users", reason }];
      return readings;
    },
    get absences() {
      return absences;
    },
  };
}
