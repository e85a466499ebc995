/** Follows /dev/kmsg: what has happened goes out as events, never more than some a minute; all are counted. */
import { closeSync, constants, openSync, readSync } from "node:fs";
import type { NotMeasured } from "~/domain/host";
import { describeRest, KERNEL_EVENT_KINDS, type KernelEvent, type KernelEventKind } from "~/domain/kernel-event";
import type { Labels, Reading } from "~/domain/sample";
import { KernelMessages } from "./classify";
import { type KernelRecord, parseKernelRecord } from "./record";

const PATH = "/dev/kmsg";
const METRIC = "system.linux.kernel.event.count";
const AGAIN_MS = 60_000;
const MINUTE_MS = 60_000;
/** Marks of one minute; the rest is counted in one more. */
const MOST_A_MINUTE = 10;
/** Younger records have happened now: the clock of the log drifts from the monotonic one, and stands still while the machine sleeps. */
const LIVE_MS = 60_000;
const MOST_SERIES = 200;
/** Records of one look. A flood is read on at the next. */
const MOST_RECORDS = 5000;
/** A record is at most 8 KiB. */
const buffer = Buffer.alloc(16 * 1024);

interface Count {
  labels: Labels;
  count: number;
  /** It has not been told yet. */
  isNew: boolean;
}

/** Where in the log we are: a sequence number counts from the boot. */
export interface LogPosition {
  bootId: string;
  sequence: number;
}

export interface KernelMark {
  at: number;
  text: string;
  kind: KernelEventKind | "rest";
}

interface KernelLogOptions {
  path?: string;
  /** The kernel's random name of this boot: its time moves when the clock is set. */
  bootId: string;
  /** How far an earlier run has read; null at the first start, which begins with what comes from now on. */
  from: LogPosition | null;
  onMark: (mark: KernelMark) => void;
}

export class KernelLog {
  private readonly path: string;
  private readonly messages = new KernelMessages();
  private readonly counts = new Map<string, Count>();
  private readonly rest = new Map<KernelEventKind, number>();
  private descriptor: number | null = null;
  private openAgainAt = Number.NEGATIVE_INFINITY;
  private absent: readonly NotMeasured[] = [];
  private minute = { start: Number.NEGATIVE_INFINITY, marks: 0 };
  private lastSequence: number;
  private newest = -1;
  private lastOom: { at: number; text: string } | null = null;

  constructor(private readonly options: KernelLogOptions) {
    this.path = options.path ?? PATH;
    const { from, bootId } = options;
    this.lastSequence = from === null ? Number.POSITIVE_INFINITY : from.bootId === bootId ? from.sequence : -1;
    for (const kind of KERNEL_EVENT_KINDS) this.counts.set(kind, { labels: { "event.type": kind }, count: 0, isNew: true });
  }

  get position(): LogPosition {
    return { bootId: this.options.bootId, sequence: this.lastSequence };
  }

  /** The same array until it changes. */
  absences(): readonly NotMeasured[] {
    return this.absent;
  }

  /** Who was killed for want of memory within the last `withinMs`; null when nobody was, or the log may not be read. */
  oomVictim(at: number, withinMs: number): string | null {
    return this.lastOom !== null && at - this.lastOom.at <= withinMs ? this.lastOom.text : null;
  }

  /** Counters by kind, and by device where the kernel names it. Each begins at zero: what a counter begins with is no increase. */
  readings(): Reading[] {
    if (this.descriptor === null) return [];
    return [...this.counts.values()].map((one) => {
      const value = one.isNew ? 0 : one.count;
      one.isNew = false;
      return { metric: METRIC, labels: one.labels, value };
    });
  }

  /** Reads what is new. `now` is the wall clock, in milliseconds. */
  read(now: number): void {
    if (this.descriptor === null && !this.open(now)) return;
    this.endMinute(now);
    let isAtEnd = false;
    for (let index = 0; index < MOST_RECORDS && !isAtEnd; index++) {
      const text = this.next(now);
      isAtEnd = text === null;
      if (text === null) break;
      const record = parseKernelRecord(text);
      if (record) this.take(record, now);
    }
    // At the first start, all that was there is old.
    if (this.lastSequence === Number.POSITIVE_INFINITY && isAtEnd && this.newest >= 0) this.lastSequence = this.newest;
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  private take({ sequence, secondsSinceBoot, message }: KernelRecord, now: number): void {
    this.newest = sequence;
    // Lines before an event tell of it, so that old ones are read as well.
    const event = this.messages.read(message);
    if (sequence <= this.lastSequence) return;
    this.lastSequence = sequence;
    if (!event) return;
    const age = Number(process.hrtime.bigint() / 1_000_000n) - secondsSinceBoot * 1000;
    const at = Math.round(age > LIVE_MS ? now - age : now);
    this.count(event);
    if (event.kind === "oom_kill") this.lastOom = { at, text: event.text };
    if (this.minute.marks < MOST_A_MINUTE) {
      this.minute.marks++;
      this.options.onMark({ at, text: event.text, kind: event.kind });
    } else this.rest.set(event.kind, (this.rest.get(event.kind) ?? 0) + 1);
  }

  private count({ kind, device }: KernelEvent): void {
    const total = this.counts.get(kind);
    if (total) total.count++;
    if (device === null) return;
    const key = `${kind} ${device}`;
    const known = this.counts.get(key);
    if (known) known.count++;
    else if (this.counts.size < MOST_SERIES)
      this.counts.set(key, { labels: { "event.type": kind, "system.device": device }, count: 1, isNew: true });
  }

  private endMinute(now: number): void {
    if (Math.abs(now - this.minute.start) < MINUTE_MS) return;
    this.minute = { start: now, marks: 0 };
    if (this.rest.size === 0) return;
    this.options.onMark({ at: now, text: describeRest(this.rest), kind: "rest" });
    this.rest.clear();
  }

  private open(now: number): boolean {
    if (Math.abs(now - this.openAgainAt) < AGAIN_MS) return false;
    this.openAgainAt = now;
    try {
      this.descriptor = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
      this.absent = [];
      return true;
    } catch (error) {
      this.refuse(error);
      return false;
    }
  }

  /** The next record; null when there is none now. */
  private next(now: number): string | null {
    for (;;) {
      try {
        const length = readSync(this.descriptor as number, buffer, 0, buffer.length, null);
        return length === 0 ? null : buffer.toString("utf8", 0, length);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // Records were overwritten before we read them: the next read goes on with the oldest that is left.
        if (code === "EPIPE") continue;
        if (code === "EAGAIN") return null;
        this.close();
        this.openAgainAt = now;
        this.refuse(error);
        return null;
      }
    }
  }

  private refuse(error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException;
    const isForbidden = code === "EPERM" || code === "EACCES";
    const reason = isForbidden
      ? 'no permission to read the kernel log: the rules "disk errors" and "filesystem errors" cannot fire, and OOM kills and crashes are not marked; run as root or with CAP_SYSLOG'
      : (code ?? message);
    if (this.absent[0]?.reason !== reason) this.absent = [{ what: this.path, reason }];
  }
}
