/** Cheap reads of /proc and /sys: descriptors stay open, one buffer is shared, numbers are parsed from bytes. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import type { Roots } from "../roots";

/** USER_HZ, the kernel's unit of time for user space: 100 on every platform that Node runs on. */
export const TICKS_PER_SECOND = 100;

export interface KernelFile {
  path: string;
  /** The kernel produces this file in one piece: a read that does not fill the buffer has returned all of it. */
  whole?: true;
  /** No line is longer than half a page. */
  shortLines?: true;
  fd?: number;
  /** The descriptor has read something. */
  wasFilled?: boolean;
}

/** A read of a seq file returns at most a page, mostly 4 KiB. With short lines, a read below half a page was not cut off. */
const CUT_OFF_BYTES = 2048;

let buffer = Buffer.allocUnsafe(64 * 1024);

/** Files whose descriptor is kept. */
const opened = new Set<KernelFile>();

function openFile(file: KernelFile): number {
  const fd = openSync(file.path, "r");
  opened.add(file);
  return fd;
}

/** How many descriptors this thread keeps. */
export function keptKernelFiles(): number {
  return opened.size;
}

/** Closes every descriptor that this thread keeps. A later read opens its file again. */
export function closeKernelFiles(): void {
  for (const file of [...opened]) closeKernelFile(file);
}

/** Bytes that the shared buffer has of the file afterwards. */
function readAll(file: KernelFile): number {
  file.fd ??= openFile(file);
  let length = 0;
  for (;;) {
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
    const got = readSync(file.fd, buffer, length, buffer.length - length, length);
    length += got;
    if (got === 0 || (file.whole && length < buffer.length) || (file.shortLines && got < CUT_OFF_BYTES)) return length;
  }
}

/**
 * Reads the whole file from its start into the shared buffer. The result is valid until the next call. A read of a seq file
 * returns at most one page, so it reads until EOF. On an error it closes the descriptor and throws; the next call opens the file
 * again. A file that had content and reads as empty is opened anew at once: lxcfs sizes its buffer when a file is opened, and reads
 * nothing when the content has outgrown it (lxc/lxcfs#694).
 */
export function readKernelFile(file: KernelFile): Buffer {
  try {
    let length = readAll(file);
    if (length === 0 && file.wasFilled) {
      closeKernelFile(file);
      length = readAll(file);
    }
    file.wasFilled = length > 0;
    return buffer.subarray(0, length);
  } catch (error) {
    closeKernelFile(file);
    throw error;
  }
}

/** A single read call, for files that come in one piece and are read by the hundred. */
export function readKernelFileOnce(file: KernelFile): Buffer {
  try {
    file.fd ??= openFile(file);
    return buffer.subarray(0, readSync(file.fd, buffer, 0, buffer.length, 0));
  } catch (error) {
    closeKernelFile(file);
    throw error;
  }
}

export function closeKernelFile(file: KernelFile): void {
  if (file.fd === undefined) return;
  const fd = file.fd;
  file.fd = undefined;
  opened.delete(file);
  try {
    closeSync(fd);
  } catch {
    // The descriptor is gone either way.
  }
}

/** For files that are read once or rarely; null when the file is missing or may not be read. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}

/** A number from a file in /sys; null when there is none. */
export function readNumber(path: string): number | null {
  const text = readText(path);
  if (text === null || text === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

const AT_PAGESZ = 6n;
const USUAL_PAGE_BYTES = 4096;

/** Page size from our auxiliary vector: 4 KiB nearly everywhere, up to 64 KiB on ARM and PowerPC. */
export function readPageSize({ proc }: Roots): number {
  try {
    const auxiliary = readFileSync(`${proc}/self/auxv`);
    for (let at = 0; at + 16 <= auxiliary.length; at += 16) {
      if (auxiliary.readBigUInt64LE(at) === AT_PAGESZ) return Number(auxiliary.readBigUInt64LE(at + 8));
    }
  } catch {
    // A recorded host, or a kernel that hides the file.
  }
  return USUAL_PAGE_BYTES;
}

/** Not there, gone, or switched off in this kernel. Node calls errno 95 ENOTSUP, the kernel EOPNOTSUPP. */
export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException)?.code;
  return code !== undefined && MISSING.has(code);
}

const MISSING = new Set(["ENOENT", "ESRCH", "ENODEV", "ENXIO", "EOPNOTSUPP", "ENOTSUP", "ENOTDIR"]);

