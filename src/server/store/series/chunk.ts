/**
 * Chunk codec: columns of numbers on a regular time grid, encoded losslessly. Pure.
 *
 * A column becomes integers (scaled by a power of ten, minus the smallest, divided by their greatest common divisor), then
 * differences of order 0, 1 or 2, whichever is smallest as zigzag varints, then raw deflate if that is smaller. Columns that are
 * not decimal are stored as floats with their bytes transposed. Missing values are marked in a bitmap.
 *
 * Layout: version u8, columns u16, slots u32, then a length u32 for each column (0: no such column), then the columns. Column:
 * kind u8, decimals u8, order u8, flags u8, base f64, divisor f64, if flagged a length u32 and a deflated bitmap, body.
 */
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

const VERSION = 1;
const HEADER_BYTES = 7;
const COLUMN_HEADER_BYTES = 20;
const KIND = { integers: 0, floats: 1 } as const;
const FLAG = { bitmap: 1, deflated: 2 } as const;
const MAX_DECIMALS = 6;
/** Up to here second differences are exact in a double. */
const MAX_INTEGER = 2 ** 50;

export class DamagedChunk extends Error {
  constructor(what: string) {
    super(`a stored chunk is damaged: ${what}`);
    this.name = "DamagedChunk";
  }
}

export type EncodedColumn = Float64Array | null;

const NOTHING = Buffer.alloc(0);

interface Integers {
  decimals: number;
  base: number;
  divisor: number;
  /** (value - base) / divisor; the smallest is 0. */
  values: Float64Array;
}

function gcd(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** The fewest decimals with which every value round-trips as an integer; null when no number of decimals does. */
function decimalsOf(values: Float64Array): number | null {
  let decimals = 0;
  let scale = 1;
  for (const value of values) {
    if (Object.is(value, -0)) return null;
    while (Math.round(value * scale) / scale !== value || Math.abs(value * scale) >= MAX_INTEGER) {
      if (++decimals > MAX_DECIMALS || Math.abs(value * scale) >= MAX_INTEGER) return null;
      scale = 10 ** decimals;
    }
  }
  // Check the values again that were accepted with fewer decimals.
  for (const value of values)
    if (Math.abs(value * scale) >= MAX_INTEGER || Math.round(value * scale) / scale !== value) return null;
  return decimals;
}

function toIntegers(values: Float64Array): Integers | null {
  const decimals = decimalsOf(values);
  if (decimals === null) return null;
  const scale = 10 ** decimals;
  const scaled = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) scaled[i] = Math.round((values[i] as number) * scale);
  let base = Number.POSITIVE_INFINITY;
  for (const value of scaled) if (value < base) base = value;
  let divisor = 0;
  for (let i = 0; i < scaled.length; i++) {
    scaled[i] = (scaled[i] as number) - base;
    if (divisor !== 1) divisor = gcd(scaled[i] as number, divisor);
  }
  if (divisor > 1) for (let i = 0; i < scaled.length; i++) scaled[i] = (scaled[i] as number) / divisor;
  return { decimals, base: scaled.length === 0 ? 0 : base, divisor, values: scaled };
}

/** A copy with differences of neighbours. Runs from the end, so that each value sees its unchanged predecessor. */
function difference(values: Float64Array, order: number): Float64Array {
  const result = Float64Array.from(values);
  for (let round = 0; round < order; round++) {
    for (let i = result.length - 1; i > round; i--) result[i] = (result[i] as number) - (result[i - 1] as number);
  }
  return result;
}

function accumulate(values: Float64Array, order: number): void {
  for (let round = order - 1; round >= 0; round--) {
    for (let i = round + 1; i < values.length; i++) values[i] = (values[i] as number) + (values[i - 1] as number);
  }
}

const zigzag = (value: number) => (value >= 0 ? 2 * value : -2 * value - 1);

function varintBytes(value: number): number {
  if (value < 2 ** 7) return 1;
  if (value < 2 ** 14) return 2;
  if (value < 2 ** 21) return 3;
  let bytes = 4;
  for (let rest = Math.floor(value / 2 ** 28); rest >= 1; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** The bytes that the differences of order 0, 1 and 2 take. */
function costsOf(values: Float64Array): [number, number, number] {
  let [plain, first, second] = [0, 0, 0];
  let [before, slope] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const step = value - before;
    plain += varintBytes(zigzag(value));
    first += varintBytes(zigzag(step));
    second += varintBytes(zigzag(i < 2 ? step : step - slope));
    before = value;
    slope = step;
  }
  return [plain, first, second];
}

function writeVarints(values: Float64Array, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const value of values) {
    let rest = zigzag(value);
    while (rest >= 128) {
      buffer[at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    buffer[at++] = rest;
  }
  return buffer;
}

function readVarints(bytes: Buffer, count: number): Float64Array {
  const values = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 56) throw new DamagedChunk("a number is cut off");
      value += (byte & 127) * scale;
      if (byte < 128) break;
      scale *= 128;
    }
    values[i] = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
  if (at !== bytes.length) throw new DamagedChunk("there are more bytes than numbers");
  return values;
}

