declare module "snappyjs" {
  /** Packs into a snappy block. */
  export function compress(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Unpacks a snappy block; throws on one that is damaged or longer than `most` bytes when unpacked. */
  export function uncompress(bytes: Uint8Array, most?: number): Uint8Array;
}