/** Not there, or not for this user. */
export function isUnreadable(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException)?.code;
  return isMissing(error) || code === "EACCES" || code === "EPERM";
}

/** Names in a folder; none when it is not there or may not be listed. */
export function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (isUnreadable(error)) return [];
    throw error;
  }
}

const SPACE = 32;
export const NEWLINE = 10;
const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const LETTER_A = 97;

/** Reads bytes line by line: words and numbers between blanks. */
export class ByteReader {
  position = 0;

  constructor(readonly bytes: Buffer) {}

  get done(): boolean {
    return this.position >= this.bytes.length;
  }

  /**
   * The next number on this line; skips everything before its digits. NaN when the line has none left, and for negative numbers:
   * no counter or size is negative.
   */
  number(): number {
    const { bytes } = this;
    let at = this.position;
    let byte = bytes[at];
    while (byte !== undefined && byte !== NEWLINE && (byte < ZERO || byte > NINE)) byte = bytes[++at];
    if (byte === undefined || byte === NEWLINE) {
      this.position = at;
      return Number.NaN;
    }
    const negative = bytes[at - 1] === MINUS;
    let value = 0;
    while (byte !== undefined && byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO);
      byte = bytes[++at];
    }
    this.position = at;
    return negative ? Number.NaN : value;
  }

  /** The next word on this line as lower-case hexadecimal; NaN when it is not. */
  hexadecimal(): number {
    const { bytes } = this;
    let at = this.position;
    while (bytes[at] === SPACE) at++;
    let value = bytes[at] === undefined || bytes[at] === NEWLINE ? Number.NaN : 0;
    for (let byte = bytes[at]; byte !== undefined && byte > SPACE; byte = bytes[++at]) {
      const digit = byte <= NINE ? byte - ZERO : byte - LETTER_A + 10;
      value = digit >= 0 && digit < 16 && !(byte > NINE && byte < LETTER_A) ? value * 16 + digit : Number.NaN;
    }
    this.position = at;
    return value;
  }

  /** The next word on this line; "" when the line has none left. */
  word(): string {
    const { bytes } = this;
    let start = this.position;
    while (bytes[start] === SPACE || bytes[start] === 9) start++;
    let end = start;
    let byte = bytes[end];
    while (byte !== undefined && byte > SPACE) byte = bytes[++end];
    this.position = end;
    return bytes.toString("latin1", start, end);
  }

  skip(count: number): void {
    for (let i = 0; i < count; i++) this.number();
  }

  nextLine(): void {
    const at = this.bytes.indexOf(NEWLINE, this.position);
    this.position = at < 0 ? this.bytes.length : at + 1;
  }

  startsWith(text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      if (this.bytes[this.position + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }
}

/**
 * Numbers after the keys of lines such as `MemFree:  123 kB`, in the order of `words`; NaN for a missing line. Searches for the
 * keys in the order in which the file had them last time, each after the previous one.
 */
export class KeyedLines {
  private readonly words: readonly Buffer[];
  private order: number[];

  constructor(words: readonly string[]) {
    this.words = words.map((word) => Buffer.from(`\n${word}`, "latin1"));
    this.order = words.map((_, index) => index);
  }

  read(bytes: Buffer): Float64Array {
    const values = new Float64Array(this.words.length).fill(Number.NaN);
    const reader = new ByteReader(bytes);
    const found = new Float64Array(this.words.length).fill(Number.POSITIVE_INFINITY);
    let isOrdered = true;
    for (const index of this.order) {
      const word = this.words[index] as Buffer;
      let end = endOf(word, bytes, reader.position);
      if (end < 0) {
        end = endOf(word, bytes, 0);
        if (end < 0) continue;
        isOrdered = false;
      }
      found[index] = end;
      reader.position = end;
      values[index] = reader.number();
    }
    if (!isOrdered) this.order.sort((a, b) => (found[a] as number) - (found[b] as number));
    return values;
  }
}

/** End of a word that starts a line, searched from a position; negative when there is none. */
function endOf(word: Buffer, bytes: Buffer, from: number): number {
  if (from === 0 && bytes.length >= word.length && word.compare(bytes, 0, word.length - 1, 1) === 0) return word.length - 1;
  const at = bytes.indexOf(word, from);
  return at < 0 ? at : at + word.length;
}