/** All first bytes, then all second bytes, and so on: signs and exponents become adjacent and deflate well. */
function transpose(bytes: Buffer, width: number, height: number): Buffer {
  const result = Buffer.allocUnsafe(bytes.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) result[column * height + row] = bytes[row * width + column] as number;
  }
  return result;
}

/** Columns of a chunk that come and go together have the same gaps: each bitmap is deflated once. */
class Bitmaps {
  private readonly deflated = new Map<string, Buffer>();

  of(column: Float64Array): Buffer {
    const bitmap = Buffer.alloc(Math.ceil(column.length / 8));
    for (let slot = 0; slot < column.length; slot++) {
      if (!Number.isNaN(column[slot])) bitmap[slot >> 3] = (bitmap[slot >> 3] as number) | (1 << (slot & 7));
    }
    const key = bitmap.toString("latin1");
    const known = this.deflated.get(key) ?? deflateRawSync(bitmap);
    this.deflated.set(key, known);
    return known;
  }
}

/** The values that are there; the column itself when none is missing. */
function presentIn(column: Float64Array): Float64Array {
  // By index: most columns are gaps, and iterators take several times as long.
  let count = 0;
  for (let slot = 0; slot < column.length; slot++) if (!Number.isNaN(column[slot] as number)) count++;
  if (count === column.length) return column;
  const present = new Float64Array(count);
  for (let slot = 0, place = 0; place < count; slot++) {
    const value = column[slot] as number;
    if (!Number.isNaN(value)) present[place++] = value;
  }
  return present;
}

function encodeColumn(column: Float64Array, present: Float64Array, bitmaps: Bitmaps): Buffer {
  const integers = toIntegers(present);
  let order = 0;
  let body: Buffer<ArrayBufferLike>;
  if (!integers) {
    body = transpose(Buffer.from(present.buffer, present.byteOffset, present.byteLength), 8, present.length);
  } else if (integers.divisor === 0) {
    // All values are equal: the base is enough.
    body = Buffer.alloc(0);
  } else {
    const costs = costsOf(integers.values);
    order = costs.indexOf(Math.min(...costs));
    body = writeVarints(difference(integers.values, order), costs[order] as number);
  }
  const deflated: Buffer = body.length > 8 ? deflateRawSync(body) : body;
  const isDeflated = deflated.length < body.length;
  const hasGaps = present.length < column.length;
  const header = Buffer.alloc(COLUMN_HEADER_BYTES);
  header[0] = integers ? KIND.integers : KIND.floats;
  header[1] = integers?.decimals ?? 0;
  header[2] = order;
  header[3] = (hasGaps ? FLAG.bitmap : 0) | (isDeflated ? FLAG.deflated : 0);
  header.writeDoubleLE(integers?.base ?? 0, 4);
  header.writeDoubleLE(integers?.divisor ?? 0, 12);
  const bitmap = hasGaps ? bitmaps.of(column) : null;
  const parts: Buffer[] = [header];
  if (bitmap) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bitmap.length);
    parts.push(length, bitmap);
  }
  parts.push(isDeflated ? deflated : body);
  return Buffer.concat(parts);
}

function inflate(bytes: Buffer, maxLength: number): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, maxLength) });
  } catch {
    throw new DamagedChunk("it does not inflate");
  }
}

function decodeColumn(bytes: Buffer, slots: number): Float64Array {
  if (bytes.length < COLUMN_HEADER_BYTES) throw new DamagedChunk("a column is cut off");
  const [kind, decimals = 0, order = 0, flags = 0] = bytes;
  const base = bytes.readDoubleLE(4);
  const divisor = bytes.readDoubleLE(12);
  if ((kind !== KIND.integers && kind !== KIND.floats) || decimals > MAX_DECIMALS || order > 2)
    throw new DamagedChunk("a column's head is wrong");
  let at = COLUMN_HEADER_BYTES;
  let bitmap: Buffer | null = null;
  if (flags & FLAG.bitmap) {
    if (bytes.length < at + 4) throw new DamagedChunk("a bitmap is cut off");
    const length = bytes.readUInt32LE(at);
    bitmap = inflate(bytes.subarray(at + 4, at + 4 + length), Math.ceil(slots / 8));
    if (bitmap.length !== Math.ceil(slots / 8)) throw new DamagedChunk("a bitmap has the wrong length");
    at += 4 + length;
  }
  let count = slots;
  if (bitmap) {
    count = 0;
    for (let slot = 0; slot < slots; slot++) count += ((bitmap[slot >> 3] as number) >> (slot & 7)) & 1;
  }
  const stored = bytes.subarray(at);
  const body = flags & FLAG.deflated ? inflate(stored, count * 9) : stored;
  const values = kind === KIND.floats ? readFloats(body, count) : readIntegers(body, count, { decimals, order, base, divisor });
  return bitmap ? spread(values, bitmap, slots) : values;
}

