/** The bytes of an incident file. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { brotliCompressSync, constants, createBrotliCompress } from "node:zlib";
import { prefixOf } from "./frames";
import { FORMAT, type IncidentHead } from "./head";

/** Of an hour of a thousand processes, 9 saves 6 % and takes four times as long. */
const PARAMETERS = { [constants.BROTLI_PARAM_QUALITY]: 5 };

/** `records` are frames. Compressed by libuv's threads. */
export async function* incidentFile(head: IncidentHead, records: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  const hashed = (bytes: Uint8Array) => {
    hash.update(bytes);
    return bytes;
  };
  // Some 20 KB, a few milliseconds.
  const packed = brotliCompressSync(JSON.stringify(head), { params: PARAMETERS });
  yield hashed(Buffer.concat([prefixOf(FORMAT, packed.length), packed]));
  const brotli = createBrotliCompress({ params: PARAMETERS });
  // What fails there makes the loop throw.
  pipeline(Readable.from(records), brotli).catch(() => {});
  for await (const bytes of brotli) yield hashed(bytes as Buffer);
  yield hash.digest();
}
