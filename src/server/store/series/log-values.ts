/**
 * Packs the values of a tick losslessly. Pure.
 *
 * Most values are small integers, whose doubles have zeros in their low bytes; those are omitted. Layout: four bits per value for
 * its number of bytes, then the bytes of each value, lowest first. When packing does not make it smaller, the doubles are stored
 * as they are.
 */

const BYTES = Float64Array.BYTES_PER_ELEMENT;

let scratch = Buffer.allocUnsafe(4096);

/** Number of low bytes of a double that are zero. */
function zeroBytes(low: number, high: number): number {
  let count = low === 0 ? 4 : 0;
  let word = low === 0 ? high : low;
  if (word === 0) return BYTES;
  if ((word & 0xffff) === 0) {
    count += 2;
    word >>>= 16;
  }
  return (word & 0xff) === 0 ? count + 1 : count;
}

/** Valid until the next call. */
export function packValues(values: Float64Array): Buffer {
  const { length } = values;
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * length);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, BYTES * length);
  const lengthsBytes = (length + 1) >> 1;
  const most = lengthsBytes + BYTES * length;
  if (scratch.length < most) scratch = Buffer.allocUnsafe(2 * most);
  scratch.fill(0, 0, lengthsBytes);
  let at = lengthsBytes;
  for (let index = 0; index < length; index++) {
    const zeros = zeroBytes(words[2 * index] as number, words[2 * index + 1] as number);
    scratch[index >> 1] = (scratch[index >> 1] as number) | ((BYTES - zeros) << (4 * (index & 1)));
    const end = BYTES * (index + 1);
    for (let from = end - BYTES + zeros; from < end; from++) scratch[at++] = bytes[from] as number;
  }
  return at < bytes.length ? scratch.subarray(0, at) : Buffer.from(bytes);
}

/**
 * Null when the bytes cannot be `length` values. Does not detect all damage: plain doubles that lost a byte can read as packed
 * ones. The row's checksum does (sample-log.ts).
 */
export function unpackValues(packed: Uint8Array, length: number): Float64Array | null {
  const values = new Float64Array(length);
  const bytes = new Uint8Array(values.buffer);
  if (packed.length === bytes.length) {
    bytes.set(packed);
    return values;
  }
  let at = (length + 1) >> 1;
  if (packed.length < at) return null;
  for (let index = 0; index < length; index++) {
    const count = ((packed[index >> 1] as number) >> (4 * (index & 1))) & 15;
    if (count > BYTES || at + count > packed.length) return null;
    const end = BYTES * (index + 1);
    for (let to = end - count; to < end; to++) bytes[to] = packed[at++] as number;
  }
  return at === packed.length ? values : null;
}

/** As `unpackValues`, for the values at some places only, which are in ascending order. */
export function unpackSome(packed: Uint8Array, length: number, places: Uint32Array): Float64Array | null {
  const values = new Float64Array(places.length);
  const bytes = new Uint8Array(values.buffer);
  if (packed.length === BYTES * length) {
    for (const [index, place] of places.entries()) {
      bytes.set(packed.subarray(BYTES * place, BYTES * (place + 1)), BYTES * index);
    }
    return values;
  }
  let at = (length + 1) >> 1;
  let next = 0;
  for (let index = 0; index < length && next < places.length; index++) {
    const count = ((packed[index >> 1] as number) >> (4 * (index & 1))) & 15;
    if (count > BYTES || at + count > packed.length) return null;
    if (index === places[next]) {
      const end = BYTES * (next + 1);
      for (let to = end - count, from = at; to < end; to++) bytes[to] = packed[from++] as number;
      next++;
    }
    at += count;
  }
  return next === places.length ? values : null;
}
