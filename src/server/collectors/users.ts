/** Who is logged in, from the kernel-independent record that login programs keep. */
import { readFileSync } from "node:fs";
import type { LoggedInUser } from "~/domain/host";
import type { Reading } from "~/domain/sample";
import type { Collector, Tick } from "./collector";
import { printable } from "./process-stat";

/** struct utmp on 64-bit Linux: 384 bytes; only records of this type are a user's login. */
const RECORD_BYTES = 384;
const USER_PROCESS = 7;
const PATHS = ["/run/utmp", "/var/run/utmp"];

function textAt(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return printable(field.toString("utf8", 0, end < 0 ? length : end));
}

/** Parses utmp records. A record that is cut off is left out. */
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
      // Not kept here.
    }
  }
  return null;
}

/** Empty where no such record is kept. */
export function readUsers(): LoggedInUser[] {
  return findUsers() ?? [];
}

const EVERY_MS = 10_000;

/** How many logins there are; nothing where no record of them is kept. */
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
