/**
 * The form of an incident file. Pure.
 *
 * Eight bytes of magic, the format (u16), the length of the head (u32), the head as brotli of JSON, then the records as one stream of
 * brotli, then the SHA-256 of all before it. A record: the lengths of its JSON and of its data (u32 each), the JSON, the data. Numbers
 * are little-endian. No record follows one of the kind `end`, which has the number of those before it.
 */
import type { Excerpted, ExcerptRecord } from "../store/excerpt/records";

/** As in PNG: a transfer that takes it for text breaks it visibly. */
const MAGIC = Buffer.from([0x89, 0x48, 0x53, 0x49, 0x0d, 0x0a, 0x1a, 0x0a]);
export const PREFIX_BYTES = MAGIC.length + 6;
export const DIGEST_BYTES = 32;
/** What a file may take before it is refused: a day of a machine with thousands of processes is far below. */
export const LIMITS = {
  fileBytes: 512 * 2 ** 20,
  headBytes: 8 * 2 ** 20,
  recordBytes: 4 * 2 ** 20,
  dataBytes: 64 * 2 ** 20,
  bodyBytes: 2 * 2 ** 30,
} as const;

const LENGTHS_BYTES = 8;

export interface EndRecord {
  kind: "end";
  records: number;
}

export function prefixOf(format: number, headBytes: number): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  MAGIC.copy(prefix);
  prefix.writeUInt16LE(format, MAGIC.length);
  prefix.writeUInt32LE(headBytes, MAGIC.length + 2);
  return prefix;
}

/** Null for a file that is none of ours. */
export function readPrefix(prefix: Buffer): { format: number; headBytes: number } | null {
  if (prefix.length < PREFIX_BYTES || !prefix.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  return { format: prefix.readUInt16LE(MAGIC.length), headBytes: prefix.readUInt32LE(MAGIC.length + 2) };
}

export function frameOf(record: ExcerptRecord | EndRecord, data?: Buffer): Buffer {
  const json = Buffer.from(JSON.stringify(record));
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32LE(json.length, 0);
  lengths.writeUInt32LE(data?.length ?? 0, 4);
  return Buffer.concat(data ? [lengths, json, data] : [lengths, json]);
}

/** The records as bytes; undefined after each slice of work. */
export function* frames(records: Iterable<Excerpted | undefined>): Generator<Buffer | undefined> {
  let count = 0;
  for (const one of records) {
    if (one === undefined) yield undefined;
    else {
      count++;
      yield frameOf(one.record, one.data);
    }
  }
  yield frameOf({ kind: "end", records: count });
}

export interface Frame {
  json: string;
  data: Buffer;
}

/** Thrown for what is no frame, or one that is too large. */
export class FrameError extends Error {}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  private parts: Buffer[] = [];
  private size = 0;

  *push(bytes: Buffer): Generator<Frame> {
    this.parts.push(bytes);
    this.size += bytes.length;
    while (this.size >= LENGTHS_BYTES) {
      const head = this.joined(LENGTHS_BYTES);
      const [jsonBytes, dataBytes] = [head.readUInt32LE(0), head.readUInt32LE(4)];
      if (jsonBytes < 2 || jsonBytes > LIMITS.recordBytes || dataBytes > LIMITS.dataBytes)
        throw new FrameError("a record is empty or too large");
      const end = LENGTHS_BYTES + jsonBytes + dataBytes;
      if (this.size < end) return;
      const whole = this.joined(end);
      yield {
        json: whole.toString("utf8", LENGTHS_BYTES, LENGTHS_BYTES + jsonBytes),
        data: whole.subarray(LENGTHS_BYTES + jsonBytes, end),
      };
      this.parts = [whole.subarray(end)];
      this.size = this.parts[0]?.length ?? 0;
    }
  }

  /** False when the stream ended within a frame. */
  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** One buffer of at least so many bytes. */
  private joined(bytes: number): Buffer {
    if ((this.parts[0]?.length ?? 0) < bytes) this.parts = [Buffer.concat(this.parts)];
    return this.parts[0] as Buffer;
  }
}
