/** Logged-in users from utmp, which login programs write. */
import { readFileSync } from "node:fs";
import type { LoggedInUser } from "~/domain/host";
import type { Reading } from "~/domain/sample";
import type { Collector, Tick } from "./collector";
import { printable } from "./process-stat";

/** Size of struct utmp on 64-bit Linux. Only records of type USER_PROCESS are logins. */
const RECORD_BYTES = 384;
const USER_PROCESS = 7;
const PATHS = ["/run/utmp", "/var/run/utmp"];

function textAt(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return printable(field.toString("utf8", 0, end < 0 ? length : end));
}

/** Parses utmp records. Skips a record that is cut off. */
export function parseUtmp(bytes: Buffer): LoggedInUser[] {
  const users: LoggedInUser[] = [];
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    if (bytes.readInt16LE(at) !== USER_PROCESS) continue;
    const name = textAt(bytes, at + 44, 32);
    if (name === "") continue;
    users.push({
      name,
      terminal: textAt(bytes, at + 8, 32),
      from: textAt(bytes, at + 76, 256),
      since: bytes.readInt32LE(at + 340) * 1000,
    });
  }
  return users;
}

function findUsers(): LoggedInUser[] | null {
  for (const path of PATHS) {
    try {
      return parseUtmp(readFileSync(path));
    } catch {
      // No utmp at this path.
    }
  }
  return null;
}

/** Empty without a utmp file. */
export function readUsers(): LoggedInUser[] {
  return findUsers() ?? [];
}

const EVERY_MS = 10_000;

/** Number of logins; no reading without a utmp file. */
export function openUsers(): Collector {
  let readAt = Number.NEGATIVE_INFINITY;
  let readings: Reading[] = [];
  return {
    name: "users",
    collect: ({ at }: Tick) => {
      if (Math.abs(at - readAt) < EVERY_MS) return readings;
      readAt = at;
      const users = findUsers();
      readings = users ? [{ metric: "system.user.session.count", value: users.length }] : [];
      return readings;
    },
  };
}
