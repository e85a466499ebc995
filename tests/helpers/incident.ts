/** What an incident file holds, unpacked. */
import { brotliDecompressSync } from "node:zlib";
import { DIGEST_BYTES, PREFIX_BYTES, readPrefix } from "../../src/server/incident/frames";

export function unpackedIncident(bytes: Buffer): Buffer {
  const { headBytes = 0 } = readPrefix(bytes) ?? {};
  const body = PREFIX_BYTES + headBytes;
  return Buffer.concat([
    brotliDecompressSync(bytes.subarray(PREFIX_BYTES, body)),
    brotliDecompressSync(bytes.subarray(body, bytes.length - DIGEST_BYTES)),
  ]);
}
