/** Structured log lines: JSON to a rotated file, plain text to the terminal. */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import pino, { type Logger as PinoLogger } from "pino";
import { createStream, type RotatingFileStream } from "rotating-file-stream";

export type Logger = Pick<PinoLogger, "debug" | "info" | "warn" | "error">;

const MAX_BUFFERED_BYTES = 1024 * 1024;
const REOPEN_AFTER_MS = 10_000;
/** A file that logrotate has moved is noticed by the next line after this long; SIGHUP notices it at once. */
const LOOK_EVERY_MS = 5000;

/**
 * Ten megabytes a file: the current one and five older ones. When the disk refuses writes, lines are lost, and nothing else
 * fails.
 */
class RotatedFile extends Writable {
  private stream: RotatingFileStream | undefined;
  private failedAt = Number.NEGATIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private inode: number | undefined;
  private hasRotated = false;
  lostLines = 0;

  constructor(
    private readonly folder: string,
    private readonly name: string,
  ) {
    super({ decodeStrings: false });
  }

  override _write(line: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.lookIfMoved();
    const stream = this.open();
    if (stream && stream.writableLength < MAX_BUFFERED_BYTES) stream.write(line);
    else this.lostLines++;
    done();
  }

  override _final(done: () => void): void {
    if (this.stream) this.stream.end(done);
    else done();
  }

  /** The next line opens the file anew. */
  reopen(): void {
    this.stream?.end();
    this.stream = undefined;
    this.inode = undefined;
  }

  private lookIfMoved(): void {
    if (!this.stream || performance.now() - this.lookedAt < LOOK_EVERY_MS) return;
    this.lookedAt = performance.now();
    const inode = statSync(join(this.folder, this.name), { throwIfNoEntry: false })?.ino;
    // Our own rotation makes a new file as well: then the stream writes to that one already.
    if (this.inode !== undefined && inode !== this.inode && !this.hasRotated) this.reopen();
    else this.inode = inode;
    this.hasRotated = false;
  }

  private open(): RotatingFileStream | undefined {
    if (this.stream) return this.stream;
    if (performance.now() - this.failedAt < REOPEN_AFTER_MS) return undefined;
    const stream = createStream(this.name, { path: this.folder, size: "10M", rotate: 5, mode: 0o600 });
    const drop = () => {
      this.failedAt = performance.now();
      this.lostLines++;
      if (this.stream === stream) this.stream = undefined;
      stream.destroy();
    };
    stream.on("rotated", () => {
      this.hasRotated = true;
    });
    stream.on("error", drop);
    stream.on("warning", drop);
    this.stream = stream;
    return stream;
  }
}

export interface LineLog {
  write(line: object): void;
  /** Writes to the file of that name from the next line on: the one before was moved. */
  reopen(): void;
  close(): Promise<void>;
}

/** Opens a separate log next to the general one. Each line is an object with the time first. */
export function openLineLog(folder: string, name: string): LineLog {
  const file = new RotatedFile(folder, name);
  return {
    write: (line) => {
      file.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
    },
    reopen: () => file.reopen(),
    close: () => new Promise((done) => file.end(done)),
  };
}

const LEVELS: Record<number, string> = { 20: "debug", 30: "", 40: "warning: ", 50: "error: ", 60: "error: " };

/** `12:03:04 warning: collector disk failed (EIO)` */
function readable(line: string): string {
  const { time, level, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown> & {
    time: number;
    level: number;
    msg?: string;
  };
  const details = Object.entries(rest)
    .filter(([name]) => name !== "pid" && name !== "hostname")
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const reason = err && typeof err === "object" && "message" in err ? [String(err.message)] : [];
  const tail = [...reason, ...details].join(" ");
  const clock = new Date(time).toTimeString().slice(0, 8);
  return `${clock} ${LEVELS[level] ?? ""}${msg ?? ""}${tail ? ` (${tail})` : ""}\n`;
}

class Terminal extends Writable {
  constructor() {
    super({ decodeStrings: false });
    // A closed terminal must not end the server.
    process.stderr.on("error", () => {});
  }

  override _write(line: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    process.stderr.write(readable(String(line)));
    done();
  }
}

export interface Log extends Logger {
  setLevel(level: string): void;
  /** Writes to the file of that name from the next line on: the one before was moved. */
  reopen(): void;
  /** Writes the remaining lines and closes the file. */
  close(): Promise<void>;
}

/** Throws the file system's error when the folder cannot be created. */
export function openLog({ folder, level }: { folder: string; level: string }): Log {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = new RotatedFile(folder, "monitor.log");
  const terminal = new Terminal();
  const logger = pino(
    { level, base: null },
    pino.multistream(
      [
        { level: "debug", stream: file },
        { level: "debug", stream: terminal },
      ],
      { dedupe: false },
    ),
  );
  return {
    debug: logger.debug.bind(logger),
    info: logger.info.bind(logger),
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
    setLevel: (wanted) => {
      logger.level = wanted;
    },
    reopen: () => file.reopen(),
    close: () => new Promise((done) => file.end(done)),
  };
}
