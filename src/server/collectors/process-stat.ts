/** Pure parsers of the files under /proc/PID. */

import { printable } from "~/domain/printable";
import { PROCESS_STATES, type ProcessState } from "~/domain/process";
import { ByteReader } from "./procfs";

export interface ProcessStat {
  name: string;
  state: ProcessState;
  parentPid: number;
  sessionId: number;
  minorFaults: number;
  majorFaults: number;
  /** Minor faults of children that ended and were waited for. */
  childFaults: number;
  /** utime + stime, in clock ticks. */
  ownTicks: number;
  /** cutime + cstime: children that ended and were waited for, in clock ticks. */
  childTicks: number;
  threads: number;
  /** Clock ticks after boot; with the pid it identifies the process. */
  startTicks: number;
  virtualBytes: number;
  residentPages: number;
}

const OPENING = 40;
const CLOSING = 41;

function stateOf(letter: number | undefined): ProcessState {
  const key = String.fromCharCode(letter ?? 0) as keyof typeof PROCESS_STATES;
  return PROCESS_STATES[key] ?? "sleeping";
}

/**
 * Parses /proc/PID/stat. Null when the line is cut off, or has a negative number where the kernel never writes one. The name ends
 * at the last ")", as it may contain any byte.
 */
export function parseProcessStat(bytes: Buffer): ProcessStat | null {
  const open = bytes.indexOf(OPENING);
  const close = bytes.lastIndexOf(CLOSING);
  if (open < 0 || close < open) return null;
  const reader = new ByteReader(bytes);
  reader.position = close + 3;
  const parentPid = reader.number();
  reader.skip(1); // pgrp
  const sessionId = reader.number();
  reader.skip(3); // tty_nr tpgid flags
  const minorFaults = reader.number();
  const childFaults = reader.number();
  const majorFaults = reader.number();
  reader.skip(1);
  const ownTicks = reader.number() + reader.number();
  const childTicks = reader.number() + reader.number();
  reader.skip(2); // priority nice
  const threads = reader.number();
  reader.skip(1);
  const startTicks = reader.number();
  const virtualBytes = reader.number();
  const residentPages = reader.number();
  const faults = minorFaults + majorFaults + childFaults;
  const sizes = threads + virtualBytes + residentPages;
  if (Number.isNaN(parentPid + sessionId + faults + ownTicks + childTicks + startTicks + sizes)) return null;
  return {
    name: printable(bytes.toString("utf8", open + 1, close)),
    state: stateOf(bytes[close + 2]),
    parentPid,
    sessionId,
    minorFaults,
    majorFaults,
    childFaults,
    ownTicks,
    childTicks,
    threads,
    startTicks,
    virtualBytes,
    residentPages,
  };
}

/** Bytes from and to storage since the start. */
export interface ProcessIo {
  read: number;
  written: number;
  /** Writes that this process dropped before they reached it, by deleting a file: more than `written` when others had written it. */
  cancelled: number;
}

/** Parses /proc/PID/io. */
export function parseProcessIo(bytes: Buffer): ProcessIo | null {
  let read = Number.NaN;
  let written = Number.NaN;
  let cancelled = 0;
  for (const reader = new ByteReader(bytes); !reader.done; reader.nextLine()) {
    if (reader.startsWith("read_bytes")) read = reader.number();
    else if (reader.startsWith("write_bytes")) written = reader.number();
    else if (reader.startsWith("cancelled_write_bytes")) cancelled = reader.number();
  }
  return Number.isNaN(read) || Number.isNaN(written) ? null : { read, written, cancelled };
}

/** Parses /proc/PID/cmdline: arguments separated by NUL bytes. Some programs overwrite it with a title that has none. */
export function parseArguments(bytes: Buffer): string[] {
  const text = bytes.toString("utf8").replace(/\0+$/, "");
  return text === "" ? [] : text.split("\0").map(printable);
}

export interface ProcessStatus {
  /** The real user id. */
  userId: number | null;
  /** Of the main thread only: the kernel does not sum over threads here. */
  voluntarySwitches: number | null;
  involuntarySwitches: number | null;
  /** Resident bytes of files and shared memory (Linux 4.5), and bytes swapped out. */
  sharedBytes: number | null;
  swapBytes: number | null;
}

/** The first number after the key of a line; null when the line is missing. */
export function numberOfLine(bytes: Buffer, word: string): number | null {
  const at = bytes.indexOf(`\n${word}`);
  if (at < 0) return null;
  const reader = new ByteReader(bytes);
  reader.position = at + 1 + word.length;
  const value = reader.number();
  return Number.isNaN(value) ? null : value;
}

function bytesOfLine(bytes: Buffer, word: string): number | null {
  const kibibytes = numberOfLine(bytes, word);
  return kibibytes === null ? null : kibibytes * 1024;
}

/** Parses those parts of /proc/PID/status that /proc/PID/stat does not have. */
export function parseProcessStatus(bytes: Buffer): ProcessStatus {
  const [files, shared] = [bytesOfLine(bytes, "RssFile:"), bytesOfLine(bytes, "RssShmem:")];
  return {
    userId: numberOfLine(bytes, "Uid:"),
    voluntarySwitches: numberOfLine(bytes, "voluntary_ctxt_switches:"),
    involuntarySwitches: numberOfLine(bytes, "nonvoluntary_ctxt_switches:"),
    sharedBytes: files === null || shared === null ? null : files + shared,
    swapBytes: bytesOfLine(bytes, "VmSwap:"),
  };
}

/** Parses /etc/passwd into user names by uid. The first entry of a uid wins. */
export function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split("\n")) {
    const [name, , id] = line.split(":");
    const number = Number(id);
    if (name && id && Number.isInteger(number) && !names.has(number)) names.set(number, name);
  }
  return names;
}