function readFloats(body: Buffer, count: number): Float64Array {
  if (body.length !== count * 8) throw new DamagedChunk("floats are cut off");
  const bytes = new Uint8Array(transpose(body, count, 8));
  return new Float64Array(bytes.buffer, bytes.byteOffset, count);
}

function readIntegers(
  body: Buffer,
  count: number,
  head: { decimals: number; order: number; base: number; divisor: number },
): Float64Array {
  const scale = 10 ** head.decimals;
  if (head.divisor === 0) {
    if (body.length > 0) throw new DamagedChunk("a constant has a body");
    return new Float64Array(count).fill(head.base / scale);
  }
  const values = readVarints(body, count);
  accumulate(values, head.order);
  for (let i = 0; i < count; i++) values[i] = ((values[i] as number) * head.divisor + head.base) / scale;
  return values;
}

function spread(values: Float64Array, bitmap: Buffer, slots: number): Float64Array {
  const column = new Float64Array(slots).fill(Number.NaN);
  let next = 0;
  for (let slot = 0; slot < slots; slot++) {
    if (((bitmap[slot >> 3] as number) >> (slot & 7)) & 1) column[slot] = values[next++] as number;
  }
  return column;
}

/** Every column has `slots` values, NaN for missing ones. A column without values is stored as length 0. */
export function encodeChunk(columns: readonly EncodedColumn[], slots: number): Buffer {
  const bitmaps = new Bitmaps();
  const encoded = columns.map((column) => {
    const present = column && presentIn(column);
    return present && present.length > 0 ? encodeColumn(column, present, bitmaps) : NOTHING;
  });
  const header = Buffer.alloc(HEADER_BYTES + 4 * columns.length);
  header[0] = VERSION;
  header.writeUInt16LE(columns.length, 1);
  header.writeUInt32LE(slots, 3);
  for (const [index, bytes] of encoded.entries()) header.writeUInt32LE(bytes.length, HEADER_BYTES + 4 * index);
  // Not from the pool, whose pages the short-lived parts share: a few kept bytes would keep all of a page.
  const bytes = Buffer.alloc(encoded.reduce((sum, { length }) => sum + length, header.length));
  let at = header.copy(bytes);
  for (const part of encoded) at += part.copy(bytes, at);
  return bytes;
}

export interface OpenedChunk {
  slots: number;
  columns: number;
  /** Null when the chunk has no such column. The array is cached: callers must not change it. Throws DamagedChunk. */
  column(index: number): EncodedColumn;
}

/** Reads the header; columns are decoded on demand. Throws DamagedChunk when the header is invalid. */
export function openChunk(bytes: Buffer): OpenedChunk {
  if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION) throw new DamagedChunk("it has no head of this version");
  const columns = bytes.readUInt16LE(1);
  const slots = bytes.readUInt32LE(3);
  if (bytes.length < HEADER_BYTES + 4 * columns || slots > 1_000_000) throw new DamagedChunk("its directory is cut off");
  const offsets = [HEADER_BYTES + 4 * columns];
  for (let index = 0; index < columns; index++)
    offsets.push((offsets[index] as number) + bytes.readUInt32LE(HEADER_BYTES + 4 * index));
  if (offsets[columns] !== bytes.length) throw new DamagedChunk("its length is wrong");
  const decoded = new Map<number, Float64Array>();
  return {
    slots,
    columns,
    column(index) {
      const [from = 0, to = 0] = offsets.slice(index, index + 2);
      if (index >= columns || to <= from) return null;
      const column = decoded.get(index) ?? decodeColumn(bytes.subarray(from, to), slots);
      decoded.set(index, column);
      return column;
    },
  };
}

/** Covers the key and the payload, so that a row moved to another key counts as damaged. */
export function chunkChecksum(key: readonly number[], payload: Buffer): number {
  const head = Buffer.allocUnsafe(8 * key.length);
  for (const [index, part] of key.entries()) head.writeDoubleLE(part, 8 * index);
  return crc32(payload, crc32(head));
}
